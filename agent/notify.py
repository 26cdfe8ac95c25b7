"""Tells the user about nudges that are due."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass

from agent.core.model import Nudge

_WIDTH = 78


@dataclass(frozen=True, slots=True)
class LineMessenger:
    """Says each nudge in lines of at most 78 columns, through whatever writes lines (the terminal, a log)."""

    write: Callable[[str], None]

    def tell(self, nudges: tuple[Nudge, ...]) -> None:
        """Write the nudges in the order they fell due, under one heading where there are several."""
        if len(nudges) > 1:
            self.write(f"{len(nudges)} things are due:")
        for nudge in nudges:
            self.write("\n".join(_item(nudge.text)))


def _item(text: str) -> list[str]:
    """One item of a list, wrapped under itself; a link stays whole."""
    return textwrap.wrap(f"* {text}", _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)

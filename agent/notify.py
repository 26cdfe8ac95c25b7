"""Tells the user about nudges that are due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agent.core.model import Nudge


@dataclass(frozen=True, slots=True)
class LineMessenger:
    """Says each nudge as one line, through whatever writes lines (the terminal, a log)."""

    write: Callable[[str], None]

    def tell(self, nudges: tuple[Nudge, ...]) -> None:
        """Write the nudges in the order they fell due, under one heading where there are several."""
        if len(nudges) > 1:
            self.write(f"{len(nudges)} things are due:")
        for nudge in nudges:
            self.write(f"* {nudge.text}")

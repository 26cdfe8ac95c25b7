"""The corpus: mails written for it (``<language>/<name>.eml``), each with what is to be read in it (``<name>.toml``).

A key that is absent is not judged. People and employers are invented; one reader owns every mailbox. A name begins with
its kind, in short.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.base import MessageRef, RawMessage

READER = ("robin.achterberg@inbox.example", "robin@achterberg.example")
"""The addresses of the one reader to whom every mail of the corpus came."""

FOLDER = Path(__file__).parent
_RECEIVED = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pair:
    """A mail as it came and what is expected of it."""

    name: str
    language: str
    octets: bytes
    expected: Mapping[str, Any]

    @property
    def raw(self) -> RawMessage:
        """The mail as a connector gives it."""
        return RawMessage(
            ref=MessageRef("corpus", self.language, self.name),
            received_at=_RECEIVED,
            flags=frozenset(),
            octets=self.octets,
            size=len(self.octets),
        )


def pairs() -> tuple[Pair, ...]:
    """Every pair that stands directly under a language, in order of language and name."""
    return tuple(pair_of(file) for file in sorted(FOLDER.glob("*/*.eml")))


def pair_of(file: Path) -> Pair:
    """The pair of one ``.eml`` file and the ``.toml`` beside it."""
    expected = tomllib.loads(file.with_suffix(".toml").read_text("utf-8"))
    return Pair(file.stem, file.parent.name, file.read_bytes(), expected)

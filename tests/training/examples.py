"""The corpus as a learner sees it: each mail with its hand, what it is, and the features the reader finds in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.core.cues import folded
from agent.core.features import features_of
from agent.core.model import NO_EARLIER
from agent.core.parse import parse
from agent.core.reading import Reading, read
from agent.resources import lexicons
from tests.corpus.load import FOLDER, Pair, pair_of

TESTED = frozenset({"lantern"})
"""Hands that are kept for the test: nothing is learned from them."""

EVERYDAY = "commons"
"""The hand of everyday mail, which is most of what comes in and a small part of the corpus."""

OWN = "own"
"""The hand of the pairs that stand directly under a language."""


class _Everything:
    """The features a reader is asked for who does not know yet which of them matter."""

    def __contains__(self, name: object) -> bool:
        return True


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One mail of a hand: what is expected, its features, the words written small in it, and those written as names.

    ``world`` is what mails of one voice share and no other mail does: the hand, in everyday mail the sort of sender.
    """

    name: str
    hand: str
    world: str
    truth: Mapping[str, Any]
    features: Mapping[str, float]
    small: frozenset[str]
    named: frozenset[str]


def examples(language: str) -> list[Example]:
    """Every mail of the corpus in a language whose kind is judged, the test's left out."""
    folders = [(OWN, FOLDER / language)]
    folders += [
        (hand.name, hand / language) for hand in sorted((FOLDER / "hands").iterdir()) if hand.name not in TESTED
    ]
    return [
        example
        for hand, folder in folders
        for path in sorted(folder.glob("*.eml"))
        if path.with_suffix(".toml").exists() and (example := _example(hand, pair_of(path))) is not None
    ]


def _example(hand: str, pair: Pair) -> Example | None:
    if "kind" not in pair.expected:
        return None
    message = parse(pair.raw)
    reading = read(message, lexicons().fitting(message.text), (), NO_EARLIER)
    features = {feature.name: feature.value for feature in features_of(reading, _Everything())}
    world = f"{hand}, {pair.expected['voice']}" if hand == EVERYDAY else hand
    return Example(pair.name, hand, world, pair.expected, features, _standing(reading, _SMALL), _named(reading))


_SMALL = re.compile(r"(?<![^\s(\"'“‘—–])[a-zà-ÿ]+(?![\w@/]|[.:-]\w)")
_NAME = re.compile(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Ý]\w+")
"""A word with a capital inside a sentence."""


def _standing(reading: Reading, pattern: re.Pattern[str]) -> frozenset[str]:
    """The words of that form in any part, outside of addresses and links."""
    return frozenset(folded(word) for part in reading.parts.values() for word in pattern.findall(part.content))


def _named(reading: Reading) -> frozenset[str]:
    """Names, the days and months among them."""
    times = reading.lexicon.times
    dates = (word for words in (*times.get("weekdays", ()), *times.get("months", ())) for word in words)
    found = (folded(word) for word in _NAME.findall(reading.text.content))
    return frozenset((*found, *dates))

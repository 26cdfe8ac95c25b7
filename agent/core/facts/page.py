"""What the facts are read from: the passages of a mail and the phrases of a language found in them.

All phrases of a language's ``facts`` table are found in one pass over a passage's words
(:mod:`agent.core.cues` tells how they are written) and are asked for by the names of their groups.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from agent.core.cues import Hit, Phrases, Words, folded, words_of
from agent.core.lexicon import Lexicon
from agent.core.model import Classification, Evidence, ParsedMessage, RegionKind

_Value = TypeVar("_Value", covariant=True)

_WRAPPED = re.compile(r"^([^\n]{55,}[^\s.!?:])\n(?=[^\W_])", re.MULTILINE)
"""The end of a line that was cut to fit: long, within a sentence, and more words follow."""

READ = {None: 4_000, RegionKind.NEW: 12_000, RegionKind.SIGNATURE: 2_000, RegionKind.QUOTED: 6_000}
"""Characters of a passage of each kind that are read for facts; hostile mail is long, recruiting mail is not."""
_NO_HITS: list[Hit] = []
_HITS_KEPT = 100
"""Hits of one group that are looked at; more make a mail longer and tell nothing new."""


class Passage:
    """A stretch of a mail: its text, cut lines joined, its words and phrases, and where it stands.

    Without a region it stands in a header or a calendar part. Words and phrases are found when first asked for.
    """

    __slots__ = ("_hits", "_message", "_phrases", "_region", "_words", "text")

    def __init__(self, text: str, message: ParsedMessage, region: RegionKind | None, phrases: Phrases) -> None:
        self.text = _WRAPPED.sub(r"\1 ", text[: READ[region]])
        self._message = message
        self._region = region
        self._phrases = phrases
        self._words: Words | None = None
        self._hits: dict[str, list[Hit]] | None = None

    @property
    def words(self) -> Words:
        """The words of the text."""
        if self._words is None:
            self._words = words_of(self.text)
        return self._words

    def hits(self, *groups: str) -> list[Hit]:
        """The phrases of these groups found here, in the order in which they stand."""
        found = self._found()
        if len(groups) == 1:
            return found.get(groups[0], _NO_HITS)
        return sorted((hit for group in groups for hit in found.get(group, _NO_HITS)), key=lambda hit: hit.start)

    def _found(self) -> dict[str, list[Hit]]:
        if self._hits is None:
            self._hits = {}
            for hit in self._phrases.find(self.words) if self.text else ():
                kept = self._hits.setdefault(hit.name, [])
                if len(kept) < _HITS_KEPT:
                    kept.append(hit)
        return self._hits

    def says(self, *groups: str) -> bool:
        """True where any phrase of these groups stands here."""
        return not self._found().keys().isdisjoint(groups)

    def said_in(self, sentence: int, *groups: str) -> bool:
        """True where a phrase of these groups stands in the sentence of that number."""
        return any(hit.sentence == sentence for hit in self.hits(*groups))

    def asks(self, hit: Hit) -> bool:
        """True where the sentence of a hit is a question."""
        return hit.sentence in self.words.questions

    def evidence(self, start: int, end: int, why: str) -> Evidence:
        """The words ``text[start:end]`` as evidence, placed in the body where the passage is part of it."""
        if self._region is None:
            return Evidence(self.text[start:end], None, None, why)
        begins = self._message.in_body(self._region, start)
        span = self._message.body[begins : begins + end - start]
        return Evidence(span, begins, begins + len(span), why)


@dataclass(frozen=True, slots=True)
class Read(Generic[_Value]):
    """A fact and the words it was read from."""

    value: _Value
    evidence: Evidence


def value_of(read: Read[_Value] | None) -> _Value | None:
    """What was read, or None."""
    return read.value if read else None


@dataclass(frozen=True, slots=True)
class Page:
    """A mail as the facts read it."""

    message: ParsedMessage
    classification: Classification
    lexicon: Lexicon
    own_addresses: frozenset[str]
    subject: Passage
    new: Passage
    signature: Passage
    quoted: Passage
    calendar: Passage  #: title and description of the calendar parts

    @property
    def reader_names(self) -> frozenset[str]:
        """The words of the reader's name, as To and the reader's own addresses show it, folded."""
        shown = [address.name for address in self.message.to]
        known = (*self.own_addresses, *(address.email for address in self.message.to if not address.name))
        local_parts = [email.partition("@")[0] for email in known]
        return frozenset(words_of(" ".join(shown + local_parts).replace(".", " ").replace("_", " ")).tokens)

    def beside(self, text: str) -> Passage:
        """Words that stand in a header, to be read like the mail itself."""
        return Passage(text, self.message, None, _phrases(self.lexicon))

    def hits(self, *groups: str) -> Iterator[tuple[Passage, Hit]]:
        """The phrases of these groups in the new text, then in the subject."""
        for passage in (self.new, self.subject):
            for hit in passage.hits(*groups):
                yield passage, hit


def page_of(
    message: ParsedMessage, classification: Classification, lexicon: Lexicon, own_addresses: tuple[str, ...] = ()
) -> Page:
    """Lay a message out for reading."""
    phrases = _phrases(lexicon)
    return Page(
        message=message,
        classification=classification,
        lexicon=lexicon,
        own_addresses=frozenset(address.lower() for address in own_addresses),
        subject=Passage(message.subject, message, None, phrases),
        new=Passage(message.text, message, RegionKind.NEW, phrases),
        signature=Passage(message.signature, message, RegionKind.SIGNATURE, phrases),
        quoted=Passage(message.quoted, message, RegionKind.QUOTED, phrases),
        calendar=Passage(
            "\n\n".join(f"{event.summary}\n\n{event.description}" for event in message.events), message, None, phrases
        ),
    )


@lru_cache(maxsize=64)
def _phrases(lexicon: Lexicon) -> Phrases:
    """Every phrase of the language's facts, its group named ``family.group``."""
    families: Mapping[str, Mapping[str, Iterable[str]]] = lexicon.facts.get("phrases", {})
    return Phrases({f"{family}.{name}": group for family, groups in families.items() for name, group in groups.items()})


@lru_cache(maxsize=512)
def word_set(lexicon: Lexicon, *path: str) -> frozenset[str]:
    """A list of words at a path of the language's facts, folded; empty where there is none."""
    found: Any = lexicon.facts
    for name in path:
        found = found.get(name, {}) if isinstance(found, Mapping) else {}
    return frozenset(folded(word) for word in found)

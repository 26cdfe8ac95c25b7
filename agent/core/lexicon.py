"""The words of one language, as the stages of the core need them, and the vote that finds the language of a text.

A lexicon is data (``agent/languages/<tag>/*.toml``), one file a stage, so that a wrong word has one place to be mended:
``language`` (function words for the vote), ``kinds`` (cues of :mod:`agent.core.classify`), ``facts``
(:mod:`agent.core.extract`) and ``times`` (:mod:`agent.core.when`). A stage compiles its table once per lexicon.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.core.senders import NO_SENDERS, Senders

_WORD = re.compile(r"https?://\S+|[^\W\d_]+(?:[.@][^\W\d_]+)*")
"""A word; a link or a name of the net is one, so that ".com" and "/en/" speak for no language."""
_VOTERS = 400
"""Words of a text that vote; more do not make the answer better."""


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """The tables of one language; compared by identity, so that a stage can cache what it compiles from one."""

    language: str
    words: frozenset[str]
    kinds: Mapping[str, Any]
    facts: Mapping[str, Any]
    times: Mapping[str, Any]
    senders: Senders = NO_SENDERS  #: the same for every language
    weights: Mapping[str, Any] = field(default_factory=dict)  #: what each feature is worth, the same for every language
    word_weights: Mapping[str, Any] = field(default_factory=dict)  #: what each word of the language is worth


@dataclass(frozen=True, slots=True)
class Lexicons:
    """The languages we speak; the first is the one used where nothing tells."""

    spoken: tuple[Lexicon, ...]

    def of(self, language: str) -> Lexicon:
        """The lexicon of a BCP 47 tag's primary language, or the first where we do not speak it."""
        primary = language.partition("-")[0].lower()
        return next((lexicon for lexicon in self.spoken if lexicon.language == primary), self.spoken[0])

    def fitting(self, text: str) -> Lexicon:
        """The lexicon whose function words the text uses most; the first where none stands out."""
        words = Counter(
            match.group().casefold() for _, match in zip(range(_VOTERS), _WORD.finditer(text), strict=False)
        )
        votes = {
            lexicon.language: sum(count for word, count in words.items() if word in lexicon.words)
            for lexicon in self.spoken
        }
        return max(self.spoken, key=lambda lexicon: votes[lexicon.language])


def lexicon_from(
    language: str,
    tables: Mapping[str, Mapping[str, Any]],
    senders: Senders = NO_SENDERS,
    weights: Mapping[str, Any] | None = None,
) -> Lexicon:
    """Build a lexicon from its parsed TOML tables, by stage name; a missing stage is an empty table."""
    return Lexicon(
        language=language,
        words=frozenset(tables.get("language", {}).get("words", ())),
        kinds=tables.get("kinds", {}),
        facts=tables.get("facts", {}),
        times=tables.get("times", {}),
        senders=senders,
        weights=weights or {},
        word_weights=tables.get("words", {}),
    )

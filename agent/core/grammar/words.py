"""The words of time in one language, compiled from its ``times`` table, and a text cut into them.

The grammar sees only what is here: numbers, words the table knows, the marks that matter,
line ends, and how many other words lie between. Letter case and accents are laid aside; a phrase of several words is
one word of time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from agent.core.lexicon import Lexicon
from agent.core.zones import ABBREVIATIONS

MOST_TOKENS = 3_000
"""Words, numbers and marks of one text that are read; a letter that offers times has a few hundred."""
LOOK_AHEAD = 32
"""Tokens behind the last one, so that a look ahead needs no care."""

_PIECE = re.compile(r"(?P<link>(?:https?://|www\.)\S+)|(?P<number>\d+)|(?P<word>[^\W\d_]+)|(?P<mark>[^\w\s]|_)")
_BREAK = re.compile(r"\n|(?<=[^\W\d_][.?!]) (?=[^\W\d_])")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]+")
_MARKS = frozenset(":.,;-–—−/()[]|@+?!&~⋅·%€$£=")
_SENTENCE_ENDS = frozenset(".?!")
_TELLING = frozenset({"month", "weekday", "offset", "week", "clock", "past", "unit", "ends"})
_OPENERS = frozenset({"month", "weekday", "offset", "clock", "past", "number", "ordinal", "ends"})
_ZONED = frozenset({"zone", "place", "abbreviation"})
_SHORT = 3
"""Words of a line or sentence that is read whatever it holds: an "or" between two times may stand alone."""


class Role(StrEnum):
    """What a word does in a phrase of time; the keys of a table's ``words``."""

    AT = "at"  #: before a time of day
    ON = "on"  #: before a day
    FROM = "from"
    TO = "to"
    UNTIL = "until"  #: of the words before an end, those that make a limit where no begin is written
    BETWEEN = "between"
    AND = "and"
    OR = "or"
    OF = "of"
    ARTICLE = "article"
    THIS = "this"
    NEXT = "next"
    LAST = "last"
    COMING = "coming"
    EVERY = "every"
    WEEK_OF = "week_of"  #: makes the day after it a week, and so no day
    BY = "by"  #: what follows is a limit, not an offer
    AFTER = "after"
    ONWARDS = "onwards"
    HOUR_MARK = "hour_mark"  #: makes the number before it an hour: 14 Uhr, 2 o'clock
    HOUR_TAIL = "hour_tail"  #: may stand behind 14:00 and 1400, and means a duration elsewhere
    ORDINAL = "ordinal"  #: an ending that makes a number a day of the month: 3rd
    UNIT = "unit"  #: makes the number before it a count: 30 minutes
    LABEL = "label"  #: names a field of a list: "Time:", "Option 2:"
    END_LABEL = "end_label"  #: names the end of a time given before: "Ends:"
    ABOUT = "about"  #: light, like every word that has a role
    ECHO = "echo"  #: what follows is the same time in another zone: "that is"
    ZONE_CUE = "zone_cue"  #: a zone beside it holds for all the times of the text
    ZONE_TAIL = "zone_tail"  #: makes the place before it a zone: "Berlin time"
    ZONE_LEAD = "zone_lead"  #: makes the place behind it a zone: "time in Berlin"
    READER_ZONE = "reader_zone"
    SENDER_ZONE = "sender_zone"
    WITHIN = "within"  #: before a count of days that runs from today
    FROM_NOW = "from_now"  #: behind such a count


_OPENING_ROLES = frozenset({Role.THIS, Role.NEXT, Role.LAST, Role.COMING, Role.ARTICLE})
_ZONED_ROLES = frozenset({Role.ZONE_LEAD, Role.READER_ZONE, Role.SENDER_ZONE})


class Half(StrEnum):
    AM = "am"
    PM = "pm"


class Unit(StrEnum):
    """What a span is counted in, or what ends ("end of the week")."""

    HOUR = "hour"
    DAY = "day"
    BUSINESS_DAY = "business_day"
    WEEK = "week"
    MONTH = "month"
    NEXT_WEEK = "next_week"  #: only as what ends


@dataclass(frozen=True, slots=True)
class Meaning:
    """All that one word of time may mean; the grammar takes what fits the place."""

    roles: frozenset[Role] = frozenset()
    month: int | None = None
    weekday: int | None = None
    guarded: bool = False  #: also an everyday word: a day or month only beside a number, a zone only in capitals
    offset: int | None = None  #: days from today
    week: int | None = None  #: weeks from this one
    half: Half | None = None
    daypart: Half | None = None
    clock: tuple[int, int] | None = None
    past: int | None = None  #: minutes to add to the hour that follows
    number: int | None = None
    ordinal: int | None = None
    unit: Unit | None = None
    ends: Unit | None = None
    zone: str | None = None
    place: str | None = None
    abbreviation: str | None = None
    opens: bool = False  #: may begin a day, a time of day or a count of days
    zoned: bool = False  #: may begin a zone


NOTHING = Meaning()


class Token(NamedTuple):
    """A piece of a text: a ``number``, a ``word`` of time, a ``mark``, a ``line`` end, or ``other`` words."""

    kind: str
    text: str
    start: int
    end: int
    meaning: Meaning = NOTHING
    size: int = 0  #: how many other words or line ends it stands for


END = Token("end", "", -1, -1)


_Phrase = tuple[tuple[str, ...], Meaning]
"""The words of a phrase behind its first, and what it means."""


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The table of one language, ready to be looked up."""

    phrases: Mapping[str, Sequence[_Phrase]]
    anchors: frozenset[str]
    day_first: bool | None
    dotted: bool


def fold(word: str) -> str:
    """A text without letter case and accents."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


@lru_cache(maxsize=64)
def vocabulary_of(lexicon: Lexicon) -> Vocabulary:
    """Compile the ``times`` table of a lexicon, once."""
    values: dict[tuple[str, ...], dict[str, Any]] = {}
    for phrase, name, value in _entries(lexicon.times):
        words = tuple(fold(piece.group()) for piece in _PIECE.finditer(phrase))
        known = values.setdefault(words, {})
        known[name] = known.get(name, frozenset()) | {Role(value)} if name == "roles" else value
    phrases: dict[str, list[_Phrase]] = {}
    for words in sorted(values, key=len, reverse=True):
        phrases.setdefault(words[0], []).append((words[1:], _meaning(values[words])))
    order = lexicon.times.get("date_order")
    return Vocabulary(
        phrases, _anchors(values), order == "dmy" if order else None, bool(lexicon.times.get("ordinal_dot"))
    )


def _meaning(values: Mapping[str, Any]) -> Meaning:
    """The meaning with these values, and what the walk over a text asks first."""
    roles: frozenset[Role] = values.get("roles", frozenset())
    opens = not _OPENERS.isdisjoint(values) or not roles.isdisjoint(_OPENING_ROLES)
    zoned = not _ZONED.isdisjoint(values) or not roles.isdisjoint(_ZONED_ROLES)
    return Meaning(**values, opens=opens, zoned=zoned)


def _anchors(values: Mapping[tuple[str, ...], Mapping[str, Any]]) -> frozenset[str]:
    """The words one of which a line without a digit must hold to be read; of a phrase the longest word will do."""
    telling = sorted((words for words, known in values.items() if _tells(known)), key=len)
    anchors: set[str] = set()
    for words in telling:
        if anchors.isdisjoint(words):
            anchors.add(max(words, key=len))
    return frozenset(anchors)


def _tells(values: Mapping[str, Any]) -> bool:
    """True for a word that may tell a time without a digit near it."""
    return not values.get("guarded") and (not _TELLING.isdisjoint(values) or Role.ZONE_CUE in values.get("roles", ()))


def _entries(table: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Every phrase of a table with the field of ``Meaning`` it fills, and what with."""
    for name, rows, first in (("month", table.get("months", ()), 1), ("weekday", table.get("weekdays", ()), 0)):
        yield from ((phrase, name, place) for place, row in enumerate(rows, first) for phrase in row)
    for name in ("offset", "week", "past", "number", "ordinal", "zone", "place"):
        yield from ((phrase, name, value) for phrase, value in table.get(name, {}).items())
    for name, kind in (("half", Half), ("daypart", Half), ("unit", Unit), ("ends", Unit)):
        yield from ((phrase, name, kind(key)) for key, row in table.get(name, {}).items() for phrase in row)
    for written, row in table.get("clock", {}).items():
        hour, _, minute = written.partition(":")
        yield from ((phrase, "clock", (int(hour), int(minute))) for phrase in row)
    words = table.get("words", {})
    for key, row in {Role.UNTIL: words.get("to", ()), **words}.items():  # one word for "to" and "until" will do
        yield from ((phrase, "roles", key) for phrase in row)
    yield from ((phrase, "guarded", True) for phrase in table.get("guarded", ()))
    yield from ((name, "abbreviation", name) for name in ABBREVIATIONS)


def has_time(text: str, vocabulary: Vocabulary) -> bool:
    """False where a text holds no digit and no word that could open a phrase of time: most mails end here."""
    return bool(_DIGIT.search(text)) or not vocabulary.anchors.isdisjoint(_words(text))


def tokens_of(text: str, vocabulary: Vocabulary) -> list[Token]:
    """Cut a text into tokens, at most so many and with ``END`` behind; sentences without a time are only counted."""
    tokens: list[Token] = []
    start = 0
    for end, broken in _ends(text):
        if len(tokens) >= MOST_TOKENS:
            break
        part = text[start:end]
        words = _words(part)
        if len(words) <= _SHORT or _DIGIT.search(part) or not vocabulary.anchors.isdisjoint(words):
            _read_part(text, start, end, vocabulary, tokens)
        else:
            _count_part(part, start, len(words), tokens)
        if broken:
            _end_line(end, tokens)
        start = end + 1
    return tokens[:MOST_TOKENS] + [END] * LOOK_AHEAD


def _ends(text: str) -> Iterator[tuple[int, bool]]:
    """Where the lines of a text and the sentences in them end, and whether a line does."""
    yield from ((match.start(), match.group() == "\n") for match in _BREAK.finditer(text))
    yield len(text), True


def _words(text: str) -> list[str]:
    words = _WORD.findall(text.lower())
    return words if text.isascii() else [fold(word) for word in words]


def _read_part(text: str, start: int, end: int, vocabulary: Vocabulary, tokens: list[Token]) -> None:
    """Append the tokens of a part: the longest phrase known at each place, else what stands there."""
    pieces = list(islice(_PIECE.finditer(text, start, end), MOST_TOKENS - len(tokens)))
    folded = [fold(piece.group()) for piece in pieces]
    known, place = vocabulary.phrases, 0
    while place < len(pieces):
        piece, word = pieces[place], folded[place]
        if word in known and (found := _longest(folded, place, known[word])) is not None:
            length, meaning = found
            last = pieces[place + length - 1].end()
            tokens.append(Token("word", text[piece.start() : last], piece.start(), last, meaning))
            place += length
            continue
        kind = piece.lastgroup
        if kind == "number" or (kind == "mark" and word in _MARKS):
            tokens.append(Token(kind, word, piece.start(), piece.end()))
        elif kind != "mark":
            _add_other(piece.start(), piece.end(), 1, tokens)
        place += 1


def _longest(folded: Sequence[str], place: int, phrases: Sequence[_Phrase]) -> tuple[int, Meaning] | None:
    """How many pieces the longest of some phrases takes at a place, and what it means."""
    for rest, meaning in phrases:
        if not rest or tuple(folded[place + 1 : place + 1 + len(rest)]) == rest:
            return len(rest) + 1, meaning
    return None


def _add_other(start: int, end: int, count: int, tokens: list[Token]) -> None:
    """Count words that mean nothing here; neighbours become one token."""
    if tokens and tokens[-1].kind == "other":
        start, count = tokens[-1].start, tokens[-1].size + count
        tokens.pop()
    tokens.append(Token("other", "", start, end, NOTHING, count))


def _count_part(part: str, start: int, words: int, tokens: list[Token]) -> None:
    """Stand for a part that is not read: its words, and a mark where a sentence ends in it."""
    _add_other(start, start + len(part), words, tokens)
    if not _SENTENCE_ENDS.isdisjoint(part):
        tokens.append(Token("mark", ".", start + len(part), start + len(part)))


def _end_line(position: int, tokens: list[Token]) -> None:
    """Append a line end; blank lines make one token that counts more than one."""
    count = 1
    if tokens and tokens[-1].kind == "line":
        count += tokens.pop().size
    tokens.append(Token("line", "\n", position, position + 1, NOTHING, count))

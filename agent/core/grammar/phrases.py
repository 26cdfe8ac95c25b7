"""What the grammar of time gives: days, times of day, counts of days, and what stands between two of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from agent.core.grammar.words import Half, Role, Unit

_AFTERNOON = range(1, 7)
"""Hours that are meant in the afternoon where nothing is said: nobody interviews at three in the night."""


class Turn(StrEnum):
    """Which of the coming weekdays is meant."""

    THIS = "this"
    NEXT = "next"
    LAST = "last"
    COMING = "coming"


_TURNS = {Role.THIS: Turn.THIS, Role.NEXT: Turn.NEXT, Role.LAST: Turn.LAST, Role.COMING: Turn.COMING}


@dataclass(frozen=True, slots=True)
class DayPhrase:
    """A day as written; what is None was not said, and a year below 100 was written without its century.

    ``swappable``: day and month may be the other way round. ``void``: named, but not as a day on offer.
    """

    start: int
    end: int
    day: int | None = None
    month: int | None = None
    year: int | None = None
    swappable: bool = False
    weekday: int | None = None
    turn: Turn | None = None
    week: int | None = None
    within: DayPhrase | None = None  #: a day of the week that is meant ("the week of 9 March")
    offset: int | None = None
    limit: bool = False  #: what stands before makes it a limit ("by Friday"), not an offer
    void: bool = False  #: a week, a habit, the rim of a range: no single day on offer


@dataclass(frozen=True, slots=True)
class ZonePhrase:
    """A zone as written: an abbreviation, an IANA key, an offset in minutes, or whose clock it is."""

    start: int
    end: int
    abbreviation: str | None = None
    key: str | None = None
    offset: int | None = None
    whose: Role | None = None

    def unplaced(self) -> ZonePhrase:
        """The zone without its place in the text, to tell whether two are the same."""
        return replace(self, start=0, end=0)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day in minutes; ``sure`` where nothing about morning or afternoon is left open."""

    minutes: int
    sure: bool
    exact: bool = True  #: more than a bare number was written
    half: Half | None = None

    def other_half(self) -> int:
        """The same hands twelve hours off."""
        return (self.minutes + 720) % 1440

    def likely(self) -> int:
        """The reading of working hours where nothing is said."""
        return self.minutes + 720 if not self.sure and self.minutes // 60 in _AFTERNOON else self.minutes


@dataclass(frozen=True, slots=True)
class ClockPhrase:
    """A time of day on offer, with its end where one is written; ``void`` where it is a limit, not an offer."""

    start: int
    end: int
    begin: Clock
    finish: Clock | None = None
    zone: ZonePhrase | None = None
    void: bool = False


@dataclass(frozen=True, slots=True)
class SpanPhrase:
    """A count of days from now ("within 3 days"), or the end of something (``count`` None: "end of the week")."""

    start: int
    end: int
    unit: Unit
    count: int | None


@dataclass(slots=True)
class Link:
    """What stands between one phrase and the one before it; marks and leads are those behind the last other word."""

    words: int = 0
    lines: int = 0
    sentence: bool = False
    fresh_line: bool = False
    joined: bool = False
    comma: bool = False
    dash: bool = False
    echo: bool = False
    leads: set[Role] = field(default_factory=set)
    daypart: Half | None = None
    zone: ZonePhrase | None = None

    @property
    def strength(self) -> int:
        """How closely the two belong together: 5 side by side, 1 some words apart in a sentence, 0 not at all."""
        if self.words:
            return 0 if self.sentence or self.lines > 1 else 1
        if self.sentence or self.lines > 1 or (self.lines and not self.leads & {Role.AT, Role.ON, Role.OF}):
            return 2
        if self.joined:
            return 3
        return 4 if self.comma else 5

    @property
    def goes_on(self) -> bool:
        """True where a list goes on after other words: behind an "or", a comma, or at the head of a line."""
        return self.joined or self.comma or (self.fresh_line and Role.AT not in self.leads)

    @property
    def limits(self) -> bool:
        """True for a lone "until"; a word that also means "at" leads to an offer."""
        return Role.UNTIL in self.leads and self.leads.isdisjoint({Role.FROM, Role.AT})

    @property
    def ends(self) -> bool:
        """True where what follows is the end of the time right before it."""
        return not self.words and (Role.END_LABEL in self.leads or (Role.TO in self.leads and self.strength == 5))

    def end_sentence(self) -> None:
        """Note the end of a sentence, beyond which no habit reaches ("... thirty seconds each.")."""
        self.sentence = True
        self.leads -= {Role.EVERY, Role.WEEK_OF, Role.AFTER}

    def forget_tail(self) -> None:
        """Lay aside what stood before a word that means nothing here."""
        self.fresh_line = self.joined = self.comma = self.dash = self.echo = False
        self.leads.clear()
        self.daypart = self.zone = None


Phrase = DayPhrase | ClockPhrase | SpanPhrase


@dataclass(frozen=True, slots=True)
class Item:
    """A phrase and its link to the phrase before it."""

    phrase: Phrase
    link: Link


@dataclass(frozen=True, slots=True)
class Reading:
    """All phrases of a text in order, the zone it states for all its times, and zones that stand by themselves."""

    items: tuple[Item, ...]
    zone: ZonePhrase | None
    lone: tuple[ZonePhrase, ...] = ()

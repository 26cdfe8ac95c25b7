"""Times and days written in a mail, as moments: which day goes with which hour, in which zone.

What is read is what is written. A slot has an end only where one is given; a day without an hour ("Thursday
afternoon", "the week of") is no slot; a phrase with two readings ("03/04", "next Friday", "3pm IST") is none either
and is reported as an ambiguity. Limits ("by 5 pm on Friday") are days for :func:`find_dates` and no slots.

The words come from a language's ``times`` table through :mod:`agent.core.grammar`; :mod:`agent.core.almanac` tells the
day, :mod:`agent.core.pairing` which hour is on it, and :mod:`agent.core.zones` the zone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from agent.core.almanac import Almanac
from agent.core.grammar.phrases import ClockPhrase, DayPhrase, Item, Reading, SpanPhrase, ZonePhrase
from agent.core.grammar.reading import read
from agent.core.grammar.words import Role, has_time, vocabulary_of
from agent.core.lexicon import Lexicon
from agent.core.model import Ambiguity, Slot
from agent.core.pairing import DAY, Node, paired
from agent.core.zones import fixed_zone, readings_of, zone_of_abbreviation, zone_of_key

MOST_SLOTS = 40
"""Slots read from one text; a letter that offers more is a timetable."""
READER_ZONE = "the time zone meant is the reader's, which the mail does not name"
TWO_ZONES = "the two zones do not give the same moment"


@dataclass(frozen=True, slots=True)
class Found:
    """A slot and the words it was read from: the hour, with its day where the two stand side by side."""

    slot: Slot
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A stated day and the words it was read from."""

    day: date
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Times:
    """The slots of a text in order, and the phrases of time that could not be told, each with where it stands."""

    slots: tuple[Found, ...] = ()
    ambiguities: tuple[tuple[Ambiguity, int, int], ...] = ()


def find_slots(
    text: str, lexicon: Lexicon, anchor: datetime, *, country: str | None = None, zone: tzinfo | None = None
) -> Times:
    """Read the times of day that have a day, as moments; ``anchor`` is the mail's Date, ``country`` its sender's.

    ``zone`` is used where none is written; without it the offset of the anchor.
    """
    vocabulary = vocabulary_of(lexicon)
    if not has_time(text, vocabulary):
        return Times()
    reading = read(text, vocabulary)
    almanac = Almanac.of(reading, anchor, country, vocabulary.day_first)
    nodes = paired(reading.items, almanac)
    return _Slots(text, nodes, almanac, _Zones(reading, anchor, country, zone)).times()


def find_dates(text: str, lexicon: Lexicon, anchor: datetime, *, country: str | None = None) -> tuple[FoundDate, ...]:
    """Read every day that is stated, limits and counts of days from the anchor included, in order."""
    vocabulary = vocabulary_of(lexicon)
    if not has_time(text, vocabulary):
        return ()
    reading = read(text, vocabulary)
    almanac = Almanac.of(reading, anchor, country, vocabulary.day_first)
    return tuple(_dates(reading.items, almanac))[:MOST_SLOTS]


def _dates(items: Sequence[Item], almanac: Almanac) -> Iterator[FoundDate]:
    for place, item in enumerate(items):
        phrase = item.phrase
        if isinstance(phrase, SpanPhrase) and not _is_ended_by_day(items, place):
            day: date | str | None = almanac.after(phrase)
        elif isinstance(phrase, DayPhrase) and not phrase.void:
            day = almanac.day(phrase)
        else:
            continue
        if isinstance(day, date):
            yield FoundDate(day, phrase.start, phrase.end)


def _is_ended_by_day(items: Sequence[Item], place: int) -> bool:
    """True for the "end of day" of a day that is named behind it."""
    span, following = items[place].phrase, items[place + 1] if place + 1 < len(items) else None
    ends = isinstance(span, SpanPhrase) and span.count is None
    return ends and following is not None and isinstance(following.phrase, DayPhrase) and following.link.strength >= 4


class _Zones:
    """Tells the zone of each time of day: its own, its list's, the one stated for all, the only one, the sender's."""

    def __init__(self, reading: Reading, anchor: datetime, country: str | None, default: tzinfo | None) -> None:
        self.anchor, self.country = anchor, country
        self.default = default or anchor.tzinfo or UTC
        self.stated = reading.zone
        clocks = [
            item.phrase for item in reading.items if isinstance(item.phrase, ClockPhrase) and not item.phrase.void
        ]
        zones = (*(clock.zone for clock in clocks), *reading.lone)
        written = {zone.unplaced(): zone for zone in zones if zone is not None}
        self.only = next(iter(written.values())) if len(written) == 1 else None

    def of(self, written: ZonePhrase | None) -> tzinfo | Ambiguity:
        """The zone of a time of day, given the one written beside it or in its list."""
        phrase = written or self.stated or self.only
        if phrase is None or phrase.whose is Role.SENDER_ZONE:
            return self.default or UTC
        return self._named(phrase)

    def _named(self, phrase: ZonePhrase) -> tzinfo | Ambiguity:
        if phrase.whose is not None:
            return Ambiguity("", READER_ZONE)
        if phrase.offset is not None:
            return fixed_zone(phrase.offset) or UTC
        if phrase.key is not None:
            return zone_of_key(phrase.key) or UTC
        name = phrase.abbreviation or ""
        told = zone_of_abbreviation(name, country=self.country, anchor=self.anchor)
        return told or Ambiguity("", f"{name} may be the time of {', '.join(readings_of(name))}")


class _Slots:
    """Makes moments of paired hours and days."""

    def __init__(self, text: str, nodes: Sequence[Node], almanac: Almanac, zones: _Zones) -> None:
        self.text, self.nodes, self.almanac, self.zones = text, nodes, almanac, zones
        self.found: dict[datetime, Found] = {}
        self.unclear: dict[tuple[int, int], Ambiguity] = {}

    def times(self) -> Times:
        """All slots and ambiguities of the text."""
        for node in self.nodes:
            self._emit(node)
        unclear = tuple((ambiguity, *span) for span, ambiguity in self.unclear.items())
        return Times(tuple(self.found.values()), unclear[:MOST_SLOTS])

    def _emit(self, node: Node) -> None:
        phrase = node.phrase
        if not isinstance(phrase, ClockPhrase) or phrase.void:
            return
        for place in node.days:
            day_phrase = self.nodes[place].phrase
            if len(self.found) >= MOST_SLOTS or not isinstance(day_phrase, DayPhrase):
                return
            day = self.almanac.day(day_phrase)
            if isinstance(day, str):
                self._report(day_phrase.start, day_phrase.end, day)
            elif day is not None:
                self._place(node, phrase, place, day)

    def _place(self, node: Node, phrase: ClockPhrase, place: int, day: date) -> None:
        """Make the slot of one hour on one day, unless its zone is in doubt."""
        zone = self.zones.of(node.zone)
        start, end = self._words(node, phrase, place)
        if isinstance(zone, Ambiguity):
            self._report(phrase.start, phrase.end, zone.why)
            return
        starts_at = _moment(day, node.begin, zone)
        ends_at = _moment(day, node.finish, zone) if node.finish is not None else None
        if starts_at is None:
            return
        if node.echo is not None and not self._agrees(node.echo, day, starts_at):
            self._report(phrase.start, node.echo.end, TWO_ZONES)
            return
        known = self.found.get(starts_at)
        if known is None or (known.slot.ends_at is None and ends_at is not None):
            self.found[starts_at] = Found(Slot(starts_at, ends_at), start, end)

    def _agrees(self, echo: ClockPhrase, day: date, starts_at: datetime) -> bool:
        """True where the same hour in another zone is the same moment, a day before or after included."""
        zone = self.zones.of(echo.zone)
        if isinstance(zone, Ambiguity):
            return True
        clocks = {echo.begin.minutes, echo.begin.likely()}
        moments = (_moment(day, minutes + shift * DAY, zone) for minutes in clocks for shift in (-1, 0, 1))
        return starts_at in moments

    def _words(self, node: Node, phrase: ClockPhrase, place: int) -> tuple[int, int]:
        """Where the words of a slot stand: the hour, with its day where nothing lies between."""
        day = self.nodes[place].phrase
        first, last = min(node.days), max(node.days)
        if day.end <= phrase.start and self._touches(last + 1) and self.nodes[last + 1] is node:
            return day.start, phrase.end
        if day.start >= phrase.end and self._touches(first) and self.nodes[first - 1] is node:
            return phrase.start, day.end
        return phrase.start, phrase.end

    def _touches(self, place: int) -> bool:
        """True where nothing but light signs lies between a node and the one before it."""
        return 0 < place < len(self.nodes) and self.nodes[place].link.strength >= 4

    def _report(self, start: int, end: int, why: str) -> None:
        self.unclear[start, end] = Ambiguity(self.text[start:end], why)


def _moment(day: date, minutes: int, zone: tzinfo) -> datetime | None:
    """The moment of a day's hour in a zone; an hour the clocks skip or repeat is read as before the change."""
    try:
        return datetime.combine(day + timedelta(days=minutes // DAY), time(minutes % DAY // 60, minutes % 60), zone)
    except OverflowError:
        return None

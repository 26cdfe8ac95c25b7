"""Walks over a text once, left to right, and takes every phrase of time with what stands before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from agent.core.grammar.clocks import DASHES
from agent.core.grammar.phrases import (
    Clock,
    ClockPhrase,
    DayPhrase,
    Item,
    Link,
    Phrase,
    Reading,
    SpanPhrase,
    ZonePhrase,
)
from agent.core.grammar.words import Meaning, Role, Token, Vocabulary
from agent.core.grammar.zonewords import Zones

_FULL_FIVES = range(0, 60, 5)
_OFFICE_HOURS = range(7, 23)
MOST_PHRASES = 400
"""Phrases of time read from one text."""


@lru_cache(maxsize=2)
def read(text: str, vocabulary: Vocabulary) -> Reading:
    """Read every phrase of time in a text; the last is kept, for slots and dates are asked for one after the other."""
    return Walk(text, vocabulary).reading()


class Walk(Zones):
    """One pass over a text, left to right."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        super().__init__(text, vocabulary)
        self.items: list[Item] = []
        self.link = Link()
        self.cue_at: int | None = None
        self.stated: ZonePhrase | None = None
        self.lone: list[ZonePhrase] = []  #: zones beside a day or an hour that none of the hours took
        self.week: int | None = None  #: the week the sentence speaks of, from this one
        self.within: DayPhrase | None = None  #: a day of that week, where it is told by one

    def reading(self) -> Reading:
        place = 0
        while self.tokens[place].kind != "end" and len(self.items) < MOST_PHRASES:
            place = self._step(place)
        return Reading(tuple(self.items), self.stated, tuple(self.lone))

    def _step(self, place: int) -> int:
        """Take the phrase at a place, else note what stands there; the next place."""
        token = self.tokens[place]
        if token.kind == "number" or token.meaning.opens:
            for take in self._takers(place):
                if (after := take(place)) is not None:
                    return after
        if (token.meaning.zoned or self._is_path(place)) and (zoned := self._lone_zone(place)) is not None:
            return zoned
        return self._note(place)

    def _is_path(self, place: int) -> bool:
        """True where a slash may be that of an IANA name."""
        return self.tokens[place].kind in ("other", "word") and self.mark(place + 1, "/") and self.touches(place + 1)

    def _takers(self, place: int) -> tuple[Callable[[int], int | None], ...]:
        """What to try first: behind "at" a number is an hour, elsewhere it may be a date."""
        told = self.clock(place) if self.link.leads & {Role.AT, Role.BETWEEN} else None
        if told is not None and (told[0].exact or (Role.AT in self.link.leads and not self._names_day(place))):
            return self._take_clock, self._take_days, self._take_span
        return self._take_span, self._take_days, self._take_clock

    def _names_day(self, place: int) -> bool:
        """True where a number is followed by its month or an ending, or goes on in figures."""
        ahead = self.over(place + 1, ".", Role.OF)
        return self.at(ahead).meaning.month is not None or self.has(place + 1, Role.ORDINAL) or self.pieced(place)

    def _add(self, phrase: Phrase) -> None:
        self.items.append(Item(phrase, self.link))
        self.link = Link()

    def _last(self) -> Phrase | None:
        return self.items[-1].phrase if self.items else None

    def _chained(self) -> bool:
        """True where this place goes on a list of the phrase before it."""
        return bool(self.items) and not self.link.words and not self.link.sentence and self.link.lines < 2

    # ---------------------------------------------------------------------------------------------- days

    def _take_days(self, place: int) -> int | None:
        last = self._last()
        chained = self._chained() and isinstance(last, DayPhrase) and last.swappable
        found = self.days(place, self.link.leads, chained)
        if found is None:
            return None
        phrases, after = found
        leads = self.link.leads
        ranged = self._chained() and isinstance(last, DayPhrase) and (Role.TO in leads or self.link.dash)
        limit = ranged or Role.BY in leads or self.link.limits
        void = bool(leads & {Role.EVERY, Role.WEEK_OF, Role.AFTER})
        for phrase in phrases:
            limited = (limit or phrase.limit) and not self._ends_range()
            self._add(replace(self._in_week(phrase), limit=limited, void=void))
            self.link.joined = True
        self.link = Link()
        if Role.WEEK_OF in leads:
            self.within = phrases[0]
        if ranged and isinstance(last, DayPhrase):
            self._limit_before(len(phrases))
        return after

    def _ends_range(self) -> bool:
        """True where a day repeats the day of a time of day, to give its end."""
        return self._chained() and isinstance(self._last(), ClockPhrase)

    def _limit_before(self, count: int) -> None:
        """The day a range of days begins with is no single day on offer either."""
        item = self.items[-count - 1]
        if isinstance(item.phrase, DayPhrase):
            self.items[-count - 1] = replace(item, phrase=replace(item.phrase, limit=True))

    def _in_week(self, phrase: DayPhrase) -> DayPhrase:
        """A weekday in the week the sentence speaks of, where none is written beside it."""
        dated = phrase.day is not None or phrase.offset is not None
        if phrase.weekday is None or dated or phrase.turn is not None or phrase.week is not None:
            return phrase
        return replace(phrase, week=self.week, within=self.within)

    # ---------------------------------------------------------------------------------------------- times of day

    def _take_clock(self, place: int) -> int | None:
        told = self.clock(place)
        if told is None:
            return None
        begin, after = told
        zone, after = self.zone_behind(after)
        finish, after = self._finish(after)
        if not self._stands(begin, finish, zone, after):
            return None
        last, after = (zone, after) if finish is None else self.zone_behind(after)
        phrase = ClockPhrase(
            self.at(place).start, self.at(after - 1).end, begin, finish, last or zone or self.link.zone
        )
        self._add(replace(phrase, void=self._is_void(after)))
        return after

    def _military(self, place: int) -> tuple[Clock, int] | None:
        """Four digits before "hrs", or right behind a day: "Tues 17 Feb 0730"."""
        value = self.number(place, longest=4)
        beside_day = value is not None and self._chained() and isinstance(self._last(), DayPhrase)
        if beside_day and value and len(self.at(place).text) == 4 and value < 2400 and value % 100 in _FULL_FIVES:
            after = place + 1 + self.has(place + 1, Role.HOUR_TAIL)
            return Clock(value // 100 * 60 + value % 100, sure=True), after
        return super()._military(place)

    def _dot_means_time(self, place: int, after: int) -> bool:
        """A dot between digits is a time of day also beside a day, and where another such time follows."""
        if super()._dot_means_time(place, after):
            return True
        hour, minutes = int(self.at(place).text), int(self.at(place + 2).text)
        if minutes not in _FULL_FIVES or not hour:
            return False
        likely = self._padded(place) or hour in _OFFICE_HOURS
        return self._chained() or (likely and minutes % 15 == 0 and self._dotted_follows(after))

    def _dotted_follows(self, place: int) -> bool:
        """True where a comma, an "or" or a dash leads to another number of the kind of 9.30."""
        step = self.over(self.over(place, ",;/" + "".join(DASHES)), "", Role.OR, Role.AND, Role.TO)
        dotted = step > place and self.at(step).kind == "number" and self.mark(step + 1, ".") and self.touches(step + 1)
        return dotted and len(self.at(step + 2).text) == 2 and self.touches(step + 2)

    def _finish(self, place: int) -> tuple[Clock | None, int]:
        """The end of a time of day: behind a dash or "to", behind the "and" of "between", or in the next column."""
        step = self.reaches(place)
        if step is None and "\t" in self.text[self.at(place - 1).end : self.at(place).start]:
            step = self.clean(place)
        if step is None and Role.BETWEEN in self.link.leads and self.has(self.over_line(place), Role.AND, Role.OR):
            step = self.clean(self.over_line(self.over_line(place) + 1))
        told = self.clock(step) if step is not None else None
        if told is None or not (told[0].exact or self.closed(told[1])):
            return None, place
        return told

    def _stands(self, begin: Clock, finish: Clock | None, zone: ZonePhrase | None, after: int) -> bool:
        """True where the place shows that this is a time of day and not just a number."""
        if begin.exact:
            return True
        leads, last = self.link.leads, self._last()
        beside_day = isinstance(last, DayPhrase) and self._chained()
        if finish is not None:
            led = bool(leads & {Role.AT, Role.BETWEEN, Role.FROM}) or beside_day or zone is not None
            return finish.exact or led or self.at(after).meaning.abbreviation is not None
        if self.leads_to_exact(after):
            return True
        if not self.closed(after):
            return False
        before_day = self.has(after, Role.OR) and self.at(after + 1).meaning.weekday is not None
        beside = beside_day and (Role.FROM in leads or zone is not None or before_day)
        return Role.AT in leads or self._goes_on_list(after) or beside

    def _goes_on_list(self, after: int) -> bool:
        """True where a bare number goes on a list of hours on the same line: the 10 and the 11 of "at 9, 10 or 11"."""
        if not isinstance(self._last(), ClockPhrase) or not self._chained() or self.link.lines:
            return False
        return self.link.joined or (self.link.comma and not self.link.dash and self.at(after).kind != "other")

    def _is_void(self, after: int) -> bool:
        """True for a limit ("by 5pm", "after 3") where an offer would be a time of day."""
        leads = self.link.leads
        ends = isinstance(self._last(), ClockPhrase) and self._chained()
        return (
            (self.link.limits and not ends)
            or bool(leads & {Role.BY, Role.AFTER, Role.EVERY})
            or self.has(after, Role.ONWARDS)
        )

    # ---------------------------------------------------------------------------------------------- spans

    def _take_span(self, place: int) -> int | None:
        token = self.at(place)
        if token.meaning.ends is not None:
            self._add(SpanPhrase(token.start, token.end, token.meaning.ends, None))
            return place + 1
        count = token.meaning.number or self.number(place)
        step = place + 2 if self.mark(place + 1, "-") else place + 1
        unit = self.at(step).meaning.unit
        if not count or unit is None or not (Role.WITHIN in self.link.leads or self.has(step + 1, Role.FROM_NOW)):
            return None
        self._add(SpanPhrase(token.start, self.at(step).end, unit, count))
        return step + 1

    # ---------------------------------------------------------------------------------------------- all else

    def _lone_zone(self, place: int) -> int | None:
        """Take a zone that stands by itself: beside a cue it holds for the whole text, beside a day for its times."""
        found = self.zone(place, False) if not self.mark(place, "+-") else None
        if found is None:
            return None
        zone, after = self._with_repeats(*found)
        cued = self.cue_at is not None and place - self.cue_at <= 10
        if cued or self.has(after, Role.ZONE_CUE):
            self.stated = self.stated or zone
            return after
        written = self.at(place).text.isupper() if zone.abbreviation else " " in self.text[zone.start : zone.end]
        if not written or not self._chained() or zone.whose is not None:
            return None
        self.link.zone = zone
        self.lone.append(zone)
        self._give_hour_before(zone)
        return after

    def _give_hour_before(self, zone: ZonePhrase) -> None:
        """Give a zone to the hour it follows where a bracket stands between them: "June 10th (11am) Eastern Time"."""
        item = self.items[-1]
        if isinstance(item.phrase, ClockPhrase) and item.phrase.zone is None:
            self.items[-1] = replace(item, phrase=replace(item.phrase, zone=zone))

    def _note(self, place: int) -> int:
        """Note in the link what is no phrase; the next place."""
        token, link = self.tokens[place], self.link
        if token.kind == "line":
            return self._note_line(place)
        if token.kind == "mark":
            self._note_mark(token)
        elif token.kind == "word" and self._is_light(token.meaning):
            self._note_word(token.meaning, place)
        else:
            link.words += max(token.size, 1)
            link.forget_tail()
        if Role.LABEL in token.meaning.roles and self.at(place + 1).kind == "number" and self.mark(place + 2, ":).-"):
            return place + 3 if not self.is_clock(place + 1) else place + 1
        return place + 1

    def _note_line(self, place: int) -> int:
        """Note a line end, and pass over the number or letter of a list's entry."""
        self.link.lines = max(self.link.lines, self.tokens[place].size)
        self.link.fresh_line = True
        if self.tokens[place].size > 1:
            self.week = self.within = self.cue_at = None
        return self._over_bullet(place + 1)

    def _over_bullet(self, place: int) -> int:
        token = self.at(place)
        short = token.kind == "number" or (token.kind in ("other", "word") and token.end - token.start == 1)
        if short and self.mark(place + 1, ".)") and self.touches(place + 1) and not self.pieced(place):
            dated = self.vocabulary.dotted and self._date(place, frozenset(), False) is not None
            return place if dated else place + 2
        return place

    def _note_mark(self, token: Token) -> None:
        link = self.link
        if token.text in "?!" or (token.text == "." and not self.char(token.end).strip()):
            link.end_sentence()
            self.cue_at = None
            if token.text != "?":
                self.week = self.within = None
        elif token.text in ";/&":
            link.joined, link.echo = True, token.text == "/"
            self.clean_at = token.end if not link.words and self.items else self.clean_at
        elif token.text in DASHES:
            link.dash, link.comma = not link.fresh_line, True
        else:
            link.comma, link.echo = True, link.echo or token.text in "(="

    @staticmethod
    def _is_light(meaning: Meaning) -> bool:
        """True for a word that may stand inside a phrase of time without ending it."""
        light = meaning.roles - {Role.UNIT, Role.ZONE_TAIL, Role.HOUR_TAIL, Role.HOUR_MARK, Role.ORDINAL}
        return bool(light) or meaning.daypart is not None or meaning.week is not None

    def _note_word(self, meaning: Meaning, place: int) -> None:
        link, roles = self.link, meaning.roles
        link.joined = link.joined or not roles.isdisjoint({Role.OR, Role.AND})
        link.echo = link.echo or Role.ECHO in roles
        link.leads |= roles
        link.daypart = meaning.daypart or link.daypart
        self.week = meaning.week if meaning.week is not None else self.week
        if Role.ZONE_CUE in roles:
            self.cue_at = place

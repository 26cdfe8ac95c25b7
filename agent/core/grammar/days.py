"""Reads days from tokens: relative ones, weekdays, dates in words and in figures."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from agent.core.grammar.clocks import DASHES, LONGEST_LIST, Clocks
from agent.core.grammar.phrases import DayPhrase, Turn
from agent.core.grammar.words import Role, Vocabulary

_YEARS = range(1990, 2100)
_NO_DATES = frozenset({(24, 7)})
"""Pairs with a slash that are idioms."""
_TURNS = {Role.THIS: Turn.THIS, Role.NEXT: Turn.NEXT, Role.LAST: Turn.LAST, Role.COMING: Turn.COMING}


class Days(Clocks):
    """Reads days."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        super().__init__(text, vocabulary)
        self.monthless = 0  #: numbers up to here are chained and no month follows, so that each list is walked once

    def days(self, place: int, leads: Set[Role], chained: bool) -> tuple[list[DayPhrase], int] | None:
        """The day or days at a place that share a month: "tomorrow", "Tuesday, 3 March", "March 3 or 4"."""
        token = self.at(place)
        if token.meaning.offset is not None:
            return self._relative(place)
        if Role.ARTICLE in token.meaning.roles and not (
            self.at(place + 1).kind == "number" or self.at(place + 1).meaning.ordinal
        ):
            return None
        return self._weekday(place) or self._date(place, leads, chained) or self._numbered(place, leads)

    def _relative(self, place: int) -> tuple[list[DayPhrase], int]:
        token = self.at(place)
        phrase, after = DayPhrase(token.start, token.end, offset=token.meaning.offset), place + 1
        if self.mark(after, ",(") and (more := self._weekday(after + 1) or self._date(after + 1, {Role.ON}, False)):
            told = more[0][0]
            if len(more[0]) == 1 and told.turn is None and told.week is None:
                phrase = replace(told, start=token.start, offset=phrase.offset)
                after = more[1] + self.mark(more[1], ")")
        return [phrase], after

    def _weekday(self, place: int) -> tuple[list[DayPhrase], int] | None:
        turn = next((_TURNS[role] for role in self.at(place).meaning.roles if role in _TURNS), None)
        at = self.over_line(place + 1) if turn else place
        token = self.at(at)
        if token.meaning.weekday is None:
            return None
        start, after = self.at(place).start, self._over_dot(at)
        week, after = self._week(after)
        dated = self._date_beside(after)
        if dated is None:
            bare = token.meaning.guarded and not self._before_clock(after)
            end = self.at(after - 1).end
            return (
                None if bare else ([DayPhrase(start, end, weekday=token.meaning.weekday, turn=turn, week=week)], after)
            )
        phrases, after = dated
        first = replace(phrases[0], start=start, weekday=token.meaning.weekday, week=week)
        return [first, *phrases[1:]], after

    def _week(self, place: int) -> tuple[int | None, int]:
        """The week a weekday is of, where one is written behind it."""
        step = self.over_line(place)
        step = step + 1 if self.has(step, Role.OF) else step
        week = self.at(step).meaning.week
        return (week, step + 1) if week is not None else (None, place)

    def _over_dot(self, place: int) -> int:
        """The place behind a word and the dot that shortens it."""
        return (
            place + 2
            if self.mark(place + 1, ".") and self.touches(place + 1) and len(self.at(place).text) < 5
            else place + 1
        )

    def _date_beside(self, place: int) -> tuple[list[DayPhrase], int] | None:
        """The date behind a weekday: with a comma, a dash, an article or in brackets."""
        opened = self.mark(place, "([")
        step = self.over(place, ",([" + "".join(DASHES))
        step = self.over(step, "", Role.ARTICLE, Role.ON)
        step = self.over(step, "", Role.ARTICLE)
        found = self._date(step, {Role.ON}, False)
        if found is None and (day := self._day_of_month(step)) is not None:
            value, after = day
            if self.is_clock(step) and not self._outgrows_clock(value, after):
                return None
            ordinal = after > step + 1 or self.at(step).meaning.ordinal is not None
            plain = step > place or ordinal or self.closed(after)
            ordinal = ordinal or self._outgrows_clock(value, after)
            if (
                plain
                and (ordinal or self.closed(after))
                and not self.mark(after, DASHES)
                and not self.has(after, Role.TO)
            ):
                found = [DayPhrase(self.at(step).start, self.at(after - 1).end, day=value)], after
        if found is None:
            return None
        return found[0], found[1] + (opened and self.mark(found[1], ")]"))

    def _outgrows_clock(self, value: int, after: int) -> bool:
        """True for a number that an earlier hour follows, and so begins no list of hours: the 18 of "Wed 18, 15h"."""
        step = self.over_line(after + 1) if self.mark(after, ",") else None
        told = self.clock(step) if step is not None else None
        return told is not None and told[0].exact and told[0].half is None and told[0].minutes < value * 60

    def _date(self, place: int, leads: Set[Role], chained: bool) -> tuple[list[DayPhrase], int] | None:
        """A date that names its month."""
        found = (
            self._iso(place) or self._numeric(place, leads, chained) or self._day_month(place) or self._month_day(place)
        )
        return self._with_weekday(*found) if found else None

    def _with_weekday(self, phrases: list[DayPhrase], after: int) -> tuple[list[DayPhrase], int]:
        """Take the weekday behind a date, in brackets or behind a comma, unless it begins a date of its own."""
        opened = self.mark(after, "([")
        step = self.over(after, ",([" + "".join(DASHES))
        token = self.at(step)
        if step == after or token.meaning.weekday is None or len(phrases) > 1:
            return phrases, after
        behind = self._over_dot(step)
        if not opened and self._date_beside(behind) is not None:
            return phrases, after
        return [replace(phrases[0], weekday=token.meaning.weekday)], behind + (opened and self.mark(behind, ")]"))

    def _iso(self, place: int) -> tuple[list[DayPhrase], int] | None:
        """Year, month and day with one sign between them (ISO 8601), and the T of a time that follows."""
        year = self.number(place, longest=4)
        parts = self._parts(place, 3)
        if year not in _YEARS or parts is None:
            return None
        end = self.at(place + 4).end
        after = place + 5
        if self.char(end) in ("T", "t") and self.char(end + 1).isdigit():
            after, self.clean_at = place + 6, end + 1
        start = self.at(place).start
        return [DayPhrase(start, end, day=parts[2], month=parts[1], year=year)], after

    def _parts(self, place: int, count: int) -> list[int] | None:
        """Numbers that stand side by side with the same sign between them, and no further one behind."""
        sign = self.at(place + 1).text
        if sign not in ("-", "/", "."):
            return None
        parts = []
        for step in range(place, place + 2 * count, 2):
            token = self.at(step)
            if token.kind != "number" or len(token.text) > 4 or (step > place and not self._signed(step, sign)):
                return None
            parts.append(int(token.text))
        behind = self.at(place + 2 * count - 2).end
        more = self.char(behind) == sign and self.char(behind + 1).isdigit()
        letter = self.char(behind).isalpha() and self.char(behind) not in "Tt"
        return None if more or letter or self.char(behind) == "_" else parts

    def _signed(self, place: int, sign: str) -> bool:
        """True where a number follows a sign without space, or with a space behind a dot ("3. 3. 2026")."""
        if not (self.mark(place - 1, sign) and self.touches(place - 1)):
            return False
        return self.touches(place) or (sign == "." and self.vocabulary.dotted and self.at(place).kind == "number")

    def _numeric(self, place: int, leads: Set[Role], chained: bool) -> tuple[list[DayPhrase], int] | None:
        """Day and month in figures, in whichever order, with a year or with something that shows it is a date."""
        first = self.number(place)
        sign = self.at(place + 1).text
        if first is None or sign not in ("-", "/", "."):
            return None
        if (parts := self._parts(place, 3)) is not None and (year := self._full_year(place + 4, sign)) is not None:
            after = place + 5
            sure = len(self.at(place + 4).text) == 4 or sign == "/"
        elif (parts := self._parts(place, 2)) is not None and self._short_date(place, sign, parts):
            year, after, sure = None, place + 3 + (self.mark(place + 3, ".") and self.touches(place + 3)), False
        else:
            return None
        if not (sure or chained or leads & {Role.ON, Role.BY, Role.OF} or self._before_clock(after)):
            return None
        end = self.at(after - 1).end
        day, month = parts[0], parts[1]
        if not 1 <= min(day, month) <= max(day, month) <= 31 or min(day, month) > 12:
            return None
        return [DayPhrase(self.at(place).start, end, day=day, month=month, year=year, swappable=sign != ".")], after

    def _full_year(self, place: int, sign: str) -> int | None:
        token = self.at(place)
        if len(token.text) == 4:
            return int(token.text) if int(token.text) in _YEARS else None
        return int(token.text) if len(token.text) == 2 and sign != "-" else None

    def _short_date(self, place: int, sign: str, parts: list[int]) -> bool:
        if sign == "/":
            return tuple(parts) not in _NO_DATES
        if sign != ".":
            return False
        behind_weekday = self.at(place - 1).meaning.weekday is not None or (
            self.mark(place - 1, ",") and self.at(place - 2).meaning.weekday is not None
        )
        return (self.mark(place + 3, ".") and self.touches(place + 3)) or (
            behind_weekday and self._before_clock(place + 3)
        )

    def _before_clock(self, place: int) -> bool:
        """True where a time of day follows, behind light signs and words."""
        behind_at = False
        for _ in range(4):
            if self.has(place, Role.AT, Role.FROM, Role.BETWEEN):
                behind_at = True
            elif not (self.mark(place, ",:(|-–—") or self.at(place).kind == "line"):
                break
            place += 1
        told = self.clock(place)
        return told is not None and (behind_at or told[0].exact or self.leads_to_exact(told[1]))

    def _day_of_month(self, place: int) -> tuple[int, int] | None:
        """A day of the month: "3", "3rd", "3." where the language writes so, "third"."""
        token = self.at(place)
        if token.meaning.ordinal is not None:
            return token.meaning.ordinal, place + 1
        value = self.number(place)
        if value is None or not 1 <= value <= 31:
            return None
        if self.has(place + 1, Role.ORDINAL) and self.touches(place + 1):
            return value, place + 2
        if self.vocabulary.dotted and self.mark(place + 1, ".") and self.touches(place + 1) and not self.pieced(place):
            return value, place + 2
        return value, place + 1

    def _month(self, place: int) -> tuple[int, int] | None:
        month = self.at(place).meaning.month
        return (month, self._over_dot(place)) if month is not None else None

    def _year(self, place: int) -> tuple[int | None, int]:
        """The year behind a day and month, if one is written."""
        step = self.over(place, ",.-", Role.OF)
        token = self.at(step)
        value = self.number(step, longest=4) if not (self.touches(step) and self.mark(step - 1, ".-")) else None
        if token.kind == "number" and value is None and self.mark(step - 1, "-") and len(token.text) == 4:
            value = int(token.text)
        if value in _YEARS and len(token.text) == 4 and not self.pieced(step):
            return value, step + 1
        if token.kind == "number" and len(token.text) == 2 and self.char(token.start - 1) in ("'", "’"):
            return int(token.text), step + 1
        return None, place

    def _day_month(self, place: int) -> tuple[list[DayPhrase], int] | None:
        """ "3 March", "the 3rd of March 2026", "3, 4 or 5 March", "3-5 March", "3-Mar-2026"."""
        start = self.at(place).start
        place = self.over(place, "", Role.ARTICLE)
        listed = self._day_list(place) if place >= self.monthless else None
        if listed is None:
            return None
        numbers, after, ranged = listed
        step = after + 1 if self.mark(after, "-") and self.touches(after + 1) else after
        step = self.over(step, "", Role.OF)
        month = self._month(self.over(step, "", Role.ARTICLE))
        if month is None:
            self.monthless = after
            return None
        year, after = self._year(month[1])
        return self._several(numbers, month[0], year, ranged, start, after)

    def _day_list(self, place: int) -> tuple[list[tuple[int, int, int]], int, bool] | None:
        """Days of a month that are chained; each with where it stands."""
        found: list[tuple[int, int, int]] = []
        ranged, after, step = False, place, place
        for _ in range(LONGEST_LIST):
            if (day := self._day_of_month(step)) is None:
                break
            found.append((day[0], self.at(step).start, self.at(day[1] - 1).end))
            after = day[1]
            if (onward := self.joins(after)) is None:
                onward = self.reaches(after)
                ranged = ranged or onward is not None
            if onward is None:
                break
            step = onward
        return (found, after, ranged and len(found) > 1) if found else None

    def _several(
        self, numbers: list[tuple[int, int, int]], month: int, year: int | None, ranged: bool, start: int, after: int
    ) -> tuple[list[DayPhrase], int]:
        phrases = [DayPhrase(begin, end, day=day, month=month, year=year, limit=ranged) for day, begin, end in numbers]
        phrases[0] = replace(phrases[0], start=min(start, phrases[0].start))
        phrases[-1] = replace(phrases[-1], end=max(self.at(after - 1).end, phrases[-1].end))
        return phrases, after

    def _month_day(self, place: int) -> tuple[list[DayPhrase], int] | None:
        """ "March 3rd, 2026", "Mar. 3", "March 3, 4 or 5"."""
        month = self._month(place)
        if month is None:
            return None
        step = self.over(month[1], "-" if self.touches(month[1]) else "", Role.ARTICLE)
        day = self._day_of_month(step)
        if day is None or self.pieced(step) or self.has(day[1], Role.UNIT):
            return None
        if (told := self.clock(step)) is not None and told[0].exact:
            return None
        numbers, after, ranged = [(day[0], self.at(place).start, self.at(day[1] - 1).end)], day[1], False
        for _ in range(LONGEST_LIST):
            more = self._further_day(after)
            if more is None:
                break
            numbers.append(more[0])
            after, ranged = more[1], ranged or more[2]
        year, after = self._year(after)
        return self._several(numbers, month[0], year, ranged, self.at(place).start, after)

    def _further_day(self, place: int) -> tuple[tuple[int, int, int], int, bool] | None:
        """Another day of the same month behind "March 3": never an hour, a year or a count."""
        onward, ranged = self.joins(place), False
        if onward is None:
            onward, ranged = self.reaches(place), True
        if onward is None or (day := self._day_of_month(onward)) is None or self.is_clock(onward):
            return None
        after = day[1]
        if self.at(after).kind == "other" or not (self.closed(after) or self.is_clock(after)) or self._month(after):
            return None
        return (day[0], self.at(onward).start, self.at(after - 1).end), after, ranged

    def _numbered(self, place: int, leads: Set[Role]) -> tuple[list[DayPhrase], int] | None:
        """Days of the month alone: "the 14th", "on the 3rd or 4th"."""
        step = self.over(place, "", Role.ARTICLE)
        if step == place and not leads & {Role.ON, Role.ARTICLE, Role.BY}:
            return None
        phrases: list[DayPhrase] = []
        after, start = place, self.at(place).start
        while step and len(phrases) < LONGEST_LIST:
            step = self.over(step, "", Role.ARTICLE)
            day = self._day_of_month(step)
            if day is None or day[1] == step + 1 or self.at(day[1]).kind == "other":
                break
            phrases.append(DayPhrase(start, self.at(day[1] - 1).end, day=day[0]))
            after = day[1]
            step = self.joins(after) or 0
            start = self.at(step).start
        return (phrases, after) if phrases else None

"""Which day a phrase means, counted from the day of the mail; a phrase with two readings gives the reason why."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from agent.core.grammar.phrases import DayPhrase, Reading, SpanPhrase, Turn
from agent.core.grammar.words import Unit
from agent.core.zones import day_first

CONTRADICTION = "the weekday and the date do not agree"
ORDER = "day and month can be read either way"
NEXT = "this week's or next week's"


@dataclass(frozen=True, slots=True)
class Almanac:
    """Tells the day a phrase means, counted from the day of the mail."""

    today: date
    day_first: bool | None

    @classmethod
    def of(cls, reading: Reading, anchor: datetime, country: str | None, habit: bool | None) -> Almanac:
        """The order of 03/04: as this text shows elsewhere, else as the country writes, else as the language does."""
        shown = {_order_shown(item.phrase) for item in reading.items if isinstance(item.phrase, DayPhrase)} - {None}
        order = shown.pop() if len(shown) == 1 else day_first(country)
        return cls(anchor.date(), habit if order is None else order)

    def day(self, phrase: DayPhrase) -> date | str | None:
        """The day; why there is more than one reading; None where there is no such day."""
        if phrase.offset is not None:
            return self._checked(self._moved(phrase.offset), phrase)
        if phrase.month is not None:
            return self._dated(phrase)
        if phrase.day is not None:
            return self._numbered(phrase)
        return self._weekday(phrase) if phrase.weekday is not None else None

    def after(self, span: SpanPhrase) -> date | None:
        """The day a span from today ends."""
        if span.count is None:
            return self._end_of(span.unit)
        if span.unit is Unit.BUSINESS_DAY:
            return self._business_days(min(span.count, 400))
        if span.unit is Unit.MONTH:
            return self._months(span.count)
        days = {Unit.HOUR: span.count // 24, Unit.DAY: span.count, Unit.WEEK: 7 * span.count}[span.unit]
        return self._moved(days)

    def _end_of(self, unit: Unit) -> date | None:
        if unit is Unit.WEEK:  # the working week ends on Friday; on a weekend the coming one is meant
            return self._moved((4 - self.today.weekday()) % 7)
        if unit is Unit.NEXT_WEEK:
            return self._moved(11 - self.today.weekday())
        if unit is Unit.MONTH:
            return self.today.replace(day=calendar.monthrange(self.today.year, self.today.month)[1])
        return self.today

    def _business_days(self, count: int) -> date | None:
        day: date | None = self.today
        while count and day is not None:
            day = _moved(day, 1)
            count -= day is not None and day.weekday() < 5
        return day

    def _months(self, count: int) -> date | None:
        year, month = divmod(self.today.year * 12 + self.today.month - 1 + count, 12)
        return next(
            (found for day in range(self.today.day, 27, -1) if (found := _date(year, month + 1, day))), None
        ) or _date(year, month + 1, min(self.today.day, 28))

    def _moved(self, days: int) -> date | None:
        return _moved(self.today, days)

    def _dated(self, phrase: DayPhrase) -> date | str | None:
        """The day of a date; two figures that may be swapped are told by the weekday, else by the order in use."""
        if not phrase.swappable or phrase.day == phrase.month:
            return self._in_year(phrase)
        swapped = replace(phrase, day=phrase.month, month=phrase.day)
        told = [self._in_year(each) for each in (phrase, swapped)]
        possible = [day for day in told if day is not None]
        fitting = [day for day in possible if isinstance(day, date)]
        if len(possible) < 2 or len(fitting) < 2:
            return fitting[0] if fitting else next(iter(possible), None)
        return ORDER if self.day_first is None else fitting[0 if self.day_first else 1]

    def _in_year(self, phrase: DayPhrase) -> date | str | None:
        """The date in its year; without one the next such day, or the last where only its weekday agrees."""
        month, day = phrase.month or 0, phrase.day or 0
        if phrase.year is not None:
            return self._checked(_date(self._full_year(phrase.year), month, day), phrase)
        coming = next(
            (
                found
                for year in range(9)
                if (found := _date(self.today.year + year, month, day)) and found >= self.today
            ),
            None,
        )
        checked = self._checked(coming, phrase)
        if isinstance(checked, str) and (gone := self._just_gone(month, day)) and gone.weekday() == phrase.weekday:
            return gone
        return checked

    def _full_year(self, year: int) -> int:
        """A year of two figures in the century that brings it nearest."""
        if year > 99:
            return year
        return min((century + year for century in (1900, 2000, 2100)), key=lambda full: abs(full - self.today.year))

    def _just_gone(self, month: int, day: int) -> date | None:
        """The last such day where it is less than half a year ago: a mail may speak of an appointment that was."""
        found = next(
            (found for year in (0, 1) if (found := _date(self.today.year - year, month, day)) and found < self.today),
            None,
        )
        return found if found and (self.today - found).days < 180 else None

    def _checked(self, day: date | None, phrase: DayPhrase) -> date | str | None:
        """A day that agrees with the weekday and the number written beside it."""
        if day is None:
            return None
        wrong = phrase.weekday is not None and day.weekday() != phrase.weekday
        if phrase.offset is not None and phrase.month is not None:
            other = self._dated(replace(phrase, offset=None, weekday=None))
            wrong = wrong or (isinstance(other, date) and other != day)
        return CONTRADICTION if wrong else day

    def _numbered(self, phrase: DayPhrase) -> date | str | None:
        """The next day of that number; with a weekday, this month's or next month's, whichever agrees."""
        year, month = self.today.year, self.today.month
        days = [_date(year + (month + step > 12), (month + step - 1) % 12 + 1, phrase.day or 0) for step in range(13)]
        coming = [day for day in days if day is not None and day >= self.today]
        if phrase.weekday is None:
            return coming[0] if coming else None
        return next((day for day in coming[:2] if day.weekday() == phrase.weekday), CONTRADICTION)

    def _weekday(self, phrase: DayPhrase) -> date | str | None:
        weekday = phrase.weekday or 0
        ahead = (weekday - self.today.weekday() - 1) % 7 + 1
        if phrase.within is not None:
            inside = self.day(phrase.within)
            return _moved(inside, weekday - inside.weekday()) if isinstance(inside, date) else inside
        if phrase.week is not None:
            return self._moved(weekday - self.today.weekday() + 7 * phrase.week)
        if phrase.turn is Turn.LAST:
            return self._moved(ahead - 7 if ahead < 7 else -7)
        if phrase.turn is Turn.THIS and ahead == 7:
            return self.today
        if phrase.turn is Turn.NEXT and self._is_this_week(ahead):
            return NEXT
        return self._moved(ahead)

    def _is_this_week(self, ahead: int) -> bool:
        """True where a day lies in the week of today for those who begin it on Monday or for those who do on Sunday."""
        weekday = self.today.weekday()
        return weekday + ahead < 7 or (weekday + 1) % 7 + ahead < 7


def _order_shown(phrase: DayPhrase) -> bool | None:
    """Which of two orders a date in figures shows; None where it shows none."""
    if not phrase.swappable or phrase.day is None or phrase.month is None or max(phrase.day, phrase.month) < 13:
        return None
    return phrase.day > 12


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _moved(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None

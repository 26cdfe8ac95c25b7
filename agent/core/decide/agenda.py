"""Which times are free: those on offer, and those the user can offer.

All reckoning is done in UTC, since two aware times of one zone are otherwise compared by their wall clock; hours the
user wrote ("Mon-Fri 09:00-17:00") are laid on each calendar day of the user's zone first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from agent.core.decide.facts import Facts, zone_of
from agent.core.model import Slot, Stage
from agent.core.profile import Window

Span = tuple[datetime, datetime]

_LENGTHS: dict[Stage | None, timedelta] = {
    Stage.SCREEN: timedelta(minutes=30),
    Stage.INFORMATIONAL: timedelta(minutes=30),
    Stage.PANEL: timedelta(hours=2),
    Stage.ONSITE: timedelta(hours=3),
}
"""How long a talk is taken to last where the mail gives no end, so that a clash is seen."""
_USUAL_LENGTH = timedelta(hours=1)

_WINDOW_FROM = timedelta(hours=2)
"""A time on offer at least this long is a window to choose from, unless the talk itself takes that long."""
_ALL_DAY_STAGES = frozenset({Stage.PANEL, Stage.ONSITE})

_AWAKE = (Window(frozenset(range(7)), time(7), time(22)),)
"""When people can be expected to talk; a time at night is taken only where the user's own hours say so."""

_SHORTEST_OFFER = timedelta(hours=1)
_QUARTER = timedelta(minutes=15)
_LONGEST = timedelta(days=3)
_FURTHEST = timedelta(days=730)
_OFFER_NOTICE = timedelta(hours=24)
_OFFER_DAYS = 14
_OFFERS = 3
_SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Monday to Friday."""
    return day.weekday() < _SATURDAY


def offered(facts: Facts) -> tuple[Slot, ...]:
    """The times on offer, earliest first; those of the conversation where a chaser names none itself."""
    slots = facts.matter.slots or (facts.earlier.slots if facts.chases else ())
    return tuple(sorted(slots, key=lambda slot: slot.starts_at))


def upcoming(facts: Facts) -> tuple[Slot, ...]:
    """The times on offer that are not past (nor so far off that no calendar reaches there)."""
    return tuple(slot for slot in offered(facts) if facts.now < slot.starts_at < facts.now + _FURTHEST)


def free_slots(facts: Facts) -> tuple[Slot, ...]:
    """The times on offer at which the user is free; of a wide window that is partly taken, its longest free part."""
    return tuple(free for slot in upcoming(facts) if (free := _free_part(slot, facts)))


def free_windows(facts: Facts) -> tuple[Slot, ...]:
    """Up to three free windows of the hours the user wrote, each on its own working day; else none.

    Where there are enough, every other day is taken, so that they reach into the next week.
    """
    zone = zone_of(facts.profile)
    earliest = (facts.now + max(_notice(facts), _OFFER_NOTICE)).astimezone(UTC)
    days = (facts.today + timedelta(days=ahead) for ahead in range(1, _OFFER_DAYS + 1))
    longest = (_longest_free(day, earliest, facts) for day in days if is_working_day(day))
    free = [span for span in longest if span]
    spans = (free[::2] if len(free) >= 2 * _OFFERS - 1 else free)[:_OFFERS]
    return tuple(Slot(start.astimezone(zone), end.astimezone(zone)) for start, end in spans)


def _longest_free(day: date, earliest: datetime, facts: Facts) -> Span | None:
    if _week_is_full(day, facts):
        return None
    hours = (_after(span, earliest) for span in _on_day(day, facts.profile.interview_hours, facts))
    pieces = [piece for span in hours for piece in _without(span, _blocked(day, day, facts))]
    return _longest(pieces)


def _free_part(slot: Slot, facts: Facts) -> Slot | None:
    """The slot where all of it is free, the longest free part where it is a wide window, else None."""
    span = _span(slot, _LENGTHS.get(facts.stage, _USUAL_LENGTH), facts)
    if span is None or span[1] - span[0] > _LONGEST or span[0] < facts.now + _notice(facts):
        return None
    start, end = span
    zone = zone_of(facts.profile)
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    if _week_is_full(first, facts):
        return None
    pieces = [
        piece for span in _within_hours((start, end), facts) for piece in _without(span, _blocked(first, last, facts))
    ]
    if (start, end) in pieces:
        return slot
    is_window = slot.ends_at and end - start >= _WINDOW_FROM and facts.stage not in _ALL_DAY_STAGES
    if not is_window or not (longest := _longest(pieces)):
        return None
    written_in = slot.starts_at.tzinfo
    return Slot(longest[0].astimezone(written_in), longest[1].astimezone(written_in))


def _within_hours(span: Span, facts: Facts) -> list[Span]:
    """The parts of a span inside the user's interview hours; by day and evening where none were written."""
    zone = zone_of(facts.profile)
    hours = (
        hour
        for day in _days(span[0].astimezone(zone).date(), span[1].astimezone(zone).date())
        for hour in _on_day(day, facts.profile.interview_hours or _AWAKE, facts)
    )
    parts = [(max(span[0], start), min(span[1], end)) for start, end in hours]
    return _joined([(start, end) for start, end in parts if start < end])


def _blocked(first: date, last: date, facts: Facts) -> list[Span]:
    """The spans in which the user is busy or wants to be left alone, from the first day to the last."""
    private = [span for day in _days(first, last) for span in _on_day(day, facts.profile.private_windows, facts)]
    busy = [_span(slot, _USUAL_LENGTH, facts) for slot in facts.busy if not _is_the_one_moved(slot, facts)]
    return sorted([*private, *filter(None, busy)])


def _is_the_one_moved(slot: Slot, facts: Facts) -> bool:
    """True for the interview this very mail asks to move: its old time no longer stands in the way."""
    agreed = facts.matter.agreed or facts.earlier.agreed
    return agreed is not None and agreed.starts_at == slot.starts_at


def _week_is_full(day: date, facts: Facts) -> bool:
    cap = facts.profile.interviews_a_week
    if cap is None:
        return False
    zone = zone_of(facts.profile)
    others = (slot for slot in facts.interviews if not _is_the_one_moved(slot, facts))
    weeks = [slot.starts_at.astimezone(zone).date().isocalendar()[:2] for slot in others]
    return weeks.count(day.isocalendar()[:2]) >= cap


def _notice(facts: Facts) -> timedelta:
    return timedelta(hours=facts.profile.notice_hours or 0)


def _span(slot: Slot, length: timedelta, facts: Facts) -> Span | None:
    """The slot in UTC, so long where no end was written; None where it is absurd (ends before it starts, in year 1)."""
    if not abs(slot.starts_at - facts.now) < _FURTHEST or (
        slot.ends_at and abs(slot.ends_at - facts.now) > 2 * _FURTHEST
    ):
        return None
    start = slot.starts_at.astimezone(UTC)
    end = slot.ends_at.astimezone(UTC) if slot.ends_at else start + length
    return (start, end) if start < end else None


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))


def _on_day(day: date, windows: tuple[Window, ...], facts: Facts) -> list[Span]:
    """The hours the user wrote, as they fall on one day; overlapping and touching ones joined."""
    zone = zone_of(facts.profile)
    spans = [
        (
            datetime.combine(day, window.start, zone).astimezone(UTC),
            datetime.combine(day, window.end, zone).astimezone(UTC),
        )
        for window in windows
        if day.weekday() in window.days
    ]
    return _joined(spans)


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _after(span: Span, earliest: datetime) -> Span:
    return max(span[0], earliest), span[1]


def _without(span: Span, blocked: Iterable[Span]) -> Iterator[Span]:
    """What is left of a span once the blocked spans (sorted) are taken out."""
    start, end = span
    for block_start, block_end in blocked:
        if block_end <= start or block_start >= end:
            continue
        if start < block_start:
            yield start, block_start
        start = max(start, block_end)
    if start < end:
        yield start, end


def _longest(spans: list[Span]) -> Span | None:
    """The longest span, trimmed to quarters of an hour; None where it is too short to offer."""
    trimmed = [(_quarter_up(start), _quarter_down(end)) for start, end in spans]
    long_enough = [(start, end) for start, end in trimmed if end - start >= _SHORTEST_OFFER]
    return max(long_enough, key=lambda span: span[1] - span[0], default=None)


def _quarter_down(moment: datetime) -> datetime:
    return moment - timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)


def _quarter_up(moment: datetime) -> datetime:
    down = _quarter_down(moment)
    return down if down == moment else down + _QUARTER

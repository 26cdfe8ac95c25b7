"""Remind: what the user will have to be told, and when, once a mail has been judged.

Nudges are facts with a due time in UTC; whoever tells them looks again whether they still hold. None is ever due before
``now``: what is late already is told at the next decent hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from agent.core.decide.agenda import is_working_day
from agent.core.decide.facts import kept_warm, zone_of
from agent.core.model import Action, Classification, Kind, Matter, Nudge, NudgeKind, ParsedMessage, Slot, Verdict
from agent.core.profile import Profile

_REPLY_OWED_AFTER = (timedelta(hours=24), timedelta(hours=36), timedelta(hours=48))
_APPROACH_OWED_AFTER = (timedelta(hours=48),)
"""An unasked approach may wait; one nudge is enough."""

_MORNING = time(9)
_EVENING = time(18)
_DAY_BEGINS, _DAY_ENDS = time(8), time(22)
"""Outside these hours nobody is told that an answer is owed: that waits for the morning."""
_LAST_CALL = timedelta(hours=2)
"""How long before an interview a user who learned of it on the same day is told."""
_RECONNECT_AFTER = timedelta(days=122)
_LAST_YEAR = 9998


def foresee(
    message: ParsedMessage,
    classification: Classification,
    matter: Matter,
    verdict: Verdict,
    profile: Profile,
    now: datetime,
) -> tuple[Nudge, ...]:
    """The nudges a judged mail calls for, earliest first, none in the past of ``now``."""
    nudges = [
        *_reply_owed(message, classification, matter, verdict, profile, now),
        *_hold_promised(matter, verdict, profile, now),
        *_book_by(matter, verdict, profile, now),
        *_interview_tomorrow(classification, matter, profile, now),
        *_reconnect(message, matter, verdict, profile, now),
    ]
    return tuple(sorted(nudges, key=lambda nudge: nudge.due_at))


def _reply_owed(
    message: ParsedMessage,
    classification: Classification,
    matter: Matter,
    verdict: Verdict,
    profile: Profile,
    now: datetime,
) -> Iterator[Nudge]:
    """A day, a day and a half and two days after the mail, before the answer would come too late."""
    if verdict.action is Action.NONE or classification.kind is Kind.CANCELLATION:
        return
    after = _APPROACH_OWED_AFTER if classification.kind is Kind.OUTREACH else _REPLY_OWED_AFTER
    last = _last_moment(matter, verdict, profile, now)
    wanted = dict.fromkeys(_awake(message.dated_at + delay, profile) for delay in after)
    due = [moment for moment in wanted if now < moment and (last is None or moment < last)]
    if not due:
        due = list(_mornings_until(last, profile, now))[:1]
    for moment in due:
        yield _nudge(NudgeKind.REPLY_OWED, moment, _owed_text(matter, verdict), until=last)


def _owed_text(matter: Matter, verdict: Verdict) -> str:
    by = f" (due by {_day(matter.deadline)})" if matter.deadline else ""
    if verdict.answered_in_words:
        return f"{_who(matter)} is waiting for your answer{by}: a draft ({verdict.action.value}) is in Drafts."
    todo = f" {verdict.todo.what}" if verdict.todo else ""
    return f"{_who(matter)} is waiting for your answer{by}.{todo}"


def _hold_promised(matter: Matter, verdict: Verdict, profile: Profile, now: datetime) -> Iterator[Nudge]:
    """The morning of the day by which an answer was promised."""
    if verdict.action is not Action.HOLD or verdict.hold_until is None:
        return
    if moment := _next((_at(verdict.hold_until, _MORNING, profile), _at(verdict.hold_until, _EVENING, profile)), now):
        yield _nudge(NudgeKind.HOLD_PROMISED, moment, f"Today {_who(matter)} is to have the answer you promised.")


def _book_by(matter: Matter, verdict: Verdict, profile: Profile, now: datetime) -> Iterator[Nudge]:
    """The morning before, and of, the day by which a page, a test or a recording must be done."""
    todo = verdict.todo
    if todo is None or todo.by is None or verdict.action is not Action.ACCEPT or todo.by.year > _LAST_YEAR:
        return
    mornings = [_at(day, _MORNING, profile) for day in (todo.by - timedelta(days=1), todo.by)]
    due = [moment for moment in mornings if moment > now]
    evening = _at(todo.by, _EVENING, profile)
    for moment in due or [evening] * (evening > now):
        text = f"Due by {_day(todo.by)}: {_who(matter)}. {todo.what}"
        yield _nudge(NudgeKind.BOOK_BY, moment, text, until=_at(todo.by, time.max, profile))


def _interview_tomorrow(
    classification: Classification, matter: Matter, profile: Profile, now: datetime
) -> Iterator[Nudge]:
    """The evening before an interview that is confirmed; two hours before where that evening is past."""
    agreed = matter.agreed or next(iter(matter.slots), None)
    if classification.kind is not Kind.CONFIRMATION or agreed is None or agreed.starts_at.year > _LAST_YEAR:
        return
    local = agreed.starts_at.astimezone(zone_of(profile))
    evening = _at(local.date() - timedelta(days=1), _EVENING, profile)
    if moment := _next((evening, agreed.starts_at - _LAST_CALL), now):
        when = "Tomorrow" if moment == evening else "Today"
        text = f"{when}, {_interview(agreed, matter, profile)}"
        yield _nudge(NudgeKind.INTERVIEW_TOMORROW, moment, text, until=agreed.starts_at)


def _interview(agreed: Slot, matter: Matter, profile: Profile) -> str:
    """The time in both zones, with whom, and where."""
    own, theirs = agreed.starts_at.astimezone(zone_of(profile)), agreed.starts_at
    both = f"{own:%H:%M} {own:%Z}"
    if own.utcoffset() != theirs.utcoffset():
        both += f" ({theirs:%H:%M} {theirs:%Z} there)"
    whom = f" with {matter.contact_name}" if matter.contact_name else ""
    where = matter.meeting_url or matter.place
    return f"{both}: interview at {_who(matter)}{whom}{f', {where}' if where else ''}."


def _reconnect(
    message: ParsedMessage, matter: Matter, verdict: Verdict, profile: Profile, now: datetime
) -> Iterator[Nudge]:
    """About four months after a no, on a working day, where the user keeps these people warm."""
    warm = kept_warm(profile.keep_warm, matter, message)
    if verdict.action is not Action.DECLINE or warm is None:
        return
    day = (now + _RECONNECT_AFTER).astimezone(zone_of(profile)).date()
    working = next(later for ahead in range(7) if is_working_day(later := day + timedelta(days=ahead)))
    text = f"Four months since you declined {_who(matter)}, and you keep {warm} warm: a good time to write a line."
    yield _nudge(NudgeKind.RECONNECT, _at(working, _MORNING, profile), text)


# ------------------------------------------------------------------------------------------------ times and words


def _last_moment(matter: Matter, verdict: Verdict, profile: Profile, now: datetime) -> datetime | None:
    """After this an answer comes too late: the end of the deadline's day, the start of the time taken.

    A deadline that is past already limits nothing: what is late is told all the same.
    """
    ends = [_at(matter.deadline, time.max, profile)] if matter.deadline else []
    starts = [verdict.slot.starts_at] if verdict.slot else []
    return min((moment for moment in [*ends, *starts] if moment > now), default=None)


def _mornings_until(last: datetime | None, profile: Profile, now: datetime) -> Iterator[datetime]:
    """The next morning and evening that are not past, as long as an answer still counts."""
    today = now.astimezone(zone_of(profile)).date()
    for day in (today, today + timedelta(days=1)):
        for hour in (_MORNING, _EVENING):
            moment = _at(day, hour, profile)
            if moment > now and (last is None or moment < last):
                yield moment


def _awake(moment: datetime, profile: Profile) -> datetime:
    """The moment itself by day; the morning after it by night."""
    local = moment.astimezone(zone_of(profile))
    if _DAY_BEGINS <= local.time() < _DAY_ENDS:
        return moment
    return _at(local.date() + timedelta(days=local.time() >= _DAY_ENDS), _MORNING, profile)


def _next(moments: Iterable[datetime], now: datetime) -> datetime | None:
    return next((moment for moment in moments if moment > now), None)


def _at(day: date, hour: time, profile: Profile) -> datetime:
    return datetime.combine(day, hour, zone_of(profile))


def _nudge(kind: NudgeKind, moment: datetime, text: str, until: datetime | None = None) -> Nudge:
    ends = until.astimezone(UTC) if until and until.year <= _LAST_YEAR else None
    return Nudge(kind, moment.astimezone(UTC), " ".join(text.split()), until=ends)


def folded(nudges: tuple[Nudge, ...], now: datetime) -> tuple[Nudge, ...]:
    """The nudges worth telling now: of several that say the same the newest, none whose time is over."""
    newest = {(nudge.kind, nudge.draft_key, nudge.text): nudge for nudge in sorted(nudges, key=lambda one: one.due_at)}
    return tuple(nudge for nudge in newest.values() if nudge.until is None or now < nudge.until)


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def _who(matter: Matter) -> str:
    """The company and the role, or whoever is known."""
    name = matter.company or matter.contact_name or "the sender"
    return f"{name} ({matter.role})" if matter.role else name

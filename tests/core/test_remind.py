"""What the user will be told, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.core.model import Action, Classification, Kind, Nudge, NudgeKind, Slot, Todo, Verdict
from agent.core.profile import Profile
from agent.core.remind import folded, foresee
from tests.core.some import NEW_YORK, NOW, at, slot, some_matter, some_message

ROBIN = Profile(name="Robin Hale", zone="Europe/Berlin")
CAME = NOW - timedelta(hours=2)
LOS_ANGELES = ZoneInfo("America/Los_Angeles")


def nudges(
    verdict: Verdict, kind: Kind = Kind.INVITATION, *, now: datetime = NOW, profile: Profile = ROBIN, **matter: Any
) -> tuple[Nudge, ...]:
    found = foresee(some_message(), Classification(kind, 0.9), some_matter(**matter), verdict, profile, now)
    assert all(nudge.due_at > now and nudge.due_at.tzinfo is UTC for nudge in found)
    assert all("\n" not in nudge.text and nudge.text.strip() for nudge in found)
    return found


def due(found: tuple[Nudge, ...], kind: NudgeKind) -> list[datetime]:
    return [nudge.due_at for nudge in found if nudge.kind is kind]


YES = Verdict(action=Action.ACCEPT)


def test_a_reply_is_owed_a_day_a_day_and_a_half_and_two_days_after_the_mail() -> None:
    found = nudges(YES)

    assert due(found, NudgeKind.REPLY_OWED) == [CAME + timedelta(hours=hours) for hours in (24, 36, 48)]
    assert found[0].text == "Northwind Labs (Data Engineer) is waiting for your answer: a draft (accept) is in Drafts."


def test_no_reply_is_owed_once_the_deadline_or_the_time_taken_is_past() -> None:
    taken = replace(YES, slot=slot(25, 18))

    assert due(nudges(taken), NudgeKind.REPLY_OWED) == [CAME + timedelta(hours=24)]
    assert due(nudges(YES, deadline=date(2026, 11, 25)), NudgeKind.REPLY_OWED) == [
        CAME + timedelta(hours=24), CAME + timedelta(hours=36)
    ]  # fmt: skip


def test_nobody_is_woken_to_be_told_that_a_reply_is_owed() -> None:
    abroad = replace(ROBIN, zone="America/Los_Angeles")

    assert due(nudges(YES, profile=abroad), NudgeKind.REPLY_OWED) == [
        at(25, 9, zone=LOS_ANGELES), CAME + timedelta(hours=36), at(26, 9, zone=LOS_ANGELES)
    ]  # fmt: skip


def test_a_deadline_that_is_past_is_told_all_the_same() -> None:
    found = nudges(YES, deadline=date(2026, 11, 22))

    assert due(found, NudgeKind.REPLY_OWED) == [CAME + timedelta(hours=hours) for hours in (24, 36, 48)]
    assert "(due by Sun 22 Nov)" in found[0].text
    assert all(nudge.until is None for nudge in found)


def test_a_deadline_today_is_told_today() -> None:
    assert due(nudges(YES, deadline=date(2026, 11, 24)), NudgeKind.REPLY_OWED) == [at(24, 18)]


def test_a_mail_found_late_is_told_at_the_next_decent_hour_once() -> None:
    late = CAME + timedelta(days=5)

    assert due(nudges(YES, now=late), NudgeKind.REPLY_OWED) == [at(29, 9)]


def test_an_approach_is_recalled_once_and_what_needs_no_answer_never() -> None:
    assert due(nudges(YES, Kind.OUTREACH), NudgeKind.REPLY_OWED) == [CAME + timedelta(hours=48)]
    assert nudges(Verdict(action=Action.ACKNOWLEDGE), Kind.CANCELLATION) == ()
    assert nudges(Verdict(action=Action.NONE), Kind.REJECTION) == ()


def test_where_no_draft_lies_the_nudge_says_what_to_do() -> None:
    verdict = replace(YES, answered_in_words=False, todo=Todo("Book a time on their page.", "https://book.example"))

    assert (
        nudges(verdict)[0].text
        == "Northwind Labs (Data Engineer) is waiting for your answer. Book a time on their page."
    )


def test_a_promise_is_recalled_on_the_morning_of_its_day() -> None:
    found = nudges(Verdict(action=Action.HOLD, hold_until=date(2026, 11, 26)))

    assert due(found, NudgeKind.HOLD_PROMISED) == [at(26, 9)]
    today = nudges(Verdict(action=Action.HOLD, hold_until=date(2026, 11, 24)))
    assert due(today, NudgeKind.HOLD_PROMISED) == [at(24, 18)]


def test_a_test_is_recalled_the_morning_before_and_on_its_day() -> None:
    verdict = replace(YES, todo=Todo("Do the test.", by=date(2026, 11, 27)))
    found = nudges(verdict, Kind.ASSESSMENT, deadline=date(2026, 11, 27))

    assert due(found, NudgeKind.BOOK_BY) == [at(26, 9), at(27, 9)]
    assert "Due by Fri 27 Nov: Northwind Labs (Data Engineer). Do the test." in [nudge.text for nudge in found]
    declined = replace(verdict, action=Action.DECLINE)
    assert due(nudges(declined, Kind.ASSESSMENT), NudgeKind.BOOK_BY) == []


def test_a_test_due_today_is_recalled_this_evening() -> None:
    assert due(nudges(replace(YES, todo=Todo("Do the test.", by=date(2026, 11, 24)))), NudgeKind.BOOK_BY) == [
        at(24, 18)
    ]


def test_an_interview_is_recalled_the_evening_before_in_both_zones() -> None:
    found = nudges(
        Verdict(action=Action.NONE),
        Kind.CONFIRMATION,
        agreed=slot(26, 10, zone=NEW_YORK),
        meeting_url="https://meet.example/r",
    )

    assert due(found, NudgeKind.INTERVIEW_TOMORROW) == [at(25, 18)]
    assert found[0].text == (
        "Tomorrow, 16:00 CET (10:00 EST there): interview at Northwind Labs (Data Engineer) with Dana Whitfield, "
        "https://meet.example/r."
    )


def test_an_interview_learned_of_on_its_day_is_recalled_two_hours_before() -> None:
    found = nudges(Verdict(action=Action.NONE), Kind.CONFIRMATION, slots=(slot(24, 15),))

    assert due(found, NudgeKind.INTERVIEW_TOMORROW) == [at(24, 13)]
    assert found[0].text.startswith("Today, 15:00 CET")
    assert nudges(Verdict(action=Action.NONE), Kind.CONFIRMATION, slots=(slot(23, 15),)) == ()


def test_only_those_kept_warm_are_to_be_written_to_again_after_four_months() -> None:
    no = Verdict(action=Action.DECLINE)
    found = nudges(no, profile=replace(ROBIN, keep_warm=("Dana Whitfield",)))

    assert due(found, NudgeKind.RECONNECT) == [datetime(2027, 3, 26, 8, tzinfo=UTC)]
    assert due(nudges(no), NudgeKind.RECONNECT) == []
    assert due(nudges(YES, profile=replace(ROBIN, keep_warm=("Northwind",))), NudgeKind.RECONNECT) == []


@given(
    action=st.sampled_from(Action),
    kind=st.sampled_from(Kind),
    deadline=st.one_of(st.none(), st.dates()),
    starts_at=st.datetimes(timezones=st.sampled_from([UTC, NEW_YORK])),
    company=st.one_of(st.none(), st.text(max_size=20)),
)
@settings(max_examples=100, deadline=None)
def test_whatever_was_judged_no_nudge_is_due_in_the_past(
    action: Action, kind: Kind, deadline: date | None, starts_at: datetime, company: str | None
) -> None:
    hold_until = deadline if action is Action.HOLD else None
    verdict = Verdict(action=action, slot=Slot(starts_at), hold_until=hold_until, todo=Todo("x", by=deadline))

    nudges(verdict, kind, deadline=deadline, company=company, agreed=Slot(starts_at), slots=(Slot(starts_at),))


def test_of_several_nudges_that_say_the_same_only_the_newest_is_told() -> None:
    first, second = (Nudge(NudgeKind.REPLY_OWED, NOW - timedelta(hours=hours), "Acme waits.") for hours in (20, 8))

    assert folded((first, second), NOW) == (second,)


def test_a_nudge_whose_time_is_over_is_not_told() -> None:
    over = Nudge(NudgeKind.INTERVIEW_TOMORROW, NOW - timedelta(days=1), "Tomorrow, 10:00.", until=NOW)
    held = Nudge(
        NudgeKind.INTERVIEW_TOMORROW, NOW - timedelta(days=1), "Tomorrow, 12:00.", until=NOW + timedelta(hours=2)
    )

    assert folded((over, held), NOW) == (held,)

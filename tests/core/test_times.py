import dataclasses
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.core.facts.times import deadline, latest_event, times
from agent.core.model import NO_EARLIER, Earlier, ItipEvent, Kind, ParsedMessage, Slot
from tests.core.pages import SENT_AT, mail, page

LONDON = ZoneInfo("Europe/London")


def starts(text: str | ParsedMessage, kind: Kind = Kind.INVITATION, earlier: Earlier = NO_EARLIER) -> list[str]:
    return [
        slot.starts_at.astimezone(LONDON).strftime("%m-%d %H:%M") for slot in times(page(text, kind), earlier).slots
    ]


def request(start: int, sequence: int = 0, method: str = "REQUEST", **fields: object) -> ItipEvent:
    begins = datetime(2026, 11, 12, start, tzinfo=LONDON)
    return ItipEvent(
        method=method, event_uid="1@northwind", sequence=sequence, starts_at=begins, ends_at=begins + timedelta(hours=1)
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Could you do Wednesday at 11am or Thursday at 2pm?", ["11-11 11:00", "11-12 14:00"]),
        ("How about 12 November at 15:00?", ["11-12 15:00"]),
        ("Tues 17th 10am or Weds 18th 4.30pm?", ["11-17 10:00", "11-18 16:30"]),
        ("Thursday 12 November, 8.15 - 9.00 am, or Friday 13 November, 5.30 - 6.15 pm", ["11-12 08:15", "11-13 17:30"]),
        ("I can on Monday 16.11 at 15:00 or Tuesday 17.11 at 9:30.", ["11-16 15:00", "11-17 09:30"]),
        ("Come over on Thursday 12 November at 15h or Friday 13 at 15h.", ["11-12 15:00", "11-13 15:00"]),
        ("Come down Thurs 12 Nov 0730.", ["11-12 07:30"]),
        ("Wednesday 11 Nov half three or Thursday 12 Nov quarter to four.", ["11-11 15:30", "11-12 15:45"]),
        ("Tuesday 17 November at 10, or the same day at 2.15pm?", ["11-17 10:00", "11-17 14:15"]),
        ("Wed 18, 15h to 22.30h?", ["11-18 15:00"]),
        ("Nobody minds which each.\n\nThursday 12 November at 10:00?", ["11-12 10:00"]),
        ("We could talk for half an hour on Thursday.", []),
        ("I'm out on Wednesday. Thursday at 10:00 would suit me.", ["11-12 10:00"]),
        ("I am not available on Thursday at 10:00.", []),
        ("Please answer by Thursday at 5pm.", []),
        ("The link expires on 12 November 2026, 8:00 AM.", []),
        ("We met last Thursday at 10:00.", []),
        ("Monday 2 November at 10:00 was a good talk.", []),
        ("Thursday afternoon would be good.", []),
        ("Could you do Friday at 10:00? Thursday 12 November at midnight is our deadline.", ["11-13 10:00"]),
    ],
)
def test_the_times_on_offer_are_read(text: str, expected: list[str]) -> None:
    assert starts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I have to move our interview on Wednesday at 11:00. Could you do Thursday at 14:00?", ["11-12 14:00"]),
        (
            "Your interview was scheduled for 11 November at 11:00; would 12 November at 14:00 work instead?",
            ["11-12 14:00"],
        ),
        ("Wednesday at 11:00 no longer works for Ann. How about Thursday at 14:00?", ["11-12 14:00"]),
        ("Can we move it from Wednesday at 11:00 to Thursday at 14:00?", ["11-12 14:00"]),
        ("Thursday at 14:00 instead of Wednesday at 11:00?", ["11-12 14:00"]),
        ("I need to move our call tomorrow. Could you do Friday at 11am?", ["11-13 11:00"]),
    ],
)
def test_the_old_time_of_a_reschedule_is_no_slot(text: str, expected: list[str]) -> None:
    assert starts(text, Kind.RESCHEDULE) == expected


def test_the_old_time_of_a_reschedule_is_what_was_agreed() -> None:
    read = times(
        page(
            "Your interview was scheduled for 11 November at 11:00; would 12 November at 14:00 work?", Kind.RESCHEDULE
        ),
        NO_EARLIER,
    )

    assert read.agreed == Slot(datetime(2026, 11, 11, 11, tzinfo=SENT_AT.tzinfo))


def test_a_confirmation_offers_nothing_and_names_what_was_agreed() -> None:
    read = times(page("Your interview is confirmed for Thursday 12 November at 14:00.", Kind.CONFIRMATION), NO_EARLIER)

    assert read.slots == ()
    assert read.agreed is not None
    assert read.agreed.starts_at == datetime(2026, 11, 12, 14, tzinfo=LONDON)


def test_a_time_that_was_agreed_before_is_no_slot() -> None:
    agreed = Earlier(agreed=Slot(datetime(2026, 11, 12, 14, tzinfo=LONDON)))

    assert starts("Could you do Thursday at 14:00?", earlier=agreed) == []


def test_a_calendar_part_gives_the_exact_time_and_wins_over_prose() -> None:
    assert starts(mail("Let's talk on Friday at 9am!", events=(request(15),))) == ["11-12 15:00"]


def test_the_highest_sequence_wins() -> None:
    letter = mail("", events=(request(15, sequence=1), request(17, sequence=2), request(16)))

    assert starts(letter) == ["11-12 17:00"]
    event = latest_event(page(letter))
    assert event is not None
    assert event.sequence == 2


def test_several_events_are_several_times() -> None:
    second = dataclasses.replace(request(10), event_uid="2@northwind")

    assert starts(mail("", events=(request(15), second))) == ["11-12 10:00", "11-12 15:00"]


def test_a_cancelled_event_offers_nothing() -> None:
    assert starts(mail("", events=(request(15, method="CANCEL"),)), Kind.CANCELLATION) == []


def test_an_event_in_an_unknown_zone_is_not_trusted() -> None:
    event = ItipEvent(
        method="REQUEST", event_uid="1@x", starts_at=datetime(2026, 11, 12, 15, tzinfo=LONDON), zone_known=False
    )

    assert starts(mail("Thursday at 11am?", events=(event,))) == ["11-12 11:00"]


def test_times_of_the_quoted_part_are_not_read() -> None:
    assert starts(mail("Did you see my message?", quoted="> Thursday at 11am?")) == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Please let me know by Friday.", date(2026, 11, 13)),
        ("Please complete the test within 5 days.", date(2026, 11, 14)),
        ("You have 7 days to complete the assessment.", date(2026, 11, 16)),
        ("Deadline: 20 November 2026", date(2026, 11, 20)),
        ("The link expires on 20 November.", date(2026, 11, 20)),
        ("Please finish by 20 November 2026.", date(2026, 11, 20)),
        ("Kindly confirm no later than 13 November.", date(2026, 11, 13)),
        ("Could you send it back before Thursday?", date(2026, 11, 12)),
        ("The offer is valid until 16 November.", date(2026, 11, 16)),
        ("Please sign and return one copy by Friday 13 November.", date(2026, 11, 13)),
        ("I should be glad to know by Tuesday.", date(2026, 11, 10)),
        ("Please reply within 48 hours.", date(2026, 11, 11)),
        ("The session must be started before 20 November 2026.", date(2026, 11, 20)),
        ("Let me have them back by Monday 16th.", date(2026, 11, 16)),
        ("Due Sunday, November 15, 2026.", date(2026, 11, 15)),
        ("Please confirm attendance to me by noon on Friday 13 November.", date(2026, 11, 13)),
        ("Reply with your first and second choice by November 20.", date(2026, 11, 20)),
        ("Please submit your solution by end of day tomorrow.", date(2026, 11, 10)),
    ],
)
def test_the_day_to_act_by_is_read(text: str, day: date) -> None:
    read = deadline(page(text, Kind.ASSESSMENT))

    assert read is not None
    assert read.value == day


@pytest.mark.parametrize(
    "text",
    [
        "We will get back to you by Friday.",
        "You will hear from us within 5 working days.",
        "I'll let you know by Thursday.",
        "The role starts on 4 January.",
        "Could you do Thursday at 2pm?",
        "The test takes 90 minutes.",
        "We are hoping to make a decision by the end of next week.",
        "The notice period is within 30 days of starting.",
        "The office is within 10 minutes of the station.",
        "We need someone to start by 1 December.",
        "The team grew to 40 people in 2 years.",
        "Expenses are reimbursed within 14 days.",
        "Please complete the test. Deadline was 2 November.",
    ],
)
def test_what_the_sender_does_by_a_day_is_no_deadline(text: str) -> None:
    assert deadline(page(text)) is None


def test_a_move_to_a_new_time_keeps_every_time_behind_the_to() -> None:
    text = "I cannot make our interview tomorrow. Could we move it to Thursday 12 November at 16:00 or Monday at 09:30?"

    assert starts(text, Kind.RESCHEDULE) == ["11-12 16:00", "11-16 09:30"]


def test_the_same_time_on_another_day_is_the_hour_agreed_before() -> None:
    letter = mail("Could we do Thursday instead, same time?", quoted="> Wednesday 11 November at 14:00 is perfect.")

    assert starts(letter, Kind.RESCHEDULE) == ["11-12 14:00"]


def test_times_of_the_quoted_part_are_on_offer_only_where_the_new_text_points_to_them() -> None:
    quoted = "> Thursday 12 November at 10:00 or Friday 13 November at 14:00 would suit us."

    assert starts(mail("See below, which can you do?", quoted=quoted)) == ["11-12 10:00", "11-13 14:00"]
    assert starts(mail("Any news?", quoted=quoted)) == []


@pytest.mark.parametrize("kind", [Kind.ACKNOWLEDGEMENT, Kind.REJECTION, Kind.JOB_ALERT])
def test_a_mail_that_asks_nothing_has_no_deadline(kind: Kind) -> None:
    assert deadline(page("Please reply by 20 November 2026.", kind)) is None


def test_a_link_within_a_sentence_does_not_hide_what_must_be_done() -> None:
    read = deadline(page("Please upload it at https://files.example/x by Friday 13 November."))

    assert read is not None
    assert read.value == date(2026, 11, 13)

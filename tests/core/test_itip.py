from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.core.itip import MOST_EVENTS, CalendarBroken, read_events
from agent.core.model import Address, ItipEvent

BERLIN_AS_DESCRIBED = """BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def calendar(*lines: str, before: str = "") -> str:
    """A request with one event that has these lines."""
    event = "\n".join(("BEGIN:VEVENT", "UID:7@x.test", *lines, "END:VEVENT"))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\n{before}{event}\nEND:VCALENDAR\n"


def event(*lines: str, before: str = "") -> ItipEvent:
    """The event of such a request."""
    (read,) = read_events(calendar(*lines, before=before))
    return read


def test_a_request_is_read_whole() -> None:
    read = event(
        "SEQUENCE:2",
        "DTSTAMP:20250301T090000Z",
        "DTSTART;TZID=Europe/Berlin:20250303T100000",
        "DTEND;TZID=Europe/Berlin:20250303T104500",
        "SUMMARY;LANGUAGE=en:Interview\\, part one",
        "LOCATION:Microsoft Teams",
        "DESCRIPTION:Join https://teams.example/l/1\\nor call",
        "STATUS:confirmed",
        'ORGANIZER;CN="Doe, Jane";SENT-BY="mailto:coordinator@x.test":MAILTO:jane@x.test',
        "ATTENDEE;CN=Bob;PARTSTAT=needs-action;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:bob@home.test",
        "ATTENDEE;PARTSTAT=ACCEPTED;ROLE=OPT-PARTICIPANT:mailto:ann@x.test",
        "ATTENDEE:urn:uuid:1",
        "X-MICROSOFT-SKYPETEAMSMEETINGURL:https://teams.example/l/1",
        "RRULE:FREQ=SECONDLY",
    )

    assert (read.method, read.event_uid, read.sequence, read.status) == ("REQUEST", "7@x.test", 2, "CONFIRMED")
    assert read.starts_at == datetime(2025, 3, 3, 10, tzinfo=ZoneInfo("Europe/Berlin"))
    assert read.ends_at == datetime(2025, 3, 3, 10, 45, tzinfo=ZoneInfo("Europe/Berlin"))
    assert (read.zone, read.zone_known, read.all_day) == ("Europe/Berlin", True, False)
    assert read.stamp == datetime(2025, 3, 1, 9, tzinfo=UTC)
    assert (read.summary, read.location) == ("Interview, part one", "Microsoft Teams")
    assert read.description == "Join https://teams.example/l/1\nor call"
    assert read.organizer == Address("Doe, Jane", "jane@x.test")
    assert read.sent_by == Address("", "coordinator@x.test")
    assert [(each.address, each.partstat, each.role) for each in read.attendees] == [
        (Address("Bob", "bob@home.test"), "NEEDS-ACTION", "REQ-PARTICIPANT"),
        (Address("", "ann@x.test"), "ACCEPTED", "OPT-PARTICIPANT"),
    ]
    assert read.urls == ("https://teams.example/l/1",)


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Eastern Standard Time", "America/New_York"),
        ("India Standard Time", "Asia/Kolkata"),
        ("/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin"),
        ("/softwarestudio.org/Olson_20011030_5/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ('"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"', "Europe/Amsterdam"),
        ('"(UTC+10:00) Canberra, Melbourne, Sydney"', "Australia/Canberra"),
        ("(UTC+01:00) Amsterdam, Berlin", "Europe/Amsterdam"),
        ('"(GMT-03:00) Sao Paulo"', "America/Sao_Paulo"),
    ],
)
def test_zones_under_any_of_their_names_are_known(zone: str, name: str) -> None:
    read = event(f"DTSTART;TZID={zone}:20250703T100000")

    assert (read.zone, read.zone_known) == (name, True)
    assert read.starts_at is not None
    assert read.starts_at.replace(tzinfo=None) == datetime(2025, 7, 3, 10)  # noqa: DTZ001
    assert read.starts_at.utcoffset() == datetime(2025, 7, 3, 10, tzinfo=ZoneInfo(name)).utcoffset()


@pytest.mark.parametrize(
    "zone", ["tzone://Microsoft/Utc", "UTC", "GMT", "Etc/UTC", '"(UTC) Coordinated Universal Time"']
)
def test_the_many_names_of_utc_are_known(zone: str) -> None:
    read = event(f"DTSTART;TZID={zone}:20250303T100000")

    assert (read.starts_at, read.zone_known) == (datetime(2025, 3, 3, 10, tzinfo=UTC), True)


@pytest.mark.parametrize(
    "zone",
    [
        "Customized Time Zone",
        "Nowhere/Land",
        '"(UTC+05:00) Berlin"',
        '"(UTC+01:00) Atlantis"',
        "../../etc/passwd",
        "x" * 300,
    ],
)
def test_a_zone_that_is_neither_known_nor_described_is_not_trusted(zone: str) -> None:
    read = event(f"DTSTART;TZID={zone}:20250303T100000")

    assert not read.zone_known
    assert read.starts_at == datetime(2025, 3, 3, 10, tzinfo=UTC)


def test_a_zone_that_the_calendar_describes_is_used_in_summer_and_winter() -> None:
    summer = event("DTSTART;TZID=Customized Time Zone:20250703T100000", before=BERLIN_AS_DESCRIBED)
    winter = event("DTSTART;TZID=Customized Time Zone:20250103T100000", before=BERLIN_AS_DESCRIBED)

    assert summer.starts_at == datetime(2025, 7, 3, 8, tzinfo=UTC)
    assert winter.starts_at == datetime(2025, 1, 3, 9, tzinfo=UTC)
    assert summer.zone_known
    assert winter.zone_known


def test_one_senders_zone_does_not_shift_the_next_senders_times() -> None:
    event("DTSTART;TZID=Customized Time Zone:20250703T100000", before=BERLIN_AS_DESCRIBED)
    elsewhere = BERLIN_AS_DESCRIBED.replace("+0200", "-0400").replace("+0100", "-0500")
    second = event("DTSTART;TZID=Customized Time Zone:20250703T100000", before=elsewhere)
    third = event("DTSTART;TZID=Customized Time Zone:20250703T100000")

    assert second.starts_at == datetime(2025, 7, 3, 14, tzinfo=UTC)
    assert not third.zone_known


def test_a_duration_ends_an_event() -> None:
    read = event("DTSTART:20250303T100000Z", "DURATION:PT45M")

    assert read.ends_at == datetime(2025, 3, 3, 10, 45, tzinfo=UTC)
    assert read.zone == "UTC"


def test_an_all_day_event_lasts_until_the_next_midnight() -> None:
    read = event("DTSTART;VALUE=DATE:20250303")

    assert read.all_day
    assert read.starts_at is not None
    assert read.ends_at == read.starts_at + timedelta(days=1)


def test_a_floating_time_is_not_trusted_unless_the_calendar_names_its_zone() -> None:
    floating = event("DTSTART:20250303T100000")
    named = event("DTSTART:20250303T100000", before="X-WR-TIMEZONE:Europe/Berlin\n")

    assert (floating.zone, floating.zone_known) == (None, False)
    assert (named.zone, named.zone_known) == ("Europe/Berlin", True)


def test_one_instance_of_a_series_keeps_its_recurrence_id() -> None:
    assert event("DTSTART:20250303T100000Z", "RECURRENCE-ID:20250302T100000Z").recurrence_id == "20250302T100000Z"
    assert event("DTSTART:20250303T100000Z").recurrence_id is None


def test_exchange_says_in_its_own_property_who_acts_for_the_organizer() -> None:
    read = event("ORGANIZER:mailto:jane@x.test", "X-MS-OLK-SENDER:mailto:coordinator@x.test")

    assert read.sent_by == Address("", "coordinator@x.test")


def test_the_method_of_the_part_counts_where_the_calendar_names_none() -> None:
    text = calendar("DTSTART:20250303T100000Z").replace("METHOD:REQUEST\n", "")

    assert read_events(text, "cancel")[0].method == "CANCEL"
    assert read_events(text)[0].method == ""


def test_places_to_join_come_from_the_place_first() -> None:
    read = event(
        "LOCATION:https://zoom.example/j/1",
        "X-GOOGLE-CONFERENCE:https://meet.example/abc",
        "DESCRIPTION:see https://x.test/prepare",
    )

    assert read.urls == ("https://zoom.example/j/1", "https://meet.example/abc", "https://x.test/prepare")


def test_folded_lines_alarms_and_windows_line_ends_are_read() -> None:
    text = calendar(
        "SUMMARY:Inter",
        " view",
        "DTSTART:20250303T100000Z",
        "BEGIN:VALARM",
        "DESCRIPTION:wrong",
        "END:VALARM",
        "DESCRIPTION:right",
    ).replace("\n", "\r\n")
    (read,) = read_events(text.encode("utf-8-sig"))

    assert (read.summary, read.description) == ("Interview", "right")


def test_broken_lines_and_a_missing_end_do_not_spoil_the_rest() -> None:
    text = calendar("SEQUENCE:many", "no colon here", "DTEND:tomorrow", ":", "DTSTART:20250303T100000Z", "SUMMARY:Talk")
    (read,) = read_events(text.removesuffix("END:VEVENT\nEND:VCALENDAR\n") + "ATTENDEE")

    assert (read.summary, read.sequence, read.ends_at) == ("Talk", 0, None)


@pytest.mark.parametrize(
    "text", ["", "hello", "BEGIN:VCALENDAR\nEND:VCALENDAR", "BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT", "END:VEVENT"]
)
def test_what_holds_no_event_is_broken(text: str) -> None:
    with pytest.raises(CalendarBroken):
        read_events(text)


HOSTILE_RULE = BERLIN_AS_DESCRIBED.replace("FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "FREQ=SECONDLY")
HOSTILE_DAYS = BERLIN_AS_DESCRIBED.replace("BYMONTH=3", "BYMONTH=3;BYSECOND=1,2,3,4,5,6;BYMINUTE=1,2,3,4,5,6")


@pytest.mark.parametrize(
    "text",
    [
        calendar("DTSTART;TZID=Customized Time Zone:20250703T100000", before=HOSTILE_RULE),
        calendar("DTSTART;TZID=Customized Time Zone:20250703T100000", before=HOSTILE_DAYS),
        calendar("DTSTART;TZID=Customized Time Zone:20250703T100000", before=BERLIN_AS_DESCRIBED * 400),
        calendar("DTSTART:20250703T100000Z") * 2_000,
        calendar("DTSTART:20250703T100000Z", *["ATTENDEE:mailto:a@x.test"] * 9_000),
        calendar("DESCRIPTION:" + "https://x.test " * 15_000),
        calendar('ATTENDEE;CN="' * 5_000),
        calendar("ATTENDEE;" + "A=B;" * 9_000 + ":mailto:a@x.test"),
        "BEGIN:VEVENT\n" * 20_000,
        "BEGIN:VTIMEZONE\n" * 18_000,
        calendar("SUMMARY:a" + "\n " * 100_000),
        calendar("DTSTART;TZID=(UTC+01:00) " + "a," * 9_000 + ":20250703T100000"),
        calendar("DURATION:P" + "9" * 10_000 + "D", "DTSTART:20250703T100000Z"),
        calendar("DTSTART:99991231T235959Z", "DURATION:P9999D"),
    ],
    ids=range(14),
)
def test_hostile_calendars_take_little_time(text: str) -> None:
    began = process_time()
    try:
        events = read_events(text.encode())
    except CalendarBroken:
        events = ()

    assert process_time() - began < 1
    assert len(events) <= MOST_EVENTS


@given(
    st.lists(
        st.sampled_from(calendar("DTSTART:20250303T100000Z", before=BERLIN_AS_DESCRIBED).split("\n"))
        | st.text(max_size=20)
    )
)
def test_any_lines_are_events_or_a_broken_calendar(lines: list[str]) -> None:
    try:
        events = read_events("\n".join(lines))
    except CalendarBroken:
        return

    assert all(each.starts_at is None or each.starts_at.tzinfo is not None for each in events)

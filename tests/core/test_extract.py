import dataclasses
import time
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.core.extract import answerable_address, extract
from agent.core.facts.page import READ
from agent.core.lexicon import lexicon_from
from agent.core.model import (
    NO_EARLIER,
    Address,
    Classification,
    Earlier,
    ItipEvent,
    Kind,
    Link,
    Matter,
    ParsedMessage,
    Pay,
    Period,
    RegionKind,
    Slot,
    WorkMode,
)
from agent.core.parse import parse
from agent.resources import lexicons, senders
from tests.core.pages import READER, RECRUITER, SENT_AT, mail
from tests.core.raw import raw

ENGLISH = lexicons().of("en")
LETTER = mail(
    "Hi Robin,\n\nThank you for applying to the Senior Data Engineer role at Northwind Labs. The role is fully remote "
    "and pays €75.000 - €90.000 a year.\n\nCould you do Thursday at 2pm? Or pick a time here: "
    "https://calendly.com/ines-prado/intro\n\nPlease let me know by Wednesday.\n\nBest,\nInes",
    subject="Interview with Northwind Labs",
    links=(Link("https://calendly.com/ines-prado/intro", "https://calendly.com/ines-prado/intro"),),
)


def matter_of(message: ParsedMessage, kind: Kind = Kind.INVITATION, earlier: Earlier = NO_EARLIER) -> Matter:
    matter = extract(message, Classification(kind, 1.0), ENGLISH, (READER.email,), earlier)
    assert matter is not None
    return matter


def test_every_fact_of_a_letter_is_read() -> None:
    matter = matter_of(LETTER)

    assert matter.company == "Northwind Labs"
    assert matter.role == "Senior Data Engineer"
    assert matter.contact_name == "Ines Prado"
    assert matter.reply_to == RECRUITER.email
    assert matter.slots == (Slot(datetime(2026, 11, 12, 14, tzinfo=ZoneInfo("Europe/London"))),)
    assert matter.deadline == date(2026, 11, 11)
    assert matter.scheduling_url == "https://calendly.com/ines-prado/intro"
    assert matter.work_mode is WorkMode.REMOTE
    assert matter.pay == Pay(Decimal(75_000), Decimal(90_000), "EUR", Period.YEAR)
    assert (matter.relocation, matter.sponsorship, matter.meeting_url, matter.flags) == (None, None, None, ())


def test_every_quote_stands_in_the_body_where_it_says() -> None:
    quotes = matter_of(LETTER).quotes

    assert {name for name, _ in quotes} >= {"company", "role", "contact_name", "slots", "deadline", "work_mode", "pay"}
    for _, evidence in quotes:
        if evidence.start is not None:
            assert LETTER.body[evidence.start : evidence.end] == evidence.span


def test_a_mail_that_concerns_no_job_has_no_matter() -> None:
    assert extract(LETTER, Classification(Kind.OTHER, 1.0), ENGLISH) is None


def test_signs_of_fraud_are_told_in_a_mail_of_any_kind_that_speaks_of_a_job() -> None:
    other = Classification(Kind.OTHER, 1.0)
    bait = mail("Dear Applicant,\n\nWe'd like to interview you for the Data Entry Clerk job. Send your bank account.")
    spam = mail("Dear Friend,\n\nTo release the inheritance, send your bank account.")

    matter = extract(bait, other, ENGLISH)

    assert matter is not None
    assert "scam.personal_data" in matter.flags
    assert extract(spam, other, ENGLISH) is None


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.OTHER])
def test_facts_are_read_for_every_kind_that_concerns_a_job(kind: Kind) -> None:
    assert matter_of(LETTER, kind).company == "Northwind Labs"


def test_what_the_conversation_told_before_fills_what_is_not_written() -> None:
    short = mail("Did you see my message?", sender=Address("", "talent@gmail.com"))
    matter = matter_of(
        short, Kind.FOLLOWUP, Earlier(company="Northwind Labs", role="Data Engineer", contact_name="Ines")
    )

    assert (matter.company, matter.role, matter.contact_name) == ("Northwind Labs", "Data Engineer", "Ines")


def test_a_calendar_request_gives_time_place_uid_and_organizer() -> None:
    request = ItipEvent(
        method="REQUEST",
        event_uid="1@northwind",
        sequence=3,
        starts_at=datetime(2026, 11, 12, 14, tzinfo=ZoneInfo("UTC")),
        organizer=RECRUITER,
        urls=("https://meet.google.com/abc-defg-hij",),
    )
    matter = matter_of(mail("", events=(request,)))

    assert (matter.event_uid, matter.sequence, matter.organizer) == ("1@northwind", 3, RECRUITER)
    assert matter.meeting_url == "https://meet.google.com/abc-defg-hij"
    assert [slot.starts_at for slot in matter.slots] == [request.starts_at]


@pytest.mark.parametrize(
    ("kind", "text", "url", "booking"),
    [
        (Kind.INVITATION, "Pick a slot: {}", "https://calendly.com/ines/intro", True),
        (Kind.INVITATION, "Please choose a time here: {}", "https://click.mailer.example/c/1a2b", True),
        (Kind.INVITATION, "Read about us: {}", "https://northwind.example/about", False),
        (Kind.INVITATION, "The job advert: {}", "https://jobs.lever.co/northwind/1", False),
        (Kind.INVITATION, "Pick a time and join at {}", "https://us02web.zoom.us/j/1", False),
        (Kind.ASSESSMENT, "Start the test when you choose a time: {}", "https://www.hackerrank.com/test/1", False),
        (Kind.CONFIRMATION, "Manage: {}", "https://calendly.com/reschedulings/1", False),
        (Kind.CONFIRMATION, "Pick another time: {}", "https://calendly.com/ines/intro", False),
        (Kind.RESCHEDULE, "Pick a new time: {}", "https://calendly.com/reschedulings/1", True),
        (Kind.INVITATION, "Record your answers: {}", "https://app.willotalent.com/invite/1", False),
    ],
)
def test_only_a_page_to_choose_a_time_is_a_scheduling_url(kind: Kind, text: str, url: str, booking: bool) -> None:
    matter = matter_of(mail(text.format(url), links=(Link(url, url),)), kind)

    assert matter.scheduling_url == (url if booking else None)


@pytest.mark.parametrize(
    ("shown", "url", "field"),
    [
        ("Pick a time", "https://click.mailer.example/1", "scheduling_url"),
        ("Join the meeting", "https://rooms.northwind.example/1", "meeting_url"),
        ("Zoom", "https://us02web.zoom.us/j/81299887766", "meeting_url"),
    ],
)
def test_a_link_is_known_by_the_words_it_is_shown_with(shown: str, url: str, field: str) -> None:
    matter = matter_of(mail(f"Hello.\n\n{shown}\n\nBest,\nInes", links=(Link(shown, url),)))

    assert getattr(matter, field) == url
    assert matter.quote(field) == shown


def test_a_link_of_the_quoted_part_is_not_read() -> None:
    url = "https://calendly.com/ines/intro"

    assert matter_of(mail("Any news?", quoted=f"> {url}", links=(Link(url, url),))).scheduling_url is None


def test_any_mail_has_an_answerable_address_or_none() -> None:
    assert answerable_address(LETTER, ENGLISH) == RECRUITER.email
    assert answerable_address(mail("Hi", sender=Address("", "no-reply@northwind.example")), ENGLISH) is None
    assert answerable_address(dataclasses.replace(LETTER, sender=None), ENGLISH) is None


def test_a_language_without_tables_reads_what_needs_no_words() -> None:
    bare = lexicon_from("xx", {}, senders())
    matter = extract(LETTER, Classification(Kind.INVITATION, 1.0), bare)

    assert matter is not None
    assert matter.scheduling_url == "https://calendly.com/ines-prado/intro"
    assert matter.reply_to == RECRUITER.email
    assert matter.work_mode is None


@pytest.mark.parametrize(
    "piece",
    [
        "role ", "at ", "Engineer ", "Senior Engineer, ", "$1 ", "$150k-180k ", "1,111", "by ", "Best,\n", "| ", "A. ",
        "€ ", "visa sponsorship ", "https://calendly.com/a ", "Northwind Labs ", "\n", "within 3 days ", "not ", "pay ",
        "& ", "interview with ", "remote ", "Ann ", "(", "reschedule ", "x" * 50, "+49 ", "Dr. ", "the ", "for the ",
    ],
)  # fmt: skip
def test_a_mail_of_one_word_over_and_over_costs_little(piece: str) -> None:
    links = (Link("https://calendly.com/a", "https://calendly.com/a"),)

    def seconds(times: int) -> float:
        letter = mail(piece * times, subject=piece * 200, signature=piece * times, quoted=piece * times, links=links)
        started = time.process_time()
        matter_of(letter, Kind.RESCHEDULE)
        return time.process_time() - started

    assert seconds(20_000) < 0.3


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=400), st.text(max_size=80), st.text(max_size=40), st.sampled_from(list(Kind)))
def test_no_text_breaks_the_reading(text: str, subject: str, name: str, kind: Kind) -> None:
    letter = mail(text, subject=subject, signature=text[:80], quoted=text, sender=Address(name, f"{name}@{name}"))

    matter = extract(letter, Classification(kind, 1.0), ENGLISH)

    assert matter is not None or kind is Kind.OTHER


def test_only_the_beginning_of_a_very_long_mail_is_read() -> None:
    assert matter_of(mail("x " * READ[RegionKind.NEW] + "The role is fully remote.")).work_mode is None


def test_an_offset_of_nothing_names_no_country_so_that_a_date_stays_ambiguous() -> None:
    matter = matter_of(mail("Could you do 03/04/2027 at 2pm?"))

    assert matter.slots == ()
    assert [ambiguity.phrase for ambiguity in matter.ambiguities] == ["03/04/2027"]


def test_a_time_in_a_quotation_below_new_text_is_no_slot() -> None:
    letter = parse(
        raw(
            "From: Nora <nora@quillon.example>\nSubject: Interview\nDate: Mon, 03 Mar 2025 10:00:00 +0100\n"
            "Content-Type: text/html; charset=utf-8\n\n<p>Could you do 12 March at 10:00? Does that work?</p>"
            "<blockquote>Old: 11 March at 8:00</blockquote><p>Nora</p>"
        )
    )

    assert [slot.starts_at.isoformat() for slot in matter_of(letter).slots] == ["2025-03-12T10:00:00+01:00"]


def test_the_sender_s_country_settles_an_ambiguous_date() -> None:
    british = mail("Could you do 03/12 at 2pm?", sender=Address("Ann", "ann@northwind.co.uk"))
    american = mail(
        "Could you do 12/03 at 2pm?",
        sender=Address("Ann", "ann@northwind.us"),
        sent_at=SENT_AT.astimezone(ZoneInfo("America/New_York")),
    )

    assert [slot.starts_at.date() for slot in matter_of(british).slots] == [date(2026, 12, 3)]
    assert [slot.starts_at.date() for slot in matter_of(american).slots] == [date(2026, 12, 3)]

import time

import pytest

from agent.core.senders import NO_SENDERS, LinkKind, SenderKind, senders_from
from agent.resources import senders

KNOWN = senders()


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("no-reply@us.greenhouse-mail.io", "greenhouse"),
        ("NO-REPLY@US.Greenhouse-Mail.IO", "greenhouse"),
        ("northwind@myworkday.com", "workday"),
        ("calendar-notification@google.com", "google-appointment"),
        ("ann@blue.teamtailor-mail.com", "teamtailor"),
    ],
)
def test_a_known_sender_is_found_by_its_domain_or_address(email: str, name: str) -> None:
    found = KNOWN.find(email)

    assert found is not None
    assert found.id == name


@pytest.mark.parametrize(
    "email",
    ["ann@notlever.co", "ann@lever.co.example", "lever.co@northwind.example", "ann@google.com", "", "@", "lever"],
)
def test_a_sender_is_never_found_by_part_of_a_word(email: str) -> None:
    assert KNOWN.find(email) is None


@pytest.mark.parametrize(
    ("email", "reaches"),
    [
        ("ines.prado@northwind-labs.example", True),
        ("careers@northwind-labs.example", True),
        ("juno.reply@northwind-labs.example", True),
        ("no-reply@northwind-labs.example", False),
        ("hr_noreply@northwind-labs.example", False),
        ("noreply12@northwind-labs.example", False),
        ("do.not.reply@northwind-labs.example", False),
        ("ne-pas-repondre@northwind-labs.example", False),
        ("nao-responda@northwind-labs.example", False),
        ("nicht-antworten@northwind-labs.example", False),
        ("bounces+17@northwind-labs.example", False),
        ("notifications@northwind-labs.example", None),
        ("notify@dayforce.com", True),
        ("northwind+autoreply@talent.icims.com", False),
        ("northwind+email+1a2b@talent.icims.com", True),
        ("conversation-17_ab12@remail.wellfound.com", True),
        ("no-reply@remail.wellfound.com", False),
        ("inmail-hit-reply@linkedin.com", True),
        ("jobalerts-noreply@linkedin.com", False),
        ("calendar-notification@google.com", False),
        ("no-reply@calendly.com", False),
        ("ann@blue.teamtailor-mail.com", True),
        ("noaddress", None),
    ],
)
def test_it_tells_whether_an_answer_reaches_a_person(email: str, reaches: bool | None) -> None:
    assert KNOWN.reaches_person(email) is reaches


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://calendly.com/ines-prado/30min", LinkKind.BOOKING),
        ("https://calendly.com/reschedulings/4f1c", LinkKind.MANAGE),
        ("https://calendly.com/pricing", LinkKind.OTHER),
        ("https://cal.com/ines/intro", LinkKind.BOOKING),
        ("https://meetings-eu1.hubspot.com/ines", LinkKind.BOOKING),
        ("https://calendar.app.google/Q1w2", LinkKind.BOOKING),
        ("https://app.greenhouse.io/availability/1a2b", LinkKind.BOOKING),
        ("https://boards.greenhouse.io/northwind/jobs/1", LinkKind.POSTING),
        ("https://jobs.lever.co/northwind/1", LinkKind.POSTING),
        ("https://app2.greenhouse.io/scorecards/17", LinkKind.HIRING_SIDE),
        ("https://www.hackerrank.com/test/1a2b", LinkKind.TEST),
        ("https://app.willotalent.com/invite/1a2b", LinkKind.RECORDING),
        ("https://us02web.zoom.us/j/81299887766", LinkKind.MEETING),
        ("https://teams.microsoft.com/l/meetup-join/19%3ameeting", LinkKind.MEETING),
        ("https://meet.google.com/abc-defg-hij", LinkKind.MEETING),
        ("https://zoom.us/pricing", LinkKind.OTHER),
        ("https://zoom.us.northwind.example/j/1", LinkKind.OTHER),
        ("https://notcalendly.com/ines", LinkKind.OTHER),
        ("https://northwind.example/book/interview", LinkKind.BOOKING),
        ("https://northwind.example/careers/1", LinkKind.POSTING),
        ("https://northwind.example/blog/how-we-interview", LinkKind.OTHER),
        ("https://northwind.example/handbook/", LinkKind.OTHER),
        ("", LinkKind.OTHER),
        ("mailto:ines@northwind.example", LinkKind.OTHER),
    ],
)
def test_a_link_is_told_from_its_host_and_path_alone(url: str, kind: LinkKind) -> None:
    assert KNOWN.link_kind(url) is kind


def test_free_mail_and_look_alikes_are_known() -> None:
    assert KNOWN.is_freemail("ann@gmail.com")
    assert not KNOWN.is_freemail("ann@northwind.example")
    assert KNOWN.look_alike("hello@mail.jointaro.com") == "interview-practice"
    assert KNOWN.look_alike("ann@northwind.example") is None


def test_every_kind_of_sender_is_in_the_table() -> None:
    assert {sender.kind for sender in KNOWN.by_domain.values()} == set(SenderKind)


def test_without_a_table_nothing_is_known_and_nothing_breaks() -> None:
    for nobody in (NO_SENDERS, senders_from({})):
        assert nobody.find("no-reply@greenhouse.io") is None
        assert nobody.link_kind("https://calendly.com/ines") is LinkKind.OTHER
        assert nobody.reaches_person("ann@northwind.example") is True


@pytest.mark.parametrize("piece", ["no-reply", "a.", "zoom.us/", "https://", "book/", "-"])
def test_a_long_address_or_link_costs_no_more_than_a_short_one(piece: str) -> None:
    started = time.perf_counter()
    KNOWN.link_kind("https://" + piece * 20_000)
    KNOWN.reaches_person(piece * 20_000 + "@" + piece * 20_000)

    assert time.perf_counter() - started < 0.1

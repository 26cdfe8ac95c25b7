import pytest

from agent.core.facts.people import answerable, contact_name, person_of
from agent.core.model import Address, ItipEvent
from agent.resources import lexicons
from tests.core.pages import RECRUITER, mail, page


@pytest.mark.parametrize(
    ("text", "sender", "name"),
    [
        ("Hello.\n\nBest,\nInes", "Ines Prado", "Ines Prado"),
        ("Hello.\n\nKind regards,\n\nInes Prado\nTalent Partner", "Ines Prado", "Ines Prado"),
        ("Hello. Thanks! Ines", "Ines Prado", "Ines Prado"),
        ("Can you come on Thursday? Joris", "Joris Haverkamp", "Joris Haverkamp"),
        ("Hello.\n\nCheers\nSam", "Samantha Oduya", "Samantha Oduya"),
        ("Hello.\n\nBest wishes,\nMarta Kowalska", "Ines Prado", "Marta Kowalska"),
        ("Hello.\n\n- Tomás", "Tomás Rey", "Tomás Rey"),
        ("Hello.", "Prado, Ines", "Ines Prado"),
        ("Hello.\n\nInes Prado\nCFO, Northwind", "Prado Ines", "Ines Prado"),
        ("Hello.\n\nYours,\nInes Prado (Mrs)", "Mrs I Prado", "Ines Prado"),
        ("Hello.\n\nYours faithfully,\nI. Prado", "Prado, Ines", "Ines Prado"),
        ("Hello.", "Dr. Ines Prado", "Ines Prado"),
        ("Hello.", "Ines Prado via Greenhouse", "Ines Prado"),
        ("Hello.", "Ines Prado (Northwind Labs)", "Ines Prado"),
        ("Hello.", "Ines from Northwind Labs", "Ines"),
        ("Hello.", "Ines Prado | Northwind Labs", "Ines Prado"),
        ("Hello.\n\nRegards,\nThe Northwind Talent Team", "Ines Prado", "Ines Prado"),
        ("Hello.\n\nBest,\nInes & the Northwind team", "Ines Prado", "Ines Prado"),
        ("Hello.\n\nSincerely,\nJan van der Berg", "J. Berg", "Jan van der Berg"),
        ("Hello.\n\nWarm regards,\nINES PRADO", "careers", "Ines Prado"),
        ("Hello.\n\nThank you,\nMs. Ines Prado, SHRM-CP (she/her)", "Northwind Careers", "Ines Prado"),
        ("Hello.\n\nMany thanks\n\nMei-Ling O'Neill\nPeople Ops", "Northwind Labs", "Mei-Ling O'Neill"),
        ("Hello.\n\nSpeak soon,\nZsófia", "Zsofia Balint", "Zsofia Balint"),
    ],
)
def test_who_signs_is_answered_by_the_fuller_name(text: str, sender: str, name: str) -> None:
    read = contact_name(page(mail(text, sender=Address(sender, "talent@northwind-labs.example"))), "Northwind Labs")

    assert read is not None
    assert read.value == name


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        ("Hello.\n\nBest,\nThe Talent Team", "Northwind Labs Careers"),
        ("Hello.\n\nNorthwind Labs", "Northwind Labs"),
        ("Hello.\n\nKind regards,\nHuman Resources", "HR Department"),
        ("Hello.\n\nRegards,\nRecruiting", ""),
        ("Hello.", "no-reply@northwind-labs.example"),
        ("Hello.", "LinkedIn Job Alerts"),
        ("Hello.", "Workday"),
        ("Hey Robin,\n\nhello", "Hiring Team"),
        ("Deadline: 7 October 2026", "HireVue"),
        ("Hello.\n\nGood luck,\nThe hiring team at Northwind Labs", "Northwind Labs"),
        ("Hello.\n\nSee you on Thursday\n\nSent from my phone", "Talent Acquisition"),
        ("Hello, this is it.\n\nBest,\nRobin", "Northwind Labs"),
    ],
)
def test_a_team_a_firm_and_the_reader_are_nobody(text: str, sender: str) -> None:
    assert (
        contact_name(page(mail(text, sender=Address(sender, "talent@northwind-labs.example"))), "Northwind Labs")
        is None
    )


def test_an_office_of_a_firm_is_nobody_where_the_address_is_the_offices() -> None:
    office = Address("Eiwa Placements", "placements@eiwa.example")
    person = Address("Jonas Eiwa", "jonas@eiwa.example")

    assert contact_name(page(mail("Hello.", sender=office))) is None
    assert (found := contact_name(page(mail("Hello.", sender=person)))) is not None
    assert found.value == "Jonas Eiwa"


def test_a_signature_block_tells_who_signs() -> None:
    letter = mail(
        "Shall we talk?\n", signature="-- \nInes Prado\nTalent Partner", sender=Address("", "ines@nwl.example")
    )
    read = contact_name(page(letter))

    assert read is not None
    assert read.value == "Ines Prado"
    assert letter.body[read.evidence.start : read.evidence.end] == "Ines Prado"


def test_a_firms_display_name_is_no_person() -> None:
    lexicon = lexicons().of("en")

    assert person_of(Address("Blue Harbor", "jobs@blueharbor.example"), lexicon) is None
    assert person_of(Address("Ann Harbor", "ann@annharbor.example"), lexicon) == "Ann Harbor"


@pytest.mark.parametrize(
    ("text", "sender", "reply_to", "answered"),
    [
        ("Hi", "ines@northwind-labs.example", "", "ines@northwind-labs.example"),
        ("Hi", "no-reply@us.greenhouse-mail.io", "ines@northwind-labs.example", "ines@northwind-labs.example"),
        ("Hi", "no-reply@us.greenhouse-mail.io", "", None),
        ("Hi", "ines@northwind-labs.example", "no-reply@northwind-labs.example", None),
        ("Hi", "notifications@northwind-labs.example", "", "notifications@northwind-labs.example"),
        ("Please do not reply to this email.", "talent@northwind-labs.example", "", None),
        ("This mailbox is not monitored.", "talent@northwind-labs.example", "", None),
        ("Replies to this address are not read.", "talent@northwind-labs.example", "", None),
        ("Please don't reply to this message.", "robot@ats.example", "ines@nwl.example", "ines@nwl.example"),
        ("Please reply by Friday.", "talent@northwind-labs.example", "", "talent@northwind-labs.example"),
        ("We monitor this mailbox closely.", "talent@northwind-labs.example", "", "talent@northwind-labs.example"),
        ("Hi", "ines@northwind-labs.example", "robin.achterberg@inbox.example", "ines@northwind-labs.example"),
    ],
)
def test_an_answer_goes_where_a_person_reads_it(text: str, sender: str, reply_to: str, answered: str | None) -> None:
    replies = (Address("", reply_to),) if reply_to else ()

    assert answerable(page(mail(text, sender=Address("", sender), reply_to=replies))) == answered


def test_a_calendars_organizer_is_not_answered_by_mail() -> None:
    request = ItipEvent(method="REQUEST", event_uid="1@x", organizer=RECRUITER)
    letter = mail("", sender=Address("Google Calendar", "calendar-notification@google.com"), events=(request,))

    assert answerable(page(letter)) is None

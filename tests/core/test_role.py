import pytest

from agent.core.facts.role import role
from tests.core.pages import mail, page


def title(text: str, subject: str = "", quoted: str = "", signature: str = "") -> str | None:
    read = role(page(mail(text, subject=subject, quoted=quoted, signature=signature)), "Northwind Labs")
    return read.value if read else None


@pytest.mark.parametrize(
    ("text", "subject", "name"),
    [
        ("Thank you for applying to the Senior Data Engineer role.", "", "Senior Data Engineer"),
        ("We are hiring a backend engineer for our platform team.", "", "backend engineer"),
        ("I'd like to talk about the Head of Data position.", "", "Head of Data"),
        ("Hello", "Interview: Staff Nurse", "Staff Nurse"),
        ("Hello", "Teacher of Physics", "Teacher of Physics"),
        ("Your application for GIS Technician landed on my desk.", "", "GIS Technician"),
        ("Hello", "Re: Application for collections assistant", "collections assistant"),
        ("They're after a Staff SRE (remote within EU).", "", "Staff SRE"),
        ("Hello", "Senior Backend Engineer at Northwind Labs", "Senior Backend Engineer"),
        ("Position: Product Manager, Payments\nLocation: Leeds", "", "Product Manager, Payments"),
        ("You applied for Assistant Store Manager.", "", "Assistant Store Manager"),
        ("we need a line cook", "line cook", "line cook"),
        ("I'm glad to offer you the position of Site Ecologist.", "", "Site Ecologist"),
        ("We would like you to join us as our Director of Engineering.", "", "Director of Engineering"),
        ("Job title: Growth Wizard", "", "Growth Wizard"),
        ("the opening for the optics technician was withdrawn", "", "optics technician"),
        ("Would the Software Engineer II opening interest you?", "", "Software Engineer II"),
        (
            "Ostrava Bank invites you to record a video interview for the position of Senior Java\nEngineer. Bye.",
            "",
            "Senior Java Engineer",
        ),
        ("I'm recruiting a UX/UI Designer for them.", "", "UX/UI Designer"),
        ("the Talent Acquisition Partner role at Northwind Labs", "", "Talent Acquisition Partner"),
    ],
)
def test_the_title_of_the_job_is_read_as_written(text: str, subject: str, name: str) -> None:
    assert title(text, subject) == name


@pytest.mark.parametrize(
    "text",
    [
        "You will meet Ines Prado, our Engineering Manager.",
        "I'm a technical recruiter at Northwind Labs.",
        "You'd report to the VP of Engineering.",
        "The call is with the hiring manager.",
        "Best,\nInes Prado\nSenior Recruiter",
        "I work closely with our Head of Talent.",
        "I am the engineering manager here, nice to meet you.",
        "We have an exciting role for you.",
        "Is the position still of interest?",
        "Your experience as a backend engineer stood out.",
        "Please tell our office manager if you need parking.",
        "Your editor, your music.",
        "Would you like to join our team?",
    ],
)
def test_the_titles_of_people_are_not_the_jobs(text: str) -> None:
    assert title(text) is None


def test_the_quoted_part_may_name_the_role() -> None:
    assert title(
        "Oh what a pity! May I ask why?", quoted="> I withdraw my application for the Lab Technician post."
    ) == ("Lab Technician")


def test_the_readers_name_is_no_part_of_the_title() -> None:
    assert title("", subject="Interview: Actuarial Analyst - Robin Achterberg") == "Actuarial Analyst"


@pytest.mark.parametrize(
    ("text", "subject", "name"),
    [
        ("Hello", "R-20417 Category Analyst", "Category Analyst"),
        ("Hello", "Interview - 381-AM-7719 Ward Manager", "Ward Manager"),
        ("Your application as Developer Embedded Controls is here.", "", "Developer Embedded Controls"),
        ("Hello", "Backend Engineer (Ledger)", "Backend Engineer (Ledger)"),
        ("Hello", "Legal Officer (LO/26/8)", "Legal Officer"),
        ("Two people on your Engineering Manager, Trust loop fell ill.", "", "Engineering Manager, Trust"),
        ("They were keen on you for months, the Supply Chain Modeller has to start soon.", "", "Supply Chain Modeller"),
        ("the staff engineer you applied for would report to me", "", "staff engineer"),
    ],
)
def test_references_are_no_part_of_a_title_and_what_it_is_about_is(text: str, subject: str, name: str) -> None:
    assert title(text, subject) == name

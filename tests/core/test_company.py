import pytest

from agent.core.facts.company import company, is_agency
from agent.core.facts.names import registrable_label
from agent.core.model import Address, Kind
from tests.core.pages import mail, page

ATS = "no-reply@us.greenhouse-mail.io"


def employer(text: str, sender: Address, subject: str = "", signature: str = "", quoted: str = "") -> str | None:
    letter = page(mail(text, sender=sender, subject=subject, signature=signature, quoted=quoted))
    read = company(letter, is_agency(letter) is not None)
    return read.value if read else None


@pytest.mark.parametrize(
    ("text", "shown", "email", "subject", "name"),
    [
        ("Thank you for applying to Tallgrass Software.", "Talent Team", ATS, "", "Tallgrass Software"),
        ("Let's find a time.", "Tallgrass Careers", ATS, "Interview with Tallgrass", "Tallgrass"),
        ("We'd like to talk.", "Ines Prado", "ines@tallgrass-software.example", "", "Tallgrass Software"),
        ("I run the data team at Cinderpeak.", "Ravi Menon", "ravi.menon@cinderpeak.example", "", "Cinderpeak"),
        ("I'm Ines from Blue Harbor, we met in May.", "Ines Prado", "ines@gmail.com", "", "Blue Harbor"),
        ("The role at Fern & Glass is still open.", "Yuki", "yuki@fernglass.example", "", "Fern & Glass"),
        ("Hi", "Saltmarsh Studios via TestGorilla", "noreply@testgorilla.com", "", "Saltmarsh Studios"),
        ("Polder AI has invited you to take a test.", "", "support@hackerrankforwork.com", "", "Polder AI"),
        ("Hi", "Workday", "sableport@myworkday.com", "Next steps | Planner | Sableport Shipping", "Sableport Shipping"),
        ("Thank you for applying.", "Tessellate", "tessellate@myworkday.com", "", "Tessellate"),
        ("Hi there.", "Ann Lee", "ann@oxbow.teamtailor-mail.com", "", "Oxbow"),
        (
            "Congratulations on reaching the next stage at Ostrava Air.",
            "HireVue",
            "noreply@hirevue.com",
            "",
            "Ostrava Air",
        ),
        ("Hi", "Careers at Oxbow Rail", "careers@oxbow-rail.example", "", "Oxbow Rail"),
        ("Join the Lumenstack team!\n\nThe Lumenstack Talent Team", "Talent Team", ATS, "", "Lumenstack"),
        ("You have been invited by Kestrel Dynamics.", "Calendly", "no-reply@calendly.com", "", "Kestrel Dynamics"),
        ("Hi", "Ann Lee", "ann.lee@parentgroup.example", "Interview at Child Robotics", "Child Robotics"),
        ("I'm a recruiter at Greenhouse and hiring here.", "Ann Lee", "ann.lee@greenhouse.io", "", "Greenhouse"),
        ("super cool, would love to chat about pebblegrid", "Tobi", "tobi@pebblegrid.example", "", "pebblegrid"),
        ("The post at St. Brendan Trust is open.", "Ann", "ann@st-brendan.example", "", "St. Brendan Trust"),
    ],
)
def test_the_employer_is_read(text: str, shown: str, email: str, subject: str, name: str) -> None:
    assert employer(text, Address(shown, email), subject) == name


@pytest.mark.parametrize(
    ("text", "shown", "email", "subject"),
    [
        ("My client, a leading fintech, is hiring.", "Lorna", "lorna@brightpath-recruitment.example", ""),
        ("Our client is a Series B scale-up in Leeds.", "Kemi Adeyemi", "kemi@redlarch-staffing.example", ""),
        ("I'm partnering with a stealth fintech.", "Fabian Krol via LinkedIn", "inmail-hit-reply@linkedin.com", ""),
        ("A few roles might suit you.", "Indeed", "alert@indeed.com", "New jobs"),
        ("Your interview is booked on Zoom.", "Calendly", "no-reply@calendly.com", "Confirmed"),
        ("Please choose a time for your interview.", "", ATS, "Interview on Monday"),
        ("Interview with Ines Prado, our Engineering Manager.", "", ATS, ""),
        ("I saw your time at Globex and your work at Initech.", "Skye", "skye@gmail.com", "quick call"),
        ("The client wants to see you on Thursday.", "Lorna McAuley", "lorna@mcauley-search.example", ""),
        ("Hello Robin", "Robin Achterberg", "robin@gmail.com", "Interview"),
    ],
)
def test_agencies_tools_people_and_earlier_employers_are_not_it(
    text: str, shown: str, email: str, subject: str
) -> None:
    assert employer(text, Address(shown, email), subject) is None


def test_an_agency_may_name_its_client() -> None:
    sender = Address("Lorna McAuley", "lorna@mcauley-recruitment.example")

    assert employer("I'm recruiting on behalf of Harrier Foods in York.", sender) == "Harrier Foods"


def test_a_clause_with_a_title_behind_a_name_makes_no_person_of_it() -> None:
    sender = Address("Amara Osei", "amara@odell-search.example")
    text = "We recruit on behalf of the University of Eastmoor, who seek a Research Software Engineer, for our client."

    assert employer(text, sender) == "University of Eastmoor"


def test_the_quoted_part_may_name_the_employer() -> None:
    quoted = "> Thank you for applying to Tallgrass Software."

    assert employer("Any news?", Address("Ines Prado", "ines@gmail.com"), quoted=quoted) == "Tallgrass Software"


def test_a_signature_names_the_firm() -> None:
    sender = Address("Gretchen Vale", "gvale@pig-hr.example")

    assert (
        employer("Any news?", sender, signature="Gretchen Vale\nPalisade Insurance Group") == "Palisade Insurance Group"
    )


@pytest.mark.parametrize(
    ("domain", "label"),
    [("northwind.example", "northwind"), ("careers.northwind.co.uk", "northwind"), ("mail.northwind.com", "northwind")],
)
def test_the_registered_label_of_a_domain_is_found(domain: str, label: str) -> None:
    assert registrable_label(domain) == label


@pytest.mark.parametrize(
    ("text", "email", "name"),
    [
        ("Best,\nIrma\nHartwell Borough Council", "irma@hartwell-bc.example", "Hartwell Borough Council"),
        ("Yours\nIrma Voss\nNorthern Ports Authority", "irma@nportsauthority.example", "Northern Ports Authority"),
        ("Best,\nIrma Voss\nStonefly Biosciences", "irma@stonefly-bio.example", "Stonefly Biosciences"),
        ("Your file reached the University of Ardle today.", "jobs@ardle-univ.example", "University of Ardle"),
        ("Irma at Crumb & Anchor wrote to you.", "irma@crumbandanchor.example", "Crumb & Anchor"),
        ("We welcome you to St Aldan's on Friday.", "head@st-aldan.example", "St Aldan's"),
        ("Come by. Le Petit Four, Hafenstrasse", "irma@petitfour.example", "Le Petit Four"),
    ],
)
def test_a_domain_that_shortens_a_name_tells_which_name_it_is(text: str, email: str, name: str) -> None:
    assert employer(text, Address("Irma Voss", email)) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Best,\nIrma Voss\nTopiary Ltd", "Topiary"),
        ("Best,\nIrma Voss\nTopiary GmbH & Co. KG", "Topiary GmbH & Co. KG"),
        ("Topiary is hiring.\n\nBest,\nIrma Voss\nTopiary GmbH", "Topiary"),
        ("Best,\nIrma Voss\nTopiary & Co", "Topiary & Co"),
    ],
)
def test_a_legal_form_is_said_only_where_the_mail_never_leaves_it_out(text: str, name: str) -> None:
    assert employer(text, Address("Irma Voss", "irma@topiary.example")) == name


@pytest.mark.parametrize("domain", ["amber-search.example", "amber-talent.example", "amberexecs.example"])
def test_the_firm_of_a_recruiter_is_no_employer(domain: str) -> None:
    assert employer("They liked you a lot.", Address("Irma Voss", f"irma@{domain}")) is None


def test_a_board_that_lists_the_jobs_of_others_is_no_employer() -> None:
    alert = mail("Jobs for you", subject="12 new jobs", sender=Address("LinkedIn Job Alerts", "alerts@linkedin.com"))

    assert company(page(alert, Kind.JOB_ALERT), agency=False) is None


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Mosteiro Foods phoned just now, Wednesday is off.", "Wednesday"),
        ("It is a yes for Mosteiro Foods.", "Monday - Mosteiro Foods"),
    ],
)
def test_a_client_is_named_by_what_it_did_or_alone_in_the_subject(text: str, subject: str) -> None:
    assert employer(text, Address("Irma Voss", "irma@amber-search.example"), subject) == "Mosteiro Foods"

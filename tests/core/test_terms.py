import pytest

from agent.core.facts.terms import country_of_place, place, relocation, sponsorship, work_mode
from agent.core.model import Relocation, Sponsorship, WorkMode
from agent.resources import lexicons
from tests.core.pages import mail, page

REMOTE, HYBRID, ONSITE = WorkMode.REMOTE, WorkMode.HYBRID, WorkMode.ONSITE


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("The role is fully remote.", REMOTE),
        ("It's a remote position within the EU.", REMOTE),
        ("You can work from anywhere, we all do.", REMOTE),
        ("Location: Remote (US only)", REMOTE),
        ("We are a remote-first company of forty.", REMOTE),
        ("this is 100% remote, no office at all", REMOTE),
        ("The team is distributed and the job can be done remotely from home? Yes, the job can be remote.", REMOTE),
        ("All three are looking for people, all remote.", REMOTE),
        ("The role is hybrid, two days a week in our Leeds office.", HYBRID),
        ("We work hybrid: Tuesdays and Thursdays in the studio.", HYBRID),
        ("3 days in the office, the rest wherever you like.", HYBRID),
        ("You would work from home four days a week, and the fifth in our Amsterdam branch.", HYBRID),
        ("It's a mix of remote and on-site work.", HYBRID),
        ("Three days there and two at home.", HYBRID),
        ("We are in the office on Mondays and Thursdays, the other days you decide.", HYBRID),
        ("Place of work is Winterthur; two days per week may be worked from home.", HYBRID),
        ("Pune (Hybrid - 3 days WFO)", HYBRID),
        ("You work from home.", REMOTE),
        ("Nobody has an office, you can live anywhere you like.", REMOTE),
        ("All on site, no work from home.", ONSITE),
        ("Mode of working: WFO - 5 days, Pune", ONSITE),
        ("Location: Dallas, TX (3 days onsite)", HYBRID),
        ("up to 3 days a week working from home", HYBRID),
        ("Hybrid working, one day a week in the office.", HYBRID),
        ("This is an on-site role in Doncaster.", ONSITE),
        ("The position is office-based, five days a week in the office.", ONSITE),
        ("You'd be in our office every day; we are fully on-site.", ONSITE),
        ("Sorry, it is not a remote role, the job is onsite.", ONSITE),
        ("The work is strictly in person.", ONSITE),
        ("You would be in our Berlin office five days a week.", ONSITE),
    ],
)
def test_the_work_mode_of_the_job_is_read(text: str, mode: WorkMode) -> None:
    read = work_mode(page(text))

    assert read is not None
    assert read.value is mode


@pytest.mark.parametrize(
    "text",
    [
        "The interview will be remote, on Zoom.",
        "We'd like to invite you to an onsite interview next week.",
        "The final round is held in person at our office.",
        "It's a remote interview of 45 minutes.",
        "You would build our hybrid cloud platform.",
        "We make hybrid vehicles and remote sensing software.",
        "Our office is at 12 Harbour Street, Bristol.",
        "Would you prefer to work remotely or in the office?",
        "Please come to our office on Thursday.",
        "We will have an on-site loop with four people.",
        "The role is not remote.",
        "You mentioned that you like remote work culture podcasts.",
        "Let's do the assessment remotely.",
    ],
)
def test_where_the_interview_is_held_says_nothing_of_the_job(text: str) -> None:
    assert work_mode(page(text)) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Relocation to Hamburg is required.", Relocation.REQUIRED),
        ("You must be willing to relocate.", Relocation.REQUIRED),
        ("Candidates need to relocate within three months.", Relocation.REQUIRED),
        ("It would mean moving to Uganda (we help with that).", Relocation.REQUIRED),
        ("You would have to move to Zurich.", Relocation.REQUIRED),
        ("The job requires relocation; we pay for the movers.", Relocation.REQUIRED),
        ("We offer a generous relocation package.", Relocation.OFFERED),
        ("Relocation assistance is available.", Relocation.OFFERED),
        ("We would help with your relocation, flat search included.", Relocation.OFFERED),
        ("Happy to cover moving costs.", Relocation.OFFERED),
        ("We'd help you move to Lisbon.", Relocation.OFFERED),
        ("Full relocation support for you and your family.", Relocation.OFFERED),
        ("Relocation is covered.", Relocation.OFFERED),
        ("No relocation needed.", Relocation.NONE),
        ("Relocation is not required.", Relocation.NONE),
        ("You don't need to relocate for this one.", Relocation.NONE),
        ("Unfortunately we cannot offer relocation support.", Relocation.NONE),
        ("We do not provide relocation assistance.", Relocation.NONE),
    ],
)
def test_relocation_is_read(text: str, value: Relocation) -> None:
    read = relocation(page(text))

    assert read is not None
    assert read.value is value


@pytest.mark.parametrize(
    "text",
    [
        "Are you willing to relocate?",
        "Would you be open to relocating to Berlin?",
        "Unfortunately I need to move our interview tomorrow.",
        "We would like to move you forward.",
        "We recently moved to a new office.",
        "Thank you for being open about the relocation.",
        "Our office relocated last year.",
        "You have to move fast in this team.",
        "I need to move the call to Friday.",
        "The team is based in Lyon.",
        "We can move the start date.",
        "Happy to help you move to the next stage.",
    ],
)
def test_moving_other_things_is_no_relocation(text: str) -> None:
    assert relocation(page(text)) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Visa sponsorship is available.", Sponsorship.OFFERED),
        ("We can sponsor your visa.", Sponsorship.OFFERED),
        ("We sponsor H-1B transfers and green cards.", Sponsorship.OFFERED),
        ("Our company offers visa support and a blue card.", Sponsorship.OFFERED),
        ("We are happy to sponsor a work permit for the right person.", Sponsorship.OFFERED),
        ("A Skilled Worker visa? We handle the visa process and pay for it.", Sponsorship.OFFERED),
        ("Visa: no sponsorship", Sponsorship.REFUSED),
        ("We are unable to offer visa sponsorship.", Sponsorship.REFUSED),
        ("Unfortunately we cannot sponsor visas for this role.", Sponsorship.REFUSED),
        ("Sponsorship is not available for this position.", Sponsorship.REFUSED),
        ("You must already have the right to work in the UK.", Sponsorship.REFUSED),
        ("Candidates must be authorized to work in the United States.", Sponsorship.REFUSED),
        ("The right to work in Ireland is required.", Sponsorship.REFUSED),
        ("US citizens only, due to the contract.", Sponsorship.REFUSED),
        ("We don't sponsor.", Sponsorship.REFUSED),
        ("You need to hold a valid EU work permit.", Sponsorship.REFUSED),
    ],
)
def test_sponsorship_is_read(text: str, value: Sponsorship) -> None:
    read = sponsorship(page(text))

    assert read is not None
    assert read.value is value


@pytest.mark.parametrize(
    "text",
    [
        "Do you require visa sponsorship?",
        "Will you now or in the future need sponsorship to work in the US?",
        "Do you have the right to work in the UK?",
        "Please bring proof of your right to work to the interview.",
        "You will work with the executive sponsor of the project.",
        "We are a proud sponsor of the city marathon.",
        "Please share your resume, rate and work authorization.",
        "The visa team at the bank is hiring.",
        "You would build our Visa card integration.",
        "Your CV mentions sponsorship deals in football.",
        "We will run right to work checks after an offer.",
    ],
)
def test_a_question_about_permits_is_no_answer(text: str) -> None:
    assert sponsorship(page(text)) is None


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("The role is based in Munich.", "Munich", "DE"),
        ("Location: Dallas, TX (3 days onsite)", "Dallas", "US"),
        ("It's a position in New York City with some travel.", "New York City", "US"),
        ("You would be located in São Paulo.", "São Paulo", "BR"),
        ("Relocation to Zurich is required.", "Zurich", "CH"),
        ("remote within Germany", "Germany", "DE"),
        ("The role is hybrid, two days a week in our Berlin office.", "Berlin", "DE"),
    ],
)
def test_the_place_of_the_job_is_read_with_its_country(text: str, name: str, country: str) -> None:
    read = place(page(text))

    assert read is not None
    assert read.value == name
    assert country_of_place(lexicons().of("en"), read.value) == country


@pytest.mark.parametrize(
    "text",
    [
        "We'd meet at our office in Lisbon.",
        "It is half a day of interviews in our Berlin office.",
        "I'm in Cape Town on Monday.",
        "Kind regards from Paris",
        "The role is based in the office.",
    ],
)
def test_other_places_are_not_the_jobs(text: str) -> None:
    assert place(page(text)) is None


def test_terms_of_the_quoted_part_are_not_read() -> None:
    quoted = mail("Any thoughts?", quoted="> The role is fully remote, relocation is required, we sponsor visas.")

    assert work_mode(page(quoted)) is relocation(page(quoted)) is sponsorship(page(quoted)) is None

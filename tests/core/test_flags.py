from datetime import date

import pytest

from agent.core.facts.flags import flags
from agent.core.model import Address, Kind, ParsedMessage
from tests.core.pages import mail, page

FREE = Address("Meridian Solar Careers", "meridiansolar.hr@gmail.com")


def raised(
    letter: ParsedMessage | str,
    *,
    kind: Kind = Kind.INVITATION,
    company: str | None = "Northwind Labs",
    agency: bool = False,
    deadline: date | None = None,
) -> list[str]:
    return [name for name, _ in flags(page(letter, kind), company, agency, deadline)]


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("Please pay the refundable registration fee of $150 to confirm your slot.", "scam.asks_money"),
        ("A training fee of 2,000 INR must be sent before joining.", "scam.asks_money"),
        ("You will purchase the equipment from our vendor and be reimbursed.", "scam.asks_money"),
        ("Buy three gift cards and send me the codes.", "scam.asks_money"),
        ("Use your main machine and not a VM, the wallet plug-in needs MetaMask.", "scam.runs_code"),
        ("Paste this in the terminal and tell us when the camera works.", "scam.runs_code"),
        ("Accept 5 parcels weekly at your home and put on the new label which we mail to you.", "scam.task_work"),
        ("There is no meeting needed, we trust our people.", "scam.offer_without_talk"),
        ("We will mail you a check to deposit for your office equipment.", "scam.cheque"),
        (
            "You will receive parcels at home and forward them to the client: forward packages to your address.",
            "scam.cheque",
        ),
        ("Reply with your bank account number and date of birth.", "scam.personal_data"),
        ("Send a copy of your passport and SSN so we can prepare the contract.", "scam.personal_data"),
        ("Please share the verification code we just sent to your phone.", "scam.personal_data"),
        ("The interview will be conducted by text chat only on Telegram.", "scam.chat_interview"),
        ("Add our hiring manager on Signal to begin your online interview.", "scam.chat_interview"),
        ("Message @meridian_mgr on Telegram for the interview.", "scam.chat_interview"),
        (
            "Based on your resume we are pleased to offer you the position, no interview is required.",
            "scam.offer_without_talk",
        ),
        ("You will optimize products for merchants and earn commission per task, paid in USDT.", "scam.task_work"),
        ("Earn $5 for each click, simple tasks on your phone.", "scam.task_work"),
        ("Please clone the repository and run npm install before our call.", "scam.runs_code"),
        ("If the camera fails, install the video driver and restart.", "scam.runs_code"),
        ("Paste this command into your terminal to fix the microphone.", "scam.runs_code"),
    ],
)
def test_a_hard_cue_alarms_alone(text: str, flag: str) -> None:
    assert flag in raised(text)


@pytest.mark.parametrize(
    "text",
    [
        "We never ask candidates for a fee.",
        "We will reimburse your travel costs, and the agency fee is paid by us.",
        "We will check in with you next week; our background check vendor writes after the offer.",
        "Please bring photo ID to reception on the day.",
        "The meeting passcode is 4471, the link asks for it.",
        "If you are running late, text me on WhatsApp.",
        "You would build our messaging product; we compete with Telegram.",
        "Fork the repository, implement the endpoint, run the tests and open a pull request.",
        "Please install the latest version of Zoom before the interview.",
        "Our engineers optimize the ranking of products.",
        "No phone screen is needed, we go straight to a technical interview.",
        "Once you have signed the contract, HR will ask for your bank details.",
        "Beware of scams: we never interview on Telegram.",
        "You will receive a $50 gift card as a thank you for your time.",
        "Let's meet on Teams; I'll send the invite.",
    ],
)
def test_innocent_twins_do_not_alarm(text: str) -> None:
    assert not [flag for flag in raised(text) if flag.startswith("scam.")]


def test_two_soft_cues_of_different_kinds_alarm() -> None:
    assert raised("Dear applicant, no experience is required. Work from home!") == [
        "scam.high_pay",
        "scam.generic_greeting",
    ]


@pytest.mark.parametrize(
    "text", ["Dear Applicant, we invite you to an interview.", "Limited slots available, first come first served."]
)
def test_a_soft_cue_alone_is_a_note(text: str) -> None:
    assert [flag.partition(".")[0] for flag in raised(text)] == ["note"]


def test_a_firm_over_free_mail_whose_answers_go_elsewhere_alarms() -> None:
    letter = mail("Dear Robin, can we talk?", sender=FREE, reply_to=(Address("", "desk77@proton.me"),))

    assert "scam.false_sender" in raised(letter, company="Meridian Solar")


@pytest.mark.parametrize(
    "domain",
    ["meridian-solar-careers.example", "meridiansolarr.example", "meridiansoiar.example", "xn--meridansolar.example"],
)
def test_a_look_alike_domain_whose_answers_go_elsewhere_alarms(domain: str) -> None:
    letter = mail("Can we talk?", sender=Address("HR", f"hr@{domain}"), reply_to=(Address("", "desk77@proton.me"),))

    assert "scam.false_sender" in raised(letter, company="Meridian Solar")


@pytest.mark.parametrize(
    ("sender", "reply_to"),
    [
        ("ines@meridiansolar.example", ""),
        ("ines@meridiansolar.example", "ines@mail.meridiansolar.example"),
        ("ines@meridiansolar.example", "reply-1a@conversations.smartrecruiters.com"),
        ("no-reply@us.greenhouse-mail.io", "ines@meridiansolar.example"),
        ("campus@meridian.example", "ines@meridiansolar.example"),
    ],
)
def test_the_ways_of_hiring_systems_do_not_alarm(sender: str, reply_to: str) -> None:
    replies = (Address("", reply_to),) if reply_to else ()

    assert raised(mail("Can we talk?", sender=Address("", sender), reply_to=replies), company="Meridian Solar") == []


def test_a_failed_dmarc_check_alarms() -> None:
    letter = mail("Can we talk?", authentication="mx.example; dkim=none; dmarc=fail header.from=northwind-labs.example")

    assert raised(letter) == ["scam.false_sender"]


def test_a_one_person_agency_on_free_mail_does_not_alarm() -> None:
    assert (
        raised(mail("Can we talk about a role at my client?", sender=Address("Lorna", "lorna@gmail.com")), agency=True)
        == []
    )


@pytest.mark.parametrize(("email", "alarms"), [("hr@meridian.co.in", False), ("hr@meridian.example", True)])
def test_whatsapp_is_an_ordinary_channel_in_some_countries(email: str, alarms: bool) -> None:
    letter = mail("Dear candidate, please message me on WhatsApp.", sender=Address("Ravi", email))

    assert any(flag.startswith("scam.") for flag in raised(letter)) is alarms


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("The trial shift is unpaid.", "red_flag.unpaid_task"),
        ("The take-home task takes about 20 hours.", "red_flag.unpaid_task"),
        ("Are you married, and do you plan to have children?", "red_flag.discriminatory_question"),
        ("How old are you?", "red_flag.discriminatory_question"),
        ("Please state your marital status in your reply.", "red_flag.discriminatory_demand"),
        ("We cannot share the salary range at this stage.", "red_flag.pay_refused"),
        ("Please decide by tonight, otherwise the offer goes to the next candidate.", "red_flag.exploding_deadline"),
        ("I have to reschedule again, for the third time, sorry.", "red_flag.repeated_moves"),
        ("What is your current salary?", "note.pay_history"),
    ],
)
def test_what_real_employers_should_not_do_is_flagged(text: str, flag: str) -> None:
    assert flag in raised(text)


@pytest.mark.parametrize(
    "text",
    [
        "The trial shift is paid.",
        "The task takes about two hours.",
        "You have five days to complete the test.",
        "We are an equal opportunity employer regardless of religion or marital status.",
        "The salary range is 60-70k EUR.",
        "Please decide by the end of the month; take your time.",
        "I have to reschedule, sorry.",
        "We value your work-life balance and offer childcare.",
        "Our company is 12 years old.",
    ],
)
def test_ordinary_employers_are_not_flagged(text: str) -> None:
    assert not [flag for flag in raised(text) if flag.startswith("red_flag.")]


def test_a_question_for_past_pay_is_a_red_flag_where_the_law_bans_it() -> None:
    assert raised(mail("What is your current salary?", sender=Address("Jan", "jan@northwind.de"))) == [
        "red_flag.pay_history"
    ]


def test_an_offer_with_less_than_three_days_explodes() -> None:
    letter = "We are pleased to offer you the role. Please sign by tomorrow."

    assert raised(letter, kind=Kind.OFFER, deadline=date(2026, 11, 10)) == ["red_flag.exploding_deadline"]
    assert raised(letter, kind=Kind.OFFER, deadline=date(2026, 11, 20)) == []


def test_a_flag_comes_with_its_words() -> None:
    letter = page("Hello. The trial shift is unpaid.")
    [(_, evidence)] = flags(letter, None, False, None)

    assert letter.message.body[evidence.start : evidence.end] == evidence.span
    assert "unpaid" in evidence.span

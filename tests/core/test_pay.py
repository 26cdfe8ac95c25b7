from decimal import Decimal

import pytest

from agent.core.facts.pay import pay
from agent.core.model import Address, Pay, Period
from tests.core.pages import mail, page

YEAR, MONTH, DAY, HOUR = Period.YEAR, Period.MONTH, Period.DAY, Period.HOUR


@pytest.mark.parametrize(
    ("text", "low", "high", "currency", "period"),
    [
        ("The salary range is $150k-180k plus equity.", 150_000, 180_000, "USD", YEAR),
        ("Base: $150,000 - $180,000.", 150_000, 180_000, "USD", YEAR),
        ("$18,000 - $22,000 monthly, fully remote", 18_000, 22_000, "USD", MONTH),
        ("R$ 22.000 to R$ 26.000 per month", 22_000, 26_000, "BRL", MONTH),
        ("The pay is R24 500 per month.", 24_500, 24_500, "ZAR", MONTH),
        ("roughly 600 euros a day", 600, 600, "EUR", DAY),
        ("16 euro the hour, mornings only", 16, 16, "EUR", HOUR),
        ("The hourly range for this position is $24.50 - $27.00.", 24.5, 27, "USD", HOUR),
        ("They confirmed $290-330K base, with one week a month in Boston.", 290_000, 330_000, "USD", YEAR),
        ("155k AUD plus super", 155_000, 155_000, "AUD", YEAR),
        ("We pay €75.000 - €90.000 gross per year.", 75_000, 90_000, "EUR", YEAR),
        ("They're after a Staff SRE (remote within EU, 110-135k EUR).", 110_000, 135_000, "EUR", YEAR),
        ("120-140k GBP for the right person.", 120_000, 140_000, "GBP", YEAR),
        ("Rate: £650/day outside IR35", 650, 650, "GBP", DAY),
        ("The client pays 85 EUR/hr.", 85, 85, "EUR", HOUR),
        ("Salary: CHF 110'000 per annum", 110_000, 110_000, "CHF", YEAR),
        ("CTC is 18-24 LPA.", 1_800_000, 2_400_000, "INR", YEAR),
        ("We can offer ₹18–24 lakh per annum.", 1_800_000, 2_400_000, "INR", YEAR),
        ("a salary of £36,500 per annum, starting on 4 January", 36_500, 36_500, "GBP", YEAR),
        ("Rate: $68/hr on W2", 68, 68, "USD", HOUR),
        ("We could go up to €95k for you.", None, 95_000, "EUR", YEAR),
        ("Compensation starts at $140,000.", 140_000, None, "USD", YEAR),
        ("between £45,000 and £52,000 depending on experience", 45_000, 52_000, "GBP", YEAR),
        ("You would earn 4.200 € brutto per month.", 4_200, 4_200, "EUR", MONTH),
        ("The pay is $24.50 an hour, weekly.", Decimal("24.50"), Decimal("24.50"), "USD", HOUR),
        ("I can raise the base from $150k to $170k.", 170_000, 170_000, "USD", YEAR),
        ("Package: PLN 22 000 - 26 000 a month on B2B", 22_000, 26_000, "PLN", MONTH),
        ("Salary 90k€ and a 10% bonus.", 90_000, 90_000, "EUR", YEAR),
        ("USD 200,000+ base", 200_000, None, "USD", YEAR),
        ("base salary of $150,000 to $170,000 and a $20,000 signing bonus", 150_000, 170_000, "USD", YEAR),
        ("the day rate is 700 euros? No: EUR 700 per day", 700, 700, "EUR", DAY),
    ],
)
def test_a_stated_pay_is_read(text: str, low: int | None, high: int | None, currency: str, period: Period) -> None:
    read = pay(page(text))

    assert read is not None
    assert read.value == Pay(
        None if low is None else Decimal(low), None if high is None else Decimal(high), currency, period
    )


@pytest.mark.parametrize(
    "text",
    [
        "We raised $40M in a Series B last year.",
        "There is a signing bonus of $20,000.",
        "You will receive a $50 gift card for your time.",
        "What are your salary expectations? You mentioned 120k EUR last time.",
        "The registration fee is $150.",
        "Travel costs up to €300 are reimbursed.",
        "We handle £2bn in payments for 40,000 customers.",
        "Our ARR passed $25M.",
        "Everyone gets a €1,500 learning budget.",
        "The interview takes 45-60 minutes; call 555 0134.",
        "See you on 2026-11-16 at 10:00, room 1200.",
        "Our office is at 1200 Market Street, CA 94103.",
        "We offer a competitive salary.",
        "We pay 150 for your time, in gift vouchers.",
        "Job reference 441-CB-26, 38000 applicants a year.",
    ],
)
def test_other_figures_are_no_pay(text: str) -> None:
    assert pay(page(text)) is None


@pytest.mark.parametrize(
    ("domain", "currency"),
    [("northwind.com.au", "AUD"), ("northwind.ca", "CAD"), ("northwind.co.nz", "NZD"), ("northwind.example", "USD")],
)
def test_a_bare_dollar_is_the_senders_countrys(domain: str, currency: str) -> None:
    read = pay(page(mail("The salary is $120,000.", sender=Address("Ines Prado", f"ines@{domain}"))))

    assert read is not None
    assert read.value.currency == currency


def test_pay_in_the_quoted_part_is_not_read() -> None:
    assert pay(page(mail("Any thoughts?", quoted="> The salary is $150k a year."))) is None


def test_pay_quotes_the_words_it_was_read_from() -> None:
    letter = mail("Good news.\n\nThe salary range is $150k-180k plus equity.")
    read = pay(page(letter))

    assert read is not None
    assert letter.body[read.evidence.start : read.evidence.end] == read.evidence.span == "$150k-180k"

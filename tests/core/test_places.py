from datetime import datetime, timedelta, timezone

import pytest

from agent.core.facts.places import sender_country
from agent.core.model import Address
from tests.core.pages import SENT_AT, mail, page


@pytest.mark.parametrize(
    ("email", "text", "hours", "country"),
    [
        ("ann@northwind.co.uk", "", 1, "GB"),
        ("ann@northwind.de", "+44 20 5550 0100", 0, "DE"),
        ("ann@northwind.ai", "Ann\n+44 20 5550 0100", -5, "GB"),
        ("ann@northwind.example", "Ann\n+1 (303) 555-0100", 1, "US"),
        ("ann@northwind.example", "Ann\n+353 1 555 0100", 1, "IE"),
        ("ann@northwind.example", "", -6, "US"),
        ("ann@northwind.example", "", 5.5, "IN"),
        ("ann@northwind.example", "", 1, "DE"),
        ("ann@northwind.example", "It expires at 11:59 PM EDT.", 0, "US"),
        ("ann@northwind.example", "", 0, None),
        ("ann@northwind.example", "", 3, None),
        ("no-reply@mail.personio.de", "", 3, None),
    ],
)
def test_the_senders_country_is_told_by_domain_phone_and_offset(
    email: str, text: str, hours: float, country: str | None
) -> None:
    sent_at = SENT_AT.astimezone(timezone(timedelta(hours=hours)))

    assert sender_country(page(mail(text, sender=Address("Ann", email), sent_at=sent_at))) == country


def test_without_a_date_nothing_is_told_by_its_offset() -> None:
    letter = mail("", sent_at=datetime(2026, 11, 9, tzinfo=timezone(timedelta(hours=7))))

    assert sender_country(page(letter)) is None

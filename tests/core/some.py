"""Small ways to say what a test is about: a mail, its matter, a profile; everything unsaid is ordinary."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from agent.core.decide import Facts
from agent.core.model import (
    NO_EARLIER,
    Address,
    Classification,
    Earlier,
    Evidence,
    Kind,
    Matter,
    ParsedMessage,
    Pay,
    Period,
    Slot,
    Stage,
    Subkind,
)
from agent.core.profile import Profile, Window
from connectors.base import MessageRef

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
REF = MessageRef("work", "INBOX", "1:7")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=BERLIN)
"""A Tuesday morning."""


def at(day: int, hour: int, minute: int = 0, *, zone: ZoneInfo = BERLIN) -> datetime:
    """A moment of November 2026; the 24th, a Tuesday, is today."""
    return datetime(2026, 11, day, hour, minute, tzinfo=zone)


def slot(day: int, hour: int, minute: int = 0, *, minutes: int | None = 60, zone: ZoneInfo = BERLIN) -> Slot:
    """A time of that day, with an end unless ``minutes`` is None."""
    start = at(day, hour, minute, zone=zone)
    return Slot(start, start + timedelta(minutes=minutes) if minutes else None)


def pay(least: int | None, most: int | None, currency: str = "EUR", period: Period = Period.YEAR) -> Pay:
    return Pay(
        None if least is None else Decimal(least), None if most is None else Decimal(most), currency, period
    )  # fmt: skip


def window(days: str, start: str, end: str) -> Window:
    """Hours of some days: ``window("01234", "09:00", "17:00")``."""
    return Window(frozenset(map(int, days)), time.fromisoformat(start), time.fromisoformat(end))


OFFICE_HOURS = (window("01234", "09:00", "17:00"),)


def some_message(text: str = "Hi Robin,\n\nwe would like to talk with you.\n\nDana", **fields: Any) -> ParsedMessage:
    usual: dict[str, Any] = {
        "ref": REF,
        "received_at": NOW - timedelta(hours=2),
        "sent_at": NOW - timedelta(hours=2),
        "message_id": "<invitation.1@northwind.example>",
        "sender": Address("Dana Whitfield", "dana@northwind.example"),
        "to": (Address("Robin Hale", "robin@hale.example"),),
        "subject": "Your application",
        "text": text,
        "body": text,
    }
    return ParsedMessage(**usual | fields)


def some_matter(*, quotes: Mapping[str, str] | None = None, **fields: Any) -> Matter:
    usual: dict[str, Any] = {
        "source": REF,
        "company": "Northwind Labs",
        "role": "Data Engineer",
        "contact_name": "Dana Whitfield",
        "reply_to": "dana@northwind.example",
        "quotes": tuple((name, Evidence(words, 0, len(words), name)) for name, words in (quotes or {}).items()),
    }
    return Matter(**usual | fields)


def some_facts(
    kind: Kind = Kind.INVITATION,
    stage: Stage | None = None,
    *,
    subkind: Subkind | None = None,
    profile: Profile | None = None,
    message: ParsedMessage | None = None,
    text: str | None = None,
    busy: tuple[Slot, ...] = (),
    now: datetime = NOW,
    earlier: Earlier = NO_EARLIER,
    interviews: tuple[Slot, ...] = (),
    **matter: Any,
) -> Facts:
    """The facts of a mail of that kind; further fields are those of its matter."""
    found = message or (some_message(text) if text is not None else some_message())
    return Facts(
        found,
        Classification(kind, 0.95, stage, subkind),
        some_matter(**matter),
        profile or Profile(name="Robin Hale", zone="Europe/Berlin"),
        busy,
        now,
        earlier,
        interviews,
    )

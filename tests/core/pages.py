"""Mails as the fact families read them, built from a few words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from agent.core.facts.page import Page, page_of
from agent.core.model import (
    Address,
    Classification,
    ItipEvent,
    Kind,
    Link,
    ParsedMessage,
    Region,
    RegionKind,
)
from agent.resources import lexicons
from connectors.base import MessageRef

SENT_AT = datetime(2026, 11, 9, 10, 0, tzinfo=ZoneInfo("Europe/London"))
"""A Monday."""
READER = Address("Robin Achterberg", "robin.achterberg@inbox.example")
RECRUITER = Address("Ines Prado", "ines.prado@northwind-labs.example")


def mail(
    text: str,
    *,
    subject: str = "",
    sender: Address = RECRUITER,
    reply_to: tuple[Address, ...] = (),
    signature: str = "",
    quoted: str = "",
    links: tuple[Link, ...] = (),
    events: tuple[ItipEvent, ...] = (),
    sent_at: datetime = SENT_AT,
    authentication: str = "",
) -> ParsedMessage:
    """A parsed message whose body is its new text, its signature and its quoted part, in this order."""
    parts = ((RegionKind.NEW, text), (RegionKind.SIGNATURE, signature), (RegionKind.QUOTED, quoted))
    body, regions = "", []
    for kind, words in parts:
        if words:
            regions.append(Region(kind, len(body), len(body) + len(words)))
            body += words
    return ParsedMessage(
        ref=MessageRef("private", "INBOX", "1"),
        received_at=sent_at,
        sent_at=sent_at,
        sender=sender,
        reply_to=reply_to,
        to=(READER,),
        subject=subject,
        body=body,
        regions=tuple(regions),
        text=text,
        signature=signature,
        quoted=quoted,
        links=links,
        events=events,
        authentication=authentication,
    )


def page(message: ParsedMessage | str, kind: Kind = Kind.INVITATION, *, language: str = "en") -> Page:
    """A mail laid out for reading; a bare text is one from a recruiter."""
    written = mail(message) if isinstance(message, str) else message
    return page_of(written, Classification(kind, 1.0), lexicons().of(language), (READER.email,))

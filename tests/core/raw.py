"""Raw messages for the tests of parsing: octets in, everything else invented."""

from __future__ import annotations

from datetime import UTC, datetime

from agent.core.model import ParsedMessage, RegionKind
from agent.core.parse import parse
from connectors.base import MessageRef, RawMessage

RECEIVED_AT = datetime(2025, 3, 4, 8, 0, tzinfo=UTC)
SOME_HEADER = (
    "From: Jane Doe <jane@northwind-labs.example>\n"
    "To: Bob <bob@home.test>\n"
    "Date: Mon, 3 Mar 2025 10:00:00 +0100\n"
    "Message-ID: <1@northwind-labs.example>\n"
)


def raw(octets: bytes | str) -> RawMessage:
    """A message that holds these octets."""
    octets = octets.encode("utf-8") if isinstance(octets, str) else octets
    return RawMessage(MessageRef("home", "INBOX", "1"), RECEIVED_AT, frozenset(), octets, len(octets))


def letter(body: str, *fields: str) -> ParsedMessage:
    """What is read of a letter with some header, these fields and this body."""
    return parse(raw("".join((SOME_HEADER, *(f"{field}\n" for field in fields), "\n", body))))


def multipart(subtype: str, *parts: str) -> tuple[str, str]:
    """The Content-Type field and the body of a multipart with these parts, each with its own header."""
    body = "".join(f"--=_b_{subtype}\n{part}\n" for part in parts) + f"--=_b_{subtype}--\n"
    return f'Content-Type: multipart/{subtype}; boundary="=_b_{subtype}"', body


def of(message: ParsedMessage, kind: RegionKind) -> list[str]:
    """The stretches of one kind in a message."""
    return [message.body[region.start : region.end] for region in message.regions if region.kind is kind]

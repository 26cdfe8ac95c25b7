"""What a server answers, as values: where a message lies, what FETCH tells of it, how a folder stands.

imaplib hands out raw lines. imapclient would key a FETCH answer without a UID by its sequence number, so that what is
told unasked of one message becomes another's; here such answers are left out.
"""

from __future__ import annotations

import imaplib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from imapclient.datetime_util import parse_to_datetime
from imapclient.response_parser import parse_response

from connectors.imap.folders import Folder

_NEWS = frozenset({b"EXISTS", b"EXPUNGE", b"VANISHED", b"FETCH"})


@dataclass(frozen=True, slots=True)
class Stand:
    """How a folder stood when it was looked at; ``next_uid`` is 1 where it is empty."""

    validity: int
    next_uid: int
    exists: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where one message lies in a folder (RFC 3501 section 2.3.1.1)."""

    validity: int
    message_uid: int


@dataclass(frozen=True, slots=True)
class Found:
    """What FETCH told of one message: what was asked for, no more. ``octets`` is the part of its body asked for."""

    message_uid: int
    flags: frozenset[str] = frozenset()
    size: int = 0
    received_at: datetime | None = None
    octets: bytes | None = None

    @property
    def is_deleted(self) -> bool:
        """True where the message only waits to be expunged."""
        return "\\Deleted" in self.flags

    @property
    def is_answered(self) -> bool:
        """True where a program has noted that the user answered it."""
        return "\\Answered" in self.flags


def demand_ok(task: str, status: str, lines: Sequence[object]) -> None:
    """imaplib hands back a NO as if it were an answer."""
    if status != "OK":
        raise imaplib.IMAP4.error(f"{task} failed: {octets_of(lines[0]).decode('utf-8', 'replace')}")


def found_in(lines: Sequence[object]) -> dict[int, Found]:
    """FETCH answers by UID; those without a UID were not asked for, and one message may come in several answers."""
    answers = cast(
        Sequence[Sequence[object]], parse_response([cast(bytes, line) for line in lines if line is not None])
    )
    facts: dict[int, dict[bytes, object]] = {}
    for answer in answers[1::2]:
        pairs = {octets_of(name).upper(): value for name, value in zip(answer[::2], answer[1::2], strict=True)}
        if uid := number_of(pairs.get(b"UID")):
            facts.setdefault(uid, {}).update(pairs)
    return {uid: _found(uid, told) for uid, told in facts.items()}


def _found(uid: int, told: Mapping[bytes, object]) -> Found:
    body = next((value for name, value in told.items() if name.startswith(b"BODY[")), None)
    flags = told.get(b"FLAGS")
    return Found(
        uid,
        frozenset(octets_of(flag).decode("ascii", "replace") for flag in flags)
        if isinstance(flags, tuple)
        else frozenset(),
        number_of(told.get(b"RFC822.SIZE")),
        _moment(told.get(b"INTERNALDATE")),
        None if body is None else octets_of(body),
    )


def _moment(told: object) -> datetime | None:
    try:
        return parse_to_datetime(octets_of(told), normalise=False).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def number_of(told: object) -> int:
    """A number as the server told it; 0 where it told none."""
    return told if isinstance(told, int) else 0


def octets_of(told: object) -> bytes:
    """A word as the server told it, also where it was read as a number."""
    return told if isinstance(told, bytes) else str(told).encode()


def folder_from(attributes: Sequence[bytes], delimiter: bytes | None, name: str) -> Folder:
    """One line of LIST as a Folder."""
    lower = frozenset(octets_of(attribute).decode("ascii", "replace").lower() for attribute in attributes)
    return Folder(name, lower, octets_of(delimiter).decode("ascii", "replace") if delimiter else "")


def alerts_in(imap: imaplib.IMAP4) -> list[str]:
    """The alerts among what the server said with its last answer."""
    said = (line for status in ("OK", "NO", "BYE") for line in imap.untagged_responses.get(status, ()))
    words = (octets_of(line).decode("utf-8", "replace") for line in said)
    return [text[len("[ALERT]") :].strip() for text in words if text.upper().startswith("[ALERT]")]


def is_news(told: Iterable[tuple[object, ...]]) -> bool:
    """True where something among this tells of a change in the folder."""
    return any(word in _NEWS for line in told for word in line[:2] if isinstance(word, bytes))

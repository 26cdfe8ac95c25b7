"""What became of a draft, judged from the messages in the drafts and sent folders.

Mail programs rebuild what they save: Thunderbird gives each saved draft a new Message-ID and drops headers it does not
know; mutt keeps the Message-ID and writes other octets. So a draft is known again by three things, the surest first:
its octets (untouched), its Message-ID, and the message it answers (RFC 5322 section 3.6.4).
Connectors share this module; it knows no mail system.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from connectors.base import Answering, DraftState, Handle

LARGEST_HEADER = 256 * 1024
"""Octets at the beginning of a message in which its header fields are looked for."""

_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]")
_ID = re.compile(r"<[^<>]*>")
_ADDED_BY_SYNC_TOOLS = re.compile(rb"^X-TUID:[^\n]*\n", re.IGNORECASE | re.MULTILINE)

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Head:
    """The ids in the header of a message, with their angle brackets and without white space."""

    message_id: str | None = None
    in_reply_to: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()

    def answers(self, message_id: str | None) -> bool:
        """True for a reply to that message, or to a later one of its thread.

        A message that has References and no In-Reply-To is a forward in most programs, and no answer.
        """
        if message_id is None or not self.in_reply_to:
            return False
        return bare(message_id) in self.in_reply_to | self.references


@dataclass(frozen=True, slots=True)
class Look:
    """What a message in the drafts folder is known again by."""

    head: Head
    digest: str


def bare(message_id: str) -> str:
    """An id as it is compared: some programs fold long ids in the middle."""
    return "".join(message_id.split())


def header_of(octets: bytes) -> bytes:
    """The header of a message, as far as it is read, with its fields unfolded (RFC 5322 section 2.2.3)."""
    return _FOLD.sub(b" ", _END_OF_HEADER.split(octets[:LARGEST_HEADER], maxsplit=1)[0])


def fields(octets: bytes) -> Iterable[tuple[str, str]]:
    """The header fields of a message, names in lower case, in their order; broken lines are passed over."""
    for line in header_of(octets).splitlines():
        name, colon, value = line.partition(b":")
        if colon:
            yield name.strip().lower().decode("ascii", "replace"), value.strip().decode("utf-8", "replace")


def head_of(octets: bytes) -> Head:
    """The ids in the header of a message; any octets have a head."""
    found: dict[str, list[str]] = {"message-id": [], "in-reply-to": [], "references": []}
    for name, value in fields(octets):
        if name in found:
            found[name] += map(bare, _ID.findall(value))
    return Head(next(iter(found["message-id"]), None), frozenset(found["in-reply-to"]), frozenset(found["references"]))


def digest_of(octets: bytes) -> str:
    """A digest that changes with every edit and stays through line ends and the marks of tools that copy mail."""
    lines = octets.replace(b"\r\n", b"\n").rstrip(b"\n")
    header, blank, body = lines.partition(b"\n\n")
    return sha256(_ADDED_BY_SYNC_TOOLS.sub(b"", header + b"\n") + blank + body).hexdigest()


def look_at(octets: bytes) -> Look:
    """What a message is known again by."""
    return Look(head_of(octets), digest_of(octets))


def handle_of(look: Look) -> Handle:
    """A handle that holds what our draft is known again by, for mail systems where a place may change."""
    return Handle(json.dumps({"id": look.head.message_id, "digest": look.digest}))


def look_in(handle: Handle) -> Look:
    """What a handle says our draft is known again by."""
    held = json.loads(handle)
    return Look(Head(held["id"]), held["digest"])


def find(ours: Look, answering: Answering, drafts: Iterable[tuple[K, Look]]) -> tuple[K, DraftState] | None:
    """Where our draft lies among these, and whether it is as we left it; None where it does not lie there."""
    edited: list[tuple[int, K]] = []
    for place, look in drafts:
        if look.digest == ours.digest:
            return place, DraftState.WAITING
        if ours.head.message_id and look.head.message_id == ours.head.message_id:
            edited.append((0, place))
        elif look.head.answers(answering.message_id):
            edited.append((1, place))
    return (min(edited, key=lambda found: found[0])[1], DraftState.EDITED) if edited else None


def answered(ours: Head, answering: Answering, sent: Iterable[Head]) -> bool:
    """True where our draft was sent, or another answer to the same message."""
    return any(
        (ours.message_id is not None and head.message_id == ours.message_id) or head.answers(answering.message_id)
        for head in sent
    )

"""How a letter and a case are told from another: the names by which they are known.

A case is one conversation, or one event UID, or the same company and start time. Names are digests: bounded in length
whatever a letter holds, and nothing can be read from them after a company was forgotten.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from string import whitespace

from agent.core.model import Case, Matter, ParsedMessage
from agent.store.schema import as_utc

FIRST_REFERENCES, LAST_REFERENCES = 20, 80
"""How many ids of a conversation are looked at; a longer list keeps its beginning and its end."""

MOST_SLOTS = 100
"""Times of one letter that name its case; a letter with more is not an invitation to one meeting."""

_LEGAL_FORMS = """
    ab ag as asa bv co corp corporation cv eirl ek eurl gbr gmbh group holding holdings inc incorporated kg kgaa lda
    limited llc llp lp ltd ltda mbh nv ohg oy oyj plc pty pvt sa sarl sas sasu se sl slu snc spa spzoo srl srls ug
"""

LEGAL_FORMS = frozenset(_LEGAL_FORMS.split())
"""What firms write behind their name; the same firm is written with and without it."""

_AROUND_ID = f"<>{whitespace}"
_WORD = re.compile(r"[^\W_]+")
_DOTS = re.compile(r"(?<=\w)[.'’](?=\w|\s|$)")
"""Marks inside a word or behind an abbreviation: S.A. is SA."""


class Sort(StrEnum):
    """Which kind of name of a case a digest stands for."""

    CONVERSATION = "conversation"
    EVENT = "event"
    MEETING = "meeting"
    LETTER = "letter"  #: a letter without a Message-ID, known by what it says


Name = tuple[Sort, str]


def digest(*parts: str) -> str:
    """One digest of some strings, each told from the next."""
    whole = sha256()
    for part in parts:
        octets = part.encode("utf-8", "surrogatepass")
        whole.update(len(octets).to_bytes(8, "big") + octets)
    return whole.hexdigest()


def normal_id(message_id: str | None) -> str | None:
    """A Message-ID without what is around it; None where it names nothing."""
    return (message_id or "").strip(_AROUND_ID) or None


def identity(message: ParsedMessage) -> str:
    """By what one letter is known: its Message-ID, sender and date over all accounts, else the place where it lies.

    A Message-ID alone does not do: careless programs give the same one to many letters.
    """
    if inner := normal_id(message.message_id):
        sender = message.sender.email.casefold() if message.sender else ""
        return digest("id", inner, sender, as_utc(message.sent_at).isoformat() if message.sent_at else message.subject)
    return digest("at", message.ref.account, message.ref.folder, message.ref.key)


def words_of(text: str) -> str:
    """The words of a text without case, accents and punctuation, one blank between them."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join(_WORD.findall("".join(mark for mark in folded if not unicodedata.combining(mark))))


def company_form(company: str | None) -> str:
    """A company's name in the one form it is compared in: its words without the legal form; empty for None."""
    words = words_of(_DOTS.sub("", company or "")).split()
    return " ".join([word for word in words if word not in LEGAL_FORMS] or words)


def conversation_names(ids: Iterable[str | None]) -> tuple[Name, ...]:
    """The names of a conversation: the Message-IDs of its letters."""
    return tuple((Sort.CONVERSATION, digest(inner)) for one in ids if (inner := normal_id(one)))


def referred_ids(message: ParsedMessage) -> tuple[str, ...]:
    """The letters a letter refers to, bounded."""
    references = message.references
    if len(references) > FIRST_REFERENCES + LAST_REFERENCES:
        references = references[:FIRST_REFERENCES] + references[-LAST_REFERENCES:]
    return references + message.in_reply_to[:LAST_REFERENCES]


def written_names(message: ParsedMessage) -> tuple[Name, ...]:
    """The names a letter bears before it is understood: its conversation and the events in its calendar parts."""
    uids = {event.event_uid for event in message.events if event.event_uid}
    return (
        *conversation_names((message.message_id, *referred_ids(message))),
        *((Sort.EVENT, digest(uid)) for uid in sorted(uids)[:MOST_SLOTS]),
    )


def names_of(case: Case) -> tuple[Name, ...]:
    """All names a letter gives its case, each once."""
    names = list(written_names(case.message))
    if normal_id(case.message.message_id) is None:
        names.append((Sort.LETTER, _letter_digest(case.message)))
    if case.matter is not None:
        names += _matter_names(case.matter)
    return tuple(dict.fromkeys(names))


def starts_of(matter: Matter) -> tuple[datetime, ...]:
    """The start times a matter names, in UTC, the earliest first."""
    slots = matter.slots + ((matter.agreed,) if matter.agreed else ())
    return tuple(sorted({as_utc(slot.starts_at) for slot in slots}))[:MOST_SLOTS]


def _matter_names(matter: Matter) -> list[Name]:
    company = company_form(matter.company)
    meetings = [(Sort.MEETING, digest(company, start.isoformat())) for start in starts_of(matter) if company]
    return [*meetings, *([(Sort.EVENT, digest(matter.event_uid))] if matter.event_uid else [])]


def _letter_digest(message: ParsedMessage) -> str:
    sender = message.sender.email if message.sender else ""
    sent_at = message.sent_at.isoformat() if message.sent_at else ""
    return digest(sender, sent_at, message.subject, message.body)

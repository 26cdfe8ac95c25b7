"""Compose: a verdict and its wording become a reply, whole and ready to be left in a drafts folder.

Pure and deterministic: the same input gives the same octets. Headers are written by the few lines below and not by the
standard library, which turns message ids longer than a line into encoded words and so loses the thread. What came from
a mail or the config is cleaned before it meets a header, so that no value can begin a header of its own.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from email.utils import format_datetime
from hashlib import sha256

from agent.core.decide.facts import zone_of
from agent.core.model import (
    Action,
    Address,
    DraftProposal,
    Matter,
    ParsedMessage,
    Purpose,
    Verdict,
    Wording,
)
from agent.core.profile import Account, Profile

_LINE = 78
"""Characters a header line should stay under (RFC 5322 2.1.1)."""
_LONGEST_TOKEN = 900
"""Octets of one unbreakable piece of a header, so that its line stays under the 998 of RFC 5322 2.1.1."""
_ENCODED_OCTETS = 42
"""Octets of text in one encoded word, which may be 75 characters long in all (RFC 2047 2)."""
_MOST_IDS = 20
_LONGEST_SUBJECT = 1000
_LONGEST_NAME = 120
_LONGEST_ADDRESS = 320
_LAST_YEAR = 9999
"""The calendar ends here; a day of this year has no tomorrow to reckon with."""

_REPLY_PREFIX = re.compile(
    r"(?:re|aw|antw|antwort|sv|vs|vá|odp|rv|tr|rif|r|res|ynt|atb|回复|回覆|答复|返信)(?:\[\d{1,3}\])?\s{0,2}[:：]",
    re.IGNORECASE,
)
"""How mail programs of many languages begin the subject of a reply."""

_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_ADDRESS = re.compile(r'(?:[^\s@<>",;:\\()\[\]]+|"[^"\\]*")@[^\s@<>",;:\\()\[\]]+')
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_UNFIT_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_UNFIT = re.compile("[\u202a-\u202e\u2066-\u2069\ufffd]")
"""Direction overrides, by which a name can be made to read as another, and the mark of octets that were no text."""


def compose(
    message: ParsedMessage, matter: Matter, verdict: Verdict, wording: Wording, account: Account, now: datetime
) -> DraftProposal:
    """Write the reply: to the person who reads it, from the address the mail was sent to, in the mail's thread."""
    sender = Address(_clean(account.profile.name, _LONGEST_NAME), _own_address(message, account))
    to = _recipients(message, matter, account)
    subject = reply_subject(message.subject)
    own_id = _own_id(message, verdict.action, sender)
    references = _references(message)
    headers = (
        _header("From", _mailbox(sender)),
        *(_header("To", _mailbox(address)) for address in to),
        _header("Subject", _unstructured(subject)),
        _header("Date", format_datetime(now.astimezone(zone_of(account.profile))).split(" ")),
        _header("Message-ID", [own_id]),
        *(_header("In-Reply-To", [found]) for found in _good_ids([message.message_id])),
        *(_header("References", references) for _ in references[:1]),
    )
    return DraftProposal(
        account=account.name,
        source=matter.source,
        answered_id=message.message_id,
        answered_received_at=message.received_at,
        sender=sender,
        to=to,
        subject=subject,
        message_id=own_id,
        in_reply_to=next(iter(_good_ids([message.message_id])), None),
        references=references,
        language=wording.language,
        template=wording.template,
        body=wording.body,
        octets=b"".join(headers) + _body(wording.body),
        good_until=_good_until(matter, verdict, account.profile, now),
    )


def reaches_somebody(message: ParsedMessage, matter: Matter, account: Account) -> bool:
    """False where a reply would have nobody in To: the address is the user's own, or none."""
    return bool(_recipients(message, matter, account))


def is_stale(proposal: DraftProposal, now: datetime) -> bool:
    """True once the words cannot be sent as they are: the time taken, the day promised or the deadline is past."""
    return proposal.good_until is not None and now >= proposal.good_until


def reply_subject(subject: str) -> str:
    """The subject of a reply: ``Re: `` before it, unless it begins so in any language (RFC 5322 3.6.5)."""
    plain = _clean(subject, _LONGEST_SUBJECT)
    return plain if _REPLY_PREFIX.match(plain) else f"Re: {plain}".rstrip()


# ------------------------------------------------------------------------------------------------ who


def _own_address(message: ParsedMessage, account: Account) -> str:
    """The user's address the mail was sent to, as the config spells it; else the account's main one."""
    named = (*message.delivered_to, *(address.email for address in (*message.to, *message.cc)))
    own = {address.lower(): address for address in account.addresses}
    return next((own[email.lower()] for email in named if email.lower() in own), account.addresses[0])


def _recipients(message: ParsedMessage, matter: Matter, account: Account) -> tuple[Address, ...]:
    """The one who reads the answer, with the name they go by; nobody where that is the user or no address."""
    email = matter.reply_to or ""
    if not _ADDRESS.fullmatch(email) or email != _clean(email, _LONGEST_ADDRESS) or account.owns(email):
        return ()
    return (Address(_name_of(email, message, matter), email),)


def _name_of(email: str, message: ParsedMessage, matter: Matter) -> str:
    known = (*message.reply_to, *((message.sender,) if message.sender else ()))
    shown = (address.name for address in known if address.email.lower() == email.lower() and address.name)
    return _clean(next(shown, matter.contact_name or ""), _LONGEST_NAME)


# ------------------------------------------------------------------------------------------------ the thread


def _own_id(message: ParsedMessage, action: Action, sender: Address) -> str:
    """A Message-ID of our own, the same for the same source, purpose and action (RFC 5322 3.6.4).

    Date and sender are part of the source: careless programs give the same Message-ID to many mails.
    """
    source = message.message_id or "\n".join((message.ref.account, message.ref.folder, message.ref.key))
    written = (message.sent_at.isoformat() if message.sent_at else "", message.sender.email if message.sender else "")
    digest = sha256("\n".join((source, *written, Purpose.ANSWER, action)).encode("utf-8", "replace")).hexdigest()[:32]
    domain = sender.domain if sender.domain.isascii() else "cordially.invalid"
    return f"<cordially.{digest}@{domain}>"


def _references(message: ParsedMessage) -> tuple[str, ...]:
    """The source's References (else its In-Reply-To, if that is one id) and its Message-ID (RFC 5322 3.6.4).

    Of a long conversation the first id and the last ones are kept.
    """
    parents = message.references or (message.in_reply_to if len(message.in_reply_to) == 1 else ())
    ids = _good_ids([*(found for found in parents if found != message.message_id), message.message_id])
    return ids if len(ids) <= _MOST_IDS else (ids[0], *ids[1 - _MOST_IDS :])


def _good_ids(ids: Iterable[str | None]) -> tuple[str, ...]:
    """The ids that can stand in a header, each once; a broken one is left out, since no reader could match it."""
    return tuple(dict.fromkeys(found for found in ids if found and _is_good_id(found)))


def _is_good_id(found: str) -> bool:
    fits = _MESSAGE_ID.fullmatch(found) and _clean(found, _LONGEST_TOKEN) == found
    return bool(fits) and len(found.encode()) <= _LONGEST_TOKEN


def _good_until(matter: Matter, verdict: Verdict, profile: Profile, now: datetime) -> datetime | None:
    """The next moment at which a time or a day the draft speaks of is past; None where it speaks of none."""
    zone = zone_of(profile)
    times = [slot.starts_at for slot in (verdict.slot, *verdict.offer) if slot]
    days = [verdict.hold_until] if verdict.action is Action.HOLD else []
    if not times and not any(days):
        days = [matter.deadline]
    ends = [datetime.combine(day, time.min, zone) + timedelta(days=1) for day in days if day and day.year < _LAST_YEAR]
    return min((moment for moment in (*times, *ends) if moment > now), default=None)


# ------------------------------------------------------------------------------------------------ on the wire


def _clean(text: str, longest: int) -> str:
    """One line of text without controls, at most so long: nothing in it can begin a header or a line of its own."""
    spaced = "".join(" " if unicodedata.category(character) in _UNFIT_CATEGORIES else character for character in text)
    return " ".join(_UNFIT.sub("", spaced).split())[:longest].rstrip()


def _header(name: str, tokens: Iterable[str]) -> bytes:
    """A header, folded at the spaces between its tokens and nowhere else (RFC 5322 2.2.3)."""
    lines = [f"{name}:"]
    for token in tokens:
        if len(lines[-1]) + 1 + len(token) > _LINE and lines != [f"{name}:"]:
            lines.append("")
        lines[-1] += f" {token}"
    return "\r\n".join(lines).encode() + b"\r\n"


def _unstructured(text: str) -> list[str]:
    """The tokens of a free text: its words, or encoded words where it is not plain ASCII (RFC 2047 5)."""
    words = text.split(" ")
    plain = text.isascii() and "=?" not in text and all(len(word) <= _LINE - 2 for word in words)
    return words if plain else list(_encoded_words(text))


def _encoded_words(text: str) -> Iterator[str]:
    """The text as encoded words, none of which cuts a character in two (RFC 2047 5)."""
    piece = b""
    for character in text:
        octets = character.encode()
        if len(piece) + len(octets) > _ENCODED_OCTETS:
            yield _encoded_word(piece)
            piece = b""
        piece += octets
    yield _encoded_word(piece)


def _encoded_word(octets: bytes) -> str:
    return f"=?utf-8?b?{b64encode(octets).decode()}?="


def _mailbox(address: Address) -> list[str]:
    """The tokens of a name and address (RFC 5322 3.4)."""
    return [*_phrase(address.name), f"<{address.email}>"] if address.name else [address.email]


def _phrase(name: str) -> list[str]:
    """The tokens of a display name: atoms, a quoted string, or encoded words (RFC 5322 3.2.5, RFC 2047 5)."""
    if not name.isascii() or "=?" in name:
        return list(_encoded_words(name))
    if _ATOMS.fullmatch(name):
        return name.split(" ")
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'.split(" ")


def _body(text: str) -> bytes:
    """The MIME headers and the text, its lines short enough for every relay (RFC 2045 6.7)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    short = lines.isascii() and all(len(line) <= _LINE for line in lines.split("\n"))
    encoding = "7bit" if short else "quoted-printable"
    octets = lines.encode("utf-8", "replace") if short else b2a_qp(lines.encode("utf-8", "replace"))
    headers = (
        _header("MIME-Version", ["1.0"])
        + _header("Content-Type", ["text/plain;", "charset=utf-8"])
        + _header("Content-Transfer-Encoding", [encoding])
    )
    return headers + b"\r\n" + octets.replace(b"\n", b"\r\n")

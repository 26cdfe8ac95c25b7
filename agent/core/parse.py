"""RawMessage to ParsedMessage: any octets become one, whatever is wrong with them.

The way of a mail: :mod:`agent.core.mime` finds its parts, :mod:`agent.core.headers` and :mod:`agent.core.charset` read
its fields and decode its text, :mod:`agent.core.display` lays it out as a mail client shows it (HTML by
:mod:`agent.core.html`, calendar parts by :mod:`agent.core.itip`), :mod:`agent.core.quoting` tells new text from old.

``defects`` are short fixed words: ``too-long``, ``too-deep``, ``too-many-parts``, ``text-too-long``,
``html-too-long``, ``header-too-long`` (each with ``cut``), ``header-missing``, ``header-broken``, ``multipart-broken``,
``charset-unknown``, ``charset-broken``, ``calendar-broken``, ``calendar-too-long``, ``encrypted``, ``date-missing``,
``date-broken``, ``date-absurd``, ``sender-missing``, ``sender-ambiguous``, ``message-id-missing``.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.core.client_words import FORWARD_PREFIX
from agent.core.display import display
from agent.core.headers import Headers, decode_words, read_addresses, read_date, read_ids
from agent.core.mime import read_message
from agent.core.model import Address, ParsedMessage, Region, RegionKind
from agent.core.quoting import split_regions
from connectors.base import RawMessage

OUR_HEADER = "x-cordially"
OUR_ID_PREFIX = "<cordially."
LONGEST_SUBJECT = 2_000

_DELIVERY_FIELDS = ("delivered-to", "x-original-to", "x-delivered-to", "envelope-to", "x-envelope-to")


def parse(raw: RawMessage) -> ParsedMessage:
    """Read one message; never raises, names what was broken in ``defects``."""
    root, part_defects, cut = read_message(raw.octets)
    headers = root.headers
    shown = display(root)
    sender, suspect = _sender(headers)
    message_id = next(iter(read_ids(headers.raw("message-id"))), None)
    sent_at, date_defect = read_date(headers.raw("date"), raw.received_at)
    subject = headers.text("subject")[:LONGEST_SUBJECT]
    regions = split_regions(shown.body, shown.hints, forwarded=_is_forwarded(subject))
    shortened = raw.size > len(raw.octets)
    defects = (
        *part_defects,
        *shown.defects,
        "too-long" if shortened else "",
        date_defect,
        "" if sender else "sender-missing",
        "sender-ambiguous" if suspect else "",
        "" if message_id else "message-id-missing",
    )
    return ParsedMessage(
        ref=raw.ref,
        received_at=raw.received_at,
        message_id=message_id,
        in_reply_to=read_ids(headers.raw("in-reply-to")),
        references=read_ids(headers.raw("references")),
        sender=sender,
        suspect_sender=suspect,
        reply_to=_addresses(headers, "reply-to"),
        to=_addresses(headers, "to"),
        cc=_addresses(headers, "cc"),
        delivered_to=_delivered_to(headers),
        return_path=_return_path(headers),
        subject=subject,
        sent_at=sent_at,
        body=shown.body,
        regions=regions,
        text=_joined(shown.body, regions, RegionKind.NEW),
        signature=_joined(shown.body, regions, RegionKind.SIGNATURE),
        quoted=_joined(shown.body, regions, RegionKind.QUOTED),
        links=shown.links,
        events=shown.events,
        attachments=shown.attachments,
        auto_submitted=_keyword(headers, "auto-submitted"),
        precedence=_keyword(headers, "precedence"),
        list_id=headers.text("list-id"),
        list_unsubscribe="list-unsubscribe" in headers,
        content_language=headers.text("content-language"),
        authentication=headers.text("authentication-results"),
        defects=tuple(dict.fromkeys(defect for defect in defects if defect)),
        cut=cut or shown.cut or shortened,
        ours=OUR_HEADER in headers or (message_id or "").startswith(OUR_ID_PREFIX),
    )


def _is_forwarded(subject: str) -> bool:
    """True where the subject begins as mail clients let that of a forwarded mail begin."""
    prefix, colon, _ = subject.partition(":")
    return bool(colon) and prefix.strip().casefold() in FORWARD_PREFIX


def _sender(headers: Headers) -> tuple[Address | None, bool]:
    """Who wrote (From, else Sender), and whether that can be read in more than one way."""
    fields = [value for value in headers.every("from") if value]
    read = [read_addresses(value) for value in fields or list(headers.every("sender"))]
    found = [address for addresses, _ in read for address in addresses]
    suspect = any(ambiguous for _, ambiguous in read) or len({address.email.lower() for address in found}) > 1
    return (found[0] if found else None), suspect


def _addresses(headers: Headers, name: str) -> tuple[Address, ...]:
    """The addresses in all fields of that name, each once."""
    found = (address for value in headers.every(name) for address in read_addresses(value)[0])
    return tuple(dict.fromkeys(found))


def _delivered_to(headers: Headers) -> tuple[str, ...]:
    emails = (address.email for name in _DELIVERY_FIELDS for address in _addresses(headers, name))
    return tuple(dict.fromkeys(emails))


def _return_path(headers: Headers) -> str | None:
    """The envelope's sender, empty for the null path of automatic mail (RFC 5321 section 4.5.5), None where unknown."""
    if "return-path" not in headers:
        return None
    addresses, _ = read_addresses(headers.raw("return-path"))
    return addresses[0].email if addresses else ""


def _keyword(headers: Headers, name: str) -> str:
    """The first word of a field, lower case, without parameters and comments."""
    return decode_words(headers.raw(name)).partition(";")[0].partition("(")[0].strip().lower()


def _joined(body: str, regions: Sequence[Region], kind: RegionKind) -> str:
    return "".join(body[region.start : region.end] for region in regions if region.kind is kind)

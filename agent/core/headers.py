"""The header fields of a mail, read leniently and never raised about: RFC 5322, RFC 2047, RFC 2231.

The standard library's readers are not used here: their structured header classes raise on broken ids, ``getaddresses``
recurses into comments and gives the wrong address for ``jane@acme.test <evil@x.test>`` before Python 3.11.10, and their
parameter parser takes quadratic time. What is read here takes time linear in its length on every Python.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from urllib.parse import unquote_to_bytes

from agent.core.charset import clean, decode
from agent.core.model import Address

LONGEST_BLOCK = 128 * 1024
MOST_FIELDS = 1_000
LONGEST_VALUE = 32 * 1024
MOST_ADDRESSES = 500
MOST_IDS = 100

_NAME = re.compile(rb"[!-9;-~]{1,76}[ \t]*\Z")
_ENVELOPE_LINE = (b"From ", b">From ")

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_WORD_GAP = re.compile(r"(?<=\?=)[ \t\n]+(?==\?)")
_SPACES = re.compile(r"\s+")

_PARAMETER = re.compile(r";\s*([^\s=;\"]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*+)\"?|([^;]*))", re.DOTALL)
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_CONTINUED = re.compile(r"([^*]+)\*(?:(\d{1,3})(\*?))?\Z")

_ADDRESS_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|<[^<>]*>?|[(),;:]|[^"<(),;:]+|.', re.DOTALL)
_ID = re.compile(r"<([^<>]{1,998})>")

_YEARS_BEFORE_MAIL = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD_OF_TIME = timedelta(days=2)
_LONGEST_DATE = 200
_ZONES = {
    "BST": 60, "CET": 60, "CEST": 120, "EEST": 180, "EET": 120, "HST": -600, "AKST": -540, "AKDT": -480, "JST": 540,
    "MEST": 120, "MESZ": 120, "MET": 60, "MEZ": 60, "MSK": 180, "NZDT": 780, "NZST": 720, "WEST": 60, "WET": 0,
}  # fmt: skip
"""Zone names seen in Date fields beside those of RFC 5322 section 4.3, in minutes east of Greenwich."""


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of one header block, by lower-case name, in order, unfolded and undecoded."""

    fields: dict[str, list[bytes]] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def raw(self, name: str) -> str:
        """The first field of that name as characters, encoded words left as they are; empty where there is none."""
        return next(self.every(name), "")

    def every(self, name: str) -> Iterator[str]:
        """All fields of that name as :meth:`raw` gives them."""
        return (decode(value[:LONGEST_VALUE])[0].strip() for value in self.fields.get(name, ()))

    def text(self, name: str) -> str:
        """The first field of that name, decoded for people."""
        return decode_words(self.raw(name))


@dataclass(frozen=True, slots=True)
class Block:
    """A header block that was read: its fields, where the body begins, and what was wrong or left out."""

    headers: Headers
    body_start: int
    broken: bool = False
    cut: bool = False


# ------------------------------------------------------------------------------------------------ the block


def read_block(octets: bytes, start: int, end: int) -> Block:
    """Read the header block at the head of ``octets[start:end]``, whose lines end with a newline alone."""
    if octets.startswith(b"\n", start, end):
        return Block(Headers(), start + 1)
    stop = octets.find(b"\n\n", start, end)
    body_start, stop = (stop + 2, stop) if stop >= 0 else (end, end)
    kept = octets[start : min(stop, start + LONGEST_BLOCK)]
    lines = kept.replace(b"\n ", b"\r ").replace(b"\n\t", b"\r\t").split(b"\n", MOST_FIELDS)
    cut = len(lines) > MOST_FIELDS or stop - start > LONGEST_BLOCK
    headers, broken, stray = _fields(lines[:MOST_FIELDS])
    if not headers.fields:
        body_start = start
    elif stray is not None and not cut:
        body_start = start + stray
    return Block(headers, body_start, broken, cut)


def _fields(lines: list[bytes]) -> tuple[Headers, bool, int | None]:
    """The fields in lines, whether one was broken, and where a body begins that no blank line parts from the header."""
    headers = Headers()
    broken = False
    stray = None
    position = 0
    for line in lines:
        name, colon, value = line.partition(b":")
        if colon and _NAME.match(name):
            headers.fields.setdefault(name.strip().decode("ascii").lower(), []).append(value)
            stray = None
        elif line.strip() and not line.startswith(_ENVELOPE_LINE):
            broken = True
            stray = position if stray is None else stray
        position += len(line) + 1
    return headers, broken, stray


# ------------------------------------------------------------------------------------------------ words and parameters


def decode_words(raw: str) -> str:
    """Decode the encoded words of RFC 2047, adjacent ones together, and fold all white space to single spaces."""
    if "=?" in raw:
        raw = "".join(_words(_WORD_GAP.sub("", raw)))
    return _SPACES.sub(" ", clean(raw)).strip()


def _words(raw: str) -> Iterator[str]:
    """The plain stretches and the decoded words; octets of adjacent words of one charset meet before decoding."""
    position, charset, octets = 0, "", b""
    for match in _WORD.finditer(raw):
        label = match[1].partition("*")[0].lower()
        if match.start() != position or label != charset:
            yield decode(octets, charset)[0]
            yield raw[position : match.start()]
            charset, octets = label, b""
        octets += _word_octets(match[2], match[3])
        position = match.end()
    yield decode(octets, charset)[0]
    yield raw[position:]


def _word_octets(encoding: str, payload: str) -> bytes:
    octets = payload.encode("utf-8", "ignore")
    return from_base64(octets) if encoding in "bB" else binascii.a2b_qp(octets, header=True)


_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))


def from_base64(octets: bytes) -> bytes:
    """Decode base64 whatever is mixed into it: line ends, junk, padding in the middle or none at the end."""
    runs = octets.translate(None, _NOT_BASE64).split(b"=")
    return b"".join(_base64_run(run) for run in runs if run)


def _base64_run(run: bytes) -> bytes:
    run = run[:-1] if len(run) % 4 == 1 else run
    return binascii.a2b_base64(run + b"=" * (-len(run) % 4))


def read_parameters(value: str) -> tuple[str, dict[str, str]]:
    """The main value of a structured field, lower case, and its parameters (RFC 2045 section 5.1, RFC 2231)."""
    main, semicolon, rest = value.partition(";")
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(semicolon + rest):
        name = match[1].lower()
        text = _QUOTED_PAIR.sub(r"\1", match[2]) if match[2] is not None else match[3].strip()
        if continued := _CONTINUED.match(name):
            encoded = continued[2] is None or bool(continued[3])
            pieces.setdefault(continued[1], []).append((int(continued[2] or 0), encoded, text))
        else:
            plain.setdefault(name, text)
    plain.update((name, _joined(parts)) for name, parts in pieces.items())
    return main.strip().lower(), plain


def _joined(parts: list[tuple[int, bool, str]]) -> str:
    """The value of a parameter that RFC 2231 wrote in pieces, percent-encoded or not."""
    parts.sort()
    charset = ""
    first = parts[0]
    if first[1] and first[2].count("'") >= 2:
        charset, _, text = first[2].split("'", 2)
        parts[0] = (first[0], True, text)
    octets = b"".join(
        unquote_to_bytes(text) if encoded else text.encode("utf-8", "ignore") for _, encoded, text in parts
    )
    return decode(octets, charset)[0]


# ------------------------------------------------------------------------------------------------ addresses


def read_addresses(value: str) -> tuple[tuple[Address, ...], bool]:
    """The addresses of an address list (RFC 5322 section 3.4), and whether one could be read in more than one way."""
    found: list[Address] = []
    suspect = False
    for tokens in _entries(value):
        address, ambiguous = _address(tokens)
        suspect = suspect or ambiguous
        if address is not None and address not in found:
            found.append(address)
        if len(found) == MOST_ADDRESSES:
            break
    return tuple(found), suspect


def _entries(value: str) -> Iterator[list[str]]:
    """The tokens of each mailbox: comments become one token in brackets, the names of groups are left out."""
    tokens: list[str] = []
    comment: list[str] = []
    depth = 0
    for piece in _ADDRESS_TOKEN.findall(value):
        if piece == "(":
            depth += 1
        elif piece == ")" and depth:
            depth -= 1
            if not depth:
                tokens.append(f"({' '.join(comment)})")
                comment = []
        elif depth:
            comment.append(piece.strip())
        elif piece in (",", ";"):
            yield tokens
            tokens = []
        elif piece == ":" and not any("@" in each or each.startswith("<") for each in tokens):
            tokens = []
        else:
            tokens.append(piece)
    yield tokens


def _address(tokens: list[str]) -> tuple[Address | None, bool]:
    """One mailbox: the last address in angle brackets, else the bare one; ambiguous where another address stands by."""
    angles = [token for token in tokens if token.startswith("<")]
    words = [token for token in tokens if not token.startswith(("<", "("))]
    comments = [token[1:-1] for token in tokens if token.startswith("(")]
    bare = "".join(words)
    if not angles:
        email = _email(next((word for word in reversed(bare.split()) if "@" in word), ""))
        return (Address(_shown(" ".join(comments)), email), bare.strip() != email) if email else (None, False)
    emails = {_email(angle) for angle in angles} - {""}
    email = _email(angles[-1])
    unquoted = "".join(word for word in words if not word.startswith('"'))
    other = "@" in unquoted and unquoted.strip().lower() != email.lower()
    name = _shown(bare or " ".join(comments))
    return (Address(name, email), len(emails) > 1 or other) if email else (None, False)


def _email(text: str) -> str:
    """An address without brackets, route and white space; empty where the text holds none."""
    email = "".join(clean(text).strip("<>").rpartition(":")[2].split()).strip("'<>,;")
    return email if "@" in email.strip("@") else ""


def _shown(name: str) -> str:
    """A display name as people see it: quotes and backslashes undone, encoded words decoded."""
    unquoted = name.strip()
    if unquoted.startswith('"'):
        unquoted = _QUOTED_PAIR.sub(r"\1", unquoted.strip('"'))
    decoded = decode_words(unquoted)
    return decoded[1:-1].strip() if len(decoded) > 1 and decoded[0] == decoded[-1] and decoded[0] in "\"'" else decoded


# ------------------------------------------------------------------------------------------------ ids and dates


def read_ids(value: str) -> tuple[str, ...]:
    """The message ids in a field, in order, each once, with brackets; white space that folding put in is removed."""
    if "=?" in value:
        value = decode_words(value)
    ids = [f"<{''.join(match.split())}>" for match in _ID.findall(value)]
    if not ids and "@" in value and not _SPACES.search(value.strip()) and "<" not in value:
        ids = [f"<{value.strip()[:996]}>"]
    unique = tuple(dict.fromkeys(found for found in ids if found != "<>"))
    return unique if len(unique) <= MOST_IDS else (unique[0], *unique[1 - MOST_IDS :])


def read_date(value: str, received_at: datetime) -> tuple[datetime | None, str]:
    """The moment a Date field tells, with the offset written there, or None and the defect that stands in the way."""
    if not value.strip():
        return None, "date-missing"
    moment = _moment(value.strip()[:_LONGEST_DATE])
    if moment is None:
        return None, "date-broken"
    if moment < _YEARS_BEFORE_MAIL or moment - received_at > _AHEAD_OF_TIME:
        return None, "date-absurd"
    return moment, ""


def _moment(value: str) -> datetime | None:
    """A date of RFC 5322 section 3.3 or 4.3, else one of ISO 8601; a zone nobody knows counts as UTC, like -0000."""
    try:
        fields = parsedate_tz(value)
        if fields is None:
            written = datetime.fromisoformat(value)
            return written if written.tzinfo else written.replace(tzinfo=UTC)
        offset = timedelta(seconds=fields[9] or 0) or _named_offset(value)
        return datetime(*fields[:6], tzinfo=timezone(offset) if offset else UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


def _named_offset(value: str) -> timedelta:
    zone = value.partition("(")[0].rsplit(None, 1)[-1].upper()
    return timedelta(minutes=_ZONES.get(zone, 0))

"""The octets of a mail as a tree of parts (RFC 2045 to 2047), read in bounded time and memory.

Mail is hostile: the standard library's parser needs 4 s and 390 MB for 25 MB of blank lines, meets its recursion limit
at some hundred nested parts and raises on a few odd parameters. This reader copies nothing but what is decoded: a part
is a range of the octets, boundaries are found by ``bytes.find``, and every dimension has a limit.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from agent.core.charset import decode
from agent.core.headers import Headers, decode_words, from_base64, read_block, read_parameters

LONGEST_MESSAGE = 4 * 1024 * 1024
LONGEST_PART = 1024 * 1024
"""Octets of one text part, as on the wire, that are decoded."""
MOST_PARTS = 200
DEEPEST_PART = 12
_LONGEST_PADDING = 80
_MOST_CANDIDATES = 20_000
_LARGEST_SHARE_OF_JUNK = 10


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its fields, its type and parameters, where its content lies, and the parts inside."""

    headers: Headers
    content_type: str
    parameters: dict[str, str]
    octets: bytes = field(repr=False)
    start: int
    end: int
    children: tuple[Part, ...] = ()

    @property
    def main_type(self) -> str:
        return self.content_type.partition("/")[0]

    @property
    def disposition(self) -> str:
        """``inline``, ``attachment`` or what else is written; empty where nothing is."""
        return read_parameters(self.headers.raw("content-disposition"))[0]

    @property
    def file_name(self) -> str:
        """The name the part would be saved under; empty where it has none."""
        if "content-disposition" not in self.headers and "name" not in self.parameters:
            return ""
        named = read_parameters(self.headers.raw("content-disposition"))[1].get("filename")
        return file_name_of(named or self.parameters.get("name", ""))

    def content(self) -> bytes:
        """The decoded octets of the part, as many as are read of one."""
        raw = self.octets[self.start : min(self.end, self.start + LONGEST_PART)]
        return undo_encoding(raw, self.headers.raw("content-transfer-encoding"))

    @property
    def is_longer(self) -> bool:
        """True where more is there than :meth:`content` reads."""
        return self.end - self.start > LONGEST_PART

    def text(self, label: str | None = None) -> tuple[str, str]:
        """The text of the part in its declared charset (or the one given), and the defect this showed."""
        return decode(self.content(), self.parameters.get("charset", "") if label is None else label)


@dataclass(slots=True)
class _Reading:
    """What the reading of one message has found out so far."""

    parts: int = 0
    cut: bool = False
    defects: dict[str, None] = field(default_factory=dict)

    def note(self, defect: str, *, cut: bool = False) -> None:
        self.defects[defect] = None
        self.cut = self.cut or cut


def read_message(octets: bytes) -> tuple[Part, tuple[str, ...], bool]:
    """The tree of a message's parts, its defects, and whether more was there than is read."""
    reading = _Reading()
    if len(octets) > LONGEST_MESSAGE:
        reading.note("too-long", cut=True)
    whole = _plain_lines(octets[:LONGEST_MESSAGE])
    part = _read_part(whole, 0, len(whole), reading, 0, "text/plain")
    if not part.headers.fields:
        reading.note("header-missing")
    return part, tuple(reading.defects), reading.cut


def _plain_lines(octets: bytes) -> bytes:
    """The octets without a byte order mark, NULs and blank lines before the header; every line ends with a newline."""
    octets = octets.replace(b"\0", b"") if b"\0" in octets else octets
    if b"\r" in octets:
        octets = octets.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return octets.removeprefix(b"\xef\xbb\xbf").lstrip(b"\n")


def _read_part(octets: bytes, start: int, end: int, reading: _Reading, depth: int, assumed_type: str) -> Part:
    """Read one part and those inside it; what lies too deep or is one too many stays an unread leaf."""
    reading.parts += 1
    block = read_block(octets, start, end)
    if block.broken:
        reading.note("header-broken")
    if block.cut:
        reading.note("header-too-long", cut=True)
    content_type, parameters = _content_type(block.headers, assumed_type)
    part = Part(block.headers, content_type, parameters, octets, min(block.body_start, end), end)
    if part.main_type not in ("multipart", "message"):
        return part
    if depth >= DEEPEST_PART or reading.parts >= MOST_PARTS:
        reading.note("too-deep" if depth >= DEEPEST_PART else "too-many-parts", cut=True)
        return replace(part, content_type="application/octet-stream")
    return _with_children(part, reading, depth)


def _content_type(headers: Headers, assumed: str) -> tuple[str, dict[str, str]]:
    """The type of a part and its parameters; what is no type at all counts as plain text (RFC 2045 section 5.2)."""
    value = headers.raw("content-type")
    if not value:
        return assumed, {}
    content_type, parameters = read_parameters(value)
    if content_type.count("/") != 1:
        content_type = "text/html" if "html" in content_type else "text/plain"
    return content_type, parameters


def _with_children(part: Part, reading: _Reading, depth: int) -> Part:
    children: tuple[Part, ...]
    if part.content_type in ("message/rfc822", "message/global"):
        octets, start, end = _embedded(part)
        children = (_read_part(octets, start, end, reading, depth + 1, "text/plain"),)
    elif part.main_type == "multipart":
        assumed = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        children = tuple(_bodies(part, reading, depth + 1, assumed))
    else:
        return part
    if not children:
        reading.note("multipart-broken")
        return replace(part, content_type="text/plain")
    return replace(part, children=children)


def _embedded(part: Part) -> tuple[bytes, int, int]:
    """Where an embedded message lies: in the same octets, unless it was encoded although that is not allowed."""
    if part.headers.raw("content-transfer-encoding").lower() in ("base64", "quoted-printable"):
        octets = _plain_lines(part.content())
        return octets, 0, len(octets)
    return part.octets, part.start, part.end


def _bodies(part: Part, reading: _Reading, depth: int, assumed: str) -> Iterator[Part]:
    """The parts between the boundary lines of a multipart (RFC 2046 section 5.1.1); a missing last line is mended."""
    boundary = part.parameters.get("boundary", "").rstrip()
    if not boundary:
        return
    start = -1
    for line_start, line_end, closing in _boundary_lines(part, b"--" + boundary.encode("utf-8", "ignore")):
        if start >= 0:
            yield _read_part(part.octets, start, max(start, line_start - 1), reading, depth, assumed)
        start = min(line_end + 1, part.end)
        if closing:
            return
        if reading.parts >= MOST_PARTS:
            reading.note("too-many-parts", cut=True)
            return
    if start >= 0:
        reading.note("multipart-broken")
        yield _read_part(part.octets, start, part.end, reading, depth, assumed)


def _boundary_lines(part: Part, delimiter: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where the boundary lines of a part start and end, and whether one closes the multipart."""
    octets, position = part.octets, part.start - 1
    for _ in range(_MOST_CANDIDATES):
        found = octets.find(b"\n" + delimiter, position, part.end)
        if found < 0:
            return
        position = found + 1 + len(delimiter)
        closing = octets.startswith(b"--", position, part.end)
        tail = octets[position + 2 * closing : min(part.end, position + _LONGEST_PADDING)].split(b"\n", 1)[0]
        if not tail.strip():
            yield found + 1, position + 2 * closing + len(tail), closing


# ------------------------------------------------------------------------------------------------ transfer encodings


def undo_encoding(raw: bytes, encoding: str) -> bytes:
    """Undo a Content-Transfer-Encoding (RFC 2045 section 6) as far as it goes; what is not encoded comes back."""
    name = encoding.partition(";")[0].strip().strip("\"'").lower()
    if name == "base64":
        return _unless_plain(raw)
    if name == "quoted-printable":
        return binascii.a2b_qp(raw)
    if name in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _from_uuencode(raw)
    return raw


def _unless_plain(raw: bytes) -> bytes:
    """Decode base64, unless the octets are plain text that a broken sender called so."""
    spaces = sum(raw.count(space) for space in (b" ", b". ", b", "))
    return raw if spaces * _LARGEST_SHARE_OF_JUNK > len(raw) else from_base64(raw)


def _from_uuencode(raw: bytes) -> bytes:
    """Decode the lines between ``begin`` and ``end``; a line that breaks the rules is left out."""
    decoded = []
    for line in raw.partition(b"begin ")[2].split(b"\n")[1:]:
        if line.strip() in (b"end", b"`"):
            break
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    return b"".join(decoded)


def file_name_of(name: str) -> str:
    """A file name as people see it: decoded, without a path."""
    return decode_words(name).replace("\\", "/").rpartition("/")[2][:200]

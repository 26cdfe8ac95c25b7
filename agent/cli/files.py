"""Reads mail from files for the commands that touch no mailbox."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.base import LARGEST_MESSAGE, MessageRef, RawMessage

_HEADER = re.compile(rb"(?:From [^\n]*\n)?[!-9;-~]+[ \t]*:")
_LONG_AGO_YET_TO_COME = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Letter:
    """One file, read: the octets and when the file was written, or what is wrong with it."""

    path: str
    octets: bytes = b""
    size: int = 0
    written_at: datetime = _LONG_AGO_YET_TO_COME
    error: str = ""

    def raw(self, received_at: datetime) -> RawMessage:
        """The file as a message of a mailbox of its own."""
        ref = MessageRef(account="file", folder="", key=self.path)
        return RawMessage(ref, received_at, frozenset(), self.octets, self.size)


def read_letter(path: str) -> Letter:
    """Read one ``.eml`` file, or standard input for ``-``; what is wrong is said in the letter's ``error``."""
    try:
        if path == "-":
            octets, size, written_at = sys.stdin.buffer.read(), 0, datetime.now(UTC)
        else:
            octets, size, written_at = _read(path)
    except (OSError, ValueError) as fault:
        return Letter(path, error=f"cannot be opened: {getattr(fault, 'strerror', None) or fault}")
    if not octets.strip():
        return Letter(path, error="the file is empty")
    if not _HEADER.match(octets.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")):
        return Letter(path, error="no mail header at all: not a mail as RFC 5322 has it")
    return Letter(path, octets[:LARGEST_MESSAGE], max(size, len(octets)), written_at)


def _read(path: str) -> tuple[bytes, int, datetime]:
    """As much of a file as is read of any mail, its whole size, and when it was written."""
    with open(path, "rb") as file:
        about = os.fstat(file.fileno())
        return file.read(LARGEST_MESSAGE), about.st_size, datetime.fromtimestamp(about.st_mtime, UTC)

"""The guard at the transport: only the commands listed here leave for the server, whoever gives them.

Everything that imaplib and imapclient say goes through one method, ``send``; the guard stands there. What it reads is
the beginning of each command (RFC 3501 section 2.2.1): imaplib begins one with a tag of its connection and gives each
command whole. All else is the rest of a command that was let pass: a message, an answer to a challenge, DONE.
"""

from __future__ import annotations

import imaplib
import re
from collections.abc import Callable
from typing import cast

from imapclient.imap_utf7 import decode as decode_utf7

from connectors.base import Refused
from connectors.outbox import sends

ALLOWED = frozenset({
    "CAPABILITY", "STARTTLS", "LOGIN", "AUTHENTICATE", "LOGOUT", "NOOP", "IDLE",
    "LIST", "STATUS", "SELECT", "EXAMINE", "APPEND", "FETCH",
    "UID FETCH", "UID SEARCH", "UID STORE", "UID EXPUNGE",
})  # fmt: skip
"""Every command Cordially gives. None sends; none removes more than the one message it names."""

_NAME = re.compile(rb"(UID )?[A-Z]+", re.IGNORECASE)
_APPEND = re.compile(rb'APPEND ("(?:[^"\\]|\\.)*"|[^ "{]+) \(([^()]*)\) \{(\d+)\+?\}', re.IGNORECASE)
_HIDING = "{name}: what stands behind the command could be another command"
_ESCAPED = re.compile(rb"\\(.)")


def stand_guard(imap: imaplib.IMAP4) -> None:
    """Let a connection carry nothing but the commands listed here."""
    # On the instance: whichever class imapclient chose, and whatever it calls, speaks through this attribute.
    imap.__dict__["send"] = Guard(cast(bytes, imap.tagpre), imap.send)  # the library types both differently


class Guard:
    """Stands in the place of ``send``; refuses before anything leaves."""

    def __init__(self, tag_begins: bytes, send: Callable[[bytes], object]) -> None:
        self._tag = re.compile(re.escape(tag_begins) + rb"\d+ ")
        self._send = send

    def __call__(self, octets: bytes) -> None:
        """Let octets pass, unless they begin a command that is not listed, or one that hides another behind it."""
        if tag := self._tag.match(octets):
            check(octets[tag.end() :])
        self._send(octets)


def check(command: bytes) -> None:
    """Raise Refused for a command that must not leave."""
    line, _, rest = command.partition(b"\r\n")
    found = _NAME.match(line)
    name = found[0].decode("ascii").upper() if found else ""
    if name not in ALLOWED:
        raise Refused(f"Cordially never gives the command {name or 'without a name'!r} to a mail server")
    if b"\r" in line or b"\n" in line or (rest and name != "APPEND"):
        raise Refused(_HIDING.format(name=name))
    if name == "APPEND":
        _check_append(line, rest)


def _check_append(line: bytes, rest: bytes) -> None:
    """Only a draft may be stored, and never where a server sends what is stored."""
    found = _APPEND.fullmatch(line)
    if found is None or b"\\draft" not in found[2].lower().split():
        raise Refused("only a message flagged \\Draft is stored on a mail server")
    if rest and len(rest) != int(found[3]) + len(b"\r\n"):
        raise Refused(_HIDING.format(name="APPEND"))
    folder = str(decode_utf7(_ESCAPED.sub(rb"\1", found[1].strip(b'"'))))
    if sends(folder):
        raise Refused(f'nothing is stored in "{folder}": a server may send what is put there')

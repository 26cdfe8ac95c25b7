"""One signed-in connection to an IMAP server: the commands Cordially gives, and no others.

imapclient lists, selects and idles. FETCH, SEARCH and APPEND are given through imaplib: imapclient's own take no
ranges, mix up answers (see :mod:`connectors.imap.answers`), give up on two SEARCH lines, and wait a round trip before a
draft is sent.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import socket
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import imapclient
from imapclient.imap_utf7 import encode as encode_utf7

from connectors.base import LARGEST_MESSAGE, Refused
from connectors.imap.answers import (
    Found,
    Place,
    Stand,
    alerts_in,
    demand_ok,
    folder_from,
    found_in,
    is_news,
    number_of,
    octets_of,
)
from connectors.imap.errors import Lost, in_our_words
from connectors.imap.folders import Folder, names_of, same_folder

HIGHEST_UID = 2**32 - 1
NON_SYNCHRONISING_AT_MOST = 4096
"""Octets of a literal a server with LITERAL- takes without being asked first (RFC 7888 section 5)."""

FAREWELL_SECONDS = 2.0
IDS = "MESSAGE-ID IN-REPLY-TO REFERENCES"
PART = f"BODY.PEEK[]<0.{LARGEST_MESSAGE}>"
HEADS = f"(UID FLAGS BODY.PEEK[HEADER.FIELDS ({IDS})])"

_APPENDUID = re.compile(rb"\[APPENDUID (\d+) (\d+)\]", re.IGNORECASE)
_LINE_END = re.compile(rb"\r\n|\r|\n")


class Client(Protocol):
    """What is used of ``imapclient.IMAPClient``, with its types."""

    _imap: imaplib.IMAP4

    def socket(self) -> socket.socket: ...
    def starttls(self, ssl_context: ssl.SSLContext) -> object: ...
    def login(self, username: str, password: str) -> object: ...
    def plain_login(self, identity: str, password: str) -> object: ...
    def capabilities(self) -> Iterable[bytes]: ...
    def list_folders(self) -> Sequence[tuple[Sequence[bytes], bytes | None, str]]: ...
    def select_folder(self, folder: str, readonly: bool) -> Mapping[bytes, object]: ...
    def folder_status(self, folder: str, what: Sequence[str]) -> Mapping[bytes, object]: ...
    def append(self, folder: str, msg: bytes, flags: Sequence[str]) -> object: ...
    def add_flags(self, messages: Sequence[int], flags: Sequence[bytes], silent: bool) -> object: ...
    def uid_expunge(self, messages: Sequence[int]) -> object: ...
    def noop(self) -> tuple[object, Sequence[tuple[object, ...]]]: ...
    def idle(self) -> None: ...
    def idle_check(self, timeout: float) -> Sequence[tuple[object, ...]]: ...
    def idle_done(self) -> tuple[object, Sequence[tuple[object, ...]]]: ...
    def logout(self) -> object: ...
    def shutdown(self) -> None: ...


@dataclass(slots=True)
class Session:
    """A connection on which the user is signed in, and the folder that is selected on it."""

    client: Client
    capabilities: frozenset[bytes]
    alerts: list[str]
    selected: str | None = None
    validity: int = 0
    woken: bool = False
    _folders: tuple[Folder, ...] | None = None

    @property
    def _imap(self) -> imaplib.IMAP4:
        return self.client._imap

    @contextlib.contextmanager
    def _asking(self, task: str) -> Iterator[None]:
        """Around every command: faults in our words; alerts kept, which must be shown (RFC 3501 section 7.1)."""
        try:
            with in_our_words(task):
                yield
        finally:
            self.alerts += [text for text in alerts_in(self._imap) if text not in self.alerts]

    def offers(self, capability: str) -> bool:
        """True where the server offers a capability."""
        return capability.encode() in self.capabilities

    # ---------------------------------------------------------------------------------------------- folders

    def folders(self, *, anew: bool = False) -> tuple[Folder, ...]:
        """The folders of the account, asked once a connection unless they are wanted anew."""
        if self._folders is None or anew:
            with self._asking("LIST"):
                self._folders = tuple(folder_from(*line) for line in self.client.list_folders())
        return self._folders

    def select(self, folder: str, *, writable: bool = False) -> Stand:
        """Open a folder anew, for reading only unless told otherwise, and say how it stands."""
        self.selected = None
        try:
            with self._asking(f'opening the folder "{folder}"'):
                told = self.client.select_folder(folder, readonly=not writable)
        except Refused as refusal:
            raise self._with_names(refusal) from refusal
        self.selected = folder
        self.forget_news()
        self.validity = number_of(told.get(b"UIDVALIDITY"))
        exists = number_of(told.get(b"EXISTS"))
        return Stand(self.validity, number_of(told.get(b"UIDNEXT")) or self._next_uid(exists), exists)

    def _with_names(self, refusal: Refused) -> Refused:
        """The refusal of a folder, with the names of those there are now."""
        return Refused(f"{refusal}. {names_of(self.folders(anew=True))}")

    def _next_uid(self, exists: int) -> int:
        """The UID a next message gets at the least, for servers that do not tell it."""
        return max((found.message_uid for found in self.newest(1, exists, "(UID)")), default=0) + 1

    def is_open(self, folder: str) -> bool:
        """True where this folder is selected."""
        return self.selected is not None and same_folder(self.selected, folder)

    def status(self, folder: str) -> Stand:
        """How a folder stands; the selected one is opened anew, STATUS is not for it (RFC 3501 section 6.3.10)."""
        if self.is_open(folder):
            return self.select(folder)
        try:
            with self._asking(f'asking after the folder "{folder}"'):
                told = self.client.folder_status(folder, ("MESSAGES", "UIDNEXT", "UIDVALIDITY"))
        except Refused as refusal:
            raise self._with_names(refusal) from refusal
        if b"UIDNEXT" not in told:
            return self.select(folder)
        return Stand(number_of(told.get(b"UIDVALIDITY")), number_of(told[b"UIDNEXT"]), number_of(told.get(b"MESSAGES")))

    # ---------------------------------------------------------------------------------------------- messages

    def search(self, criteria: str) -> list[int]:
        """The UIDs that match, rising. US-ASCII only: Exchange knows no other charset."""
        with self._asking("SEARCH"):
            status, lines = self._imap.uid("SEARCH", criteria)
            demand_ok("SEARCH", status, lines)
            return sorted({int(word) for line in lines if line for word in line.split() if word.isdigit()})

    def can_search(self) -> bool:
        """False where SEARCH finds nothing at all in a folder that is not empty, as with some IMAP4rev2 servers.

        ``n:*`` names the last message even where n lies beyond it (RFC 3501 section 6.4.8), so an empty
        answer is wrong.
        """
        return bool(self.search(f"UID {HIGHEST_UID}:*"))

    def fetch(self, message_uids: Sequence[int], items: str) -> dict[int, Found]:
        """What the server tells of these messages, by UID; one that is gone is left out."""
        if not message_uids:
            return {}
        found = self._fetch(",".join(map(str, message_uids)), items)
        return {uid: found[uid] for uid in message_uids if uid in found}

    def fetch_from(self, message_uid: int, items: str) -> dict[int, Found]:
        """What the server tells of all messages from this UID on, without the last one it tells of in any case."""
        found = self._fetch(f"{message_uid}:*", items)
        return {uid: found[uid] for uid in sorted(found) if uid >= message_uid}

    def newest(self, count: int, exists: int, items: str) -> list[Found]:
        """What the server tells of the last so many messages, without leaning on its search."""
        if not exists:
            return []
        with self._asking("FETCH"):
            status, lines = self._imap.fetch(f"{max(1, exists - count + 1)}:*", items)
            demand_ok("FETCH", status, lines)
            return list(found_in(lines).values())

    def _fetch(self, which: str, items: str) -> dict[int, Found]:
        with self._asking("FETCH"):
            status, lines = self._imap.uid("FETCH", which, items)
            demand_ok("FETCH", status, lines)
            return found_in(lines)

    def append(self, folder: str, octets: bytes, flags: Sequence[str]) -> Place | None:
        """Store a message; say where it lies if the server tells (UIDPLUS, RFC 4315).

        The flags stand in the command: a program that sees the message before they are added takes it for a sent one.
        No date is given: some servers misread one.
        """
        message = _LINE_END.sub(b"\r\n", octets)
        with self._asking("storing the draft"):
            answer = self._append(folder, message, flags)
        told = _APPENDUID.search(answer)
        return Place(int(told[1]), int(told[2])) if told else None

    def _append(self, folder: str, message: bytes, flags: Sequence[str]) -> bytes:
        few = len(message) <= NON_SYNCHRONISING_AT_MOST and self.offers("LITERAL-")
        if not few and not self.offers("LITERAL+"):
            return octets_of(self.client.append(folder, message, flags))
        tag = self._imap._new_tag()
        line = b'%s APPEND "%s" (%s) {%d+}\r\n' % (tag, _quoted(folder), " ".join(flags).encode(), len(message))
        self._imap.send(line + message + b"\r\n")
        status, lines = self._imap._command_complete("APPEND", tag)
        demand_ok("APPEND", status, lines)
        return octets_of(lines[0])

    def remove(self, message_uid: int) -> None:
        """Mark a message deleted, and remove it where it can be removed alone: a plain EXPUNGE takes others with it."""
        with self._asking("removing the draft"):
            self.client.add_flags([message_uid], [imapclient.DELETED], silent=True)
            if self.offers("UIDPLUS"):
                self.client.uid_expunge([message_uid])

    # ---------------------------------------------------------------------------------------------- waiting

    def forget_news(self) -> None:
        """Let what the server has announced so far be no news any more."""
        self._imap.response("EXISTS")

    def has_news(self) -> bool:
        """True where the server announced a message since ``forget_news``, in answer to whatever command."""
        return self._imap.response("EXISTS")[1] != [None]

    def noop(self) -> bool:
        """Ask for news; True where there is some."""
        self.woken = False
        with self._asking("NOOP"):
            _, told = self.client.noop()
        return self.has_news() or is_news(told)

    def idle(self, seconds: float) -> bool:
        """Wait in IDLE (RFC 2177) until there is news (True) or the time is over (False)."""
        with self._asking("IDLE"):
            self.client.idle()
            told = self._listen(time.monotonic() + seconds)
            _, told_last = self.client.idle_done()
        self.woken = is_news([*told, *told_last])
        return self.woken

    def _listen(self, until: float) -> Sequence[tuple[object, ...]]:
        """What is said in IDLE until there is news or the time is over.

        A dead connection says nothing, at once and for ever; a line that comes in pieces looks the same, and its first
        piece is lost. Both mean that this connection is done with.
        """
        while (left := until - time.monotonic()) > 0:
            told = self.client.idle_check(timeout=left)
            if not told and time.monotonic() < until - 0.01:
                raise Lost("IDLE: the connection was lost")
            if is_news(told):
                return told
        return ()

    # ---------------------------------------------------------------------------------------------- the end

    def wake(self) -> None:
        """End the connection from another thread, so that a wait in it ends."""
        with contextlib.suppress(OSError):
            # Not the method of an SSLSocket: that would take away its TLS while the other thread reads.
            socket.socket.shutdown(self.client.socket(), socket.SHUT_RDWR)

    def end(self, *, politely: bool) -> None:
        """Say good-bye where the connection is whole, and close it; never raises."""
        with contextlib.suppress(OSError, ValueError, imaplib.IMAP4.error):
            if politely:
                self.client.socket().settimeout(FAREWELL_SECONDS)
                self.client.logout()
        with contextlib.suppress(OSError, ValueError, imaplib.IMAP4.error):
            self.client.shutdown()


def _quoted(folder: str) -> bytes:
    """The name of a folder in modified UTF-7 (RFC 3501 section 5.1.3), to stand between quotation marks."""
    return bytes(encode_utf7(folder)).replace(b"\\", b"\\\\").replace(b'"', b'\\"')

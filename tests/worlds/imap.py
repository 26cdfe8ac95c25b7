"""The world behind an IMAP connector: a real server, a wire that fails on demand, and the user's own mail program."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from imapclient import IMAPClient, SocketTimeout

from connectors.base import ConnectorError, Opening
from connectors.conformance import LOOK_BACK, Cut
from connectors.imap import ImapConnector
from tests.worlds.wire import Wire

ALLOWED = frozenset(
    {"CAPABILITY", "STARTTLS", "LOGIN", "AUTHENTICATE", "LOGOUT", "NOOP", "IDLE", "DONE"}
    | {"LIST", "STATUS", "SELECT", "EXAMINE", "APPEND", "FETCH"}
    | {"UID FETCH", "UID SEARCH", "UID STORE", "UID EXPUNGE"}
)
"""Every command a connector may give. None sends; none removes more than the one message it names."""

TIMEOUTS = {"connect": 5.0, "answer": 5.0}


@dataclass(frozen=True, slots=True)
class Account:
    """One account on a running server; ``inbox`` is the folder the connector reads."""

    port: int
    user: str
    secret: str
    inbox: str = "INBOX"


def program(port: int, user: str, secret: str) -> IMAPClient:
    """A mail program of the user's, signed in."""
    client = IMAPClient("127.0.0.1", port, ssl=False, timeout=SocketTimeout(5, 10))
    client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.login(user, secret)
    return client


class ImapWorld:
    """A World (see :mod:`connectors.conformance`) over one account of a real IMAP server."""

    def __init__(
        self,
        account: Account,
        *,
        renumber: Callable[[str], None],
        settings: Mapping[str, object] | None = None,
        cannot: Mapping[str, str] | None = None,
        inapplicable: Mapping[str, str] | None = None,
    ) -> None:
        self.account = account
        self.secret = account.secret
        self.cannot: Mapping[str, str] = cannot or {}
        self.inapplicable: Mapping[str, str] = inapplicable or {}
        self.wire = Wire(("127.0.0.1", account.port))
        self.settings: dict[str, object] = {
            "host": "127.0.0.1",
            "port": self.wire.port,
            "security": "plain",
            "user": account.user,
            "folders": [account.inbox],
            "timeouts": TIMEOUTS,
            **(settings or {}),
        }
        self._renumber = renumber
        self._connectors: list[ImapConnector] = []
        self.hand = program(account.port, account.user, account.secret)

    def close(self) -> None:
        """End the world; nothing of it stays."""
        for mail in self._connectors:
            mail.close()
        self.hand.logout()
        self.wire.close()

    def take_up_the_program_again(self) -> None:
        """Let the user's program sign in anew, where the server has ended its connection."""
        self.hand.shutdown()
        self.hand = program(self.account.port, self.account.user, self.account.secret)

    # ---------------------------------------------------------------------------------------------- the connector

    def now(self) -> datetime:
        return datetime.now(UTC)

    def connect(self, *, look_back: timedelta = LOOK_BACK, **settings: object) -> ImapConnector:
        opening = Opening(
            "main",
            ("ines@example.test",),
            {**self.settings, **settings},
            lambda: self.secret,
            self.now,
            look_back,
        )
        self._connectors.append(ImapConnector(opening))
        return self._connectors[-1]

    # ---------------------------------------------------------------------------------------------- what arrives

    def deliver(self, octets: bytes, *, received_at: datetime | None = None) -> None:
        self.hand.append(self.account.inbox, octets, (), received_at)

    def kept(self, octets: bytes) -> bytes:
        return octets

    def flags_of(self, message_id: str) -> frozenset[str]:
        return self._flags(self.account.inbox, message_id)

    def drafts(self) -> Sequence[bytes]:
        if not self.hand.folder_exists("Drafts"):
            return []
        self.hand.select_folder("Drafts", readonly=True)
        return [
            told[b"BODY[]"]
            for _, told in sorted(self.hand.fetch(self.hand.search("UNDELETED"), ["BODY.PEEK[]"]).items())
        ]

    def draft_flags(self, message_id: str) -> frozenset[str]:
        return self._flags("Drafts", message_id)

    def elsewhere(self) -> object:
        return {name: self._contents(name) for _, _, name in self.hand.list_folders() if name != "Drafts"}

    def sendings(self) -> Sequence[str]:
        return [name for name in self.wire.names if name not in ALLOWED]

    def _contents(self, folder: str) -> object:
        self.hand.select_folder(folder, readonly=True)
        told = self.hand.fetch(self.hand.search("ALL"), ["FLAGS", "RFC822.SIZE"])
        return {uid: (_words(facts[b"FLAGS"]), facts[b"RFC822.SIZE"]) for uid, facts in told.items()}

    def uid_of(self, folder: str, message_id: str) -> int:
        """The UID of a message, with the folder left selected."""
        self.hand.select_folder(folder)
        [uid] = self.hand.search(["HEADER", "Message-ID", message_id, "UNDELETED"])
        return int(uid)

    def _flags(self, folder: str, message_id: str) -> frozenset[str]:
        uid = self.uid_of(folder, message_id)
        return _words(self.hand.get_flags([uid])[uid])

    # ---------------------------------------------------------------------------------------------- the user's hand

    def user_reads(self, message_id: str) -> None:
        self.hand.add_flags([self.uid_of(self.account.inbox, message_id)], ["\\Seen"])

    def user_flags_answered(self, message_id: str) -> None:
        self.hand.add_flags([self.uid_of(self.account.inbox, message_id)], ["\\Answered"])

    def user_saves_draft(self, octets: bytes) -> None:
        self.hand.append("Drafts", octets, ["\\Draft", "\\Seen"])

    def user_edits_draft(self, message_id: str, octets: bytes) -> None:
        uid = self.uid_of("Drafts", message_id)
        self.user_saves_draft(octets)
        self._destroy(uid)

    def user_trashes_draft(self, message_id: str) -> None:
        self.hand.move([self.uid_of("Drafts", message_id)], "Trash")

    def user_restores_draft(self, message_id: str) -> None:
        self.hand.move([self.uid_of("Trash", message_id)], "Drafts")

    def user_destroys_draft(self, message_id: str) -> None:
        self._destroy(self.uid_of("Drafts", message_id))

    def user_sends_draft(self, message_id: str, octets: bytes) -> None:
        self.user_answers(octets)
        self.user_destroys_draft(message_id)

    def user_answers(self, octets: bytes) -> None:
        self.hand.append("Sent", octets, ["\\Seen"])

    def _destroy(self, uid: int) -> None:
        self.hand.add_flags([uid], ["\\Deleted"])
        self.hand.uid_expunge([uid])

    # ---------------------------------------------------------------------------------------------- what goes wrong

    def forget_cursors(self) -> None:
        self._renumber(self.account.inbox)

    @contextmanager
    def cut(self, when: Cut) -> Iterator[None]:
        if when is Cut.BEFORE:
            self.wire.cut_before(b" APPEND ")
        else:
            self.wire.swallow_answer("APPEND")
        try:
            yield
        except ConnectorError:
            pass
        finally:
            self.wire.come_back()

    def lock_out(self) -> None:
        self.secret = "the-password-of-last-year"

    def go_offline(self) -> None:
        self.wire.go_out()

    def come_online(self) -> None:
        self.wire.come_back()

    def remove_drafts_folder(self) -> None:
        self.hand.select_folder("INBOX", readonly=True)
        self.hand.delete_folder("Drafts")


def _words(flags: Sequence[bytes]) -> frozenset[str]:
    """Flags as text, without the one that only says which program saw the message first."""
    return frozenset(flag.decode() for flag in flags) - {"\\Recent"}

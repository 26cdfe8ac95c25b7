"""The mail server in memory as a world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from connectors.base import Opening, Unavailable
from connectors.conformance import LOOK_BACK, Cut
from connectors.memory import DRAFTS, INBOX, SENT, TRASH, MemoryConnector, MemoryServer, Moment

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class MemoryWorld:
    """A :class:`MemoryServer` and the person who uses it."""

    secret = "correct horse"
    cannot: ClassVar[Mapping[str, str]] = {}
    inapplicable: ClassVar[Mapping[str, str]] = {}

    def __init__(self) -> None:
        self.server = MemoryServer(clock=self.now, secret=self.secret)

    def now(self) -> datetime:
        return NOW

    def connect(self, *, look_back: timedelta = LOOK_BACK) -> MemoryConnector:
        settings = {"server": self.server}
        opening = Opening("here", ("ines@example.test",), settings, lambda: self.secret, self.now, look_back)
        return MemoryConnector(opening)

    def deliver(self, octets: bytes, *, received_at: datetime | None = None) -> None:
        self.server.file(INBOX, octets, received_at=received_at)

    def kept(self, octets: bytes) -> bytes:
        return octets

    def flags_of(self, message_id: str) -> frozenset[str]:
        return self.server.find(INBOX, message_id).flags

    def drafts(self) -> Sequence[bytes]:
        return [letter.octets for letter in self.server.folders.get(DRAFTS, [])]

    def draft_flags(self, message_id: str) -> frozenset[str]:
        return self.server.find(DRAFTS, message_id).flags

    def elsewhere(self) -> object:
        return {name: list(letters) for name, letters in self.server.folders.items() if name != DRAFTS}

    def sendings(self) -> Sequence[str]:
        return [request for request in self.server.requests if "send" in request]

    def user_reads(self, message_id: str) -> None:
        self.server.flag(INBOX, message_id, "\\Seen")

    def user_flags_answered(self, message_id: str) -> None:
        self.server.flag(INBOX, message_id, "\\Answered")

    def user_saves_draft(self, octets: bytes) -> None:
        self.server.file(DRAFTS, octets, frozenset({"\\Draft"}))

    def user_edits_draft(self, message_id: str, octets: bytes) -> None:
        self.server.remove(DRAFTS, message_id)
        self.user_saves_draft(octets)

    def user_trashes_draft(self, message_id: str) -> None:
        self.server.move(DRAFTS, message_id, TRASH)

    def user_restores_draft(self, message_id: str) -> None:
        self.server.move(TRASH, message_id, DRAFTS)

    def user_destroys_draft(self, message_id: str) -> None:
        self.server.remove(DRAFTS, message_id)

    def user_sends_draft(self, message_id: str, octets: bytes) -> None:
        self.server.remove(DRAFTS, message_id)
        self.user_answers(octets)

    def user_answers(self, octets: bytes) -> None:
        self.server.file(SENT, octets, frozenset({"\\Seen"}))

    def forget_cursors(self) -> None:
        self.server.renumber()

    @contextmanager
    def cut(self, when: Cut) -> Iterator[None]:
        self.server.fail(1, Moment(when), Unavailable("the wire was cut"), request="put_draft")
        with suppress(Unavailable):
            yield
        self.server.mend()

    def lock_out(self) -> None:
        self.server.secret = "another horse"

    def go_offline(self) -> None:
        self.server.online = False

    def come_online(self) -> None:
        self.server.online = True

    def remove_drafts_folder(self) -> None:
        del self.server.folders[DRAFTS]

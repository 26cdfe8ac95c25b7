"""The reference connector, and the mail server in memory it speaks to.

Read :class:`MemoryConnector` to learn what a connector does; the story is tested with it. :class:`MemoryServer` also
plays the user with another mail program, and can fail at any request, before or after it took effect (the power cut).
Nothing here outlives the process, so no account of a config names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import count
from threading import Condition

from connectors.base import (
    LARGEST_MESSAGE,
    Answering,
    Batch,
    Cursor,
    DraftState,
    Handle,
    Mark,
    MessageRef,
    Opening,
    RawMessage,
    Refused,
    SignInNeeded,
    Trace,
    Unavailable,
)
from connectors.fate import Head, Look, answered, find, handle_of, head_of, look_at, look_in

INBOX, DRAFTS, SENT, TRASH = "INBOX", "Drafts", "Sent", "Trash"

BATCH = 50
"""Messages in one batch."""


class Moment(StrEnum):
    """When a request fails: before it took effect, or after."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it lies in a folder; ``uid`` is unique in the server and grows."""

    uid: int
    octets: bytes
    received_at: datetime
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens at one request, counted from now: the error is raised before or after it takes effect."""

    at: int
    moment: Moment
    error: BaseException
    request: str = ""  #: only requests of this name count; empty: all


@dataclass(slots=True)
class MemoryServer:
    """One account's mail in memory, safe to use from several threads.

    ``requests`` names every request in order. Set ``online`` or ``locked_out``, or call :meth:`fail`, to make it fail.
    """

    clock: Callable[[], datetime]
    secret: str = "correct horse"  # noqa: S105 - no secret: the password of a mailbox in memory
    online: bool = True
    folders: dict[str, list[Letter]] = field(default_factory=lambda: {INBOX: [], DRAFTS: [], SENT: [], TRASH: []})
    validity: int = 1
    requests: list[str] = field(default_factory=list)
    placings: list[str] = field(default_factory=list)
    arrivals: int = 0
    changed: Condition = field(default_factory=Condition)
    _uids: Iterator[int] = field(default_factory=lambda: count(1))
    _fault: Fault | None = None

    def fail(self, at: int, moment: Moment, error: BaseException, request: str = "") -> None:
        """Raise the error at the n-th request from now (1 is the next), once."""
        self._fault = Fault(at, moment, error, request)

    def mend(self) -> None:
        """Take back a failure that has not come to pass."""
        self._fault = None

    @contextmanager
    def request(self, name: str, secret: str) -> Iterator[None]:
        """One request of a connector: alone, recorded, and perhaps failing."""
        with self.changed:
            self.requests.append(name)
            if not self.online:
                raise Unavailable("the mail server in memory is switched off")
            if secret != self.secret:
                raise SignInNeeded("the mail server in memory does not take this password")
            fault = self._due(name)
            if fault and fault.moment is Moment.BEFORE:
                raise fault.error
            yield
            if fault and fault.moment is Moment.AFTER:
                raise fault.error

    def _due(self, name: str) -> Fault | None:
        """The fault that is meant for this request, if any; it strikes once."""
        fault = self._fault
        if fault is None or fault.request not in {"", name}:
            return None
        self._fault = replace(fault, at=fault.at - 1) if fault.at > 1 else None
        return None if fault.at > 1 else fault

    # ------------------------------------------------------------------------------------------- what the user does

    def file(
        self,
        folder: str,
        octets: bytes,
        flags: frozenset[str] = frozenset(),
        received_at: datetime | None = None,
    ) -> int:
        """Put a message into a folder; give its uid."""
        with self.changed:
            if folder not in self.folders:
                raise Refused(f"there is no folder {folder}")
            letter = Letter(next(self._uids), octets, received_at or self.clock(), flags)
            self.folders[folder].append(letter)
            self.arrivals += 1
            self.changed.notify_all()
            return letter.uid

    def find(self, folder: str, message_id: str) -> Letter:
        """The message of a folder with this Message-ID."""
        with self.changed:
            return next(letter for letter in self.folders[folder] if head_of(letter.octets).message_id == message_id)

    def flag(self, folder: str, message_id: str, *flags: str) -> None:
        """Set flags of a message."""
        with self.changed:
            letter = self.find(folder, message_id)
            place = self.folders[folder].index(letter)
            self.folders[folder][place] = replace(letter, flags=letter.flags | set(flags))

    def remove(self, folder: str, message_id: str) -> Letter:
        """Remove a message for good."""
        with self.changed:
            letter = self.find(folder, message_id)
            self.folders[folder].remove(letter)
            return letter

    def move(self, folder: str, message_id: str, target: str) -> None:
        """Move a message to another folder, where it gets a new uid."""
        with self.changed:
            letter = self.remove(folder, message_id)
            self.file(target, letter.octets, letter.flags, letter.received_at)

    def renumber(self) -> None:
        """Give every message a new uid, as a server restored from a backup does: all cursors are lost."""
        with self.changed:
            self.validity += 1
            for folder, letters in self.folders.items():
                self.folders[folder] = [replace(letter, uid=next(self._uids)) for letter in letters]


class MemoryConnector:
    """A connector to a :class:`MemoryServer`, which is handed to it as ``settings["server"]``.

    A cursor is the server's validity and the last uid that was read; a mark counts the placings there had been; a
    handle is what our draft is known again by, so that an edit shows.
    """

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._server: MemoryServer = opening.settings["server"]
        self._arrivals_seen = 0

    def changes(self, since: Cursor | None) -> Iterator[Batch]:
        """Give the messages of the inbox with a higher uid than the cursor's; without one, those of the look-back."""
        with self._request("search"):
            self._arrivals_seen = self._server.arrivals
            validity = self._server.validity
            read_to = _uid_in(since, validity)
            letters = [letter for letter in self._server.folders[INBOX] if letter.uid > (read_to or 0)]
        newest = max((letter.uid for letter in letters), default=read_to or 0)
        if read_to is None:
            earliest = self._opening.clock() - self._opening.look_back
            letters = [letter for letter in letters if letter.received_at >= earliest]
        for start in range(0, max(len(letters), 1), BATCH):
            part = letters[start : start + BATCH]
            last = start + BATCH >= len(letters)
            with self._request("fetch"):
                cursor = Cursor(f"{validity}:{newest if last else part[-1].uid}")
                batch = Batch(tuple(map(self._raw, part)), cursor, restarted=since is not None and read_to is None)
            yield batch

    def _raw(self, letter: Letter) -> RawMessage:
        ref = MessageRef(self._opening.account, INBOX, str(letter.uid))
        return RawMessage(ref, letter.received_at, letter.flags, letter.octets[:LARGEST_MESSAGE], len(letter.octets))

    def mark(self) -> Mark:
        """How many drafts had been placed."""
        with self._request("mark"):
            return Mark(str(len(self._server.placings)))

    def put_draft(self, octets: bytes, *, key: str, answering: Answering) -> Handle:
        """Leave one draft, unless it lies there untouched."""
        with self._request("put_draft"):
            ours = look_at(octets)
            found = find(ours, answering, self._drafts())
            if found is None or found[1] is not DraftState.WAITING:
                self._server.file(DRAFTS, octets, frozenset({"\\Draft", "\\Seen"}))
                self._server.placings.append(key)
            return handle_of(ours)

    def trace(self, octets: bytes, *, key: str, answering: Answering, since: Mark | None) -> Trace:
        """Look for the draft and for an answer; the placings since the mark tell GONE from ABSENT."""
        with self._request("trace"):
            placed = since is not None and key in self._server.placings[int(since) :]
            return self._fate(look_at(octets), answering, missing=DraftState.GONE if placed else DraftState.ABSENT)

    def draft_state(self, handle: Handle, *, answering: Answering) -> DraftState:
        """Look for the draft and for an answer."""
        with self._request("draft_state"):
            return self._fate(look_in(handle), answering, missing=DraftState.GONE).state

    def _fate(self, ours: Look, answering: Answering, *, missing: DraftState) -> Trace:
        found = find(ours, answering, self._drafts())
        handle = handle_of(ours) if found else None
        if self._flagged_answered(answering) or answered(ours.head, answering, self._sent()):
            return Trace(DraftState.SENT, handle)
        return Trace(found[1] if found else missing, handle)

    def withdraw(self, handle: Handle) -> bool:
        """Remove the draft with just these octets, if it lies there."""
        with self._request("withdraw"):
            drafts = self._server.folders.get(DRAFTS, [])
            ours = [letter for letter in drafts if look_at(letter.octets).digest == look_in(handle).digest]
            for letter in ours:
                drafts.remove(letter)
            return bool(ours)

    def wait(self, seconds: float) -> None:
        """Return when a message came since the last reading, or after so many seconds."""
        with self._request("wait"):
            self._server.changed.wait_for(lambda: self._server.arrivals != self._arrivals_seen, timeout=seconds)

    def close(self) -> None:
        """Nothing is held that would have to be freed."""

    def _request(self, name: str) -> AbstractContextManager[None]:
        return self._server.request(name, self._opening.secret())

    def _drafts(self) -> list[tuple[int, Look]]:
        return [(letter.uid, look_at(letter.octets)) for letter in self._server.folders.get(DRAFTS, [])]

    def _sent(self) -> list[Head]:
        return [head_of(letter.octets) for letter in self._server.folders[SENT]]

    def _flagged_answered(self, answering: Answering) -> bool:
        letters = self._server.folders[INBOX]
        return any(str(letter.uid) == answering.ref.key and "\\Answered" in letter.flags for letter in letters)


def _uid_in(cursor: Cursor | None, validity: int) -> int | None:
    """How far a cursor had read; None where there is none, or it is none of this server's."""
    told, _, uid = (cursor or "").partition(":")
    return int(uid) if told == str(validity) else None

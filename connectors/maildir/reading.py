"""What is new in a Maildir: the cursor, the look over a folder, and the batches."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import blake2b

from connectors.base import LARGEST_MESSAGE, Batch, Cursor, MessageRef, RawMessage
from connectors.fate import fields
from connectors.maildir.tree import File, Folder

MESSAGES_IN_A_BATCH = 50
OCTETS_IN_A_BATCH = 4 * LARGEST_MESSAGE
NAMES_REMEMBERED = 6000
"""Names of given messages that a cursor holds: 48,000 characters."""
SLACK_NS = 600 * 10**9
"""A ctime may lie so far before the newest one and still be new: coarse clocks, file systems where a rename leaves the
ctime of the last write."""
GLANCE = 16 * 1024
"""Octets of a message read to learn when it was received."""
END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class ReadTo:
    """How far one folder was read: nothing received before ``floor`` is given; ``newest`` is the newest ctime seen."""

    floor: float
    newest: int = 0


@dataclass(frozen=True, slots=True)
class Position:
    """What a cursor says: how far each folder was read, and digests of the names given of late, the newest last."""

    folders: Mapping[str, ReadTo]
    given: tuple[bytes, ...]

    def cursor(self) -> Cursor:
        names = base64.b64encode(b"".join(self.given[-NAMES_REMEMBERED:])).decode("ascii")
        folders = {name: [read_to.floor, read_to.newest] for name, read_to in self.folders.items()}
        return Cursor(json.dumps({"version": 1, "folders": folders, "given": names}))


def position_in(cursor: Cursor) -> Position | None:
    """What a cursor says; None where it is none of ours."""
    with suppress(ValueError, KeyError, TypeError, AttributeError, OverflowError):
        held = json.loads(cursor)
        names = base64.b64decode(held["given"], validate=True)
        folders = {str(name): ReadTo(float(floor), int(newest)) for name, (floor, newest) in held["folders"].items()}
        return Position(folders, tuple(names[start : start + 6] for start in range(0, len(names), 6)))
    return None


def _digest(folder: str, key: str) -> bytes:
    """Six octets that stand for a message: beside 6,000 names, one in 40,000 million is taken for another."""
    return blake2b(f"{folder}\0{key}".encode(), digest_size=6).digest()


@dataclass(frozen=True, slots=True)
class New:
    """A message that is to be given."""

    received_at: float
    digest: bytes
    ctime: int
    size: int
    folder: Folder
    file: File

    @property
    def order(self) -> tuple[int, int, str]:
        """Oldest first: unique names know whole seconds, the ctime and the rest of the name know the order in them."""
        return int(self.received_at), self.ctime, self.file.name

    def fetch(self, account: str) -> RawMessage | None:
        """The message, under whatever name it has now; None where it is no longer here."""
        found = self.folder.fetch(self.file)
        if found is None:
            return None
        file, octets, size = found
        received_at = datetime.fromtimestamp(self.received_at, UTC)
        return RawMessage(MessageRef(account, self.folder.name, file.key), received_at, file.flags, octets, size)


class Scan:
    """A look over one folder for what came after ``read_to``; a ctime from the future counts as one from now.

    ``given`` are the messages given before. ``too_old`` remembers those whose header had to be read to learn that they
    were received before the floor.
    """

    def __init__(
        self, folder: Folder, read_to: ReadTo, given: frozenset[bytes], too_old: set[bytes], began: int
    ) -> None:
        self.folder, self._given, self._too_old = folder, given, too_old
        self.new: list[New] = []
        self.newest = 0
        earliest = min(read_to.newest, began) - SLACK_NS
        for file in folder.files():
            with suppress(FileNotFoundError, PermissionError):
                status = os.stat(file.path, follow_symlinks=False)
                self.newest = max(self.newest, min(status.st_ctime_ns, began))
                if status.st_ctime_ns >= earliest:
                    self._consider(file, status, read_to.floor)

    def _consider(self, file: File, status: os.stat_result, floor: float) -> None:
        """Take in a message, unless it was given before or received before the floor."""
        digest = _digest(self.folder.name, file.key)
        filed = filed_at(file, status.st_mtime)
        if digest in self._given or digest in self._too_old or filed < floor:
            return
        received_at = min(filed, _stamped_at(file))
        if received_at < floor:
            self._too_old.add(digest)
        else:
            self.new.append(New(received_at, digest, status.st_ctime_ns, status.st_size, self.folder, file))


class Reading:
    """One reading of the watched folders: what it gives, part by part, and the cursor behind each part."""

    def __init__(self, start: Position, scans: Sequence[Scan], *, restarted: bool) -> None:
        self._start, self._scans, self._restarted = start, scans, restarted
        self._new = sorted((message for scan in scans for message in scan.new), key=lambda message: message.order)
        self._given: list[New] = []
        self._left = len(self._new)

    @property
    def is_done(self) -> bool:
        """True once every part has become a batch."""
        return self._left == 0

    def parts(self) -> Iterator[Sequence[New]]:
        """The new messages, as many at a time as a batch holds; at least one part, which may be empty."""
        start = octets = 0
        for end, message in enumerate(self._new):
            if end - start == MESSAGES_IN_A_BATCH or (end > start and octets + message.size > OCTETS_IN_A_BATCH):
                yield self._new[start:end]
                start, octets = end, 0
            octets += min(message.size, LARGEST_MESSAGE)
        yield self._new[start:]

    def batch(self, part: Sequence[New], account: str) -> Batch:
        """Fetch the messages of a part."""
        fetched = [(message, raw) for message in part if (raw := message.fetch(account))]
        self._given += [message for message, _ in fetched]
        self._left -= len(part)
        return Batch(tuple(raw for _, raw in fetched), self._position().cursor(), self._restarted)

    def _position(self) -> Position:
        """Between two parts only the names move on: what is yet to be given may be older than what was."""
        read_to = dict(self._start.folders)
        if self.is_done:
            read_to = {scan.folder.name: ReadTo(read_to[scan.folder.name].floor, scan.newest) for scan in self._scans}
        return Position(read_to, self._start.given + tuple(message.digest for message in self._given))


def filed_at(file: File, mtime: float) -> float:
    """When a message was filed: the earlier of the file's time and the name's."""
    return min(mtime, mtime if file.named_at is None else file.named_at, END_OF_TIME)


def _stamped_at(file: File) -> float:
    """When the user's server took a message in, as its header says; END_OF_TIME where it does not.

    A tool that copies a whole mailbox often gives every file the time of copying. The Received field on top still tells
    an old message from a new one, with the Date beside it, for a server's clock may be wrong.
    """
    head: dict[str, str] = {}
    for name, value in fields(file.read(GLANCE)[0]):
        head.setdefault(name, value)
    stamp = _time_in(head.get("received", "").rpartition(";")[2])
    return END_OF_TIME if stamp is None else max(stamp, _time_in(head.get("date", "")) or stamp)


def _time_in(text: str) -> float | None:
    """The time a date of RFC 5322 names, if it is one."""
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None

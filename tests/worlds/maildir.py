"""A Maildir in a folder of its own as a world, and the person who uses it with an ordinary mail program."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import ClassVar
from unittest.mock import patch

from connectors.base import Opening
from connectors.conformance import LOOK_BACK, Cut
from connectors.fate import head_of
from connectors.maildir import MaildirConnector

FLAGS = {"D": "\\Draft", "F": "\\Flagged", "R": "\\Answered", "S": "\\Seen", "T": "\\Deleted"}

NOT_A_SERVER = "a folder on this machine is no server"


class PowerCutError(BaseException):
    """The machine is off: nothing of the program runs on."""


class MaildirWorld:
    """A Maildir; in the fashion of Maildir++ (``.Drafts``) unless ``plain`` (``Drafts``)."""

    secret = ""
    cannot: ClassVar[Mapping[str, str]] = {}
    inapplicable: ClassVar[Mapping[str, str]] = {
        "test_a_password_that_is_no_longer_good_is_the_users_turn": f"{NOT_A_SERVER}: nobody signs in",
        "test_a_mail_system_out_of_reach_is_unavailable_and_comes_back": f"{NOT_A_SERVER}: it cannot be out of reach",
        "test_a_mail_system_lost_on_the_way_is_unavailable_and_comes_back": f"{NOT_A_SERVER}: it cannot be lost",
        "test_a_lost_cursor_restarts_says_so_and_loses_nothing": "a cursor stays good, even in a copy of the Maildir",
    }

    def __init__(self, root: Path, *, plain: bool = False, inbox_below: bool = False, **settings: object) -> None:
        self.root = root
        self.inbox = root / "INBOX" if inbox_below else root
        self.folders = {name: root / (name if plain else f".{name}") for name in ("Drafts", "Sent", "Trash")}
        self.settings = {"path": str(root), **settings}
        self._serial = count()
        for folder in (self.inbox, *self.folders.values()):
            for directory in ("tmp", "new", "cur"):
                (folder / directory).mkdir(parents=True)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def connect(self, *, look_back: timedelta = LOOK_BACK) -> MaildirConnector:
        return MaildirConnector(
            Opening("here", ("ines@example.test",), self.settings, lambda: self.secret, self.now, look_back)
        )

    # ------------------------------------------------------------------------------------------- what arrives

    def file(self, folder: Path, octets: bytes, flags: str | None = None, received_at: datetime | None = None) -> Path:
        """Let a message lie in a folder; without flags in ``new``."""
        at = time.time() if received_at is None else received_at.timestamp()
        name = f"{int(at)}.M{int(at * 1e6) % 10**6:06d}P1Q{next(self._serial):06d}.elsewhere"
        written = folder / "tmp" / name
        written.write_bytes(octets)
        os.utime(written, (at, at))
        target = folder / "new" / name if flags is None else folder / "cur" / f"{name}:2,{flags}"
        return written.rename(target)

    def deliver(self, octets: bytes, *, received_at: datetime | None = None) -> None:
        self.file(self.inbox, octets, received_at=received_at)

    def kept(self, octets: bytes) -> bytes:
        return octets

    def files(self, folder: Path) -> list[Path]:
        """The files of a folder."""
        return sorted(path for directory in ("new", "cur") for path in (folder / directory).glob("*"))

    def found(self, folder: Path, message_id: str) -> Path:
        """The file of a message."""
        return next(path for path in self.files(folder) if head_of(path.read_bytes()).message_id == message_id)

    def _flags(self, path: Path) -> frozenset[str]:
        return frozenset(FLAGS[letter] for letter in path.name.rpartition(":2,")[2] if ":2," in path.name)

    def flags_of(self, message_id: str) -> frozenset[str]:
        return self._flags(self.found(self.inbox, message_id))

    def drafts(self) -> Sequence[bytes]:
        return [path.read_bytes() for path in self.files(self.folders["Drafts"])]

    def draft_flags(self, message_id: str) -> frozenset[str]:
        return self._flags(self.found(self.folders["Drafts"], message_id))

    def elsewhere(self) -> object:
        drafts = self.folders["Drafts"]
        return {
            path: (path.stat().st_ino, path.is_file() and path.read_bytes())
            for path in self.root.rglob("*")
            if path != drafts and drafts not in path.parents
        }

    def sendings(self) -> Sequence[str]:
        return []

    # ------------------------------------------------------------------------------------------- the user's hand

    def flag(self, folder: Path, message_id: str, letter: str) -> None:
        """Set a flag, as mail programs do: by a rename into ``cur``."""
        path = self.found(folder, message_id)
        unique, _, flags = path.name.partition(":2,")
        path.rename(folder / "cur" / f"{unique}:2,{''.join(sorted({*flags, letter}))}")

    def move(self, folder: Path, message_id: str, target: Path) -> None:
        """Move a message to another folder."""
        path = self.found(folder, message_id)
        path.rename(target / path.parent.name / path.name)

    def user_reads(self, message_id: str) -> None:
        self.flag(self.inbox, message_id, "S")

    def user_flags_answered(self, message_id: str) -> None:
        self.flag(self.inbox, message_id, "R")

    def user_saves_draft(self, octets: bytes) -> None:
        self.file(self.folders["Drafts"], octets, "DS")

    def user_edits_draft(self, message_id: str, octets: bytes) -> None:
        path = self.found(self.folders["Drafts"], message_id)
        self.user_saves_draft(octets)
        path.unlink()

    def user_trashes_draft(self, message_id: str) -> None:
        self.move(self.folders["Drafts"], message_id, self.folders["Trash"])

    def user_restores_draft(self, message_id: str) -> None:
        self.move(self.folders["Trash"], message_id, self.folders["Drafts"])

    def user_destroys_draft(self, message_id: str) -> None:
        self.found(self.folders["Drafts"], message_id).unlink()

    def user_sends_draft(self, message_id: str, octets: bytes) -> None:
        self.user_answers(octets)
        self.user_destroys_draft(message_id)

    def user_answers(self, octets: bytes) -> None:
        self.file(self.folders["Sent"], octets, "S")

    # ------------------------------------------------------------------------------------------- what goes wrong

    def restore_from_backup(self) -> None:
        """Put a copy in the place of the Maildir: the same names and times, other inodes, a ctime of now."""
        backup = self.root.with_name(f"{self.root.name}-backup")
        shutil.copytree(self.root, backup, copy_function=shutil.copy2)
        shutil.rmtree(self.root)
        backup.rename(self.root)

    forget_cursors = restore_from_backup

    @contextmanager
    def cut(self, when: Cut) -> Iterator[None]:
        rename: Callable[[str, str], None] = os.rename

        def cut_rename(source: str, target: str) -> None:
            if when is Cut.AFTER:
                rename(source, target)
            raise PowerCutError

        with suppress(PowerCutError), patch("os.rename", cut_rename):
            yield

    def lock_out(self) -> None:
        raise NotImplementedError(NOT_A_SERVER)

    def go_offline(self) -> None:
        raise NotImplementedError(NOT_A_SERVER)

    def come_online(self) -> None:
        raise NotImplementedError(NOT_A_SERVER)

    def remove_drafts_folder(self) -> None:
        shutil.rmtree(self.folders["Drafts"])

"""What lies in the drafts, sent and trash folders, remembered so that each file is read once."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime

from connectors.fate import Head, Look, head_of, look_at
from connectors.maildir.tree import File, Folder, are_settled

HEAD = 64 * 1024
"""Octets of a message read to learn what it answers."""

HEADS_REMEMBERED = 20_000

DAY = 24 * 3600

Stamp = tuple[int, int, int]


class Looking:
    """Looks at folders for a connector."""

    def __init__(self) -> None:
        self._looks: dict[str, tuple[Stamp, Look]] = {}
        self._heads: dict[str, Head] = {}
        self._replied: dict[str, tuple[tuple[int, ...], frozenset[str]]] = {}

    def drafts(self, folder: Folder) -> list[tuple[File, Look]]:
        """What lies in the drafts folder and is not marked deleted; a program may write to a file of its own again."""
        looks: dict[str, tuple[Stamp, Look]] = {}
        for file in folder.files():
            if "\\Deleted" not in file.flags:
                with suppress(FileNotFoundError):
                    status = os.stat(file.path)
                    stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
                    known = self._looks.get(file.path)
                    looks[file.path] = known if known and known[0] == stamp else (stamp, look_at(file.read()[0]))
        self._looks = looks
        return [(File(*path.rsplit("/", 1)), look) for path, (_, look) in looks.items()]

    def heads(self, folders: Iterable[Folder], since: datetime) -> Iterator[Head]:
        """The heads of the messages that were filed since that time, or no more than a day before.

        Where that time has not come yet by this machine's clock, it counts from now.
        """
        earliest = min(since.timestamp(), time.time()) - DAY
        for folder in folders:
            for file in folder.files():
                with suppress(FileNotFoundError):
                    if (file.named_at or os.stat(file.path).st_mtime) >= earliest:
                        yield self._head(folder, file)

    def _head(self, folder: Folder, file: File) -> Head:
        place = f"{folder.path}/{file.key}"
        if place not in self._heads:
            if len(self._heads) >= HEADS_REMEMBERED:
                self._heads.clear()
            self._heads[place] = head_of(file.read(HEAD)[0])
        return self._heads[place]

    def is_answered(self, folder: Folder, key: str) -> bool:
        """True where the user's program has marked the message answered; a folder is listed once for each change."""
        began, stamps = time.time_ns(), folder.stamps()
        known = self._replied.get(folder.path)
        if known is None or known[0] != stamps:
            known = (stamps, frozenset(file.key for file in folder.files() if "\\Answered" in file.flags))
            if are_settled(stamps, began):
                self._replied[folder.path] = known
        return key in known[1]

"""How a draft comes to lie in its folder, so that after a power cut a placed draft can be told from one that never was.

Beside ``cur`` first the whole draft is written (staged), then an empty witness; then the draft is renamed into ``cur``.
A witness without a staged draft proves that the rename took effect, even if the user has deleted the draft since.
The staged draft does not wait in ``tmp``: mail programs clear that after 36 hours, and a machine may stay off longer.
"""

from __future__ import annotations

import os
import re
import socket
import time
from contextlib import suppress
from itertools import count

from connectors.maildir.tree import Folder

OURS = "cordially-"
"""How the names of our own files beside ``cur`` begin."""

LEFTOVERS_KEPT = 90 * 24 * 3600
"""Seconds after which a witness, or a draft whose placing was never taken up again, is removed."""

_serial = count(1)


class Placing:
    """The placing of one draft, known by the digest of its octets, in one folder."""

    def __init__(self, drafts: Folder, digest: str) -> None:
        self._drafts = drafts
        self._staged = f"{drafts.path}/{OURS}{digest[:16]}.draft"
        self._witness = f"{drafts.path}/{OURS}{digest[:16]}.begun"

    @property
    def took_effect(self) -> bool:
        """True where the draft came to lie in the folder, whatever became of it since."""
        return os.path.exists(self._witness) and not os.path.exists(self._staged)

    def place(self, octets: bytes) -> None:
        """Let the draft lie in the folder from one moment to the next; the power may fail after any line."""
        if not (os.path.exists(self._witness) and os.path.exists(self._staged)):
            self._stage(octets)
        os.rename(self._staged, f"{self._drafts.path}/cur/{_unique_name()}:2,DS")
        _sync(f"{self._drafts.path}/cur")
        _sync(self._drafts.path)

    def _stage(self, octets: bytes) -> None:
        """Write the draft, with the line ends of a Maildir, then its witness."""
        remove(self._witness)  # an old one speaks of an old placing
        _sync(self._drafts.path)
        _write(self._staged, octets.replace(b"\r\n", b"\n"))
        _write(self._witness, b"")
        _sync(self._drafts.path)


def tidy(drafts: Folder) -> None:
    """Remove what placings left beside the drafts long ago; of a pair the witness goes first."""
    with os.scandir(drafts.path) as entries:
        ours = sorted((entry for entry in entries if entry.name.startswith(OURS)), key=lambda entry: entry.name)
    for entry in ours:
        if entry.stat(follow_symlinks=False).st_mtime < time.time() - LEFTOVERS_KEPT:
            remove(entry.path)


def remove(path: str) -> None:
    """Remove a file, if it is still there."""
    with suppress(FileNotFoundError):
        os.unlink(path)


def _write(path: str, octets: bytes) -> None:
    """Write a file that only the user may read, and see it on the disk."""
    with open(path, "wb", opener=lambda name, flags: os.open(name, flags | os.O_NOFOLLOW, 0o600)) as file:
        file.write(octets)
        file.flush()
        os.fsync(file.fileno())


def _sync(directory: str) -> None:
    """Let what was done in a directory outlast a power cut, where the file system knows how."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unique_name() -> str:
    """A name no other program gives: the time, this process, a serial number, this machine."""
    seconds, nanoseconds = divmod(time.time_ns(), 10**9)
    host = re.sub(r"[/:,\s]", "-", socket.gethostname()) or "localhost"
    return f"{seconds}.M{nanoseconds // 1000:06d}P{os.getpid()}Q{next(_serial)}.{host}"

"""One pass at a time over a state folder: two that overlap, as under an impatient cron, could each place a draft."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.store import StoreError

FILE = "run.lock"

_TAKEN = (
    "Another cordially is at work over {folder}: nothing was done here. Let it end, then run this again; "
    "two at once could leave a draft twice."
)
_NO_LOCK = "{path} cannot be locked: {fault}. Mend the folder, or name another with --state."


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the state folder for the time of a ``with`` block; refused where another process or thread holds it.

    The kernel lets go of the lock when the process ends, however it ends, so the file itself says nothing and stays.
    """
    path = folder / FILE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as fault:
        raise StoreError(_NO_LOCK.format(path=path, fault=fault.strerror)) from fault
    try:
        _lock(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StoreError(_TAKEN.format(folder=path.parent)) from None
    except OSError as fault:
        raise StoreError(_NO_LOCK.format(path=path, fault=fault.strerror)) from fault

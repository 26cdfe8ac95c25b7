"""What Cordially remembers: a room behind :class:`agent.ports.Store`.

``schema`` holds the tables, ``names`` by what a letter and a case are known, ``rounds`` the rule of when a letter asks
anew, ``cases`` and ``drafts`` the rows of both, ``sql`` the store itself, ``journal`` what people ask of it, ``forget``
how it forgets, ``opening`` and ``migrations`` how a file of any age is opened, ``lock`` that one pass runs at a time.

SQLAlchemy is imported when a store is opened, alembic when a file is new or old.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from agent.ports import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from agent.store.sql import SqlStore

__all__ = ["StoreError", "in_memory_store", "open_store", "scratch_copy"]


def open_store(folder: Path, *, patience: timedelta | None = None) -> SqlStore:
    """Open the store in the state folder; make both where they are missing, bring an older file up to date."""
    from agent.store.opening import opened

    return opened(folder, patience=patience)


def in_memory_store() -> SqlStore:
    """A store that touches no disk and is gone when it is closed."""
    from agent.store.opening import opened_in_memory

    return opened_in_memory()


def scratch_copy(folder: Path) -> SqlStore:
    """A copy in memory of the store in the state folder, to try things on; an empty one where there is none."""
    from agent.store.opening import copied

    return copied(folder)

"""The database behind the store: connections, transactions, and one error that says what to do.

SQLite is set up for a promise of durability: WAL, ``synchronous=FULL``, foreign keys on, deleted content overwritten.
A writing transaction begins with ``BEGIN IMMEDIATE``, so that what it reads still holds when it writes; on a database
that lets writers run side by side the constraints decide, and the loser runs again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import timedelta
from pathlib import Path
from threading import RLock
from typing import TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from agent.store import StoreError

T = TypeVar("T")

PATIENCE = timedelta(seconds=30)
"""How long a transaction waits for another process before it gives up."""

_ATTEMPTS = 5
"""How often a transaction that lost a race is run before the error is shown."""

_BUSY = "{path} is held by another program, perhaps a second cordially or a backup. Let it end, then try again."
_DENIED = "{path} cannot be opened for writing. Look at the owner and the mode of the file and its folder."
_ADVICE = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_FULL: "The disk that holds {path} is full. Make room and try again; what was kept so far is safe.",
    sqlite3.SQLITE_CANTOPEN: _DENIED,
    sqlite3.SQLITE_READONLY: _DENIED,
    sqlite3.SQLITE_PERM: _DENIED,
    sqlite3.SQLITE_NOTADB: "{path} is not a database of Cordially. Move it away, or name another folder with --state.",
    sqlite3.SQLITE_CORRUPT: "{path} is damaged. Put a backup in its place, or move it away to begin anew.",
    sqlite3.SQLITE_IOERR: "{path} could not be read or written. Look at the health of the disk it lies on.",
}
_NOT_SCRUBBED = (
    "What you asked to forget is gone from {path}, but another program holds its log, which may still show traces. "
    "Stop it and ask once more."
)
_UNKNOWN = "{path} refused the work: {fault}."


class Database:
    """One database; every transaction goes through ``read`` or ``write``. Safe to share between threads."""

    def __init__(self, engine: Engine, path: Path | None, turns: AbstractContextManager[object]) -> None:
        self.path = path
        self._turns = turns
        self._engine = engine
        self._writer = engine.execution_options(begin="BEGIN IMMEDIATE")

    def read(self, deed: Callable[[Connection], T]) -> T:
        """Run a deed that only reads, in one transaction."""
        return self._run(self._engine, deed)

    def write(self, deed: Callable[[Connection], T]) -> T:
        """Run a deed in one transaction, wholly or not at all; once more where another writer came first."""
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._run(self._writer, deed)
            except IntegrityError:
                continue
        try:
            return self._run(self._writer, deed)
        except IntegrityError as fault:
            raise StoreError(_UNKNOWN.format(path=self._name, fault=fault.orig)) from fault

    def bare(self, statement: str) -> tuple[object, ...]:
        """Run one statement that must stand outside a transaction; the first row of its answer, if it has one."""
        with self._turns, self._reported(), closing(self._engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute(statement)
            return tuple(cursor.fetchone() or ())

    def load(self, source: sqlite3.Connection) -> None:
        """Take over all that another database holds."""
        with self._turns, closing(self._engine.raw_connection()) as connection:
            target = connection.driver_connection
            assert isinstance(target, sqlite3.Connection)
            source.backup(target)

    def scrub(self) -> None:
        """Leave nothing readable of deleted rows: rebuild the file, empty its log, remove copies of older schemas."""
        if self.path is None:
            return
        for copy in backups_of(self.path):
            copy.unlink(missing_ok=True)
        self.bare("VACUUM")
        held, *_ = self.bare("PRAGMA wal_checkpoint(TRUNCATE)")
        if held:
            raise StoreError(_NOT_SCRUBBED.format(path=self._name))

    def close(self) -> None:
        """Close the connections; may be called twice."""
        self._engine.dispose()

    def _run(self, engine: Engine, deed: Callable[[Connection], T]) -> T:
        with self._turns, self._reported(), engine.begin() as connection:
            return deed(connection)

    def _reported(self) -> AbstractContextManager[None]:
        return Reported(self._name)

    @property
    def _name(self) -> str:
        return str(self.path or "The store in memory")


class Reported:
    """Turns what a database raises into one ``StoreError`` that says what to do; a lost race is passed on."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        if isinstance(fault, DBAPIError) and not isinstance(fault, IntegrityError):
            raise StoreError(advice(self._name, fault.orig)) from fault
        if isinstance(fault, PoolTimeoutError):
            raise StoreError(_BUSY.format(path=self._name)) from fault
        if isinstance(fault, sqlite3.Error):
            raise StoreError(advice(self._name, fault)) from fault


def advice(name: str, fault: BaseException | None) -> str:
    """What is wrong with a database and what to do, from the error of its driver."""
    primary = getattr(fault, "sqlite_errorcode", 0) & 0xFF
    return _ADVICE.get(primary, _UNKNOWN).format(path=name, fault=fault)


def backup_of(path: Path, revision: str) -> Path:
    """Where the copy of a database lies that was made before it left a revision."""
    return path.with_name(f"{path.name}.{revision}.bak")


def backups_of(path: Path) -> list[Path]:
    """The copies that lie beside a database since it was migrated."""
    return sorted(path.parent.glob(f"{path.name}.*.bak"))


def file_database(path: Path, *, patience: timedelta = PATIENCE, foreign_keys: bool = True) -> Database:
    """The database in a file that exists; without foreign keys where its tables are being rebuilt."""
    engine = create_engine(URL.create("sqlite", database=str(path)), max_overflow=-1, hide_parameters=True)
    _prepare(engine, patience, foreign_keys)
    return Database(engine, path, nullcontext())


def memory_database(*, foreign_keys: bool = True) -> Database:
    """A database that is gone when it is closed; its one connection serves the threads by turns."""
    shared = {"check_same_thread": False}
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args=shared, hide_parameters=True)
    _prepare(engine, PATIENCE, foreign_keys)
    return Database(engine, None, RLock())


def _prepare(engine: Engine, patience: timedelta, foreign_keys: bool) -> None:
    """Set up each connection, and let our own BEGIN open each transaction instead of the driver's late one."""
    pragmas = (
        f"busy_timeout = {patience // timedelta(milliseconds=1)}",
        f"foreign_keys = {foreign_keys:d}",
        "synchronous = FULL",
        "secure_delete = ON",
        "temp_store = MEMORY",
    )

    def on_connect(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        with closing(connection.cursor()) as cursor:
            for pragma in pragmas:
                cursor.execute(f"PRAGMA {pragma}")

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)

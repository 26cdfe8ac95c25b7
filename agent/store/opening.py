"""How the store's file is opened, whatever its age.

A current file is known by one SELECT and opened at once. A new or older one is migrated inside one transaction that
holds the write lock: a second process waits and then finds it done, a crash leaves the file as it was, and an older
file is first copied to one beside it. A file from a newer version, or that is not ours, is left alone.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from agent.store import StoreError
from agent.store.database import PATIENCE, Database, Reported, backup_of, file_database, memory_database
from agent.store.schema import REVISION, metadata
from agent.store.sql import SqlStore

FILE = "cordially.db"
MIGRATIONS = Path(__file__).parent / "migrations"
_VERSIONS = "alembic_version"

_NEWER = (
    "{path} was written by a newer Cordially (its schema is {revision}, this version knows {known}). "
    "Install that version again, or name another folder with --state."
)
_FOREIGN = "{path} is a database, but not Cordially's. Move it away, or name another folder with --state."
_BROKEN = "{path} could not be brought up to date: its rows do not fit together. It was left as it was."
_NO_FOLDER = "The state folder {folder} cannot be used: {fault}. Mend it, or name another with --state."


def opened(folder: Path, *, patience: timedelta | None = None) -> SqlStore:
    """Open the store in a state folder; see :func:`agent.store.open_store`."""
    return SqlStore(opened_database(folder, patience=PATIENCE if patience is None else patience))


def opened_in_memory() -> SqlStore:
    """A store in memory with the newest tables."""
    database = memory_database()
    database.write(metadata.create_all)
    return SqlStore(database)


def copied(folder: Path) -> SqlStore:
    """A copy of the store in memory, brought up to date there; see :func:`agent.store.scratch_copy`."""
    path = folder / FILE
    if not path.exists():
        return opened_in_memory()
    database = memory_database(foreign_keys=False)
    with Reported(str(path)), closing(sqlite3.connect(_only_to_read(path), uri=True)) as source:
        database.load(source)
    database.write(lambda work: _migrate(work, None, MIGRATIONS, REVISION))
    database.bare("PRAGMA foreign_keys = ON")
    return SqlStore(database)


def opened_database(
    folder: Path, *, patience: timedelta = PATIENCE, migrations: Path = MIGRATIONS, newest: str = REVISION
) -> Database:
    """The database of a state folder, at the newest revision."""
    path = _private_file(folder)
    database = file_database(path, patience=patience)
    try:
        if database.read(_revision) != newest:
            _bring_up_to_date(path, patience, migrations, newest)
    except BaseException:
        database.close()
        raise
    return database


def _only_to_read(path: Path) -> str:
    """The address under which SQLite reads a file and makes none beside it: a log is looked at only where one lies."""
    log = path.with_name(f"{path.name}-wal")
    return f"{path.absolute().as_uri()}?{'mode=ro' if log.exists() else 'immutable=1'}"


def _private_file(folder: Path) -> Path:
    """The file of the store, for its owner alone, made where it is missing as its folder is."""
    path = folder / FILE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
    except OSError as fault:
        raise StoreError(_NO_FOLDER.format(folder=folder, fault=fault.strerror)) from fault
    return path


def _revision(work: Connection) -> str | None:
    """The revision a database names, None where it holds nothing at all."""
    tables = inspect(work).get_table_names()
    if not tables:
        return None
    if _VERSIONS not in tables:
        raise StoreError(_FOREIGN.format(path=work.engine.url.database))
    revision = work.execute(text(f"SELECT version_num FROM {_VERSIONS}")).scalar()  # noqa: S608 - a constant
    return str(revision)


def _bring_up_to_date(path: Path, patience: timedelta, migrations: Path, newest: str) -> None:
    """Migrate a file; a table can only be rebuilt on a connection that does not watch foreign keys."""
    with closing(file_database(path, patience=patience, foreign_keys=False)) as workshop:
        workshop.bare("PRAGMA journal_mode = WAL")
        workshop.write(lambda work: _migrate(work, path, migrations, newest))


def _migrate(work: Connection, path: Path | None, migrations: Path, newest: str) -> None:
    """Run what is missing; a file (a copy in memory has no path) is backed up before."""
    revision = _revision(work)
    if revision == newest:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": work})
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    if revision is not None:
        if revision not in known:
            raise StoreError(_NEWER.format(path=path or "The store", revision=revision, known=newest))
        if path is not None:
            _back_up(path, revision)
    command.upgrade(config, newest)
    if work.execute(text("PRAGMA foreign_key_check")).first() is not None:
        raise StoreError(_BROKEN.format(path=path or "The store"))


def _back_up(path: Path, revision: str) -> None:
    """Copy the database, as it is before a migration, to a file beside it that only its owner can read."""
    copy = backup_of(path, revision)
    copy.unlink(missing_ok=True)
    os.close(os.open(copy, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with Reported(str(copy)), closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)

"""How a store's file is opened: made, known at once, migrated after a copy, refused, shared."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from agent.store import StoreError, in_memory_store, open_store, scratch_copy
from agent.store.opening import FILE, MIGRATIONS, opened_database
from agent.store.schema import REVISION, metadata
from connectors.base import Cursor
from tests.store.letters import NOON, letter

FAKE = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{newest}"


def upgrade() -> None:
    with op.batch_alter_table("messages") as table:
        table.add_column(sa.Column("colour", sa.Text()))
        table.alter_column("stopped", existing_type=sa.Text(), nullable=True)
    {then}
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def revision_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder with one letter in it."""
    folder = tmp_path / "state"
    with open_store(folder) as store:
        store.advance("home", Cursor("7"))
        store.keep(letter(), at=NOON)
    return folder


def migrations_with_a_next(folder: Path, *, then: str = "pass") -> Path:
    """Our migrations and a made-up one behind them."""
    copy = shutil.copytree(MIGRATIONS, folder / "migrations")
    (copy / "versions" / "9999_next.py").write_text(FAKE.format(newest=REVISION, then=then))
    return copy


def test_folder_and_file_are_made_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "state"
    before = os.umask(0)
    try:
        with open_store(folder) as store:
            store.advance("home", Cursor("7"))
            assert {mode(path) for path in folder.iterdir()} == {0o600}
    finally:
        os.umask(before)

    assert mode(folder) == 0o700


def test_each_connection_is_set_up_for_what_the_store_promises(state: Path) -> None:
    with closing(opened_database(state)) as database:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "temp_store")
        assert [database.bare(f"PRAGMA {name}")[0] for name in pragmas] == ["wal", 2, 1, 1, 2]


def test_what_was_kept_is_there_when_the_store_is_opened_again(state: Path) -> None:
    with open_store(state) as store:
        assert store.cursor("home") == "7"
        assert len(store.unplaced("home")) == 1


def test_the_migrations_make_the_tables_that_the_code_expects(state: Path) -> None:
    engine = create_engine(f"sqlite:///{state / FILE}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        made = "SELECT sql FROM sqlite_master WHERE name = 'one_live_draft'"
        assert "WHERE state IN ('absent', 'waiting')" in connection.execute(text(made)).scalar_one()
    engine.dispose()


def test_the_revision_the_code_names_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == REVISION


def test_a_current_file_is_opened_without_alembic_and_the_package_without_sqlalchemy(state: Path) -> None:
    script = (
        "import sys, pathlib, agent.store\n"
        "assert 'sqlalchemy' not in sys.modules\n"
        "agent.store.open_store(pathlib.Path(sys.argv[1])).close()\n"
        "agent.store.in_memory_store().close()\n"
        "assert 'sqlalchemy' in sys.modules and 'alembic' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script, str(state)], check=True)


def test_an_older_file_is_migrated_after_a_copy_for_its_owner_alone(state: Path, tmp_path: Path) -> None:
    migrations = migrations_with_a_next(tmp_path)
    opened_database(state, migrations=migrations, newest="9999").close()
    copy = state / f"{FILE}.{REVISION}.bak"

    assert revision_of(state / FILE) == "9999"
    assert (revision_of(copy), mode(copy)) == (REVISION, 0o600)
    with closing(sqlite3.connect(state / FILE)) as connection:
        assert connection.execute("SELECT count(*), count(colour) FROM messages").fetchone() == (1, 0)
        assert connection.execute("SELECT count(*) FROM sources").fetchone() == (1,)
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM messages").fetchone() == (1,)


def test_a_newer_file_is_refused_and_left_alone(state: Path, tmp_path: Path) -> None:
    opened_database(state, migrations=migrations_with_a_next(tmp_path), newest="9999").close()
    before = (state / FILE).read_bytes()

    with pytest.raises(StoreError, match=r"newer Cordially.*9999.*Install that version.*--state"):
        open_store(state)
    assert (state / FILE).read_bytes() == before
    with pytest.raises(StoreError, match="newer Cordially"):
        scratch_copy(state)


@pytest.mark.parametrize(
    "then",
    [
        "raise RuntimeError('half done')",
        "op.execute('DELETE FROM cases')",
        "import os; os.kill(os.getpid(), 9)",
    ],
    ids=["raises", "breaks the rows", "is killed"],
)
def test_a_half_done_migration_leaves_the_old_file_usable(state: Path, tmp_path: Path, then: str) -> None:
    migrations = migrations_with_a_next(tmp_path, then=then)
    script = (
        "import sys, pathlib\n"
        "from agent.store.opening import opened_database\n"
        "opened_database(pathlib.Path(sys.argv[1]), migrations=pathlib.Path(sys.argv[2]), newest='9999')\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(state), str(migrations)], capture_output=True, check=False)

    assert done.returncode != 0
    with open_store(state) as store:
        assert len(store.unplaced("home")) == 1


def test_processes_that_open_new_and_old_files_at_once_migrate_each_once(state: Path, tmp_path: Path) -> None:
    migrations = migrations_with_a_next(tmp_path)
    old = [Path(shutil.copytree(state, tmp_path / f"old-{number}")) for number in range(3)]
    folders = [*old, tmp_path / "new"]
    script = (
        "import sys, pathlib\n"
        "from alembic import command\n"
        "from agent.store.opening import opened_database\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "for folder in sys.argv[2:]:\n"
        "    opened_database(pathlib.Path(folder), migrations=pathlib.Path(sys.argv[1]), newest='9999').close()\n"
    )
    arguments = [sys.executable, "-c", script, str(migrations), *map(str, folders)]
    pipe = subprocess.PIPE
    crowd = [subprocess.Popen(arguments, stdin=pipe, stdout=pipe, stderr=pipe, text=True) for _ in range(3)]
    for one in crowd:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in crowd:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()

    assert [one.communicate(timeout=60)[1] for one in crowd] == ["", "", ""]
    assert {revision_of(folder / FILE) for folder in folders} == {"9999"}
    for folder in old:
        assert [copy.name for copy in folder.glob("*.bak")] == [f"{FILE}.{REVISION}.bak"]
        with closing(sqlite3.connect(folder / FILE)) as connection:
            assert connection.execute("SELECT count(*) FROM messages").fetchone() == (1,)


def test_a_scratch_copy_holds_what_the_store_holds_and_changes_nothing(state: Path) -> None:
    before = {path.name: path.read_bytes() for path in state.iterdir()}
    with scratch_copy(state) as store:
        assert len(store.unplaced("home")) == 1
        store.forget_all()

    assert {path.name: path.read_bytes() for path in state.iterdir()} == before


def test_a_scratch_copy_of_nothing_is_empty_and_makes_nothing(tmp_path: Path) -> None:
    with scratch_copy(tmp_path / "state") as store:
        assert store.cursor("home") is None

    assert not (tmp_path / "state").exists()


def test_a_closed_store_in_memory_may_be_closed_again() -> None:
    store = in_memory_store()
    store.close()
    store.close()


# ---------------------------------------------------------------------------------------------- what goes wrong


def test_a_file_that_is_no_database_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"Dear Sir or Madam, " * 100)

    with pytest.raises(StoreError, match=r"not a database of Cordially\. Move it away"):
        open_store(tmp_path)


def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    before = (tmp_path / FILE).read_bytes()

    with pytest.raises(StoreError, match="not Cordially's"):
        open_store(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_state_folder_that_is_a_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("x")

    with pytest.raises(StoreError, match="cannot be used: File exists"):
        open_store(tmp_path / "state")


def test_a_database_that_cannot_be_opened_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()

    with pytest.raises(StoreError, match="cannot be used: Is a directory"):
        open_store(tmp_path)


def test_a_database_held_by_another_program_says_so(state: Path) -> None:
    with (
        open_store(state, patience=timedelta(milliseconds=50)) as store,
        closing(sqlite3.connect(state / FILE)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="held by another program"):
            store.advance("home", Cursor("8"))
        other.execute("ROLLBACK")
        store.advance("home", Cursor("9"))


def test_a_full_disk_says_so_and_loses_nothing(state: Path) -> None:
    database = opened_database(state)
    database.bare("PRAGMA max_page_count = 1")

    def fill(work: Connection) -> None:
        work.execute(text("INSERT INTO accounts VALUES ('big', zeroblob(1000000))"))

    with pytest.raises(StoreError, match=r"is full\. Make room"):
        database.write(fill)
    database.close()
    with open_store(state) as store:
        assert len(store.unplaced("home")) == 1


def test_a_damaged_file_says_so(state: Path) -> None:
    whole = (state / FILE).read_bytes()
    (state / FILE).write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))

    with pytest.raises(StoreError, match="is damaged"):
        open_store(state).cases()


def test_an_error_text_names_nothing_of_any_mail(state: Path) -> None:
    with open_store(state, patience=timedelta(0)) as store, closing(sqlite3.connect(state / FILE)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as caught:
            store.keep(letter(subject="Sesame"), at=NOON)
    assert "Sesame" not in str(caught.value)
    assert "Sesame" not in str(caught.value.__cause__)

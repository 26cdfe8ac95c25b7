"""After a company was forgotten, nothing readable of it stays in any file of the store."""

from __future__ import annotations

import shutil
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from agent.store import StoreError, open_store
from agent.store.opening import FILE
from connectors.base import DraftState, Handle, Mark
from tests.store.letters import NOON, letter, nudge

TRACES = (b"northwind", b"ada lind", b"ada@", b"sesame")


def traces_in(folder: Path) -> set[bytes]:
    octets = b"".join(path.read_bytes() for path in folder.iterdir()).lower()
    return {trace for trace in TRACES if trace in octets}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder with many letters of one company and one of another."""
    folder = tmp_path / "state"
    with open_store(folder) as store:
        for number in range(30):
            octets = zlib.compress(bytes(range(256)))
            case = letter(subject=f"Sesame {number}", octets=octets, nudges=(nudge(text="Northwind"),))
            store.keep(case, at=NOON)
        for proposal in store.unplaced("home"):
            store.intend(proposal, Mark("northwind-mark"))
            store.settle(proposal, DraftState.WAITING, Handle("northwind-handle"), at=NOON)
        store.keep(letter(unsure=True, company=None, about_a_job=False, subject="Northwind Labs writes"), at=NOON)
    return folder


def test_the_octets_of_every_file_are_free_of_a_forgotten_company(state: Path) -> None:
    assert traces_in(state) == set(TRACES)
    with open_store(state) as store:
        forgotten = store.forget(company="Northwind Labs")
        assert traces_in(state) == set()

    assert traces_in(state) == set()
    assert (forgotten.cases, forgotten.letters, forgotten.drafts_left) == (30, 31, 30)


def test_a_copy_from_a_migration_is_forgotten_too(state: Path) -> None:
    shutil.copyfile(state / FILE, state / f"{FILE}.0000.bak")
    with open_store(state) as store:
        store.forget(company="Northwind Labs")

    assert traces_in(state) == set()


def test_forgetting_everything_leaves_no_trace(state: Path) -> None:
    with open_store(state) as store:
        store.forget_all()
        assert traces_in(state) == set()


def test_where_another_program_holds_the_log_the_user_is_told_to_ask_once_more(state: Path) -> None:
    with open_store(state, patience=timedelta(milliseconds=20)) as store, open_store(state) as other:

        def hold(work: Connection) -> None:
            work.execute(text("SELECT * FROM cases")).first()
            with pytest.raises(StoreError, match="ask once more"):
                store.forget(company="Northwind Labs")

        other._database.read(hold)
        store.forget(company="Northwind Labs")
        assert traces_in(state) == set()

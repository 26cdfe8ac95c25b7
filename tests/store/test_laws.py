"""The laws of a store on SQLite, in memory and in a file: one engine for all tests, each begins with empty tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.ports import Store
from agent.store.database import Database, memory_database
from agent.store.opening import opened_database
from agent.store.schema import metadata
from agent.store.sql import SqlStore
from tests.store.laws import StoreLaws


@pytest.fixture(scope="module")
def in_memory() -> Iterator[Database]:
    database = memory_database()
    database.write(metadata.create_all)
    yield database
    database.close()


@pytest.fixture(scope="module")
def in_a_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = opened_database(tmp_path_factory.mktemp("laws") / "state")
    yield database
    database.close()


def emptied(database: Database) -> SqlStore:
    """A store over tables without a row."""
    database.write(lambda work: [work.execute(table.delete()) for table in reversed(metadata.sorted_tables)])
    return SqlStore(database)


class TestInMemory(StoreLaws):
    @pytest.fixture
    def store(self, in_memory: Database) -> SqlStore:
        return emptied(in_memory)

    def test_it_is_a_store_as_the_story_wants_it(self, store: SqlStore) -> None:
        wanted: Store = store

        assert wanted.unplaced("home") == ()


class TestInAFile(StoreLaws):
    @pytest.fixture
    def store(self, in_a_file: Database) -> SqlStore:
        return emptied(in_a_file)

"""The power cut in memory, on a Maildir and over IMAP: the same laws on all three."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from connectors.conformance import World
from tests.story.power_laws import PowerLaws
from tests.worlds.dovecot import Dovecot, dovecot
from tests.worlds.imap import ImapWorld
from tests.worlds.maildir import MaildirWorld
from tests.worlds.memory import MemoryWorld

__all__ = ["dovecot"]

NewWorld = Callable[[], World]


class TestThePowerCutInMemory(PowerLaws):
    @pytest.fixture
    def new_world(self) -> NewWorld:
        return MemoryWorld


class TestThePowerCutOnAMaildir(PowerLaws):
    arriving = slice(1)

    @pytest.fixture
    def new_world(self, tmp_path: Path) -> NewWorld:
        numbers = count()
        return lambda: MaildirWorld(tmp_path / f"Maildir-{next(numbers)}")


@pytest.mark.needs_dovecot
class TestThePowerCutOverImap(PowerLaws):
    arriving = slice(1)

    @pytest.fixture
    def new_world(self, dovecot: Dovecot) -> Iterator[NewWorld]:
        worlds: list[ImapWorld] = []

        def fresh() -> ImapWorld:
            worlds.append(dovecot.new_world())
            return worlds[-1]

        yield fresh
        for world in worlds:
            world.close()
            assert world.sendings() == []

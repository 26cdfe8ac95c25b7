from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from connectors.conformance import ConnectorLaws, a_letter, numbers, read
from connectors.memory import Moment
from tests.worlds.memory import MemoryWorld

ROOT = Path(__file__).parents[2]


class PowerCutError(BaseException):
    """What nothing catches."""


@pytest.fixture
def world() -> MemoryWorld:
    return MemoryWorld()


class TestTheMemoryConnectorKeepsTheLaws(ConnectorLaws):
    pass


class TestTheServerFails:
    @pytest.mark.parametrize("moment", list(Moment))
    def test_at_the_request_that_was_named_and_only_once(self, world: MemoryWorld, moment: Moment) -> None:
        world.deliver(a_letter(1))
        mail = world.connect()
        world.server.fail(2, moment, PowerCutError())
        with pytest.raises(PowerCutError):
            read(mail)

        assert world.server.requests == ["search", "fetch"]
        assert numbers(read(mail)[0]) == [1]

    def test_only_at_requests_of_the_name_that_was_given(self, world: MemoryWorld) -> None:
        mail = world.connect()
        world.server.fail(2, Moment.BEFORE, PowerCutError(), request="mark")
        read(mail)
        mail.mark()
        with pytest.raises(PowerCutError):
            mail.mark()


A_WORLD_THAT_CANNOT = """
import pytest
from connectors.conformance import ConnectorLaws
from tests.worlds.memory import MemoryWorld

class TestLaws(ConnectorLaws):
    @pytest.fixture
    def world(self):
        world = MemoryWorld()
        world.cannot = {"test_a_message_is_given_once": "it is too poor"}
        world.inapplicable = {"test_reading_sets_no_flag": "it has no flags"}
        return world
"""


@pytest.mark.parametrize(("ci", "outcome"), [("", "2 skipped"), ("true", "1 error")])
def test_a_law_that_cannot_be_tried_is_skipped_in_sight_and_fails_where_all_must_be_tried(
    tmp_path: Path, ci: str, outcome: str
) -> None:
    file = tmp_path / "test_poor.py"
    file.write_text(A_WORLD_THAT_CANNOT)
    laws = "test_a_message_is_given_once or test_reading_sets_no_flag"
    command = [sys.executable, "-m", "pytest", "-rsE", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), "-k", laws]
    run = subprocess.run(
        [*command, str(file)], capture_output=True, text=True, env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)}
    )

    assert outcome in run.stdout
    assert "it is too poor" in run.stdout
    assert "it has no flags" in run.stdout

"""A killed process leaves each letter whole or absent; two processes that keep the same letters keep each once."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agent.core.model import Case
from agent.store import open_store
from agent.store.sql import SqlStore
from tests.store.letters import TUESDAY, letter, nudge

COMPANIES = 20

KEEPER = """
import pathlib, sys
from agent.store import open_store
from tests.store.letters import NOON
from tests.store.test_crashes import one_of
store = open_store(pathlib.Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[2])):
    store.keep(one_of(number, sys.argv[3]), at=NOON)
    print(number, flush=True)
"""


def one_of(number: int, account: str) -> Case:
    """The same letters in every process: an invitation each from many companies."""
    octets = b"x" * 20_000
    name, slots, nudges = f"Firm {number}", (TUESDAY,), (nudge(),)
    return letter(f"<{number}@x.test>", account=account, company=name, slots=slots, nudges=nudges, octets=octets)


def keeper(state: Path, letters: int, account: str) -> subprocess.Popen[str]:
    root = Path(__file__).parents[2]
    arguments = [sys.executable, "-c", KEEPER, str(state), str(letters), account]
    one = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root)
    assert one.stdout is not None
    assert one.stdout.readline() == "ready\n"
    return one


def begin(one: subprocess.Popen[str]) -> None:
    assert one.stdin is not None
    one.stdin.write("go\n")
    one.stdin.flush()


def assert_whole(store: SqlStore, account: str) -> int:
    """Each case that is there is whole; how many there are."""
    cases = store.cases()
    for summary in cases:
        file = store.case(summary.id)
        assert file is not None
        assert len(file.letters) == len(file.drafts) == len(file.nudges) == 1
        assert [entry.event for entry in file.journal] == ["letter", "drafted"]
        assert store.source(file.drafts[0].proposal).octets == b"x" * 20_000
    assert len(store.unplaced(account)) == len(cases)
    return len(cases)


@pytest.mark.parametrize("after", [1, 19])
def test_a_process_killed_while_it_keeps_leaves_each_letter_whole_or_absent(tmp_path: Path, after: int) -> None:
    one = keeper(tmp_path, 100_000, "home")
    begin(one)
    assert one.stdout is not None
    told = -1
    while told < after:
        told = int(one.stdout.readline())
    one.send_signal(signal.SIGKILL)
    rest, _ = one.communicate()
    told += rest.count("\n")

    with open_store(tmp_path) as store:
        assert assert_whole(store, "home") in {told + 1, told + 2}


def test_processes_that_keep_the_same_letters_at_once_keep_each_once(tmp_path: Path) -> None:
    crowd = [keeper(tmp_path, COMPANIES, "home") for _ in range(2)]
    for one in crowd:
        begin(one)
    for one in crowd:
        one.communicate(timeout=60)
        assert one.returncode == 0

    with open_store(tmp_path) as store:
        assert assert_whole(store, "home") == COMPANIES


def test_processes_that_read_the_same_mail_in_two_accounts_make_one_draft_each(tmp_path: Path) -> None:
    crowd = [keeper(tmp_path, COMPANIES, account) for account in ("home", "work")]
    for one in crowd:
        begin(one)
    for one in crowd:
        one.communicate(timeout=60)
        assert one.returncode == 0

    with open_store(tmp_path) as store:
        assert len(store.cases()) == COMPANIES
        assert len(store.unplaced("home")) + len(store.unplaced("work")) == COMPANIES

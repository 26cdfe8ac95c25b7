"""The real command, killed without warning at moments that hurt, and started twice at once."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path

import pytest

from agent.store import StoreError
from agent.store.lock import only_one
from tests.cli.shell import CORDIALLY, PLACES, Shell, invitation, maildir_section, new_maildir

LETTERS = [f"<n{number}@northwind-labs.example>" for number in range(4)]


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    """A Maildir with four invitations to four talks."""
    maildir = new_maildir(tmp_path / "Maildir")
    for number, message_id in enumerate(LETTERS):
        octets = invitation(9 + number, message_id=message_id, subject=f"Interview no. {number}")
        (maildir / "new" / f"{number}.here").write_bytes(octets)
    return maildir


@pytest.fixture
def shell(tmp_path: Path, maildir: Path) -> Shell:
    shell = Shell(tmp_path)
    shell.write_config(maildir_section(maildir))
    return shell


def answered(maildir: Path) -> list[str]:
    """What the drafts answer."""
    drafts = [path.read_bytes() for path in (maildir / ".Drafts" / "cur").iterdir()]
    return sorted(str(message_from_bytes(draft)["In-Reply-To"]) for draft in drafts)


def started(shell: Shell) -> subprocess.Popen[bytes]:
    surroundings = {name: value for name, value in os.environ.items() if name not in PLACES}
    return subprocess.Popen(
        [CORDIALLY, "run", "--once"],
        env={**surroundings, "HOME": str(shell.home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def killed(shell: Shell, is_time: Callable[[], bool]) -> bool:
    """Start the command and kill it once it is time; False where it ended before."""
    process = started(shell)
    while process.poll() is None and not is_time():
        time.sleep(0.0005)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def test_however_often_it_is_killed_each_invitation_has_one_draft(shell: Shell, maildir: Path) -> None:
    log, drafts = shell.state / "cordially.db-wal", maildir / ".Drafts"

    def something_is_staged() -> bool:
        return any(name.startswith("cordially-") for name in os.listdir(drafts))

    def lie(number: int) -> Callable[[], bool]:
        return lambda: len(os.listdir(drafts / "cur")) >= number

    def has_grown(octets: int) -> Callable[[], bool]:
        return lambda: log.exists() and log.stat().st_size > octets

    moments = [
        (shell.state / "cordially.db").exists, has_grown(0), has_grown(200_000), has_grown(280_000), has_grown(340_000),
        something_is_staged, lie(1), lie(2), lie(3), lie(4),
    ]  # fmt: skip
    kills = [killed(shell, moment) for moment in moments]
    assert sum(kills) >= 6
    assert shell.run("run", "--once").status == 0
    assert answered(maildir) == LETTERS
    assert shell.run("run", "--once").out.startswith("0 new mails")
    assert answered(maildir) == LETTERS


def test_of_two_that_are_started_at_once_one_does_the_work(shell: Shell, maildir: Path) -> None:
    crowd = [started(shell) for _ in range(3)]
    said = [one.communicate(timeout=60)[1].decode() for one in crowd]
    statuses = [one.returncode for one in crowd]

    assert 0 in statuses
    assert all("Another cordially is at work" in words for words, status in zip(said, statuses, strict=True) if status)
    assert answered(maildir) == LETTERS


def test_while_another_is_at_work_nothing_is_done_and_it_is_said(shell: Shell, maildir: Path) -> None:
    with only_one(shell.state):
        told = shell.run("run", "--once")

    assert told.status == 1
    assert "Another cordially is at work" in told.err
    assert answered(maildir) == []
    assert shell.run("run", "--once").status == 0
    assert answered(maildir) == LETTERS


def test_a_lock_ends_with_its_holder(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(StoreError, match="Another cordially"), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass


def test_a_folder_that_cannot_be_locked_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(StoreError, match="state"), only_one(tmp_path / "state"):
        pass

"""``cordially cases``, ``explain`` and ``forget``: what is remembered, why, and how it is erased."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.core.model import Case, Classification, Kind
from agent.core.parse import parse
from agent.store import open_store
from connectors.base import MessageRef, RawMessage
from tests.cli.shell import NOTE, SAMPLES, Shell, invitation, maildir_section, new_maildir, tree


@pytest.fixture
def maildir(shell: Shell, tmp_path: Path) -> Path:
    """A mailbox in which one invitation was answered."""
    path = new_maildir(tmp_path / "Maildir")
    shell.write_config(maildir_section(path))
    (path / "new" / "1.here").write_bytes(invitation())
    assert shell.run("run", "--once").status == 0
    return path


def drafts(maildir: Path) -> list[Path]:
    return sorted((maildir / ".Drafts" / "cur").iterdir())


# ------------------------------------------------------------------------------------------------ cases


def test_a_conversation_is_listed_with_its_decision_and_its_draft(shell: Shell, maildir: Path) -> None:
    people, program = shell.spawn("cases"), shell.run("cases", "--json").only

    assert people.status == 0
    assert "1  Northwind Labs - Senior Backend Engineer - Mara Lindt" in people.out
    assert "accept; draft waiting; open; last news" in people.out
    assert (program["case"], program["company"], program["action"]) == (1, "Northwind Labs", "accept")
    assert (program["draft"], program["accounts"]) == ("waiting", ["local"])


def test_before_the_first_run_there_are_none(shell: Shell) -> None:
    assert shell.run("cases").out == "No conversations yet.\n"
    assert shell.run("cases", "--json").out == ""


def test_only_open_ones_are_listed_where_that_is_asked(shell: Shell, maildir: Path) -> None:
    (maildir / "new" / "2.here").write_bytes((SAMPLES / "06-rejection.eml").read_bytes())
    shell.run("run", "--once")

    assert [record["company"] for record in shell.run("cases", "--open", "--json").lines] == ["Northwind Labs"]


def test_mail_that_was_too_unsure_or_could_not_be_read_is_listed_too(shell: Shell) -> None:
    now = datetime.now(UTC)
    doubtful, broken = (
        RawMessage(MessageRef("local", "INBOX", key), now, frozenset(), NOTE.read_bytes(), 1) for key in ("1", "2")
    )
    with open_store(shell.state) as store:
        store.keep(Case(doubtful, parse(doubtful), Classification(Kind.OUTREACH, 0.5, unsure=True)), at=now)
        store.stuck(broken, why="ValueError", at=now)
    told = shell.run("cases").out

    assert "   ?  A conversation about the platform team\n      perhaps outreach, too unsure to draft\n" in told
    assert "   !  a mail that could not be read\n      in INBOX of local (ValueError)\n" in told
    assert [record["status"] for record in shell.run("cases", "--json").lines] == ["unsure", "stuck"]


# ------------------------------------------------------------------------------------------------ explain


def test_a_case_is_explained_with_lenses_rules_words_draft_and_journal(shell: Shell, maildir: Path) -> None:
    told = shell.spawn("explain", "1")

    assert told.status == 0
    assert "lenses     career " in told.out
    assert "[career: for]" in told.out
    assert '"Senior Backend Engineer"' in told.out
    assert "  | Hi Mara," in told.out or "  | Dear Mara," in told.out
    assert "state      waiting" in told.out
    assert "The draft was left in the drafts folder." in told.out
    assert max(map(len, told.out.splitlines())) < 80


def test_a_case_is_explained_to_a_program(shell: Shell, maildir: Path) -> None:
    record = shell.run("explain", "1", "--json").only

    assert record["case"] == 1
    [mail] = record["mails"]
    assert set(mail["verdict"]["lenses"]) == {"career", "logistics", "reputation", "resources"}
    assert record["drafts"][0]["state"] == "waiting"
    assert [entry["event"] for entry in record["journal"]] == ["letter", "drafted", "placed"]


def test_a_file_is_explained_without_a_mailbox(shell: Shell) -> None:
    shell.write_config()
    before = tree(shell.home)
    told, record = shell.spawn("explain", NOTE), shell.run("explain", NOTE, "--json").only

    assert told.status == 0
    assert "would like to interview you" in " ".join(told.out.split())
    assert record["company"] == "Larkfield Analytics"
    assert tree(shell.home) == before


@pytest.mark.parametrize(("what", "status"), [("nonsense", 2), ("99", 1)])
def test_what_cannot_be_explained_is_told(shell: Shell, what: str, status: int) -> None:
    told = shell.run("explain", what)

    assert told.status == status
    assert "cordially cases lists them" in told.err


def test_a_file_without_a_mail_cannot_be_explained(shell: Shell, tmp_path: Path) -> None:
    shell.write_config()
    (tmp_path / "empty.eml").write_bytes(b"")

    assert "empty" in shell.run("explain", tmp_path / "empty.eml").err


# ------------------------------------------------------------------------------------------------ forget


def test_a_company_is_forgotten_and_its_draft_stays_with_the_user(shell: Shell, maildir: Path) -> None:
    before = [draft.read_bytes() for draft in drafts(maildir)]
    told = shell.spawn("forget", "northwind labs", "--yes")

    assert told.status == 0
    assert "Erased 1 case and 1 mail." in told.out
    assert "Still in your Drafts folder, and yours: 1 draft." in told.out
    assert shell.run("cases", "--json").out == ""
    assert [draft.read_bytes() for draft in drafts(maildir)] == before
    assert not [name for name, octets in tree(shell.state).items() if octets and b"Northwind" in octets]


def test_what_was_forgotten_does_not_come_back_and_leaves_no_second_draft(shell: Shell, maildir: Path) -> None:
    shell.run("forget", "--all", "--yes")
    shell.run("run", "--once")

    assert shell.run("cases", "--json").out == ""
    assert len(drafts(maildir)) == 1


def test_forgetting_is_told_to_a_program(shell: Shell, maildir: Path) -> None:
    assert shell.run("forget", "--all", "--yes", "--json").only == {"cases": 1, "letters": 1, "drafts_left": 1}


def test_nothing_is_forgotten_unless_the_user_says_yes(shell: Shell, maildir: Path) -> None:
    told = shell.run("forget", "--all", stdin="n\n")

    assert told.status == 1
    assert shell.run("cases", "--json").only["case"] == 1


def test_a_company_nobody_knows_is_told(shell: Shell, maildir: Path) -> None:
    told = shell.run("forget", "Polarship", "--yes")

    assert told.status == 1
    assert "Polarship" in told.err


@pytest.mark.parametrize("words", [(), ("Northwind Labs", "--all")])
def test_one_company_or_all_must_be_named(shell: Shell, words: tuple[str, ...]) -> None:
    assert shell.run("forget", *words, "--yes").status == 2

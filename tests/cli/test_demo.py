"""``cordially demo``: the whole product on a mailbox of its own, told so that anybody can follow."""

from __future__ import annotations

import re
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.cli.shell import SAMPLES, Answer, Shell


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def told(home: Path) -> Answer:
    """What the demo says when it is called by its path, as ``make demo`` does."""
    return Shell(home).spawn("demo", "--folder", home / "a folder")


@pytest.fixture(scope="module")
def maildir(told: Answer, home: Path) -> Path:
    return home / "a folder" / "Maildir"


def letters(folder: Path) -> list[bytes]:
    return [path.read_bytes() for part in ("new", "cur") for path in (folder / part).iterdir()]


def test_it_reads_well_on_eighty_columns_and_in_a_log(told: Answer) -> None:
    before_the_commands = told.out[: told.out.index("Cordially sent nothing")]

    assert (told.status, told.err) == (0, "")
    assert max(map(len, before_the_commands.splitlines())) < 80
    assert not re.search(r"[^\n -~]", before_the_commands)


def test_every_sample_mail_is_told(told: Answer) -> None:
    assert len(list(SAMPLES.glob("*.eml"))) >= 14
    assert told.out.count("  from       ") + told.out.count("\n  ") > len(list(SAMPLES.glob("*.eml")))
    for path in SAMPLES.glob("*.eml"):
        assert str(message_from_bytes(path.read_bytes())["Subject"])[:45] in told.out


@pytest.mark.parametrize(
    ("subject", "decision"),
    [
        ("A conversation about the platform team", "accept"),
        ("First call about Backend Developer at Quillworks?", r"decline \(pay\)"),
        ("Engineering Manager, Fleet Software at Polarship", r"decline \(relocation\)"),
        ("Exciting backend opportunity", "clarify"),
        ("Last round: a day with the data platform team", "hold"),
        ("INTERVIEW INVITATION - REMOTE DATA ASSISTANT ($45/hr)", "no draft"),
        ("Panel interview Lead Data Engineer - Brightwater Energy", "accept"),
        ("Re: Interview on Wednesday", "accept"),
    ],
)
def test_each_is_decided_as_a_sensible_person_would(told: Answer, subject: str, decision: str) -> None:
    assert re.search(rf"(?m)^{re.escape(subject)}\n(?:  .*\n)*?  decision   {decision}(?:;|$)", told.out)


def test_reasons_are_given_and_the_words_of_the_drafts(told: Answer) -> None:
    assert "Signs of fraud" in told.out
    assert "[career: deal-breaker]" in told.out
    assert "  | Hi Miriam," in told.out
    assert "to do      Press Yes in your calendar." in told.out


def test_what_asks_nothing_is_listed_by_its_kind(told: Answer) -> None:
    assert re.search(r"(?m)^  rejection +Update on your application", told.out)
    assert re.search(r"(?m)^  other mail +Ace your next system design interview", told.out)
    assert re.search(r"(?m)^  other mail +Reminder: scorecard due", told.out)


def test_nothing_is_doubled_and_what_was_sent_is_noticed(told: Answer, maildir: Path) -> None:
    assert "0 new mails, 0 new drafts" in told.out
    assert "Answered by Robin: Larkfield Analytics." in " ".join(told.out.split())
    answered = [message_from_bytes(letter)["In-Reply-To"] for letter in letters(maildir / ".Drafts")]
    assert len(answered) == len(set(answered))
    assert len(letters(maildir / ".Sent")) == 1


def test_time_moves_on_and_what_is_due_is_told(told: Answer) -> None:
    evening = told.out[told.out.index("18:30") :]

    assert re.search(r"\d things are due:\n", evening)
    assert "Fernhill Health" in evening
    assert "Larkfield" not in evening


def test_the_drafts_lie_in_the_maildir_flagged_as_drafts(maildir: Path) -> None:
    names = [path.name for path in (maildir / ".Drafts" / "cur").iterdir()]

    assert names
    assert all(name.endswith(":2,DS") for name in names)


def test_the_last_line_names_the_maildir_and_the_commands_can_be_typed_again(
    told: Answer, maildir: Path, home: Path
) -> None:
    assert told.out.splitlines()[-1].endswith(str(maildir))
    assert f"neomutt -f '{maildir}/.Drafts'" in told.out
    shown = next(line for line in told.out.splitlines() if line.endswith("explain 1"))
    assert "Larkfield Analytics" in Shell(home).type(shown.strip())


def test_a_folder_that_holds_something_is_left_alone(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("", "utf-8")
    told = shell.run("demo", "--folder", tmp_path)

    assert told.status == 2
    assert "empty" in told.err


def test_it_needs_no_home_and_leaves_nothing_there(shell: Shell, tmp_path: Path) -> None:
    shell.spawn("demo", TMPDIR=str(tmp_path))

    assert list(shell.home.iterdir()) == []
    assert list(tmp_path.glob("cordially-demo-*/Maildir"))

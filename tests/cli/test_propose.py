"""``cordially propose``: what would be done with files, each with those before it in view, touching nothing."""

from __future__ import annotations

from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from agent.core.model import Action, Lens, Reason
from tests.cli.shell import AT, NOTE, PROFILE, SAMPLES, Shell, maildir_section, tree
from tests.cli.test_classify import FIELDS, check_contract

PROPOSED = {"verdict", "draft", "todo", "nudges"}


@pytest.fixture(autouse=True)
def config(shell: Shell) -> None:
    shell.write_config()


def letter(folder: Path, name: str, sent_at: str, text: str, *, answering: str = "", sender: str = "") -> Path:
    """One mail of a conversation, as a file."""
    mail = EmailMessage()
    mail["From"] = sender or "Mara Lindt <mara@northwind-labs.example>"
    mail["To"] = "Mara Lindt <mara@northwind-labs.example>" if sender else "robin@ashdown.example"
    mail["Subject"] = f"{'Re: ' * bool(answering)}Interview at Northwind Labs"
    mail["Date"] = datetime.fromisoformat(sent_at)
    mail["Message-ID"] = f"<{name}@northwind-labs.example>"
    if answering:
        mail["In-Reply-To"] = mail["References"] = f"<{answering}@northwind-labs.example>"
    mail.set_content(text)
    path = folder / f"{name}.eml"
    path.write_bytes(mail.as_bytes())
    return path


def invitation(folder: Path, name: str = "first") -> Path:
    return letter(
        folder,
        name,
        "2026-06-08T10:00+02:00",
        "Hi Robin,\n\nwe would like to invite you to an interview for the Backend Engineer position at Northwind Labs. "
        "Could you do Thursday 11 June at 10:00? You would have to relocate to Oslo.\n\nBest regards,\nMara Lindt\n",
    )


def no_of_the_users(folder: Path) -> Path:
    text = "Hi Mara,\n\nthank you for the invitation. I have decided not to take it further.\n\nBest regards,\nRobin\n"
    sender = "Robin Ashdown <robin@ashdown.example>"
    return letter(folder, "no", "2026-06-08T12:00+02:00", text, answering="first", sender=sender)


def question_why(folder: Path) -> Path:
    text = (
        "Hi Robin,\n\nthank you for letting me know. May I ask what made you decide against it?\n\nMara\n\n"
        "> I have decided not to take it further.\n"
    )
    return letter(folder, "why", "2026-06-09T08:00+02:00", text, answering="no")


def check_verdict(verdict: dict[str, Any]) -> None:
    assert set(verdict) == {"action", "reason", "confidence", "lenses", "rules", "runner_up"}
    assert verdict["action"] in set(Action)
    assert verdict["reason"] in set(Reason)
    assert 0 <= verdict["confidence"] <= 1
    assert set(verdict["lenses"]) == set(Lens)
    for lens in verdict["lenses"].values():
        assert set(lens) == {"score", "why"}
        assert -1 <= lens["score"] <= 1
    for rule in verdict["rules"]:
        assert set(rule) == {"rule", "lens", "quote", "because"}
        assert rule["because"]
    assert verdict["runner_up"] is None or verdict["runner_up"] in set(Action)


def check_draft(draft: dict[str, Any]) -> None:
    assert set(draft) == {
        "from", "to", "cc", "subject", "in_reply_to", "references", "language", "template", "body",
    }  # fmt: skip
    assert draft["from"] == "robin@ashdown.example"
    assert draft["to"]
    assert draft["in_reply_to"] in draft["references"]
    assert draft["body"].strip()


def test_every_sample_has_the_fields_of_classify_and_what_would_be_done(shell: Shell) -> None:
    told = shell.spawn("propose", "--json", "--at", AT, *sorted(SAMPLES.glob("*.eml")))

    assert told.status == 0
    for record in told.lines:
        assert set(record) == FIELDS | PROPOSED
        check_contract(record)
        check_verdict(record["verdict"])
        if record["draft"] is not None:
            check_draft(record["draft"])
        if record["todo"] is not None:
            assert set(record["todo"]) == {"what", "url", "by"}
            assert record["todo"]["by"] is None or date.fromisoformat(record["todo"]["by"])
        for nudge in record["nudges"]:
            assert set(nudge) == {"kind", "due", "text"}
            assert datetime.fromisoformat(nudge["due"]) > datetime.fromisoformat(AT)


def test_what_classify_says_is_what_propose_says(shell: Shell) -> None:
    files = sorted(SAMPLES.glob("*.eml"))
    read = shell.run("classify", "--json", *files).lines
    proposed = shell.run("propose", "--json", "--at", AT, *files).lines

    assert [{name: record[name] for name in FIELDS} for record in proposed] == read


def test_without_a_config_it_says_how_to_make_one(shell: Shell) -> None:
    shell.config.unlink()
    told = shell.run("propose", "--json", NOTE)

    assert (told.status, told.out) == (2, "")
    assert "cordially init" in told.err


def test_the_clock_is_set_with_its_offset_and_not_without(shell: Shell) -> None:
    before = shell.run("propose", "--json", "--at", "2026-06-10T23:00:00Z", NOTE)
    past = shell.run("propose", "--json", "--at", "2026-06-11T10:30:00+02:00", NOTE)
    bare = shell.run("propose", "--json", "--at", "2026-06-10T23:00", NOTE)
    no_time = shell.run("propose", "--json", "--at", "tomorrow", NOTE)

    assert "Thursday 11 June" in before.only["draft"]["body"]
    assert "Friday 12 June" in past.only["draft"]["body"]
    assert (bare.status, no_time.status) == (2, 2)
    assert "offset" in bare.err
    assert "2027-03-01T09:00+01:00" in no_time.err


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize("account", ["", maildir_section(Path("/nowhere"))], ids=["no account", "an account"])
def test_a_conversation_is_read_as_it_went_whatever_the_order_of_its_files(
    shell: Shell, tmp_path: Path, order: tuple[int, ...], account: str
) -> None:
    shell.write_config(account)
    files = (invitation(tmp_path), no_of_the_users(tmp_path), question_why(tmp_path))
    told = shell.run("propose", "--json", "--at", AT, *(files[number] for number in order))
    first, own, why = (told.lines[order.index(number)] for number in range(3))

    assert [record["path"] for record in told.lines] == [str(files[number]) for number in order]
    assert (first["verdict"]["action"], first["verdict"]["reason"]) == ("decline", "relocation")
    assert (own["kind"], own["draft"]) == ("other", None)
    assert (why["kind"], why["subkind"]) == ("followup", "reason_request")
    assert (why["company"], why["role"]) == ("Northwind Labs", "Backend Engineer")
    assert (why["verdict"]["action"], why["verdict"]["reason"]) == ("decline", "relocation")


def test_a_chaser_inherits_the_action_of_the_invitation_before_it(shell: Shell, tmp_path: Path) -> None:
    text = "Hi Robin,\n\nI have not heard back from you about the interview. Did you see my mail?\n\nMara\n"
    chaser = letter(tmp_path, "chaser", "2026-06-09T08:00+02:00", text, answering="first")
    told = shell.run("propose", "--json", "--at", AT, chaser, invitation(tmp_path)).lines

    assert [record["verdict"]["action"] for record in told] == ["decline", "decline"]
    assert told[0]["company"] == "Northwind Labs"


def test_two_files_of_one_mail_have_one_answer(shell: Shell, tmp_path: Path) -> None:
    copy = tmp_path / "copy.eml"
    copy.write_bytes(invitation(tmp_path).read_bytes())
    one, other = shell.run("propose", "--json", "--at", AT, tmp_path / "first.eml", copy).lines

    assert {**one, "path": ""} == {**other, "path": ""}


def test_where_nobody_reads_a_reply_there_is_something_to_do_and_no_draft(shell: Shell) -> None:
    record = shell.run("propose", "--json", "--at", AT, SAMPLES / "02-ats-self-schedule.eml").only

    assert record["draft"] is None
    assert record["todo"]["url"] == "https://app.greenhouse.io/interview/self_schedule/8f2b1c"
    assert record["todo"]["by"] == "2026-06-12"
    assert record["todo"]["what"]


def test_a_file_without_a_mail_is_told_in_its_place(shell: Shell, tmp_path: Path) -> None:
    told = shell.run("propose", "--json", "--at", AT, tmp_path / "none.eml", NOTE)

    assert told.status == 1
    assert set(told.lines[0]) == {"path", "error"}
    assert told.lines[1]["verdict"]["action"] == "accept"


def test_the_config_may_be_named_before_and_after_the_command_and_by_the_environment(
    shell: Shell, tmp_path: Path
) -> None:
    other = tmp_path / "other.toml"
    shell.config.rename(other)
    words = ("propose", "--json", "--at", AT, NOTE)

    assert shell.run("--config", other, *words).status == 0
    assert shell.run(*words, "--config", other).status == 0
    assert shell.spawn(*words, CORDIALLY_CONFIG=str(other)).status == 0
    assert shell.run(*words).status == 2


def test_a_config_that_is_wrong_has_all_its_faults_told_at_once(shell: Shell) -> None:
    shell.write_config(profile=PROFILE.replace("Europe/Berlin", "Berlin").replace('"no"', '"never"'))
    told = shell.run("propose", "--json", NOTE)

    assert told.status == 2
    assert [line.partition(" ")[0] for line in told.err.splitlines()] == ["config.toml:3:", "config.toml:10:"]


def test_nothing_is_touched(shell: Shell) -> None:
    before = tree(shell.home)
    shell.run("propose", "--json", "--at", AT, *sorted(SAMPLES.glob("*.eml")))

    assert tree(shell.home) == before


def test_people_read_the_decision_the_reasons_and_the_words_of_the_draft(shell: Shell) -> None:
    told = shell.run("propose", "--at", AT, NOTE).out

    assert "decision   accept" in told
    assert "[career: for]" in told
    assert '"Staff Platform Engineer"' in " ".join(told.split())
    assert "  | Hi Miriam," in told
    assert max(map(len, told.splitlines())) < 80

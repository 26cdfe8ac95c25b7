"""``cordially classify``: one answer for each file, whatever is in it."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.cli.noticed import in_words
from agent.core.model import Kind, Stage, Subkind
from tests.cli.shell import AT, CORDIALLY, NOTE, SAMPLES, Shell

HOSTILE = "\x1b[2J\x1b]0;title\x07\x9b31m\x00\u202e\u2066"
"""What clears a screen, renames a window, rings, colours, ends a text, or turns it around."""


def eml(folder: Path, octets: bytes, name: str = "mail.eml") -> Path:
    path = folder / name
    path.write_bytes(octets)
    return path


def hostile_mail() -> bytes:
    """An invitation that carries control characters wherever text can stand."""
    words = HOSTILE.encode()
    return b"\r\n".join(
        [
            b"From: Mara " + words + b" Lindt <mara@northwind-labs.example>",
            b"To: robin@ashdown.example",
            b"Subject: =?utf-8?q?Interview_=1B=5B2J=07?= " + words,
            b"Date: Mon, 8 Jun 2026 10:00:00 +0200",
            b"Message-ID: <hostile@northwind-labs.example>",
            b"Content-Type: text/plain; charset=utf-8",
            b"",
            b"Hi Robin, we would like to invite you to an interview " + words + b" for the Backend " + words
            + b" Engineer position. Could you do Thursday 11 June at 10:00? https://calendly.com/x" + words,
            b"Mara " + words,
        ]
    )  # fmt: skip


def is_iso_with_offset(value: str) -> bool:
    return datetime.fromisoformat(value).utcoffset() is not None


def check_contract(record: dict[str, Any]) -> None:
    """Every field of the contract is there, of its type, null where nothing is known."""
    text_or_null = (
        "message_id", "company", "role", "contact_name", "reply_to", "scheduling_url", "meeting_url",
    )  # fmt: skip
    assert isinstance(record["path"], str)
    assert all(record[name] is None or (isinstance(record[name], str) and record[name]) for name in text_or_null)
    assert record["kind"] in set(Kind)
    assert record["stage"] in set(Stage) if record["kind"] == "invitation" else record["stage"] is None
    assert record["subkind"] in set(Subkind) if record["kind"] == "followup" else record["subkind"] is None
    assert 0 <= record["confidence"] <= 1
    assert len(record["language"]) == 2
    assert isinstance(record["unsure"], bool)
    for slot in record["slots"]:
        assert set(slot) == {"start", "end"}
        assert is_iso_with_offset(slot["start"])
        assert slot["end"] is None or is_iso_with_offset(slot["end"])
    assert record["deadline"] is None or date.fromisoformat(record["deadline"])
    assert record["work_mode"] in {None, "remote", "hybrid", "onsite"}
    assert record["relocation"] in {None, "required", "offered", "none"}
    assert record["sponsorship"] in {None, "offered", "refused"}
    if record["pay"] is not None:
        assert set(record["pay"]) == {"min", "max", "currency", "period"}
        assert record["pay"]["period"] in {"year", "month", "day", "hour"}
        assert all(
            bound is None or isinstance(bound, int | float) for bound in (record["pay"]["min"], record["pay"]["max"])
        )
    assert all(isinstance(flag, str) for flag in record["flags"])
    for words in record["evidence"]:
        assert set(words) == {"span", "start", "end", "why"}
        assert words["end"] - words["start"] == len(words["span"]) > 0


FIELDS = {
    "path", "message_id", "kind", "stage", "subkind", "confidence", "language", "company", "role", "contact_name",
    "reply_to", "unsure", "slots", "deadline", "scheduling_url", "meeting_url", "work_mode", "relocation",
    "sponsorship", "pay", "flags", "evidence",
}  # fmt: skip


def test_each_file_has_one_line_in_the_order_given_with_every_field(shell: Shell) -> None:
    files = sorted(SAMPLES.glob("*.eml"), reverse=True)
    told = shell.spawn("classify", "--json", *files)

    assert told.status == 0
    assert [record["path"] for record in told.lines] == [str(file) for file in files]
    for record in told.lines:
        assert set(record) == FIELDS
        check_contract(record)


def test_the_facts_of_a_mail_stand_in_its_line(shell: Shell) -> None:
    record = shell.run("classify", "--json", NOTE).only

    assert (record["kind"], record["company"]) == ("invitation", "Larkfield Analytics")
    assert record["slots"][0] == {"start": "2026-06-11T10:00:00+02:00", "end": None}
    assert record["pay"] == {"min": 98000, "max": 112000, "currency": "EUR", "period": "year"}
    assert record["reply_to"] == "miriam.okafor@larkfield.example"


def test_a_mail_may_come_on_standard_input(shell: Shell) -> None:
    record = shell.spawn("classify", "--json", "-", stdin=NOTE.read_bytes()).only

    assert (record["path"], record["company"]) == ("-", "Larkfield Analytics")


def test_a_file_without_a_mail_is_told_and_the_others_are_answered(shell: Shell, tmp_path: Path) -> None:
    bad = [
        tmp_path / "missing.eml",
        eml(tmp_path, b"", "empty.eml"),
        eml(tmp_path, b" \r\n\t\n", "blank.eml"),
        eml(tmp_path, b"no header here\njust words\n", "words.eml"),
        tmp_path,
    ]
    told = shell.run("classify", "--json", *bad, NOTE)

    assert told.status == 1
    assert [set(record) for record in told.lines[:-1]] == [{"path", "error"}] * len(bad)
    assert [record["path"] for record in told.lines] == [str(path) for path in (*bad, NOTE)]
    assert told.lines[-1]["kind"] == "invitation"


def test_a_file_nobody_may_read_and_a_name_with_a_nul_are_told(shell: Shell, tmp_path: Path) -> None:
    told = shell.run("classify", "--json", "/proc/self/mem", "a\0b.eml")

    assert told.status == 1
    assert ["error" in record for record in told.lines] == [True, True]


def test_a_file_without_an_end_is_read_no_further_than_any_mail(shell: Shell) -> None:
    assert "error" in shell.run("classify", "--json", "/dev/zero").only


def test_people_are_told_the_error_in_words_and_the_status_is_the_same(shell: Shell, tmp_path: Path) -> None:
    told = shell.run("classify", tmp_path / "missing.eml", NOTE)

    assert told.status == 1
    assert "cannot be opened: No such file or directory" in told.out
    assert "Larkfield Analytics" in told.out


def test_a_thousand_files_are_one_process(shell: Shell, tmp_path: Path) -> None:
    for number in range(1_000):
        (tmp_path / f"{number:03}.eml").symlink_to(SAMPLES / "13-receipt.eml")
    told = shell.spawn("classify", "--json", *sorted(tmp_path.glob("*.eml")))

    assert told.status == 0
    assert len(told.lines) == 1_000


def test_a_reader_that_goes_away_leaves_no_traceback(shell: Shell) -> None:
    command = [CORDIALLY, "classify", "--json", *[NOTE] * 200]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


def test_wrong_use_has_status_two(shell: Shell) -> None:
    assert shell.run("classify").status == 2
    assert shell.run("classify", "--nonsense", NOTE).status == 2
    assert shell.run("nonsense").status == 2


BOLD = "\x1b[1m", "\x1b[0m"


def harm_in(written: str) -> set[str]:
    """The characters of a terminal's output that do more than be seen, our own bold headlines aside."""
    for sequence in BOLD:
        written = written.replace(sequence, "")
    turning = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    return {
        character
        for character in written
        if unicodedata.category(character) == "Cc" or unicodedata.bidirectional(character) in turning
    } - {"\r", "\n"}


@pytest.mark.parametrize("command", [("classify",), ("propose", "--at", AT), ("explain",)])
def test_no_mail_can_do_more_to_a_terminal_than_be_seen(shell: Shell, tmp_path: Path, command: tuple[str, ...]) -> None:
    shell.write_config()
    written = shell.on_terminal(*command, eml(tmp_path, hostile_mail(), "mail\x1b[31m.eml"))

    assert "mara@northwind-labs.example" in written
    assert not harm_in(written)


def test_headlines_are_bold_only_where_that_is_wanted(shell: Shell) -> None:
    assert BOLD[0] in shell.on_terminal("classify", NOTE)
    assert "\x1b" not in shell.on_terminal("classify", NOTE, NO_COLOR="1")
    assert "\x1b" not in shell.on_terminal("classify", NOTE, TERM="dumb")


def test_the_name_of_a_file_stays_itself_for_a_program(shell: Shell, tmp_path: Path) -> None:
    path = eml(tmp_path, NOTE.read_bytes(), "mail\udcff.eml")

    assert shell.spawn("classify", "--json", path).only["path"] == str(path)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437"])
def test_a_terminal_of_any_encoding_is_written_to(shell: Shell, tmp_path: Path, encoding: str) -> None:
    mail = NOTE.read_bytes().replace(b"Okafor", "Ōkafor 面接".encode())
    told = shell.spawn("classify", eml(tmp_path, mail), PYTHONIOENCODING=encoding, LC_ALL="C")

    assert (told.status, told.err) == (0, "")
    assert "Larkfield" in told.out


NAME_OF_A_FEATURE = re.compile(r"(?m)^ {13}(\w*_\w*|\w+\.[\w.]+): |noticed +(\w*_\w*|\w+\.[\w.]+): ")


def test_people_read_words_not_names_of_features(shell: Shell) -> None:
    told = shell.run("classify", *sorted(SAMPLES.glob("*.eml"))).out

    assert told.count("  noticed    ") == len(list(SAMPLES.glob("*.eml")))
    assert not NAME_OF_A_FEATURE.search(told)


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("text.invite", "invites"),
        ("subject.invite", "invites (subject)"),
        ("text.stage.onsite", "the kind of talk"),
        ("quoted.of_tomorrow", "of tomorrow (quoted part)"),
        ("scam.asks_money", "sign of fraud: asks money"),
        ("sender_ats", "sent by a hiring system"),
        ("the reader wrote it", "the reader wrote it"),
    ],
)
def test_a_feature_has_plain_words_whoever_names_it(why: str, words: str) -> None:
    assert in_words(why) == words


def test_classify_needs_no_home_and_leaves_nothing(shell: Shell) -> None:
    shell.spawn("classify", "--json", NOTE)

    assert list(shell.home.iterdir()) == []

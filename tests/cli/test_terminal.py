"""The way to the terminal: one door, and nothing passes it but what can be seen."""

from __future__ import annotations

import ast
import unicodedata
from datetime import datetime
from pathlib import Path

import pytest

import agent.cli
from agent.cli.terminal import printable
from agent.core.model import Nudge, NudgeKind
from agent.notify import LineMessenger
from tests.cli.shell import AT

DOOR = "terminal.py"


def test_only_what_can_be_seen_passes() -> None:
    passed = [character for code in range(0x30000) if printable(character := chr(code)) == character]
    harmful = {"Cc", "Cs", "Zl", "Zp"}

    assert {character for character in passed if unicodedata.category(character) in harmful} == {"\t", "\n"}
    assert not {character for character in passed if unicodedata.bidirectional(character) in
                {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}}  # fmt: skip


@pytest.mark.parametrize("text", ["plain", "Ōkafor 面接 👩‍💻 é", "a\tb\nc"])
def test_what_people_write_is_not_changed(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize("path", sorted(Path(agent.cli.__file__).parent.glob("*.py")), ids=lambda path: path.name)
def test_no_command_writes_past_the_door(path: Path) -> None:
    names = [node.attr for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Attribute)]
    called = [node.id for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Name)]

    assert path.name == DOOR or not {"echo", "secho"} & set(names)
    assert "print" not in called


def test_nudges_are_told_in_lines_that_fit() -> None:
    written: list[str] = []
    due = datetime.fromisoformat(AT)
    long = "Northwind Robotics waits for your answer, " * 4 + "https://northwind.example/" + "a" * 90
    LineMessenger(written.append).tell(
        (Nudge(NudgeKind.REPLY_OWED, due, long), Nudge(NudgeKind.BOOK_BY, due, "Due by Fri 12 Jun."))
    )
    lines = "\n".join(written).splitlines()

    assert lines[0] == "2 things are due:"
    assert lines[-1] == "* Due by Fri 12 Jun."
    assert [line for line in lines if len(line) > 78] == [f"  https://northwind.example/{'a' * 90}"]

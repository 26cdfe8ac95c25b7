"""The corpus, read for facts: what a pair's table names is read from its mail, and nothing else where it names nothing.

``read_as`` gives the kind of a pair that is not judged by its kind. An empty string or table stands for a fact that is
not there; a key that is absent is not judged.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from agent.core.extract import extract
from agent.core.model import Classification, Kind, Matter, Stage
from agent.core.parse import parse
from agent.resources import lexicons
from tests.corpus.load import READER, Pair, pairs

MISREAD: dict[tuple[str, str], str] = {
    ("asm-github-task", "deadline"): "a night that is soon enough: no word of limits",
}
"""Facts that come out wrong, and why; one that comes right must leave this list."""

PLAIN = (
    "company", "role", "contact_name", "reply_to", "deadline", "scheduling_url", "meeting_url", "work_mode",
    "relocation", "sponsorship",
)  # fmt: skip


def kind_of(pair: Pair) -> Kind:
    return Kind(pair.expected.get("kind") or pair.expected.get("read_as", "other"))


JUDGED = tuple(pair for pair in pairs() if kind_of(pair) is not Kind.OTHER)


def matter_of(pair: Pair) -> Matter:
    """What is read in a pair whose kind is known."""
    stage = pair.expected.get("stage")
    classification = Classification(kind_of(pair), 1.0, stage=Stage(stage) if stage else None)
    matter = extract(parse(pair.raw), classification, lexicons().of(pair.language), READER)
    assert matter is not None
    return matter


def told(matter: Matter, name: str) -> Any:
    """A fact in the words of the tables."""
    if name == "slots":
        return [{"start": slot.starts_at, "end": slot.ends_at} for slot in matter.slots]
    if name == "pay":
        pay = matter.pay
        return {"min": pay.minimum, "max": pay.maximum, "currency": pay.currency, "period": pay.period} if pay else {}
    if name == "flags":
        return sorted(matter.flags)
    return str(getattr(matter, name) or "")


def wanted(pair: Pair, name: str) -> Any:
    """The expectation of a fact, ready to be compared."""
    value = pair.expected[name]
    if name == "slots":
        return [
            {
                "start": datetime.fromisoformat(slot["start"]),
                "end": datetime.fromisoformat(slot["end"]) if "end" in slot else None,
            }
            for slot in value
        ]
    if name == "pay":
        return {"min": None, "max": None, **value} if value else {}
    return sorted(value) if name == "flags" else str(value)


def _cases() -> list[object]:
    cases = ((pair, name) for pair in JUDGED for name in (*PLAIN, "slots", "pay", "flags") if name in pair.expected)
    return [
        pytest.param(
            pair,
            name,
            id=f"{pair.name}-{name}",
            marks=[pytest.mark.xfail(reason=MISREAD[pair.name, name], strict=True)]
            if (pair.name, name) in MISREAD
            else [],
        )
        for pair, name in cases
    ]


@pytest.mark.parametrize(("pair", "name"), _cases())
def test_a_fact_is_read_as_expected(pair: Pair, name: str) -> None:
    assert told(matter_of(pair), name) == wanted(pair, name)


def test_the_words_of_every_fact_stand_where_they_say() -> None:
    for pair in JUDGED:
        body = parse(pair.raw).body
        placed = [evidence for _, evidence in matter_of(pair).quotes if evidence.start is not None]
        assert all(body[evidence.start : evidence.end] == evidence.span for evidence in placed)

"""The corpus, read by the real parser: every pair is judged as its table says, save those known to be misjudged."""

from __future__ import annotations

from functools import cache

import pytest

from agent.core.classify import classify
from agent.core.model import ANSWERABLE, NO_EARLIER, Classification
from agent.core.parse import parse
from agent.resources import lexicons
from tests.corpus.load import READER, Pair, pairs

MISJUDGED: dict[str, str] = {}
"""Pairs that come out wrong, and why; one that comes right must leave this list."""

LEAST_DRAFTED = 0.95
"""The share of mails that call for an answer and would get one: an invitation missed is an interview lost."""

JUDGED = tuple(pair for pair in pairs() if "kind" in pair.expected)


@cache
def judged(pair_name: str) -> Classification:
    """The classification of one pair, from that file alone."""
    pair = next(pair for pair in JUDGED if pair.name == pair_name)
    message = parse(pair.raw)
    return classify(message, lexicons().fitting(message.text), READER, NO_EARLIER)


def would_draft(classification: Classification) -> bool:
    return classification.kind in ANSWERABLE and not classification.unsure


def _cases() -> list[object]:
    return [
        pytest.param(
            pair,
            id=pair.name,
            marks=[pytest.mark.xfail(reason=MISJUDGED[pair.name], strict=True)] if pair.name in MISJUDGED else [],
        )
        for pair in JUDGED
    ]


@pytest.mark.parametrize("pair", _cases())
def test_a_pair_is_judged_as_expected(pair: Pair) -> None:
    found = judged(pair.name)
    told = {"kind": found.kind, "stage": found.stage, "subkind": found.subkind}

    assert {name: told[name] for name in told if name in pair.expected} == {
        name: pair.expected[name] for name in told if name in pair.expected
    }


def test_no_draft_is_made_where_none_is_called_for() -> None:
    wrong = [pair.name for pair in JUDGED if pair.expected["kind"] not in ANSWERABLE and would_draft(judged(pair.name))]

    assert wrong == []


def test_nearly_every_mail_that_calls_for_an_answer_would_get_one() -> None:
    calling = [pair.name for pair in JUDGED if pair.expected["kind"] in ANSWERABLE]
    drafted = [name for name in calling if would_draft(judged(name))]

    assert len(drafted) >= LEAST_DRAFTED * len(calling)


def test_evidence_of_the_corpus_stands_where_it_says() -> None:
    for pair in JUDGED:
        body = parse(pair.raw).body
        placed = [evidence for evidence in judged(pair.name).evidence if evidence.start is not None]
        assert all(body[evidence.start : evidence.end] == evidence.span for evidence in placed)


def test_names_are_used_once() -> None:
    assert len({pair.name for pair in JUDGED}) == len(JUDGED)

"""Phrases of a table, found in a text."""

from __future__ import annotations

import time

import pytest

from agent.core.cues import Phrases, words_of
from agent.resources import lexicons


def spans(phrase: str, text: str) -> list[str]:
    """What a phrase finds in a text."""
    return [text[hit.start : hit.end] for hit in Phrases({"group": [phrase]}).find(words_of(text))]


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("coding challenge", "A CODING-Challenge awaits", ["CODING-Challenge"]),
        ("we d like", "we’d like that, we'd like this", ["we’d like", "we'd like"]),
        ("entretien fixe", "Un entretien fixé hier", ["entretien fixé"]),
        ("offer", "We are offering offers", []),
        ("(invite|invites) you", "She invites you. I invite you", ["invites you", "invite you"]),
        ("a (short |quick |)call", "a call, a quick call", ["a call", "a quick call"]),
        ("# minutes", "in 30 minutes or ten minutes", ["30 minutes"]),
        ("invite you * interview", "invite you to our first interview", ["invite you to our first interview"]),
        ("invite you *1 interview", "invite you to our first interview", []),
    ],
)
def test_a_phrase_finds_whole_words_whatever_their_dress(phrase: str, text: str, found: list[str]) -> None:
    assert spans(phrase, text) == found


def test_a_phrase_ends_with_its_sentence() -> None:
    assert spans("like to * interview", "What would you like to do? The interview was short.") == []
    assert spans("other candidates", "one or the other\n\ncandidates are") == []


def test_a_phrase_goes_on_behind_the_end_of_a_line() -> None:
    assert spans("move forward", "we will not move\nforward") == ["move\nforward"]


def test_words_of_a_link_do_not_count() -> None:
    assert spans("interview", "see https://x.example/interview/now for the interview") == ["interview"]


def test_offsets_count_in_the_text_though_folding_changes_its_length() -> None:
    text = "Straße ﬁx İst der Termin"
    [hit] = Phrases({"group": ["der termin"]}).find(words_of(text))

    assert text[hit.start : hit.end] == "der Termin"


def test_the_sentences_that_ask_are_known() -> None:
    words = words_of("We met. Are you free? Yes.")

    assert [words.sentence(position) in words.questions for position in (0, 9, 23)] == [False, True, False]


@pytest.mark.parametrize("phrase", ["(a|b", "a|b", "a) b"])
def test_a_malformed_phrase_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="choice in a phrase"):
        Phrases({"group": [phrase]})


def _anchors() -> list[str]:
    cues = lexicons().of("en").kinds["cues"]
    return sorted(
        {phrase.partition(" ")[0].strip("(|").partition("|")[0] for group in cues.values() for phrase in group}
    )


def test_repeated_words_cost_in_proportion_to_their_number() -> None:
    phrases = Phrases(lexicons().of("en").kinds["cues"])
    whole = " ".join(_anchors())

    def cost(times: int) -> float:
        text = f"{whole} " * times
        begun = time.process_time()
        phrases.find(words_of(text))
        return time.process_time() - begun

    few, many = min(cost(20) for _ in range(3)), min(cost(40) for _ in range(3))
    assert many < 3.5 * few

"""The rule of when a letter asks anew, and the names by which a case is known: pure, so tried on many values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.core.model import (
    Alternative,
    Case,
    Kind,
    Matter,
    Pay,
    Period,
    Relocation,
    Stage,
    Todo,
    Verdict,
    WorkMode,
)
from agent.store.names import company_form, digest, normal_id
from agent.store.rounds import Question, outdates, question, repeats
from agent.store.values import clean, from_plain, to_plain
from tests.store.letters import THURSDAY, TUESDAY, WEDNESDAY, letter


def asked(case: Case) -> Question:
    return question(case.classification.kind, case.classification.stage, case.matter, case.verdict)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_letter_repeats_itself_unless_a_person_writes_again(kind: Kind) -> None:
    one = asked(letter(kind=kind, slots=(TUESDAY,), chosen=TUESDAY, stage=Stage.SCREEN))

    assert repeats(one, (one,)) is (kind is not Kind.FOLLOWUP)
    assert not repeats(one, ())


def test_fewer_times_repeat_as_long_as_the_chosen_one_is_among_them() -> None:
    first = asked(letter(slots=(TUESDAY, WEDNESDAY), chosen=WEDNESDAY))

    assert repeats(asked(letter(slots=(WEDNESDAY,))), (first,))
    assert not repeats(asked(letter(slots=(TUESDAY,))), (first,))
    assert not repeats(asked(letter(slots=(WEDNESDAY, THURSDAY))), (first,))


def test_what_an_earlier_copy_added_is_known() -> None:
    first, copy = asked(letter()), asked(letter(booking="https://book.example/1"))

    assert not repeats(copy, (first,))
    assert repeats(copy, (first, copy))


def test_a_new_fact_counts_where_it_changes_the_answer() -> None:
    first = asked(letter(chosen=TUESDAY, slots=(TUESDAY,)))
    facts: dict[str, object] = {"work_mode": WorkMode.ONSITE, "deadline": date(2026, 3, 9)}

    assert repeats(asked(letter(chosen=TUESDAY, slots=(TUESDAY,), matter_facts=facts)), (first,))
    assert not repeats(asked(letter(slots=(TUESDAY,), matter_facts=facts)), (first,))


def test_a_new_time_makes_a_draft_wrong_that_takes_another() -> None:
    first = asked(letter(slots=(TUESDAY,), chosen=TUESDAY))

    assert outdates(asked(letter(slots=(WEDNESDAY,))), (first,))
    assert not outdates(asked(letter(slots=(TUESDAY, WEDNESDAY))), (first,))
    assert not outdates(asked(letter(booking="https://book.example/1")), (first,))
    assert outdates(asked(letter(kind=Kind.REJECTION)), ())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Inc.", "ACME"),
        ("Société Générale S.A.", "Societe Generale"),
        ("Müller & Söhne GmbH & Co. KG", "muller sohne"),
        ("L'Oréal", "LOreal"),
        ("Northwind-Labs Ltd", "Northwind Labs"),
    ],
)
def test_a_company_is_the_same_in_every_spelling(one: str, other: str) -> None:
    assert company_form(one) == company_form(other) != ""


def test_a_name_of_nothing_but_a_legal_form_stays_a_name() -> None:
    assert company_form("SAS") == "sas"
    assert company_form(None) == company_form(" - ") == ""
    assert company_form("Acme") != company_form("Acme Robotics")


@given(st.lists(st.text(), min_size=1, max_size=4), st.lists(st.text(), min_size=1, max_size=4))
def test_a_digest_tells_any_parts_from_any_others(one: list[str], other: list[str]) -> None:
    assert (digest(*one) == digest(*other)) is (one == other)


@given(st.text())
def test_any_text_has_a_form_and_an_id_or_none(odd: str) -> None:
    assert company_form(company_form(odd)) == company_form(odd)
    assert normal_id(f" <{odd}> ") == normal_id(odd)
    assert "\0" not in clean(odd)


@given(st.builds(Matter), st.builds(Verdict))
def test_any_value_comes_back_from_its_plain_form(matter: Matter, verdict: Verdict) -> None:
    assert from_plain(Matter, to_plain(matter)) == matter
    assert from_plain(Verdict, to_plain(verdict)) == verdict


def test_every_kind_of_field_comes_back_from_its_plain_form() -> None:
    case = letter(slots=(TUESDAY,), chosen=TUESDAY)
    assert case.matter is not None
    pay = Pay(Decimal("50000.50"), None, "EUR", Period.YEAR)
    facts: dict[str, object] = {"pay": pay, "relocation": Relocation.NONE, "deadline": date(2026, 3, 9)}
    matter = letter(slots=(TUESDAY,), matter_facts=facts).matter
    assert matter is not None
    verdict = (
        Verdict(action=case.verdict.action, runner_up=Alternative(case.verdict.action), todo=Todo("book", None))
        if case.verdict
        else None
    )
    assert verdict is not None

    assert from_plain(Matter, to_plain(matter)) == matter
    assert from_plain(Verdict, to_plain(verdict)) == verdict
    assert from_plain(Matter, {**to_plain(matter), "not_known_any_more": 1}) == matter  # type: ignore[dict-item]

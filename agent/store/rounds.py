"""When a letter of a known case asks something new, and when it only says again what was said.

One interview brings up to five letters: the recruiting system's text, a calendar request, a scheduler's confirmation,
reminders, updates. They are one case and lead to one draft. So a letter **repeats** what the last draft answers when

* it is of the same kind and no followup (a followup is always a person writing again),
* it does not reply to something the user wrote meanwhile,
* it offers no time that was not on offer, and leaves in the time the draft has chosen; a calendar request sent again
  with a higher SEQUENCE and another time therefore does ask anew,
* where it offers no times, it names no other stage and no first booking page, and
* no fact it adds (pay, place of work, permit, relocation, deadline) changes the answer.

A repetition brings no draft, whatever became of the last one: an untouched draft stays, an edited one is the user's, a
deleted one is not made again, an answered question is answered. Everything else asks anew and starts its own round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agent.core.model import (
    ANSWERABLE,
    Action,
    Kind,
    Matter,
    NudgeKind,
    Reason,
    Stage,
    Verdict,
)
from agent.store.schema import as_utc
from connectors.base import DraftState

ENDING = frozenset({Kind.REJECTION, Kind.CANCELLATION, Kind.CONFIRMATION, Kind.OFFER})
"""The kinds that end the question a draft answers, whether or not they bring a draft of their own."""

WEIGHTY = ANSWERABLE | ENDING
"""The kinds that move a case on; the others are recorded with it."""

_EVERY = frozenset(NudgeKind)
_NAGGING = frozenset({NudgeKind.REPLY_OWED, NudgeKind.HOLD_PROMISED, NudgeKind.BOOK_BY})

VOIDED_BY_LETTER = {
    Kind.REJECTION: _EVERY,
    Kind.CANCELLATION: _EVERY,
    Kind.RESCHEDULE: _EVERY,
    Kind.CONFIRMATION: _NAGGING,
    Kind.OFFER: _NAGGING,
}
"""The untold nudges of a case that a letter of this kind makes void."""

VOIDED_BY_FATE = {
    DraftState.SENT: frozenset({NudgeKind.REPLY_OWED}),
    DraftState.GONE: _EVERY,
    DraftState.SUPERSEDED: _EVERY,
}
"""The untold nudges of a draft that its fate makes void. Once a hold is sent, what it promised begins to count."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a draft says, reduced to what tells one answer from another."""

    action: Action
    reason: Reason
    slot: datetime | None
    questions: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a letter asks, reduced to what tells one question from another."""

    kind: Kind
    stage: Stage | None = None
    slots: frozenset[datetime] = frozenset()
    booking: bool = False
    facts: frozenset[tuple[str, str]] = frozenset()
    answer: Answer | None = None


def question(kind: Kind, stage: Stage | None, matter: Matter | None, verdict: Verdict | None) -> Question:
    """What a letter asks, from what was read in it and how it was weighed."""
    if matter is None:
        return Question(kind=kind, stage=stage)
    return Question(
        kind=kind,
        stage=None if stage is Stage.UNSPECIFIED else stage,
        slots=frozenset(as_utc(slot.starts_at) for slot in matter.slots),
        booking=matter.scheduling_url is not None,
        facts=_facts(matter),
        answer=_answer(verdict) if verdict else None,
    )


def repeats(new: Question, asked: Sequence[Question]) -> bool:
    """True where a letter says only what the letters behind one draft said; the draft was written for the first."""
    if new.kind is Kind.FOLLOWUP or new.kind not in {one.kind for one in asked}:
        return False
    if _has_new_facts(new, asked) and new.answer not in {None, asked[0].answer}:
        return False
    return _offers_the_same(new, asked) if new.slots else _leaves_open_the_same(new, asked)


def outdates(new: Question, asked: Sequence[Question]) -> bool:
    """True where a letter makes a draft wrong though it brings none: the time it accepts is no longer on offer."""
    if new.kind in ENDING or new.kind is Kind.RESCHEDULE:
        return True
    chosen = asked[0].answer.slot if asked and asked[0].answer else None
    return new.kind in ANSWERABLE and bool(new.slots) and chosen is not None and chosen not in new.slots


def _offers_the_same(new: Question, asked: Sequence[Question]) -> bool:
    chosen = asked[0].answer.slot if asked[0].answer else None
    offered = frozenset().union(*(one.slots for one in asked))
    return new.slots <= offered and (chosen is None or chosen in new.slots)


def _leaves_open_the_same(new: Question, asked: Sequence[Question]) -> bool:
    stages = {one.stage for one in asked} - {None}
    if new.stage is not None and stages and new.stage not in stages:
        return False
    return not new.booking or any(one.booking or one.slots for one in asked)


def _has_new_facts(new: Question, asked: Sequence[Question]) -> bool:
    return not new.facts <= frozenset().union(*(one.facts for one in asked))


def _answer(verdict: Verdict) -> Answer:
    slot = as_utc(verdict.slot.starts_at) if verdict.slot else None
    return Answer(verdict.action, verdict.reason, slot, frozenset(verdict.questions))


def _facts(matter: Matter) -> frozenset[tuple[str, str]]:
    said = {
        "pay": matter.pay,
        "work_mode": matter.work_mode,
        "relocation": matter.relocation,
        "sponsorship": matter.sponsorship,
        "deadline": matter.deadline,
    }
    return frozenset((name, str(fact)) for name, fact in said.items() if fact is not None)


class CaseStatus(StrEnum):
    """How a case stands, for people."""

    OPEN = "open"  #: something is asked of the user
    ANSWERED = "answered"  #: the user answered; the other side's turn
    AGREED = "agreed"  #: an interview is agreed
    DECLINED = "declined"  #: the user said no
    LEFT = "left"  #: the user deleted the draft: leave it alone
    ENDED = "ended"  #: the other side ended it
    NOTED = "noted"  #: nothing was asked so far


GOING_ON = frozenset({CaseStatus.OPEN, CaseStatus.ANSWERED, CaseStatus.AGREED})
"""A case that may still lead to a job."""

OVER = frozenset({CaseStatus.DECLINED, CaseStatus.ENDED})
"""A case whose letters need not be considered again."""


def status_after(kind: Kind) -> CaseStatus | None:
    """How a case stands after a letter of this kind; None where the letter leaves it as it was."""
    if kind in {Kind.REJECTION, Kind.CANCELLATION}:
        return CaseStatus.ENDED
    if kind is Kind.CONFIRMATION:
        return CaseStatus.AGREED
    return CaseStatus.OPEN if kind in WEIGHTY else None


def status_after_fate(state: DraftState, decision: Action | None) -> CaseStatus | None:
    """How a case stands once its last draft was sent or deleted; None where that tells nothing."""
    if state is DraftState.SENT:
        return CaseStatus.DECLINED if decision is Action.DECLINE else CaseStatus.ANSWERED
    return CaseStatus.LEFT if state is DraftState.GONE else None

"""What happens when a letter is kept: one transaction from a message to its case, its draft and its nudges."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import Enum

from sqlalchemy import Connection, RowMapping, delete, exists, insert, select, update

from agent.core.model import Action, Case, DraftProposal, Kind, NudgeKind, Purpose, Reason
from agent.store import drafts
from agent.store.cases import (
    add_message,
    bear_names,
    drop_sources,
    find,
    is_known,
    is_overtaken,
    is_shared,
    learn,
    lies_at,
    move_on,
    names_borne,
    open_case,
    opens_a_case,
    questions_behind,
    telling,
    was_agreed_before,
)
from agent.store.diary import Event, in_words, note
from agent.store.names import conversation_names, identity, names_of, referred_ids
from agent.store.rounds import VOIDED_BY_LETTER, WEIGHTY, Question, outdates, question, repeats
from agent.store.schema import cases, journal, messages, names, nudges, proposals, stuck
from agent.store.values import to_plain
from connectors.base import DraftState, RawMessage


class Course(Enum):
    """What a letter does to its case."""

    ASKS_ANEW = "asks anew"
    REPEATS = "repeats"
    OVERTAKEN = "overtaken"
    QUIET = "quiet"


_NOT_DRAFTED = {
    Course.REPEATS: "asks what an earlier mail asked: the first draft stands",
    Course.OVERTAKEN: "older than what is known already: nothing is drafted",
}
"""Why a letter that could be answered got no draft."""


def keep(work: Connection, case: Case, at: datetime) -> Case | None:
    """Record one letter and what came of it; the case as it was kept, None where the letter was kept before."""
    if is_known(work, identity(case.message)):
        return None
    case_id = _case_of(work, case, at)
    if case_id is None:
        add_message(work, case, None, at)
        return case
    last = drafts.latest(work, case_id, _purpose(case))
    asked = questions_behind(work, last) if last else ()
    course = _course(work, case, case_id, last, asked)
    kept = _as_kept(case, course)
    message = add_message(work, kept, case_id, at)
    bear_names(work, case_id, case)
    _tell(work, Event.UNSURE if case.classification.unsure else Event.LETTER, case, case_id, at)
    if course is Course.OVERTAKEN:
        _tell(work, Event.OVERTAKEN, case, case_id, at)
        return kept
    learn(work, case_id, case, at)
    if course is Course.REPEATS and last is not None:
        work.execute(update(messages).where(messages.c.id == message).values(draft_key=last["key"]))
        _tell(work, Event.REPEATED, case, case_id, at)
    elif course is Course.ASKS_ANEW:
        key = _ask_anew(work, case, case_id, message, asked, at)
        kept = replace(case, proposal=replace(case.proposal, key=key)) if key and case.proposal else case
    drop_sources(work, case_id)
    return kept


def _as_kept(case: Case, course: Course) -> Case:
    """A letter without the draft and the nudges that are not kept of it, and why they are not."""
    if course is Course.ASKS_ANEW:
        return case
    return replace(case, proposal=None, nudges=(), stopped=_NOT_DRAFTED.get(course, case.stopped))


def renew(work: Connection, old: DraftProposal, case: Case, at: datetime) -> str | None:
    """Let a stale proposal that lies nowhere give way to what is right now; the key of the new one, if there is one."""
    row = work.execute(select(proposals).where(proposals.c.key == old.key)).mappings().one_or_none()
    if row is None:
        return None
    if row["state"] != DraftState.ABSENT or row["gave_way_at"] is not None:
        return _renewal(work, row)
    _close(work, row, at)
    facts = {"verdict": to_plain(case.verdict), "stopped": case.stopped, "draft_key": None}
    work.execute(update(messages).where(messages.c.id == row["message"]).values(facts))
    note(work, Event.RENEWED, account=row["account"], case_id=row["case_id"], at=at)
    move_on(work, row["case_id"], case)
    key = _propose(work, case, row["case_id"], row["message"], at)
    if key:
        work.execute(update(messages).where(messages.c.draft_key == old.key).values(draft_key=key))
    return key


def set_aside(work: Connection, raw: RawMessage, why: str, at: datetime) -> None:
    """Record a letter that broke a stage, once."""
    ref = raw.ref
    lies = lies_at(ref)
    if work.execute(select(exists(select(stuck.c.id).where(lies)))).scalar():
        return
    row = {"account": ref.account, "folder": ref.folder, "key": ref.key, "received_at": raw.received_at, "why": why}
    work.execute(insert(stuck).values(at=at, **row))
    note(work, Event.STUCK, account=ref.account, case_id=None, at=at, why=why)


def _close(work: Connection, row: RowMapping, at: datetime) -> None:
    facts = {"state": DraftState.SUPERSEDED, "gave_way_at": at, "changed_at": at}
    work.execute(update(proposals).where(proposals.c.key == row["key"]).values(facts))
    drafts.void(work, nudges.c.draft_key == row["key"], NudgeKind)


def _renewal(work: Connection, row: RowMapping) -> str | None:
    """The proposal that took the place of one for the same letter."""
    successors = drafts.live(work, [row["case_id"]], Purpose(row["purpose"]))
    same = (one["key"] for one in successors if one["message"] == row["message"] and one["key"] != row["key"])
    return next(same, None)


# ------------------------------------------------------------------------------------------------ the case of a letter


def _case_of(work: Connection, case: Case, at: datetime) -> int | None:
    """The case a letter belongs to: found by its names, made one where they name several, opened where none does."""
    found = find(work, telling(work, case.message, names_of(case)))
    if found:
        for other in found[1:]:
            _merge(work, other, into=found[0], account=case.raw.ref.account, at=at)
        return found[0]
    return open_case(work, at) if opens_a_case(case) else None


def _merge(work: Connection, other: int, *, into: int, account: str, at: datetime) -> None:
    """Make two cases one: the older number stays, of two live drafts for one purpose the newer stands."""
    standing: dict[str, RowMapping] = {}
    for row in drafts.live(work, [into, other]):
        if earlier := standing.get(row["purpose"]):
            drafts.give_way(work, earlier, at)
        standing[row["purpose"]] = row
    theirs = nudges.alias()
    twice = exists().where(theirs.c.case_id == into, theirs.c.kind == nudges.c.kind, theirs.c.due_at == nudges.c.due_at)
    work.execute(delete(nudges).where(nudges.c.case_id == other, twice))
    for table in (names, messages, proposals, nudges, journal):
        work.execute(update(table).where(table.c.case_id == other).values(case_id=into))
    _merge_facts(work, other, into)
    work.execute(delete(cases).where(cases.c.id == other))
    note(work, Event.MERGED, account=account, case_id=into, at=at)


def _merge_facts(work: Connection, other: int, into: int) -> None:
    mine, theirs = (
        work.execute(select(cases).where(cases.c.id == number)).mappings().one() for number in (into, other)
    )
    newer, older = (theirs, mine) if theirs["last_at"] > mine["last_at"] else (mine, theirs)
    told = ("role", "contact_name", "starts_at")
    said = {fact: older[fact] if newer[fact] is None else newer[fact] for fact in told}
    stands = {fact: newer[fact] for fact in ("status", "decision", "reason", "last_at")}
    company = mine["company"] or theirs["company"]
    work.execute(update(cases).where(cases.c.id == into).values(company=company, **said, **stands))


# ------------------------------------------------------------------------------------------------ its draft


def _purpose(case: Case) -> Purpose:
    return case.proposal.purpose if case.proposal else Purpose.ANSWER


def _course(work: Connection, case: Case, case_id: int, last: RowMapping | None, asked: tuple[Question, ...]) -> Course:
    """What a letter does to its case; the rule is told in :mod:`agent.store.rounds`."""
    judged = case.classification
    if case.proposal is None and (judged.unsure or judged.kind not in WEIGHTY):
        return Course.QUIET
    if is_overtaken(work, case_id, case):
        return Course.OVERTAKEN
    if last is None or last["state"] == DraftState.SUPERSEDED or last["gave_way_at"] is not None:
        return Course.ASKS_ANEW
    if _reminds_of_the_agreed(work, case, case_id, last):
        return Course.QUIET
    if repeats(_question(case), asked) and not _replies_to_the_user(work, case, case_id):
        return Course.REPEATS
    return Course.ASKS_ANEW


def _reminds_of_the_agreed(work: Connection, case: Case, case_id: int, last: RowMapping) -> bool:
    """True for a reminder of a time that stood before the draft's question came: it does not end that question."""
    if case.classification.kind is not Kind.CONFIRMATION or case.matter is None or case.matter.agreed is None:
        return False
    return was_agreed_before(work, case_id, case.matter.agreed.starts_at, last["message"])


def _replies_to_the_user(work: Connection, case: Case, case_id: int) -> bool:
    """True for a letter of a known conversation that answers something which did not come from the other side."""
    known = names_borne(work, case_id)
    if known.isdisjoint(conversation_names(referred_ids(case.message))):
        return False
    ours = work.execute(select(proposals.c.message_id).where(proposals.c.case_id == case_id)).scalars()
    theirs = known - set(conversation_names(ours))
    return not theirs.issuperset(conversation_names(case.message.in_reply_to))


def _question(case: Case) -> Question:
    judged = case.classification
    return question(judged.kind, judged.stage, case.matter, case.verdict)


def _ask_anew(
    work: Connection, case: Case, case_id: int, message: int, asked: tuple[Question, ...], at: datetime
) -> str | None:
    """Let what a letter brings take the place of what stood before; the key of its draft, if it brings one."""
    if case.proposal is not None or outdates(_question(case), asked):
        for row in drafts.live(work, [case_id], _purpose(case)):
            drafts.give_way(work, row, at)
    if void := VOIDED_BY_LETTER.get(case.classification.kind):
        drafts.void(work, nudges.c.case_id == case_id, void)
    move_on(work, case_id, case)
    return _propose(work, case, case_id, message, at)


def _propose(work: Connection, case: Case, case_id: int, message: int, at: datetime) -> str | None:
    """Record the proposal of a letter, if it brings one, and its nudges."""
    key = None
    if case.proposal is not None:
        proposal = case.proposal
        if is_shared(work, case.message):
            drafts.distrust(work, case.message.message_id)
            proposal = replace(proposal, answered_id=None)
        key = drafts.add(work, proposal, case_id=case_id, message=message, at=at)
        work.execute(update(messages).where(messages.c.id == message).values(draft_key=key))
        _tell(work, Event.DRAFTED, case, case_id, at)
    drafts.add_nudges(work, case.nudges, case_id=case_id, key=key or "")
    return key


def _tell(work: Connection, event: Event, case: Case, case_id: int, at: datetime) -> None:
    verdict = case.verdict
    reason = f" ({in_words(verdict.reason)})" if verdict and verdict.reason is not Reason.NONE else ""
    said = {
        "kind": in_words(case.classification.kind),
        "action": in_words(verdict.action if verdict else Action.NONE),
        "reason": reason,
    }
    note(work, event, account=case.raw.ref.account, case_id=case_id, at=at, **said)

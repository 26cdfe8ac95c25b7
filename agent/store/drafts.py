"""The rows of proposals: added, giving way, settled; and of the nudges that hang on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    TextClause,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from agent.core.model import Action, Address, Draft, DraftProposal, Nudge, NudgeKind, Purpose
from agent.store.cases import drop_sources
from agent.store.diary import EVENT_OF_FATE, Event, note
from agent.store.names import conversation_names, digest
from agent.store.rounds import VOIDED_BY_FATE, CaseStatus, status_after_fate
from agent.store.schema import LIVE, as_utc, cases, messages, names, nudges, proposals
from agent.store.values import from_plain, to_plain, tuple_from_plain
from connectors.base import DraftState, Handle, Mark, MessageRef

_FINAL = frozenset({DraftState.SENT, DraftState.GONE})
_LYING = frozenset({DraftState.WAITING, DraftState.EDITED})


def add(work: Connection, proposal: DraftProposal, *, case_id: int, message: int, at: datetime) -> str:
    """Record a proposal as the next round of its case and purpose; the key it was given."""
    rounds = select(func.coalesce(func.max(proposals.c.round), 0)).where(_same_purpose(case_id, proposal.purpose))
    number = int(work.execute(rounds).scalar_one()) + 1
    key = f"{case_id}.{proposal.purpose}.{number}.{digest(proposal.message_id)[:12]}"
    row = {
        "key": key,
        "case_id": case_id,
        "message": message,
        "purpose": proposal.purpose,
        "round": number,
        "account": proposal.account,
        "answered_id": proposal.answered_id,
        "answered_received_at": proposal.answered_received_at,
        "sender": to_plain(proposal.sender),
        "to": to_plain(proposal.to),
        "cc": to_plain(proposal.cc),
        "subject": proposal.subject,
        "message_id": proposal.message_id,
        "in_reply_to": proposal.in_reply_to,
        "references": to_plain(proposal.references),
        "language": proposal.language[:32],
        "template": proposal.template,
        "body": proposal.body,
        "octets": proposal.octets,
        "good_until": proposal.good_until,
        "state": DraftState.ABSENT,
        "made_at": at,
        "changed_at": at,
    }
    work.execute(insert(proposals).values(row))
    _name_case(work, case_id, proposal.message_id)
    return key


def distrust(work: Connection, message_id: str | None) -> None:
    """Let no answer be known by a Message-ID that several letters bear: it may be the answer to any of them."""
    work.execute(update(proposals).where(proposals.c.answered_id == message_id).values(answered_id=None))


def _name_case(work: Connection, case_id: int, message_id: str) -> None:
    """Let an answer to our draft be known as part of its case."""
    for sort, name in conversation_names((message_id,)):
        taken = exists().where(names.c.sort == sort, names.c.digest == name)
        if not work.execute(select(taken)).scalar():
            work.execute(insert(names).values(sort=sort, digest=name, case_id=case_id))


def latest(work: Connection, case_id: int, purpose: Purpose) -> RowMapping | None:
    """The proposal of the newest round of a case and purpose."""
    rounds = select(proposals).where(_same_purpose(case_id, purpose)).order_by(proposals.c.id.desc()).limit(1)
    return work.execute(rounds).mappings().one_or_none()


def live(work: Connection, case_ids: Sequence[int], purpose: Purpose | None = None) -> list[RowMapping]:
    """The proposals of some cases that are still ours and still meant, the oldest first."""
    wanted = select(proposals).where(proposals.c.case_id.in_(case_ids), LIVE).order_by(proposals.c.id)
    return list(work.execute(wanted.where(proposals.c.purpose == purpose) if purpose else wanted).mappings())


def give_way(work: Connection, row: RowMapping, at: datetime) -> None:
    """Let a live proposal give way: one that never came near the drafts folder is done with, another is taken back."""
    untried = row["state"] == DraftState.ABSENT and row["mark"] is None
    facts: dict[str, object] = {"gave_way_at": at}
    if untried:
        facts |= {"state": DraftState.SUPERSEDED, "changed_at": at}
    work.execute(update(proposals).where(proposals.c.key == row["key"]).values(facts))
    void(work, nudges.c.draft_key == row["key"], NudgeKind)
    note(work, Event.GAVE_WAY, account=row["account"], case_id=row["case_id"], at=at)


def intend(work: Connection, key: str, mark: Mark) -> None:
    """Record how the drafts stood before a placing; one that gave way in the meantime may now come to lie there."""
    unmarked = update(proposals).where(proposals.c.key == key, proposals.c.mark.is_(None))
    work.execute(unmarked.values(mark=mark))
    too_late = (proposals.c.key == key, proposals.c.state == DraftState.SUPERSEDED, proposals.c.handle.is_(None))
    work.execute(update(proposals).where(*too_late).values(state=DraftState.ABSENT))


def refused(work: Connection, key: str) -> None:
    """Take back the mark of a placing that was refused."""
    work.execute(update(proposals).where(proposals.c.key == key, proposals.c.handle.is_(None)).values(mark=None))


def settle(work: Connection, key: str, state: DraftState, handle: Handle | None, at: datetime) -> None:
    """Record what became of a proposal; what was sent or deleted stays so, whatever is said later."""
    row = work.execute(select(proposals).where(proposals.c.key == key)).mappings().one_or_none()
    if row is None or state is DraftState.ABSENT or row["state"] in _FINAL:
        return
    facts = _fate(work, row, state, handle, at)
    if not facts:
        return
    work.execute(update(proposals).where(proposals.c.key == key).values(facts))
    if "state" in facts:
        _follow(work, row, state, at)


def _fate(
    work: Connection, row: RowMapping, state: DraftState, handle: Handle | None, at: datetime
) -> dict[str, object]:
    """The columns that change."""
    facts: dict[str, object] = {}
    if state != row["state"]:
        facts |= {"state": state, "changed_at": at}
    if handle is not None and handle != row["handle"]:
        facts["handle"] = handle
    if state in _LYING and row["placed_at"] is None:
        facts["placed_at"] = at
    if state is DraftState.WAITING and row["gave_way_at"] is None and _has_successor(work, row):
        facts["gave_way_at"] = at
    return facts


def _follow(work: Connection, row: RowMapping, state: DraftState, at: datetime) -> None:
    """Let nudges, case and journal follow the fate of a draft."""
    note(work, EVENT_OF_FATE[state], account=row["account"], case_id=row["case_id"], at=at)
    if state in VOIDED_BY_FATE:
        void(work, nudges.c.draft_key == row["key"], VOIDED_BY_FATE[state])
    last = latest(work, row["case_id"], Purpose(row["purpose"]))
    if last is not None and last["key"] == row["key"] and row["purpose"] == Purpose.ANSWER:
        _move_case(work, row["case_id"], state)
    drop_sources(work, row["case_id"])


def _move_case(work: Connection, case_id: int, state: DraftState) -> None:
    decision = work.execute(select(cases.c.decision).where(cases.c.id == case_id)).scalar()
    if status := status_after_fate(state, Action(decision) if decision else None):
        open_still = (cases.c.id == case_id, cases.c.status == CaseStatus.OPEN)
        work.execute(update(cases).where(*open_still).values(status=status))


def _has_successor(work: Connection, row: RowMapping) -> bool:
    same = _same_purpose(row["case_id"], Purpose(row["purpose"]))
    return bool(work.execute(select(exists().where(same, LIVE, proposals.c.key != row["key"]))).scalar())


def _same_purpose(case_id: int, purpose: Purpose) -> ColumnElement[bool]:
    return and_(proposals.c.case_id == case_id, proposals.c.purpose == purpose)


# ------------------------------------------------------------------------------------------------ told to the story


def by_key(work: Connection, key: str) -> DraftProposal:
    """The proposal with that key."""
    return proposal_of(work.execute(with_source().where(proposals.c.key == key)).mappings().one())


def unplaced(work: Connection, account: str) -> tuple[DraftProposal, ...]:
    """The live proposals of an account that were not placed yet."""
    return tuple(proposal_of(row) for row in _of(work, account, LIVE, proposals.c.state == DraftState.ABSENT))


def superseded(work: Connection, account: str) -> tuple[Draft, ...]:
    """The proposals of an account that gave way and lie, or may lie, in its drafts folder untouched."""
    may_lie = or_(
        proposals.c.state == DraftState.WAITING,
        and_(proposals.c.state == DraftState.ABSENT, proposals.c.mark.is_not(None)),
    )
    return tuple(draft_of(row) for row in _of(work, account, proposals.c.gave_way_at.is_not(None), may_lie))


def waiting(work: Connection, account: str) -> tuple[Draft, ...]:
    """The drafts of an account that lie there for the user to send."""
    lies = or_(and_(LIVE, proposals.c.state == DraftState.WAITING), proposals.c.state == DraftState.EDITED)
    return tuple(draft_of(row) for row in _of(work, account, lies))


def _of(work: Connection, account: str, *which: ColumnElement[bool] | TextClause) -> Iterable[RowMapping]:
    wanted = with_source().where(proposals.c.account == account, *which).order_by(proposals.c.id)
    return work.execute(wanted).mappings()


def with_source() -> Select[tuple[object, ...]]:
    """Proposals, each with the place of the letter it answers."""
    return select(
        proposals,
        messages.c.account.label("source_account"),
        messages.c.folder.label("source_folder"),
        messages.c.key.label("source_key"),
    ).join(messages, proposals.c.message == messages.c.id)


def proposal_of(row: RowMapping) -> DraftProposal:
    """The proposal as it was given, with its key and its mark."""
    return DraftProposal(
        key=row["key"],
        account=row["account"],
        source=MessageRef(row["source_account"], row["source_folder"], row["source_key"]),
        answered_id=row["answered_id"],
        answered_received_at=row["answered_received_at"],
        purpose=Purpose(row["purpose"]),
        sender=from_plain(Address, row["sender"]),
        to=tuple_from_plain(Address, row["to"]),
        cc=tuple_from_plain(Address, row["cc"]),
        subject=row["subject"],
        message_id=row["message_id"],
        in_reply_to=row["in_reply_to"],
        references=tuple_from_plain(str, row["references"]),
        language=row["language"],
        template=row["template"],
        body=row["body"],
        octets=bytes(row["octets"]),
        good_until=row["good_until"],
        mark=row["mark"],
    )


def draft_of(row: RowMapping) -> Draft:
    """The proposal and what became of it."""
    placed_at = row["placed_at"] or row["made_at"]
    return Draft(proposal_of(row), row["handle"], placed_at, DraftState(row["state"]))


# ------------------------------------------------------------------------------------------------ nudges


def add_nudges(work: Connection, new: Sequence[Nudge], *, case_id: int, key: str) -> None:
    """Record what is to be told, each kind and time of a case once."""
    known = select(nudges.c.kind, nudges.c.due_at).where(nudges.c.case_id == case_id)
    told = {(NudgeKind(row.kind), row.due_at) for row in work.execute(known)}
    for nudge in new:
        if (nudge.kind, as_utc(nudge.due_at)) not in told:
            told.add((nudge.kind, as_utc(nudge.due_at)))
            row = {"kind": nudge.kind, "due_at": nudge.due_at, "until": nudge.until, "text": nudge.text}
            work.execute(insert(nudges).values(case_id=case_id, draft_key=nudge.draft_key or key, **row))


def void(work: Connection, whose: ColumnElement[bool], kinds: Iterable[NudgeKind]) -> None:
    """Remove nudges that were not told and need not be."""
    work.execute(delete(nudges).where(whose, nudges.c.told_at.is_(None), nudges.c.kind.in_(list(kinds))))


def claim_nudges(work: Connection, now: datetime) -> tuple[Nudge, ...]:
    """The nudges that are due, marked as told; whoever asks next is not given them."""
    due = update(nudges).where(nudges.c.due_at <= now, nudges.c.told_at.is_(None)).values(told_at=now)
    rows = sorted(work.execute(due.returning(nudges)).mappings(), key=lambda row: (row["due_at"], row["id"]))
    for row in rows:
        account = _account_of(work, row["case_id"])
        note(work, Event.TOLD, account=account, case_id=row["case_id"], at=now, nudge=row["kind"].replace("_", " "))
    return tuple(nudge_of(row) for row in rows)


def _account_of(work: Connection, case_id: int) -> str:
    """The account that the newest letter of a case came to."""
    letters = select(messages.c.account).where(messages.c.case_id == case_id).order_by(messages.c.id.desc()).limit(1)
    return str(work.execute(letters).scalar_one())


def nudge_of(row: RowMapping) -> Nudge:
    """The nudge as it was given, tied to its draft."""
    return Nudge(NudgeKind(row["kind"]), row["due_at"], row["text"], row["draft_key"], row["until"])

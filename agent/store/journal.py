"""All that people ask of the store: what is open, why something was decided, what could not be read.

The journal is told, never replayed. The words of a mail that a verdict rests on are quoted in the verdict, which hangs
on its letter and is forgotten with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from agent.core.model import (
    Action,
    Classification,
    Draft,
    Evidence,
    Kind,
    Matter,
    Nudge,
    Reason,
    Stage,
    Subkind,
    Verdict,
)
from agent.store.cases import matter_of, verdict_of
from agent.store.drafts import draft_of, nudge_of, with_source
from agent.store.rounds import GOING_ON, CaseStatus
from agent.store.schema import cases, journal, messages, nudges, proposals, stuck
from agent.store.values import tuple_from_plain
from connectors.base import DraftState, MessageRef


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSummary:
    """One case in one line. ``draft`` is what became of its newest draft, None where it never had one."""

    id: int
    company: str | None
    role: str | None
    contact_name: str | None
    starts_at: datetime | None
    status: CaseStatus
    decision: Action | None
    reason: Reason
    opened_at: datetime
    last_at: datetime
    accounts: tuple[str, ...]
    draft: DraftState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter of a case: what it was read to be and how it was weighed."""

    ref: MessageRef
    message_id: str | None
    sent_at: datetime | None
    received_at: datetime
    sender: str
    subject: str
    classification: Classification
    matter: Matter | None
    verdict: Verdict | None
    stopped: str
    draft_key: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal."""

    at: datetime
    account: str
    case_id: int | None
    event: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """All that is known of one case: its letters with the rules that fired, its drafts, nudges ahead and journal."""

    summary: CaseSummary
    letters: tuple[Letter, ...]
    drafts: tuple[Draft, ...]
    nudges: tuple[Nudge, ...]
    journal: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class StuckLetter:
    """A letter that broke a stage and was set aside."""

    ref: MessageRef
    received_at: datetime
    why: str
    at: datetime


def case_summaries(work: Connection, *, open_only: bool) -> tuple[CaseSummary, ...]:
    """The cases, the one that last moved first."""
    wanted = select(cases).order_by(cases.c.last_at.desc(), cases.c.id.desc())
    rows = work.execute(wanted.where(cases.c.status.in_(GOING_ON)) if open_only else wanted).mappings()
    return tuple(_summary(work, row) for row in list(rows))


def case_file(work: Connection, case_id: int) -> CaseFile | None:
    """All that is known of one case."""
    row = work.execute(select(cases).where(cases.c.id == case_id)).mappings().one_or_none()
    if row is None:
        return None
    letters = select(messages).where(messages.c.case_id == case_id).order_by(messages.c.id)
    ours = with_source().where(proposals.c.case_id == case_id).order_by(proposals.c.id)
    ahead = select(nudges).where(nudges.c.case_id == case_id, nudges.c.told_at.is_(None)).order_by(nudges.c.due_at)
    return CaseFile(
        summary=_summary(work, row),
        letters=tuple(_letter(one) for one in work.execute(letters).mappings()),
        drafts=tuple(draft_of(one) for one in work.execute(ours).mappings()),
        nudges=tuple(nudge_of(one) for one in work.execute(ahead).mappings()),
        journal=entries(work, case_id=case_id),
    )


def entries(work: Connection, *, case_id: int | None = None, since: datetime | None = None) -> tuple[Entry, ...]:
    """The journal, of one case or of all, the oldest line first."""
    wanted = select(journal).order_by(journal.c.id)
    if case_id is not None:
        wanted = wanted.where(journal.c.case_id == case_id)
    if since is not None:
        wanted = wanted.where(journal.c.at >= since)
    return tuple(
        Entry(row["at"], row["account"], row["case_id"], row["event"], row["text"])
        for row in work.execute(wanted).mappings()
    )


def nudges_ahead(work: Connection) -> tuple[Nudge, ...]:
    """The nudges that were not told yet, the next one first."""
    ahead = select(nudges).where(nudges.c.told_at.is_(None)).order_by(nudges.c.due_at, nudges.c.id)
    return tuple(nudge_of(row) for row in work.execute(ahead).mappings())


def unsure_letters(work: Connection) -> tuple[Letter, ...]:
    """The letters the reader abstained from judging, the newest first."""
    wanted = select(messages).where(messages.c.unsure).order_by(messages.c.received_at.desc(), messages.c.id.desc())
    return tuple(_letter(row) for row in work.execute(wanted).mappings())


def stuck_letters(work: Connection) -> tuple[StuckLetter, ...]:
    """The letters that were set aside, the newest first."""
    rows = work.execute(select(stuck).order_by(stuck.c.id.desc())).mappings()
    return tuple(StuckLetter(_ref(row), row["received_at"], row["why"], row["at"]) for row in rows)


def _summary(work: Connection, row: RowMapping) -> CaseSummary:
    accounts = select(messages.c.account).where(messages.c.case_id == row["id"]).distinct().order_by(messages.c.account)
    newest = select(proposals.c.state).where(proposals.c.case_id == row["id"]).order_by(proposals.c.id.desc()).limit(1)
    state = work.execute(newest).scalar()
    return CaseSummary(
        id=row["id"],
        company=row["company"],
        role=row["role"],
        contact_name=row["contact_name"],
        starts_at=row["starts_at"],
        status=CaseStatus(row["status"]),
        decision=Action(row["decision"]) if row["decision"] else None,
        reason=Reason(row["reason"]) if row["reason"] else Reason.NONE,
        opened_at=row["opened_at"],
        last_at=row["last_at"],
        accounts=tuple(work.execute(accounts).scalars()),
        draft=DraftState(state) if state else None,
    )


def _letter(row: RowMapping) -> Letter:
    return Letter(
        ref=_ref(row),
        message_id=row["message_id"],
        sent_at=row["sent_at"],
        received_at=row["received_at"],
        sender=row["sender"] or "",
        subject=row["subject"] or "",
        classification=_classification(row),
        matter=matter_of(row),
        verdict=verdict_of(row),
        stopped=row["stopped"],
        draft_key=row["draft_key"],
    )


def _classification(row: RowMapping) -> Classification:
    return Classification(
        kind=Kind(row["kind"]),
        confidence=row["confidence"],
        stage=Stage(row["stage"]) if row["stage"] else None,
        subkind=Subkind(row["subkind"]) if row["subkind"] else None,
        unsure=row["unsure"],
        evidence=tuple_from_plain(Evidence, row["evidence"]),
        language=row["language"],
    )


def _ref(row: RowMapping) -> MessageRef:
    return MessageRef(row["account"], row["folder"], row["key"])

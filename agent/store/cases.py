"""The rows of cases and of the letters in them: found by name, opened, joined, and told as ``Earlier``."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from agent.core.model import (
    ANSWERABLE,
    NO_EARLIER,
    Action,
    Case,
    Earlier,
    Kind,
    Matter,
    ParsedMessage,
    Reason,
    Slot,
    Stage,
    Subkind,
    Verdict,
)
from agent.store import StoreError
from agent.store.names import Name, Sort, conversation_names, identity, names_of, starts_of, written_names
from agent.store.rounds import ENDING, GOING_ON, OVER, WEIGHTY, CaseStatus, Question, question, status_after
from agent.store.schema import as_utc, cases, forgotten, messages, names, proposals, sources, stuck
from agent.store.values import from_plain, to_plain
from connectors.base import LARGEST_MESSAGE, DraftState, MessageRef, RawMessage

MOST_SHOWN = 500
"""Characters of a subject or a sender that are kept to be shown."""

MOST_LOOKED_BACK = 200
"""Letters of one conversation that are told as what came earlier."""

_CASELESS = frozenset({Kind.OTHER, Kind.JOB_ALERT})
_LYING = (DraftState.ABSENT, DraftState.WAITING, DraftState.EDITED)


def is_known(work: Connection, known_as: str) -> bool:
    """True for a letter that was kept before, also where it was forgotten since."""
    kept = select(messages.c.id).where(messages.c.identity == known_as)
    gone = select(forgotten.c.identity).where(forgotten.c.identity == known_as)
    return bool(work.execute(select(or_(exists(kept), exists(gone)))).scalar())


def find(work: Connection, wanted: Sequence[Name]) -> list[int]:
    """The cases that bear one of these names, the oldest first."""
    by_sort = defaultdict(list)
    for sort, digest in wanted:
        by_sort[sort].append(digest)
    if not by_sort:
        return []
    bears = or_(*(and_(names.c.sort == sort, names.c.digest.in_(digests)) for sort, digests in by_sort.items()))
    return list(work.execute(select(names.c.case_id).where(bears).distinct().order_by(names.c.case_id)).scalars())


def is_shared(work: Connection, message: ParsedMessage) -> bool:
    """True where another letter bears the same Message-ID, so that it tells neither from the other."""
    [*own] = conversation_names((message.message_id,))
    if not own:
        return False
    other = (messages.c.message_id == message.message_id, messages.c.identity != identity(message))
    borne = (names.c.sort == Sort.CONVERSATION, names.c.digest == own[0][1], messages.c.case_id == names.c.case_id)
    return bool(work.execute(select(exists().where(*borne, *other))).scalar())


def telling(work: Connection, message: ParsedMessage, borne: Sequence[Name]) -> Sequence[Name]:
    """Of the names a letter bears those that tell it from others: not the Message-ID that it shares with another."""
    if not is_shared(work, message):
        return borne
    return [name for name in borne if name not in conversation_names((message.message_id,))]


def opens_a_case(case: Case) -> bool:
    """True for a letter about the user's search for a job."""
    return case.proposal is not None or (case.matter is not None and case.classification.kind not in _CASELESS)


def open_case(work: Connection, at: datetime) -> int:
    """A new case without any facts; its number."""
    row = {"status": CaseStatus.NOTED, "opened_at": at, "last_at": at}
    return int(work.execute(insert(cases).values(row).returning(cases.c.id)).scalar_one())


def names_borne(work: Connection, case_id: int) -> set[Name]:
    """The names a case is known by."""
    rows = work.execute(select(names.c.sort, names.c.digest).where(names.c.case_id == case_id))
    return {(Sort(row.sort), row.digest) for row in rows}


def bear_names(work: Connection, case_id: int, case: Case) -> None:
    """Give a case the names of a letter that it does not bear yet."""
    known = names_borne(work, case_id)
    fresh = [name for name in telling(work, case.message, names_of(case)) if name not in known]
    if fresh:
        work.execute(insert(names), [{"sort": sort, "digest": digest, "case_id": case_id} for sort, digest in fresh])


def learn(work: Connection, case_id: int, case: Case, at: datetime) -> None:
    """Give a case the facts of a letter; what is newer is truer, but the company stays who it was."""
    facts: dict[str, object] = {"last_at": at}
    if (matter := case.matter) is not None:
        starts = starts_of(matter)
        said = {"role": matter.role, "contact_name": matter.contact_name, "starts_at": starts[0] if starts else None}
        facts |= {column: fact for column, fact in said.items() if fact is not None}
        facts["company"] = func.coalesce(cases.c.company, literal(matter.company, cases.c.company.type))
    work.execute(update(cases).where(cases.c.id == case_id).values(facts))


def move_on(work: Connection, case_id: int, case: Case) -> None:
    """Record how a case stands after a letter that changed it, and what was decided."""
    facts: dict[str, object] = {}
    kind, verdict = case.classification.kind, case.verdict
    acts = verdict is not None and verdict.action is not Action.NONE
    if verdict is not None and acts:
        facts |= {"decision": verdict.action, "reason": verdict.reason}
    if (acts or kind in ENDING) and (status := status_after(kind)):
        facts["status"] = status
    if facts:
        work.execute(update(cases).where(cases.c.id == case_id).values(facts))


def add_message(work: Connection, case: Case, case_id: int | None, at: datetime) -> int:
    """Record one letter; of a letter that concerns no job only what tells it from others is kept."""
    row = _bare_row(case, at)
    if case_id is not None or case.classification.unsure:
        row |= _telling_row(case, case_id)
    number = int(work.execute(insert(messages).values(row).returning(messages.c.id)).scalar_one())
    if case_id is not None and _may_come_again(case):
        octets = zlib.compress(case.raw.octets[:LARGEST_MESSAGE])
        work.execute(insert(sources).values(message=number, octets=octets))
    work.execute(delete(stuck).where(lies_at(case.raw.ref)))
    return number


def _bare_row(case: Case, at: datetime) -> dict[str, object]:
    ref, judged = case.raw.ref, case.classification
    return {
        "identity": identity(case.message),
        "account": ref.account,
        "folder": ref.folder,
        "key": ref.key,
        "received_at": case.raw.received_at,
        "kept_at": at,
        "kind": judged.kind,
        "stage": judged.stage,
        "subkind": judged.subkind,
        "confidence": judged.confidence,
        "unsure": judged.unsure,
        "language": judged.language[:32],
        "stopped": case.stopped,
    }


def _telling_row(case: Case, case_id: int | None) -> dict[str, object]:
    message, matter = case.message, case.matter
    return {
        "case_id": case_id,
        "message_id": message.message_id,
        "event_uid": matter.event_uid if matter else None,
        "sequence": matter.sequence if matter else None,
        "agreed_at": matter.agreed.starts_at if matter and matter.agreed else None,
        "sent_at": message.sent_at,
        "subject": message.subject[:MOST_SHOWN],
        "sender": f"{message.sender.name} <{message.sender.email}>".strip()[:MOST_SHOWN] if message.sender else None,
        "flags": sorted(case.raw.flags),
        "size": case.raw.size,
        "evidence": to_plain(case.classification.evidence),
        "matter": to_plain(matter),
        "verdict": to_plain(case.verdict),
    }


def _may_come_again(case: Case) -> bool:
    kind = case.classification.kind
    return case.proposal is not None or (case.matter is not None and (kind in ANSWERABLE or case.classification.unsure))


def lies_at(ref: MessageRef) -> ColumnElement[bool]:
    """Picks the stuck letter that lies there."""
    return and_(stuck.c.account == ref.account, stuck.c.folder == ref.folder, stuck.c.key == ref.key)


# ------------------------------------------------------------------------------------------------ what came earlier


def is_overtaken(work: Connection, case_id: int, case: Case) -> bool:
    """True for a letter that came in late: a newer one, or a newer version of its event, has moved the case on."""
    moved_on = and_(
        messages.c.case_id == case_id,
        messages.c.kind.in_(WEIGHTY),
        messages.c.unsure.is_(False),
        or_(messages.c.draft_key.is_not(None), messages.c.kind.not_in(ANSWERABLE), messages.c.kind == Kind.RESCHEDULE),
    )
    newer = messages.c.received_at > case.raw.received_at
    if case.matter is not None and case.matter.event_uid and case.classification.kind in ANSWERABLE:
        same_event = messages.c.event_uid == case.matter.event_uid
        newer = or_(newer, and_(same_event, messages.c.sequence > case.matter.sequence))
    return bool(work.execute(select(exists().where(moved_on, newer))).scalar())


def was_agreed_before(work: Connection, case_id: int, start: datetime, message: int) -> bool:
    """True where a letter before that one already spoke of an interview agreed for this time."""
    spoke = (messages.c.case_id == case_id, messages.c.id < message, messages.c.agreed_at == start)
    return bool(work.execute(select(exists().where(*spoke))).scalar())


def questions_behind(work: Connection, draft: RowMapping) -> tuple[Question, ...]:
    """What the letters ask that one draft answers, the one it was written for first."""
    rows = work.execute(
        select(messages)
        .where(messages.c.draft_key == draft["key"])
        .order_by(messages.c.id != draft["message"], messages.c.id)
        .limit(MOST_LOOKED_BACK)
    ).mappings()
    return tuple(_question_of(row) for row in rows)


def _question_of(row: RowMapping) -> Question:
    stage = Stage(row["stage"]) if row["stage"] else None
    return question(Kind(row["kind"]), stage, matter_of(row), verdict_of(row))


def earlier(work: Connection, message: ParsedMessage) -> Earlier:
    """What is known of the conversation of a letter; of one that was kept, what was known before it came."""
    found = find(work, telling(work, message, written_names(message)))
    if not found:
        return NO_EARLIER
    known_as = identity(message)
    own = select(messages.c.id).where(messages.c.identity == known_as).scalar_subquery()
    rows = work.execute(
        select(messages)
        .where(messages.c.case_id.in_(found), or_(own.is_(None), messages.c.id < own))
        .order_by(messages.c.id.desc())
        .limit(MOST_LOOKED_BACK)
    ).mappings()
    letters = list(rows)[::-1]
    if not letters:
        return NO_EARLIER
    facts = work.execute(select(cases).where(cases.c.id == found[0])).mappings().one()
    verdicts = [verdict for row in letters if (verdict := verdict_of(row))]
    acted = [verdict for verdict in verdicts if verdict.action is not Action.NONE] or verdicts
    return Earlier(
        case_id=facts["id"],
        company=facts["company"],
        role=facts["role"],
        contact_name=facts["contact_name"],
        kinds=tuple(Kind(row["kind"]) for row in letters),
        last_action=acted[-1].action if acted else None,
        last_reason=acted[-1].reason if acted else Reason.NONE,
        agreed=_agreed(work, letters),
        slots=next((matter.slots for row in reversed(letters) if (matter := matter_of(row)) and matter.slots), ()),
        declined_again=any(_declined_again(row) for row in letters),
    )


def _declined_again(row: RowMapping) -> bool:
    verdict = verdict_of(row)
    return row["subkind"] == Subkind.PRESSING and verdict is not None and verdict.action is Action.DECLINE


def _agreed(work: Connection, letters: Sequence[RowMapping]) -> Slot | None:
    """The interview that stands after these letters: the last one confirmed, or accepted by a draft that was sent."""
    keys = [row["draft_key"] for row in letters if row["draft_key"]]
    was_sent = (proposals.c.key.in_(keys), proposals.c.state == DraftState.SENT)
    sent = set(work.execute(select(proposals.c.key).where(*was_sent)).scalars())
    agreed: Slot | None = None
    for row in letters:
        matter, verdict = matter_of(row), verdict_of(row)
        if row["kind"] == Kind.CANCELLATION:
            agreed = None
        elif matter is not None and matter.agreed is not None:
            agreed = matter.agreed
        elif verdict is not None and verdict.action is Action.ACCEPT and row["draft_key"] in sent:
            agreed = verdict.slot or agreed
    return agreed


def agreed(work: Connection, since: datetime, until: datetime) -> tuple[Slot, ...]:
    """The interviews that stand in these days, over all cases that go on, each start once, the earliest first."""
    near = (cases.c.starts_at >= since, cases.c.starts_at < until)
    going = select(cases.c.id).where(cases.c.status.in_(GOING_ON), *near)
    standing = (_agreed(work, _letters_of(work, case_id)) for case_id in list(work.execute(going).scalars()))
    by_start = {as_utc(slot.starts_at): slot for slot in standing if slot}
    return tuple(by_start[start] for start in sorted(by_start) if since <= start < until)


def _letters_of(work: Connection, case_id: int) -> Sequence[RowMapping]:
    """The letters of a case, the oldest first."""
    wanted = select(messages).where(messages.c.case_id == case_id).order_by(messages.c.id)
    return list(work.execute(wanted).mappings())


def matter_of(row: RowMapping) -> Matter | None:
    """What a letter was read to be about."""
    return from_plain(Matter, row["matter"]) if row["matter"] else None


def verdict_of(row: RowMapping) -> Verdict | None:
    """How a letter was weighed."""
    return from_plain(Verdict, row["verdict"]) if row["verdict"] else None


# ------------------------------------------------------------------------------------------------ letters as they came


def source(work: Connection, key: str) -> RawMessage:
    """The letter that a draft answers, as it came."""
    row = (
        work.execute(
            select(messages, sources.c.octets)
            .join(proposals, proposals.c.message == messages.c.id)
            .join(sources, sources.c.message == messages.c.id)
            .where(proposals.c.key == key)
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise StoreError(f"The letter behind the draft {key} is no longer kept: its case is over or was forgotten.")
    ref = MessageRef(row["account"], row["folder"], row["key"])
    return RawMessage(ref, row["received_at"], frozenset(row["flags"]), zlib.decompress(row["octets"]), row["size"])


def drop_sources(work: Connection, case_id: int) -> None:
    """Remove the letters as they came that need not be considered again: answered, or of a case that is over."""
    lies = exists().where(proposals.c.message == sources.c.message, proposals.c.state.in_(_LYING))
    answered = exists().where(proposals.c.message == sources.c.message, proposals.c.state == DraftState.SENT)
    over = exists().where(cases.c.id == case_id, cases.c.status.in_(OVER))
    inside = select(messages.c.id).where(messages.c.case_id == case_id)
    work.execute(delete(sources).where(sources.c.message.in_(inside), ~lies, or_(answered, over)))

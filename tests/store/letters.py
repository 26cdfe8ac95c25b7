"""Letters for the store's tests: cases as the story hands them over, with what a test says and sensible rest."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from itertools import count

from agent.core.model import (
    Action,
    Address,
    Case,
    Classification,
    DraftProposal,
    Evidence,
    Fired,
    ItipEvent,
    Kind,
    Lens,
    LensScore,
    Matter,
    Nudge,
    NudgeKind,
    ParsedMessage,
    Pull,
    Purpose,
    Reason,
    Slot,
    Stage,
    Subkind,
    Verdict,
)
from connectors.base import MessageRef, RawMessage

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 10, 10, 0, tzinfo=timezone(timedelta(hours=1)))
WEDNESDAY = TUESDAY + timedelta(days=1)
THURSDAY = TUESDAY + timedelta(days=2)
ADA = Address("Ada Lind", "ada@northwind-labs.example")
USER = Address("Noor Haddad", "noor@home.test")
DRAFTED = frozenset(
    {Kind.INVITATION, Kind.RESCHEDULE, Kind.FOLLOWUP, Kind.OUTREACH, Kind.ASSESSMENT, Kind.CANCELLATION}
)

_numbers = count(1)


def letter(
    message_id: str | None = "",
    *,
    kind: Kind = Kind.INVITATION,
    stage: Stage | None = None,
    subkind: Subkind | None = None,
    account: str = "home",
    folder: str = "INBOX",
    key: str | None = None,
    references: tuple[str, ...] = (),
    in_reply_to: tuple[str, ...] | None = None,
    company: str | None = "Northwind Labs",
    slots: tuple[datetime, ...] = (),
    agreed: datetime | None = None,
    event_uid: str | None = None,
    sequence: int = 0,
    booking: str | None = None,
    received_at: datetime = NOON,
    action: Action = Action.ACCEPT,
    reason: Reason = Reason.NONE,
    chosen: datetime | None = None,
    drafted: bool | None = None,
    purpose: Purpose = Purpose.ANSWER,
    nudges: tuple[Nudge, ...] = (),
    unsure: bool = False,
    about_a_job: bool = True,
    subject: str = "Interview at Northwind Labs",
    body: str = "Would Tuesday suit you?",
    octets: bytes | None = None,
    stopped: str = "",
    matter_facts: dict[str, object] | None = None,
) -> Case:
    """One letter, followed as far as it goes. An empty ``message_id`` means one of its own, None means none."""
    number = next(_numbers)
    message_id = f"<letter-{number}@northwind-labs.example>" if message_id == "" else message_id
    ref = MessageRef(account, folder, key or f"key-{number}")
    whole = octets if octets is not None else f"Message-ID: {message_id}\r\n\r\n{body}\r\n".encode("utf-8", "replace")
    message = ParsedMessage(
        ref=ref,
        received_at=received_at,
        message_id=message_id,
        in_reply_to=references[-1:] if in_reply_to is None else in_reply_to,
        references=references,
        sender=ADA,
        subject=subject,
        sent_at=received_at,
        body=body,
        text=body,
        events=(ItipEvent(method="REQUEST", event_uid=event_uid, sequence=sequence),) if event_uid else (),
    )
    matter = Matter(
        source=ref,
        company=company,
        role="Data Engineer",
        contact_name=ADA.name,
        reply_to=ADA.email,
        slots=tuple(Slot(start) for start in slots),
        agreed=Slot(agreed) if agreed else None,
        event_uid=event_uid,
        sequence=sequence,
        scheduling_url=booking,
    )
    matter = dataclasses.replace(matter, **(matter_facts or {}))  # type: ignore[arg-type]
    judged = Classification(
        kind, 0.9, stage, subkind, unsure, (Evidence("suit you", 14, 22, "asks for a choice", 1.5),)
    )
    verdict = Verdict(
        action=action,
        reason=reason,
        slot=Slot(chosen) if chosen else None,
        lenses=(LensScore(Lens.CAREER, 0.4, ("a step up",)),),
        rules=(Fired("goal-named", Lens.CAREER, Pull.YES, "You want such a role.", quote="Data Engineer"),),
        profile_digest="p1",
    )
    if not about_a_job:
        return Case(_raw(ref, received_at, whole), message, judged, stopped=stopped or "not about a job")
    if unsure:
        return Case(_raw(ref, received_at, whole), message, judged, matter, stopped=stopped or "unsure")
    with_draft = kind in DRAFTED if drafted is None else drafted
    proposal = _proposal(message, purpose) if with_draft else None
    return Case(_raw(ref, received_at, whole), message, judged, matter, verdict, proposal, nudges, stopped)


def nudge(kind: NudgeKind = NudgeKind.REPLY_OWED, *, hours: float = 24, text: str = "An answer is owed.") -> Nudge:
    return Nudge(kind, NOON + timedelta(hours=hours), text)


def _raw(ref: MessageRef, received_at: datetime, octets: bytes) -> RawMessage:
    return RawMessage(ref, received_at, frozenset({"\\Seen", "$label"}), octets, len(octets))


def _proposal(message: ParsedMessage, purpose: Purpose) -> DraftProposal:
    number = next(_numbers)
    return DraftProposal(
        account=message.ref.account,
        source=message.ref,
        answered_id=message.message_id,
        answered_received_at=message.received_at,
        purpose=purpose,
        sender=USER,
        to=(ADA,),
        cc=(Address("", "panel@northwind-labs.example"),),
        subject=f"Re: {message.subject}",
        message_id=f"<draft-{number}@home.test>",
        in_reply_to=message.message_id,
        references=(*message.references, message.message_id or "<none@x.test>"),
        language="en",
        template="en/accept",
        body="Dear Ada, Tuesday suits me well.",
        octets=f"Message-ID: <draft-{number}@home.test>\r\n\r\nDear Ada, \xe9\r\n".encode("latin-1"),
        good_until=message.received_at + timedelta(days=5),
    )

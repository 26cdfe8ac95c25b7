"""The JSON of the commands, field by field as the contract has it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from agent.core.extract import answerable_address
from agent.core.model import (
    Action,
    Case,
    Classification,
    DraftProposal,
    Evidence,
    Kind,
    Lens,
    Matter,
    Nudge,
    ParsedMessage,
    Pay,
    Reason,
    Slot,
    Todo,
    Verdict,
)
from agent.resources import lexicons

if TYPE_CHECKING:
    from agent.store.journal import CaseFile, CaseSummary, Letter, StuckLetter

Record = dict[str, Any]


def reading(
    path: str, message: ParsedMessage, classification: Classification, matter: Matter | None, to: str | None
) -> Record:
    """What one mail was read as; ``to`` is where a reply reaches a person, for mails that hold no matter."""
    return {
        "path": path,
        "message_id": message.message_id,
        "kind": classification.kind,
        "stage": classification.stage if classification.kind is Kind.INVITATION else None,
        "subkind": classification.subkind if classification.kind is Kind.FOLLOWUP else None,
        "confidence": round(classification.confidence, 4),
        "language": classification.language,
        "unsure": classification.unsure,
        **facts(matter or Matter(source=message.ref, reply_to=to)),
        "evidence": list(_evidence(classification, matter)),
    }


def case(path: str, one: Case) -> Record:
    """One mail followed as far as it went: the reading, the verdict, the draft, what else to do, and the nudges."""
    to = answerable_address(one.message, lexicons().of(one.classification.language))
    return {
        **reading(path, one.message, one.classification, one.matter, to),
        "verdict": verdict(one.verdict) if one.verdict else NO_VERDICT,
        "draft": draft(one.proposal) if one.proposal else None,
        "todo": todo(one.verdict.todo) if one.verdict and one.verdict.todo else None,
        "nudges": [nudge(due) for due in one.nudges],
    }


def facts(matter: Matter) -> Record:
    """The facts of a matter; what is not written is null or an empty list."""
    return {
        "company": matter.company,
        "role": matter.role,
        "contact_name": matter.contact_name,
        "reply_to": matter.reply_to,
        "slots": [slot(one) for one in matter.slots],
        "deadline": matter.deadline.isoformat() if matter.deadline else None,
        "scheduling_url": matter.scheduling_url,
        "meeting_url": matter.meeting_url,
        "work_mode": matter.work_mode,
        "relocation": matter.relocation,
        "sponsorship": matter.sponsorship,
        "pay": pay(matter.pay) if matter.pay else None,
        "flags": list(matter.flags),
    }


def slot(one: Slot) -> Record:
    return {"start": one.starts_at.isoformat(), "end": one.ends_at.isoformat() if one.ends_at else None}


def pay(stated: Pay) -> Record:
    return {
        "min": _number(stated.minimum),
        "max": _number(stated.maximum),
        "currency": stated.currency,
        "period": stated.period,
    }


NO_VERDICT: Record = {
    "action": Action.NONE,
    "reason": Reason.NONE,
    "confidence": 1.0,
    "lenses": {lens.value: {"score": 0.0, "why": []} for lens in Lens},
    "rules": [],
    "runner_up": None,
}
"""The verdict on a mail that is not about a job, or that nobody is sure of."""


def verdict(one: Verdict) -> Record:
    return {
        "action": one.action,
        "reason": one.reason,
        "confidence": round(one.confidence, 4),
        "lenses": {lens.lens: {"score": round(lens.score, 4), "why": list(lens.why)} for lens in one.lenses},
        "rules": [
            {"rule": fired.rule, "lens": fired.lens, "quote": fired.quote, "because": fired.because}
            for fired in one.rules
        ],
        "runner_up": one.runner_up.action if one.runner_up else None,
    }


def draft(proposal: DraftProposal) -> Record:
    return {
        "from": proposal.sender.email,
        "to": [address.email for address in proposal.to],
        "cc": [address.email for address in proposal.cc],
        "subject": proposal.subject,
        "in_reply_to": proposal.in_reply_to,
        "references": list(proposal.references),
        "language": proposal.language,
        "template": proposal.template,
        "body": proposal.body,
    }


def todo(one: Todo) -> Record:
    return {"what": one.what, "url": one.url, "by": one.by.isoformat() if one.by else None}


def nudge(one: Nudge) -> Record:
    return {"kind": one.kind, "due": one.due_at.isoformat(), "text": one.text}


def summary(one: CaseSummary) -> Record:
    """One case in one line of ``cases``."""
    return {
        "case": one.id,
        "company": one.company,
        "role": one.role,
        "contact_name": one.contact_name,
        "status": one.status,
        "action": one.decision,
        "reason": one.reason,
        "draft": one.draft,
        "accounts": list(one.accounts),
        "opened": one.opened_at.isoformat(),
        "last": one.last_at.isoformat(),
    }


def unsure(one: Letter) -> Record:
    """A mail the reader abstained from judging, in one line of ``cases``."""
    return {
        "case": None,
        "status": "unsure",
        "subject": one.subject,
        "sender": one.sender,
        "kind": one.classification.kind,
        "account": one.ref.account,
    }


def stuck(one: StuckLetter) -> Record:
    """A mail that could not be read, in one line of ``cases``."""
    return {"case": None, "status": "stuck", "why": one.why, "account": one.ref.account, "folder": one.ref.folder}


def case_file(found: CaseFile) -> Record:
    """All that is known of one case."""
    return {
        **summary(found.summary),
        "mails": [_mail(letter) for letter in found.letters],
        "drafts": [{**draft(one.proposal), "state": one.state} for one in found.drafts],
        "nudges": [nudge(one) for one in found.nudges],
        "journal": [{"at": entry.at.isoformat(), "event": entry.event, "text": entry.text} for entry in found.journal],
    }


def _mail(letter: Letter) -> Record:
    return {
        "message_id": letter.message_id,
        "subject": letter.subject,
        "sender": letter.sender,
        "kind": letter.classification.kind,
        "stage": letter.classification.stage,
        "confidence": round(letter.classification.confidence, 4),
        "verdict": verdict(letter.verdict) if letter.verdict else NO_VERDICT,
    }


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _evidence(classification: Classification, matter: Matter | None) -> Iterable[Record]:
    """The words that stand in the text; what a header said has no place in it and is shown by ``explain``."""
    named: list[Evidence] = list(classification.evidence)
    if matter:
        named += [
            Evidence(words.span, words.start, words.end, f"{field}: {words.why}") for field, words in matter.quotes
        ]
    for words in named:
        if words.start is not None and words.end is not None:
            yield {"span": words.span, "start": words.start, "end": words.end, "why": words.why}

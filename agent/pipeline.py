"""The story: what happens to a mail, from the mailbox to a draft and to a nudge.

The order is the safety. A letter is kept, then the cursor moves, then its draft is placed; every line may run twice.
Before a draft is placed the account is asked what it shows of it, since the user may have answered meanwhile, or a
crash may have hidden that it was placed.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from agent.core.classify import classify
from agent.core.compose import compose, is_stale, reaches_somebody
from agent.core.decide import Facts, decide
from agent.core.extract import extract
from agent.core.model import Action, Case, Classification, Draft, DraftProposal, Kind
from agent.core.parse import parse
from agent.core.profile import Account
from agent.core.remind import folded, foresee
from agent.ports import Desk, StoreError
from connectors.base import Connector, DraftState, Handle, RawMessage, Refused, Trace

log = logging.getLogger(__name__)

A_WEEK, HALF_A_YEAR = timedelta(days=7), timedelta(days=182)


def sweep(account: Account, mail: Connector, desk: Desk) -> None:
    """Read what is new in one account; leave one draft for each invitation that can be answered."""
    each_of(steps_of_a_sweep(account, mail, desk))


def steps_of_a_sweep(account: Account, mail: Connector, desk: Desk) -> Iterator[Callable[[], None]]:
    """What a sweep does, each step in view of those before it."""
    yield partial(read, account, mail, desk)
    yield from [partial(retire, draft, mail, desk) for draft in desk.store.superseded(account.name)]
    yield from [partial(place, proposal, account, mail, desk) for proposal in desk.store.unplaced(account.name)]


def each_of(steps: Iterable[Callable[[], None]]) -> None:
    """Take every step; what the mail system refuses of one stops no other, and the first refusal is told at the end."""
    refusals: list[Refused] = []
    for step in steps:
        try:
            step()
        except Refused as refusal:
            refusals.append(refusal)
    if refusals:
        raise refusals[0]


def read(account: Account, mail: Connector, desk: Desk) -> None:
    """Keep what is new in one account; the cursor moves behind what was kept and never before it."""
    for batch in mail.changes(since=desk.store.cursor(account.name)):
        for raw in batch.messages:
            take_in(raw, account, desk)
        desk.store.advance(account.name, batch.cursor)


def take_in(raw: RawMessage, account: Account, desk: Desk) -> None:
    """Keep what one message came to; a letter that breaks a stage is kept as stuck and blocks no other.

    A fault of the store is no fault of the letter: the sweep ends there, and the letter is read again.
    """
    try:
        case = consider(raw, account, desk)
    except StoreError:
        raise
    except Exception as fault:
        set_aside(raw, fault, account, desk)
    else:
        if kept := desk.store.keep(case, at=desk.now()):
            desk.seen(kept)


def set_aside(raw: RawMessage, fault: Exception, account: Account, desk: Desk) -> None:
    """Keep a letter that broke a stage as stuck."""
    log.error("stuck account=%s fault=%s at=%s", account.name, type(fault).__name__, where(fault))
    desk.store.stuck(raw, why=type(fault).__name__, at=desk.now())


def rehearse(account: Account, mail: Connector, desk: Desk) -> None:
    """Follow what is new in one account and leave nothing there; the desk's store is a scratch one."""
    for batch in mail.changes(since=desk.store.cursor(account.name)):
        for raw in batch.messages:
            take_in(raw, account, desk)


def consider(raw: RawMessage, account: Account, desk: Desk) -> Case:
    """Follow one message as far as it goes; the case says where it stopped and why."""
    message = parse(raw)
    lexicon = desk.lexicons.fitting(message.text)
    earlier = desk.store.thread(message)
    classification = classify(message, lexicon, account.addresses, earlier)
    matter = extract(message, classification, lexicon, account.addresses, earlier)
    if classification.unsure:
        return Case(raw, message, classification, matter, stopped="unsure what this mail is: nothing is drafted")
    if matter is None:
        return Case(raw, message, classification, stopped="not about a job")
    if not reaches_somebody(message, matter, account):
        matter = replace(matter, reply_to=None)
    now = desk.now()
    interviews = desk.store.agreed(since=now - A_WEEK, until=now + HALF_A_YEAR)
    busy = desk.availability.busy(matter) + interviews
    verdict = decide(Facts(message, classification, matter, account.profile, busy, now, earlier, interviews))
    nudges = foresee(message, classification, matter, verdict, account.profile, now)
    if verdict.action is Action.NONE or not verdict.answered_in_words:
        return Case(raw, message, classification, matter, verdict, nudges=nudges, stopped="no draft is called for")
    wording = desk.drafter.word(message, matter, verdict, account.profile, now)
    proposal = compose(message, matter, verdict, wording, account, now)
    return Case(raw, message, classification, matter, verdict, proposal, nudges)


def place(proposal: DraftProposal, account: Account, mail: Connector, desk: Desk) -> None:
    """Leave one draft, unless it lies there already, the source was answered, or its words went stale."""
    trace = mail.trace(proposal.octets, key=proposal.key, answering=proposal.answering, since=proposal.mark)
    if trace.state is DraftState.ABSENT and is_stale(proposal, desk.now()):
        if renewed := renew(proposal, account, desk):
            place(renewed, account, mail, desk)
        return
    if trace.state is DraftState.ABSENT:
        trace = Trace(DraftState.WAITING, put(proposal, mail, desk))
    conclude(proposal, trace, mail, desk)


def renew(proposal: DraftProposal, account: Account, desk: Desk) -> DraftProposal | None:
    """Weigh the source of a stale proposal anew; one that breaks a stage now is kept as stuck, without a draft."""
    raw = desk.store.source(proposal)
    try:
        case = consider(raw, account, desk)
    except StoreError:
        raise
    except Exception as fault:
        set_aside(raw, fault, account, desk)
        case = Case(raw, parse(raw), Classification(Kind.OTHER, 0.0), stopped="could not be weighed anew")
    return desk.store.renew(proposal, case, at=desk.now())


def put(proposal: DraftProposal, mail: Connector, desk: Desk) -> Handle:
    """Place a draft; how the drafts stood before is recorded first, so that a crash can be told from a deletion.

    A draft that was refused never came to lie there: the mark is taken back, lest what the user does with other drafts
    until the next try is taken for a deletion of ours.
    """
    if proposal.mark is None:
        desk.store.intend(proposal, mail.mark())
    try:
        return mail.put_draft(proposal.octets, key=proposal.key, answering=proposal.answering)
    except Refused:
        desk.store.refused(proposal)
        raise


def conclude(proposal: DraftProposal, trace: Trace, mail: Connector, desk: Desk) -> None:
    """Record what became of a draft; once the user has answered, one that still lies there untouched is taken back."""
    if trace.state is DraftState.SENT and trace.handle is not None:
        mail.withdraw(trace.handle)
    desk.store.settle(proposal, trace.state, trace.handle, at=desk.now())


def retire(draft: Draft, mail: Connector, desk: Desk) -> None:
    """Take back a draft that gave way to a newer one, if the user has not touched it."""
    proposal = draft.proposal
    trace = Trace(draft.state, draft.handle)
    if draft.handle is None:
        trace = mail.trace(proposal.octets, key=proposal.key, answering=proposal.answering, since=proposal.mark)
    state = trace.state
    if state is DraftState.ABSENT or (trace.handle is not None and mail.withdraw(trace.handle)):
        state = DraftState.SUPERSEDED
    elif trace.handle is not None:
        state = mail.draft_state(trace.handle, answering=proposal.answering)
    desk.store.settle(proposal, state, trace.handle, at=desk.now())


def remind(account: Account, mail: Connector, desk: Desk) -> None:
    """Ask what became of each draft that lies waiting in one account."""
    each_of([partial(ask_after, draft, mail, desk) for draft in desk.store.waiting(account.name)])


def ask_after(draft: Draft, mail: Connector, desk: Desk) -> None:
    """Ask what became of one draft, and record it where that is news."""
    if draft.handle is None:
        return
    state = mail.draft_state(draft.handle, answering=draft.proposal.answering)
    if state is not draft.state:
        conclude(draft.proposal, Trace(state, draft.handle), mail, desk)


def where(fault: Exception) -> str:
    """Where in the code a fault arose; its own words are left out, since they may hold a mail's or a password."""
    frames = traceback.extract_tb(fault.__traceback__)
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))


def tell(desk: Desk) -> None:
    """Tell the nudges that are due, over all accounts, several as one; what went stale in a long sleep is not told."""
    if nudges := folded(desk.store.claim_nudges(now=desk.now()), desk.now()):
        desk.messenger.tell(nudges)

"""Any order of letters, placings, fates, renewals, repeats and crashes keeps what the store promises."""

from __future__ import annotations

import contextlib
from collections import Counter
from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule
from sqlalchemy import Connection

from agent.core.model import Action, Case, DraftProposal, Kind, Stage, Subkind
from agent.store.database import Database, memory_database
from agent.store.journal import CaseFile, Letter
from agent.store.schema import metadata
from agent.store.sql import SqlStore
from connectors.base import Cursor, DraftState, Handle, Mark
from tests.store.letters import NOON, THURSDAY, TUESDAY, WEDNESDAY, letter, nudge

ACCOUNTS = ("home", "work")
SLOTS = st.lists(st.sampled_from((TUESDAY, WEDNESDAY, THURSDAY)), unique=True, max_size=2).map(tuple)
FATES = st.sampled_from([state for state in DraftState if state is not DraftState.ABSENT])


class PowerCut(BaseException):
    """The process ends in the middle of a transaction."""


class FlakyDatabase(Database):
    """A database whose next transaction is cut off before it is committed."""

    cut = False

    def _run(self, engine, deed):  # type: ignore[no-untyped-def]
        def cut_off(work: Connection) -> object:
            answer = deed(work)
            if self.cut:
                raise PowerCut
            return answer

        return super()._run(engine, cut_off)


def _newer_event(one: Letter, case: Case) -> bool:
    """True for a letter that holds a newer version of the event in another."""
    theirs, ours = one.matter, case.matter
    return (
        theirs is not None
        and ours is not None
        and theirs.event_uid == ours.event_uid
        and theirs.sequence > ours.sequence
    )


class Keeping(RuleBasedStateMachine):
    kept = Bundle("kept")
    seen = Bundle("seen")

    def __init__(self) -> None:
        super().__init__()
        plain = memory_database()
        self.database = FlakyDatabase(plain._engine, None, plain._turns)
        self.database.write(metadata.create_all)
        self.store = SqlStore(self.database)
        self.clock = NOON
        self.known: set[str | None] = set()
        self.came: dict[int, datetime] = {}

    def teardown(self) -> None:
        self.store.close()

    def tick(self) -> None:
        self.clock += timedelta(minutes=1)

    @rule(
        target=kept,
        kind=st.sampled_from([Kind.INVITATION] * 4 + list(Kind)),
        subkind=st.sampled_from([None, Subkind.CHASER]),
        stage=st.sampled_from([None, Stage.SCREEN, Stage.ONSITE]),
        account=st.sampled_from(ACCOUNTS),
        company=st.sampled_from(["Acme", "Acme GmbH", "Fabrikam", None]),
        event_uid=st.sampled_from([None, None, "uid-1", "uid-2"]),
        sequence=st.integers(0, 2),
        slots=SLOTS,
        number=st.integers(0, 9),
        parent=st.none() | st.integers(0, 9),
        late=st.booleans(),
        unsure=st.booleans(),
        nudged=st.booleans(),
        cut=st.booleans(),
    )
    def a_letter_is_kept(
        self, number: int, parent: int | None, late: bool, nudged: bool, cut: bool, **facts: object
    ) -> Case:
        case = letter(
            f"<{number}@x.test>",
            references=() if parent is None else (f"<{parent}@x.test>",),
            received_at=self.came.setdefault(number, self.clock - timedelta(days=late)),
            nudges=(nudge(),) if nudged else (),
            **facts,  # type: ignore[arg-type]
        )
        self.keep(case, cut)
        return case

    @rule(case=kept, cut=st.booleans())
    def a_letter_is_kept_again(self, case: Case, cut: bool) -> None:
        self.keep(case, cut)

    def keep(self, case: Case, cut: bool) -> None:
        self.tick()
        known = case.message.message_id in self.known
        before = self.everything()
        self.database.cut = cut
        with contextlib.suppress(PowerCut):
            assert (self.store.keep(case, at=self.clock) is None) is known
            self.known.add(case.message.message_id)
        self.database.cut = False
        if known or cut:
            assert self.everything() == before
        elif case.proposal is not None:
            self.assert_covered(case)

    def assert_covered(self, case: Case) -> None:
        """A letter that brought a draft is answered by a draft of its case, unless a newer letter overtook it."""
        files = self.everything()
        ((file, kept),) = [
            (file, one) for file in files for one in file.letters if one.message_id == case.message.message_id
        ]
        if file.journal[-1].event == "overtaken":
            assert any(one.received_at > case.raw.received_at or _newer_event(one, case) for one in file.letters)
        else:
            assert kept.draft_key in {draft.proposal.key for draft in file.drafts}

    @rule(target=seen, account=st.sampled_from(ACCOUNTS))
    def the_proposals_are_listed(self, account: str) -> object:
        return multiple(*self.store.unplaced(account))

    @rule(proposal=seen)
    def a_placing_is_begun(self, proposal: DraftProposal) -> None:
        self.store.intend(proposal, Mark("before"))

    @rule(proposal=seen, state=FATES, twice=st.booleans())
    def a_fate_is_settled(self, proposal: DraftProposal, state: DraftState, twice: bool) -> None:
        self.tick()
        self.store.settle(proposal, state, Handle("h"), at=self.clock)
        if twice:
            before = self.everything()
            self.store.settle(proposal, state, Handle("h"), at=self.clock)
            assert self.everything() == before

    @rule(proposal=seen, drafted=st.booleans(), twice=st.booleans())
    def a_stale_proposal_is_renewed(self, proposal: DraftProposal, drafted: bool, twice: bool) -> None:
        self.tick()
        again = letter(proposal.answered_id, account=proposal.account, drafted=drafted, action=Action.HOLD)
        new = self.store.renew(proposal, again, at=self.clock)
        if twice:
            assert self.store.renew(proposal, again, at=self.clock) == new

    @rule(hours=st.integers(0, 100))
    def nudges_are_told(self, hours: int) -> None:
        now = NOON + timedelta(hours=hours)
        self.store.claim_nudges(now=now)
        assert self.store.claim_nudges(now=now) == ()

    @rule(cursor=st.text())
    def the_cursor_moves(self, cursor: str) -> None:
        self.store.advance("home", Cursor(cursor))
        assert self.store.cursor("home") == cursor

    @rule(company=st.sampled_from(["ACME, Inc.", "Fabrikam"]))
    def a_company_is_forgotten(self, company: str) -> None:
        self.store.forget(company=company)
        assert company not in {case.company for case in self.store.cases()}

    def everything(self) -> list[CaseFile]:
        return [file for case in self.store.cases() if (file := self.store.case(case.id))]

    @invariant()
    def a_case_has_one_live_draft_for_each_purpose(self) -> None:
        listed = [proposal for account in ACCOUNTS for proposal in self.store.unplaced(account)]
        waiting = [draft for account in ACCOUNTS for draft in self.store.waiting(account)]
        listed += [draft.proposal for draft in waiting if draft.state is DraftState.WAITING]
        cases = {draft.proposal.key: file.summary.id for file in self.everything() for draft in file.drafts}
        live = Counter((cases[proposal.key], proposal.purpose) for proposal in listed)
        assert set(live.values()) <= {1}

    @invariant()
    def every_live_draft_knows_the_letter_it_answers(self) -> None:
        for account in ACCOUNTS:
            for proposal in self.store.unplaced(account):
                assert self.store.source(proposal).ref == proposal.source


TestKeeping = Keeping.TestCase
TestKeeping.settings = settings(
    max_examples=30, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

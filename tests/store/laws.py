"""The laws of a store, one for each promise of ``agent.ports.Store``: a database's test gives a ``store``."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from agent.core.model import NO_EARLIER, Action, DraftProposal, Kind, NudgeKind, Purpose, Reason, Slot, Stage, Subkind
from agent.store import StoreError
from agent.store.rounds import CaseStatus
from agent.store.sql import SqlStore
from connectors.base import Cursor, DraftState, Handle, Mark
from tests.store.letters import NOON, THURSDAY, TUESDAY, WEDNESDAY, letter, nudge

LATER = NOON + timedelta(hours=1)
H = Handle("drafts/7")
M = Mark("3 drafts")


def only(store: SqlStore, account: str = "home") -> DraftProposal:
    """The one proposal that waits to be placed."""
    (proposal,) = store.unplaced(account)
    return proposal


def placed(store: SqlStore, account: str = "home", handle: Handle = H) -> DraftProposal:
    """The one proposal that waits, placed."""
    proposal = only(store, account)
    store.intend(proposal, M)
    store.settle(proposal, DraftState.WAITING, handle, at=NOON)
    return proposal


def keys(proposals: tuple[DraftProposal, ...]) -> list[str]:
    return [proposal.key for proposal in proposals]


class StoreLaws:
    """Reading and remembering."""

    def test_an_account_has_no_cursor_before_its_first_sweep(self, store: SqlStore) -> None:
        assert store.cursor("home") is None

    def test_a_cursor_comes_back_exactly_as_it_was_given(self, store: SqlStore) -> None:
        odd = Cursor("7:12\udcff\0 ümlaut\n")
        store.advance("home", Cursor("1"))
        store.advance("home", odd)
        store.advance("work", Cursor("w"))

        assert store.cursor("home") == odd
        assert store.cursor("work") == "w"

    def test_a_proposal_comes_back_as_it_was_given_with_a_key(self, store: SqlStore) -> None:
        case = letter()
        store.keep(case, at=NOON)

        assert case.proposal is not None
        assert dataclasses.replace(only(store), key="") == case.proposal

    def test_a_letter_kept_twice_changes_nothing(self, store: SqlStore) -> None:
        case = letter(nudges=(nudge(),))
        store.keep(case, at=NOON)
        before = (store.unplaced("home"), store.cases(), store.journal())
        assert store.keep(dataclasses.replace(case, verdict=None, proposal=None), at=LATER) is None

        assert (store.unplaced("home"), store.cases(), store.journal()) == before

    def test_keeping_gives_the_case_as_it_was_kept(self, store: SqlStore) -> None:
        first, copy, other = letter("<a@x.test>"), letter(references=("<a@x.test>",)), letter(about_a_job=False)
        kept, again, quiet = (store.keep(case, at=NOON) for case in (first, copy, other))

        assert kept == dataclasses.replace(first, proposal=only(store))
        assert again is not None
        assert (again.proposal, again.nudges) == (None, ())
        assert again.stopped == "asks what an earlier mail asked: the first draft stands"
        assert quiet == other
        assert store.keep(first, at=LATER) is None

    def test_the_same_mail_in_a_second_account_brings_no_second_draft(self, store: SqlStore) -> None:
        store.keep(letter("<one@x.test>", account="home"), at=NOON)
        store.keep(letter("<one@x.test>", account="work"), at=NOON)

        assert len(store.unplaced("home")) == 1
        assert store.unplaced("work") == ()
        assert len(store.cases()) == 1

    def test_the_same_mail_marked_by_a_filter_of_one_account_is_still_one(self, store: SqlStore) -> None:
        store.keep(letter("<one@x.test>", account="home"), at=NOON)
        store.keep(letter("<one@x.test>", account="work", subject="[EXTERNAL] Interview"), at=NOON)

        assert len(store.unplaced("home")) + len(store.unplaced("work")) == 1

    def test_two_mails_with_one_message_id_are_two_cases_and_lose_no_draft(self, store: SqlStore) -> None:
        store.keep(letter("<same@x.test>", company="A", received_at=NOON), at=NOON)
        second = letter("<same@x.test>", company="B", received_at=LATER)
        assert store.thread(second.message) == NO_EARLIER
        store.keep(second, at=LATER)
        store.keep(dataclasses.replace(second, raw=letter("<same@x.test>", key="elsewhere").raw), at=LATER)

        assert [case.company for case in store.cases()] == ["B", "A"]
        assert [proposal.answered_id for proposal in store.unplaced("home")] == [None, None]
        assert store.superseded("home") == ()

    def test_a_letter_without_an_id_is_known_by_where_it_lies(self, store: SqlStore) -> None:
        store.keep(letter(None, key="7:1", subject="a", company="A"), at=NOON)
        store.keep(letter(None, key="7:1", subject="b", company="B"), at=NOON)
        store.keep(letter(None, key="7:2", subject="c", company="C"), at=NOON)

        assert len(store.cases()) == 2

    def test_a_letter_without_an_id_that_is_read_again_elsewhere_brings_no_second_draft(self, store: SqlStore) -> None:
        store.keep(letter(None, key="7:1"), at=NOON)
        store.keep(letter(None, key="8:1"), at=LATER)

        assert len(store.unplaced("home")) == 1

    def test_it_knows_what_was_kept_from_any_account(self, store: SqlStore) -> None:
        store.keep(letter("<one@x.test>", about_a_job=False), at=NOON)

        assert store.keep(letter("<one@x.test>", account="work"), at=NOON) is None
        assert store.keep(letter("<two@x.test>", account="work"), at=NOON) is not None

    def test_the_source_of_a_proposal_comes_back_as_it_came(self, store: SqlStore) -> None:
        case = letter(octets=b"Subject: x\r\n\r\n\x00\xff" * 100)
        store.keep(case, at=NOON)

        assert store.source(only(store)) == case.raw

    def test_a_letter_not_about_a_job_leaves_neither_subject_nor_sender(self, store: SqlStore) -> None:
        store.keep(letter(about_a_job=False, kind=Kind.OTHER, subject="Dinner"), at=NOON)

        assert store.cases() == ()
        assert store.unsure() == ()
        assert store.journal() == ()

    def test_a_stuck_letter_is_recorded_once_and_gone_when_it_is_kept_after_all(self, store: SqlStore) -> None:
        case = letter()
        store.stuck(case.raw, why="KeyError", at=NOON)
        store.stuck(case.raw, why="KeyError", at=LATER)
        (found,) = store.stuck_letters()

        assert (found.ref, found.why, found.at) == (case.raw.ref, "KeyError", NOON)
        store.keep(case, at=LATER)
        assert store.stuck_letters() == ()

    def test_an_unsure_letter_opens_a_case_without_a_draft_and_ends_none(self, store: SqlStore) -> None:
        store.keep(letter("<a@x.test>"), at=NOON)
        store.keep(letter("<b@x.test>", kind=Kind.REJECTION, unsure=True, references=("<a@x.test>",)), at=LATER)
        store.keep(letter(unsure=True, company="Fabrikam"), at=LATER)

        assert len(store.unplaced("home")) == 1
        assert [case.status for case in store.cases(open_only=True)] == [CaseStatus.OPEN]
        assert [one.classification.kind for one in store.unsure()] == [Kind.INVITATION, Kind.REJECTION]

    # -------------------------------------------------------------------------------------------- one case

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ({"message_id": "<a@x.test>"}, {"references": ("<a@x.test>",)}),
            ({"references": ("<ours@x.test>",)}, {"references": ("<ours@x.test>",)}),
            ({"message_id": "<b@x.test>", "in_reply_to": ("<c@x.test>",)}, {"message_id": "<c@x.test>"}),
            ({"event_uid": "uid-1", "company": None}, {"event_uid": "uid-1", "company": None}),
            ({"slots": (TUESDAY,)}, {"slots": (WEDNESDAY, TUESDAY.astimezone(NOON.tzinfo)), "account": "work"}),
            (
                {"slots": (TUESDAY,), "company": "Northwind Labs GmbH"},
                {"slots": (TUESDAY,), "company": "NORTHWIND-LABS"},
            ),
            ({"slots": (TUESDAY,)}, {"agreed": TUESDAY, "kind": Kind.CONFIRMATION}),
        ],
    )
    def test_one_conversation_event_or_meeting_is_one_case(
        self, store: SqlStore, first: dict[str, object], second: dict[str, object]
    ) -> None:
        store.keep(letter(**first), at=NOON)  # type: ignore[arg-type]
        store.keep(letter(**second), at=LATER)  # type: ignore[arg-type]

        assert len(store.cases()) == 1

    @pytest.mark.parametrize(
        "other",
        [
            {"company": "Fabrikam", "slots": (TUESDAY,)},
            {"slots": (WEDNESDAY,)},
            {"event_uid": "uid-2"},
            {"references": ("<unknown@x.test>",)},
        ],
    )
    def test_other_conversations_are_other_cases(self, store: SqlStore, other: dict[str, object]) -> None:
        store.keep(letter(slots=(TUESDAY,), event_uid="uid-1"), at=NOON)
        store.keep(letter(**other), at=LATER)  # type: ignore[arg-type]

        assert len(store.cases()) == len(store.unplaced("home")) == 2

    def test_an_answer_to_our_own_draft_belongs_to_its_case(self, store: SqlStore) -> None:
        store.keep(letter(), at=NOON)
        ours = placed(store).message_id
        store.keep(letter(kind=Kind.REJECTION, references=(ours,)), at=LATER)

        assert [case.status for case in store.cases()] == [CaseStatus.ENDED]

    def test_a_letter_that_joins_two_cases_makes_them_one_with_one_live_draft(self, store: SqlStore) -> None:
        store.keep(letter("<a@x.test>", account="home", company=None), at=NOON)
        placed(store)
        store.keep(letter("<b@x.test>", account="work", event_uid="uid-1", nudges=(nudge(),)), at=NOON)
        store.keep(letter(kind=Kind.ACKNOWLEDGEMENT, references=("<a@x.test>",), event_uid="uid-1"), at=LATER)
        (case,) = store.cases()

        assert case.company == "Northwind Labs"
        assert case.accounts == ("home", "work")
        assert len(store.superseded("home")) == 1
        assert len(store.unplaced("work")) == 1
        assert len(store.nudges_ahead()) == 1

    # -------------------------------------------------------------------------------------------- rounds

    def test_an_invitation_that_comes_twice_leads_to_one_draft(self, store: SqlStore) -> None:
        """The recruiting system's text, then a calendar request for the same time, from another address."""
        store.keep(letter(slots=(TUESDAY, WEDNESDAY), chosen=TUESDAY, stage=Stage.TECHNICAL), at=NOON)
        first = only(store)
        store.keep(letter(slots=(TUESDAY,), event_uid="uid-1", chosen=TUESDAY, nudges=(nudge(),)), at=LATER)

        assert store.unplaced("home") == (first,)
        assert store.nudges_ahead() == ()

    @pytest.mark.parametrize(
        "newer",
        [
            {"slots": (THURSDAY,)},
            {"slots": (WEDNESDAY,), "event_uid": "uid-1", "sequence": 1},
            {"kind": Kind.RESCHEDULE, "slots": (TUESDAY,)},
            {"kind": Kind.FOLLOWUP, "subkind": Subkind.CHASER},
            {"stage": Stage.ONSITE},
            {"matter_facts": {"work_mode": "onsite"}, "action": Action.DECLINE, "reason": Reason.LOGISTICS},
        ],
    )
    def test_a_letter_that_asks_anew_lets_the_unplaced_draft_give_way(
        self, store: SqlStore, newer: dict[str, object]
    ) -> None:
        store.keep(letter("<a@x.test>", slots=(TUESDAY, WEDNESDAY), chosen=TUESDAY, stage=Stage.SCREEN), at=NOON)
        first = only(store)
        case = letter(references=("<a@x.test>",), **newer)  # type: ignore[arg-type]
        store.keep(case, at=LATER)

        assert case.proposal is not None
        assert only(store).message_id == case.proposal.message_id
        assert only(store).key != first.key
        assert store.superseded("home") == ()

    @pytest.mark.parametrize(
        "copy",
        [
            {},
            {"stage": Stage.SCREEN},
            {"matter_facts": {"work_mode": "onsite"}},
            {"slots": (TUESDAY,), "stage": Stage.ONSITE},
            {"slots": (TUESDAY,), "event_uid": "uid-1", "sequence": 2},
            {"booking": "https://book.example/1"},
        ],
    )
    @pytest.mark.parametrize("fate", [DraftState.WAITING, DraftState.EDITED, DraftState.GONE, DraftState.SENT])
    def test_a_copy_or_reminder_brings_no_second_draft_whatever_became_of_the_first(
        self, store: SqlStore, copy: dict[str, object], fate: DraftState
    ) -> None:
        store.keep(letter("<a@x.test>", slots=(TUESDAY, WEDNESDAY), chosen=TUESDAY, stage=Stage.SCREEN), at=NOON)
        store.settle(placed(store), fate, H, at=NOON)
        store.keep(letter(references=("<a@x.test>",), **{"chosen": TUESDAY, **copy}), at=LATER)  # type: ignore[arg-type]

        assert store.unplaced("home") == ()
        assert store.superseded("home") == ()

    def test_a_request_for_a_time_the_draft_does_not_take_replaces_it(self, store: SqlStore) -> None:
        store.keep(letter(slots=(TUESDAY, WEDNESDAY), chosen=TUESDAY), at=NOON)
        store.keep(letter(slots=(WEDNESDAY,), chosen=WEDNESDAY, event_uid="uid-1"), at=LATER)

        assert only(store).key.split(".")[1:3] == ["answer", "2"]

    def test_a_letter_that_replies_to_the_user_asks_anew_although_it_names_nothing_new(self, store: SqlStore) -> None:
        store.keep(letter("<a@x.test>"), at=NOON)
        store.settle(placed(store), DraftState.SENT, None, at=NOON)
        store.keep(letter(references=("<a@x.test>", "<by-the-user@home.test>")), at=LATER)

        assert len(store.unplaced("home")) == 1

    @pytest.mark.parametrize("fate", [DraftState.GONE, DraftState.SENT, DraftState.EDITED])
    def test_a_new_question_starts_its_own_round_beside_a_draft_that_is_the_users(
        self, store: SqlStore, fate: DraftState
    ) -> None:
        store.keep(letter("<a@x.test>", slots=(TUESDAY,)), at=NOON)
        store.settle(placed(store), fate, H, at=NOON)
        store.keep(letter(kind=Kind.RESCHEDULE, slots=(THURSDAY,), references=("<a@x.test>",)), at=LATER)

        assert len(store.unplaced("home")) == 1
        assert store.superseded("home") == ()
        assert [draft.state for draft in store.waiting("home")] == [DraftState.EDITED] * (fate is DraftState.EDITED)

    @pytest.mark.parametrize("kind", [Kind.REJECTION, Kind.CONFIRMATION, Kind.OFFER, Kind.CANCELLATION])
    @pytest.mark.parametrize("mark", [None, M])
    def test_a_letter_that_ends_the_question_withdraws_the_draft(
        self, store: SqlStore, kind: Kind, mark: Mark | None
    ) -> None:
        store.keep(letter("<a@x.test>", nudges=(nudge(),)), at=NOON)
        first = only(store)
        if mark:
            store.intend(first, mark)
        store.keep(letter(kind=kind, references=("<a@x.test>",), drafted=False), at=LATER)

        assert store.unplaced("home") == ()
        assert [draft.proposal.key for draft in store.superseded("home")] == ([first.key] if mark else [])
        assert store.nudges_ahead() == ()

    def test_a_placed_draft_that_gave_way_is_listed_until_it_is_settled(self, store: SqlStore) -> None:
        store.keep(letter("<a@x.test>", slots=(TUESDAY,)), at=NOON)
        first = placed(store)
        store.keep(letter(slots=(THURSDAY,), references=("<a@x.test>",)), at=LATER)
        (draft,) = store.superseded("home")

        assert (draft.proposal.key, draft.handle, draft.state) == (first.key, H, DraftState.WAITING)
        assert store.waiting("home") == ()
        store.settle(first, DraftState.SUPERSEDED, None, at=LATER)
        assert store.superseded("home") == ()

    def test_a_draft_that_gave_way_but_was_edited_stays_the_users(self, store: SqlStore) -> None:
        store.keep(letter("<a@x.test>", slots=(TUESDAY,)), at=NOON)
        first = placed(store)
        store.keep(letter(slots=(THURSDAY,), references=("<a@x.test>",)), at=LATER)
        store.settle(first, DraftState.EDITED, H, at=LATER)

        assert store.superseded("home") == ()
        assert [draft.proposal.key for draft in store.waiting("home")] == [first.key]
        assert len(store.unplaced("home")) == 1

    def test_a_reminder_of_what_was_agreed_before_does_not_end_the_next_question(self, store: SqlStore) -> None:
        store.keep(letter("<a@x.test>", kind=Kind.CONFIRMATION, agreed=TUESDAY), at=NOON)
        store.keep(letter("<b@x.test>", references=("<a@x.test>",), stage=Stage.ONSITE, slots=(THURSDAY,)), at=NOON)
        store.keep(letter(kind=Kind.CONFIRMATION, agreed=TUESDAY, references=("<a@x.test>",)), at=LATER)

        assert len(store.unplaced("home")) == 1

    def test_an_older_letter_that_comes_in_late_changes_nothing(self, store: SqlStore) -> None:
        store.keep(letter("<a@x.test>", kind=Kind.CANCELLATION, drafted=False), at=NOON)
        late = letter(references=("<a@x.test>",), received_at=NOON - timedelta(days=1), account="work")
        store.keep(late, at=LATER)

        assert store.unplaced("work") == ()
        assert [case.status for case in store.cases()] == [CaseStatus.ENDED]

    def test_an_older_version_of_an_event_changes_nothing(self, store: SqlStore) -> None:
        store.keep(letter(event_uid="uid-1", sequence=2, slots=(WEDNESDAY,)), at=NOON)
        newer = only(store)
        store.keep(letter(event_uid="uid-1", sequence=1, slots=(TUESDAY,)), at=LATER)

        assert store.unplaced("home") == (newer,)

    def test_new_times_without_a_draft_withdraw_a_draft_that_takes_another_time(self, store: SqlStore) -> None:
        store.keep(letter("<a@x.test>", slots=(TUESDAY,), chosen=TUESDAY), at=NOON)
        store.keep(letter(slots=(THURSDAY,), drafted=False, references=("<a@x.test>",)), at=LATER)

        assert store.unplaced("home") == ()

    def test_drafts_for_different_purposes_stand_side_by_side(self, store: SqlStore) -> None:
        store.keep(letter("<a@x.test>"), at=NOON)
        store.keep(letter(purpose=Purpose.THANK_YOU, references=("<a@x.test>",)), at=LATER)

        assert [proposal.purpose for proposal in store.unplaced("home")] == [Purpose.ANSWER, Purpose.THANK_YOU]

    # -------------------------------------------------------------------------------------------- placing

    def test_the_first_mark_is_kept(self, store: SqlStore) -> None:
        store.keep(letter(), at=NOON)
        store.intend(only(store), Mark("first"))
        store.intend(only(store), Mark("second"))

        assert only(store).mark == "first"

    def test_a_mark_is_taken_back_where_the_placing_was_refused(self, store: SqlStore) -> None:
        store.keep(letter(), at=NOON)
        store.intend(only(store), Mark("first"))
        store.refused(only(store))
        assert only(store).mark is None
        store.intend(only(store), Mark("second"))

        assert only(store).mark == "second"

    def test_a_placed_draft_waits_with_its_handle(self, store: SqlStore) -> None:
        store.keep(letter(), at=NOON)
        proposal = placed(store)
        (draft,) = store.waiting("home")

        assert store.unplaced("home") == ()
        assert (draft.proposal.key, draft.handle, draft.placed_at, draft.state) == (
            proposal.key,
            H,
            NOON,
            DraftState.WAITING,
        )

    @pytest.mark.parametrize("final", [DraftState.SENT, DraftState.GONE])
    def test_what_was_sent_or_deleted_stays_so(self, store: SqlStore, final: DraftState) -> None:
        store.keep(letter(), at=NOON)
        proposal = placed(store)
        store.settle(proposal, final, None, at=NOON)
        told = store.journal()
        store.settle(proposal, DraftState.WAITING, H, at=LATER)
        store.settle(proposal, final, None, at=LATER)

        assert (store.waiting("home"), store.unplaced("home"), store.superseded("home")) == ((), (), ())
        assert store.journal() == told

    def test_a_draft_placed_while_it_gave_way_is_taken_back(self, store: SqlStore) -> None:
        """Another thread kept a newer letter between the listing and the placing."""
        store.keep(letter("<a@x.test>", slots=(TUESDAY,)), at=NOON)
        first = only(store)
        store.keep(letter(slots=(THURSDAY,), references=("<a@x.test>",)), at=LATER)
        store.intend(first, M)
        assert [draft.proposal.key for draft in store.superseded("home")] == [first.key]
        store.settle(first, DraftState.WAITING, H, at=LATER)

        assert [draft.handle for draft in store.superseded("home")] == [H]
        assert store.waiting("home") == ()

    def test_an_edit_taken_back_gives_way_to_the_newer_draft(self, store: SqlStore) -> None:
        store.keep(letter("<a@x.test>", slots=(TUESDAY,)), at=NOON)
        first = placed(store)
        store.settle(first, DraftState.EDITED, H, at=NOON)
        store.keep(letter(slots=(THURSDAY,), references=("<a@x.test>",)), at=LATER)
        store.settle(first, DraftState.WAITING, H, at=LATER)

        assert [draft.proposal.key for draft in store.superseded("home")] == [first.key]

    def test_renewing_a_stale_proposal_gives_one_new_one_however_often(self, store: SqlStore) -> None:
        case = letter("<a@x.test>", nudges=(nudge(),))
        store.keep(case, at=NOON)
        old = only(store)
        again = letter("<a@x.test>", key=case.raw.ref.key, action=Action.HOLD, nudges=(nudge(hours=48),))
        new = store.renew(old, again, at=LATER)

        assert new is not None
        assert new.key != old.key
        assert store.unplaced("home") == (new,)
        assert store.renew(old, again, at=LATER) == new
        assert [one.due_at for one in store.nudges_ahead()] == [NOON + timedelta(hours=48)]
        assert store.source(new) == case.raw

    def test_renewing_to_nothing_withdraws_the_proposal(self, store: SqlStore) -> None:
        store.keep(letter("<a@x.test>"), at=NOON)
        old = only(store)
        over = letter("<a@x.test>", drafted=False, action=Action.NONE, stopped="no draft is called for")

        assert store.renew(old, over, at=LATER) is None
        assert store.renew(old, over, at=LATER) is None
        assert store.unplaced("home") == ()

    def test_renewing_what_a_newer_letter_replaced_gives_nothing(self, store: SqlStore) -> None:
        store.keep(letter("<a@x.test>", slots=(TUESDAY,)), at=NOON)
        old = only(store)
        store.keep(letter(slots=(THURSDAY,), references=("<a@x.test>",), account="work"), at=LATER)

        assert store.renew(old, letter("<a@x.test>", slots=(TUESDAY,)), at=LATER) is None
        assert len(store.unplaced("work")) == 1

    # -------------------------------------------------------------------------------------------- nudges

    def test_a_due_nudge_is_claimed_once_with_the_key_of_its_draft(self, store: SqlStore) -> None:
        store.keep(letter(nudges=(nudge(hours=48), nudge(NudgeKind.BOOK_BY, hours=24))), at=NOON)
        key = only(store).key

        assert store.claim_nudges(now=NOON) == ()
        claimed = store.claim_nudges(now=NOON + timedelta(hours=48))
        assert [(one.kind, one.draft_key) for one in claimed] == [
            (NudgeKind.BOOK_BY, key),
            (NudgeKind.REPLY_OWED, key),
        ]
        assert store.claim_nudges(now=NOON + timedelta(hours=48)) == ()

    @pytest.mark.parametrize(
        ("fate", "left"),
        [
            (DraftState.SENT, {NudgeKind.HOLD_PROMISED}),
            (DraftState.GONE, set()),
            (DraftState.SUPERSEDED, set()),
            (DraftState.EDITED, {NudgeKind.REPLY_OWED, NudgeKind.HOLD_PROMISED}),
        ],
    )
    def test_the_fate_of_a_draft_cancels_the_nudges_it_makes_void(
        self, store: SqlStore, fate: DraftState, left: set[NudgeKind]
    ) -> None:
        store.keep(letter(nudges=(nudge(), nudge(NudgeKind.HOLD_PROMISED))), at=NOON)
        store.settle(placed(store), fate, H, at=LATER)

        assert {one.kind for one in store.nudges_ahead()} == left

    # -------------------------------------------------------------------------------------------- what came earlier

    def test_a_letter_that_begins_a_conversation_has_nothing_earlier(self, store: SqlStore) -> None:
        assert store.thread(letter(references=("<unknown@x.test>",)).message) == NO_EARLIER

    def test_earlier_tells_what_was_said_and_done(self, store: SqlStore) -> None:
        store.keep(letter("<a@x.test>", slots=(TUESDAY, WEDNESDAY), action=Action.DECLINE, reason=Reason.PAY), at=NOON)
        store.keep(
            letter("<b@x.test>", kind=Kind.ACKNOWLEDGEMENT, references=("<a@x.test>",), action=Action.NONE), at=NOON
        )
        earlier = store.thread(letter(references=("<b@x.test>",)).message)

        assert earlier.kinds == (Kind.INVITATION, Kind.ACKNOWLEDGEMENT)
        assert (earlier.company, earlier.role, earlier.contact_name) == ("Northwind Labs", "Data Engineer", "Ada Lind")
        assert (earlier.last_action, earlier.last_reason) == (Action.DECLINE, Reason.PAY)
        assert earlier.slots == (Slot(TUESDAY), Slot(WEDNESDAY))
        assert earlier.agreed is None
        assert not earlier.declined_again

    def test_a_letter_that_was_kept_is_not_its_own_past(self, store: SqlStore) -> None:
        first, second = letter("<a@x.test>"), letter("<b@x.test>", references=("<a@x.test>",), kind=Kind.RESCHEDULE)
        store.keep(first, at=NOON)
        store.keep(second, at=LATER)

        assert store.thread(first.message) == NO_EARLIER
        assert store.thread(second.message).kinds == (Kind.INVITATION,)

    def test_an_event_is_recognised_by_its_uid(self, store: SqlStore) -> None:
        store.keep(letter(event_uid="uid-1"), at=NOON)

        assert store.thread(letter(event_uid="uid-1").message).kinds == (Kind.INVITATION,)

    def test_a_time_is_agreed_once_confirmed_or_accepted_and_until_it_is_cancelled(self, store: SqlStore) -> None:
        asks = letter(references=("<a@x.test>",)).message
        store.keep(letter("<a@x.test>", slots=(TUESDAY,), chosen=TUESDAY), at=NOON)
        assert store.thread(asks).agreed is None
        store.settle(placed(store), DraftState.SENT, None, at=NOON)
        assert store.thread(asks).agreed == Slot(TUESDAY)
        store.keep(letter(kind=Kind.CONFIRMATION, agreed=WEDNESDAY, references=("<a@x.test>",)), at=NOON)
        assert store.thread(asks).agreed == Slot(WEDNESDAY)
        store.keep(letter(kind=Kind.CANCELLATION, references=("<a@x.test>",)), at=LATER)
        assert store.thread(asks).agreed is None

    def test_the_interviews_agreed_in_a_week_are_told_over_all_cases_each_time_once(self, store: SqlStore) -> None:
        week = {"since": NOON, "until": NOON + timedelta(days=14)}
        store.keep(letter("<a@x.test>", slots=(TUESDAY,), chosen=TUESDAY), at=NOON)
        store.keep(letter(kind=Kind.CONFIRMATION, company="Fernhill", agreed=WEDNESDAY), at=NOON)
        store.keep(letter(kind=Kind.CONFIRMATION, company="Kestrel", agreed=WEDNESDAY), at=NOON)
        assert store.agreed(**week) == (Slot(WEDNESDAY),)
        store.settle(placed(store), DraftState.SENT, None, at=NOON)
        assert store.agreed(**week) == (Slot(TUESDAY), Slot(WEDNESDAY))
        assert store.agreed(since=NOON, until=WEDNESDAY) == (Slot(TUESDAY),)
        store.keep(letter(kind=Kind.CANCELLATION, references=("<a@x.test>",)), at=LATER)
        assert store.agreed(**week) == (Slot(WEDNESDAY),)

    def test_a_final_no_to_a_pressing_is_remembered(self, store: SqlStore) -> None:
        store.keep(letter("<a@x.test>", action=Action.DECLINE), at=NOON)
        asks = letter(references=("<a@x.test>",)).message
        pressing = letter(
            kind=Kind.FOLLOWUP, subkind=Subkind.PRESSING, action=Action.DECLINE, references=("<a@x.test>",)
        )
        store.keep(pressing, at=LATER)

        assert store.thread(asks).declined_again

    # -------------------------------------------------------------------------------------------- for people

    def test_a_case_file_holds_letters_with_rules_and_quotes_drafts_nudges_and_journal(self, store: SqlStore) -> None:
        case = letter(nudges=(nudge(),), slots=(TUESDAY,))
        store.keep(case, at=NOON)
        placed(store)
        file = store.case(store.cases()[0].id)

        assert file is not None
        (one,) = file.letters
        assert (one.classification, one.matter, one.verdict) == (case.classification, case.matter, case.verdict)
        assert (one.sender, one.subject) == ("Ada Lind <ada@northwind-labs.example>", "Interview at Northwind Labs")
        assert [draft.state for draft in file.drafts] == [DraftState.WAITING]
        assert len(file.nudges) == 1
        assert [entry.event for entry in file.journal] == ["letter", "drafted", "placed"]
        assert store.case(999) is None

    def test_the_journal_never_holds_words_of_a_letter(self, store: SqlStore) -> None:
        store.keep(letter(subject="Sesame", body="Sesame"), at=NOON)
        store.settle(placed(store), DraftState.GONE, None, at=LATER)

        assert len(store.journal()) == 4
        assert not any("Sesame" in entry.text or "@" in entry.text for entry in store.journal())
        assert [entry.event for entry in store.journal(since=LATER)] == ["gone"]

    @pytest.mark.parametrize(
        ("fate", "action", "status", "still_open"),
        [
            (DraftState.WAITING, Action.ACCEPT, CaseStatus.OPEN, True),
            (DraftState.SENT, Action.ACCEPT, CaseStatus.ANSWERED, True),
            (DraftState.SENT, Action.DECLINE, CaseStatus.DECLINED, False),
            (DraftState.GONE, Action.ACCEPT, CaseStatus.LEFT, False),
        ],
    )
    def test_a_case_follows_the_fate_of_its_draft(
        self, store: SqlStore, fate: DraftState, action: Action, status: CaseStatus, still_open: bool
    ) -> None:
        store.keep(letter(action=action), at=NOON)
        store.settle(placed(store), fate, H, at=LATER)
        (case,) = store.cases()

        assert (case.status, case.decision, case.draft) == (status, action, fate)
        assert bool(store.cases(open_only=True)) is still_open

    def test_the_letter_as_it_came_is_dropped_once_it_was_answered(self, store: SqlStore) -> None:
        store.keep(letter(), at=NOON)
        proposal = placed(store)
        store.settle(proposal, DraftState.SENT, None, at=LATER)

        with pytest.raises(StoreError, match="no longer kept"):
            store.source(proposal)

    def test_the_letter_as_it_came_stays_while_the_user_may_change_their_mind(self, store: SqlStore) -> None:
        store.keep(letter(), at=NOON)
        proposal = placed(store)
        store.settle(proposal, DraftState.GONE, None, at=LATER)

        assert store.source(proposal).octets

    def test_the_letter_as_it_came_stays_while_a_draft_for_it_waits_although_the_case_is_over(
        self, store: SqlStore
    ) -> None:
        store.keep(letter(kind=Kind.CANCELLATION, action=Action.ACKNOWLEDGE), at=NOON)

        assert [case.status for case in store.cases()] == [CaseStatus.ENDED]
        assert store.source(only(store)).octets

    # -------------------------------------------------------------------------------------------- forgetting

    def test_forgetting_a_company_leaves_the_others(self, store: SqlStore) -> None:
        store.keep(letter(nudges=(nudge(),)), at=NOON)
        placed(store)
        store.keep(letter(company="Fabrikam"), at=NOON)
        forgotten = store.forget(company="NORTHWIND Labs, Inc.")

        assert (forgotten.cases, forgotten.letters, forgotten.drafts_left) == (1, 1, 1)
        assert [case.company for case in store.cases()] == ["Fabrikam"]
        assert (store.nudges_ahead(), store.waiting("home")) == ((), ())
        assert len(store.journal()) == 2

    def test_a_forgotten_letter_that_is_read_again_stays_forgotten(self, store: SqlStore) -> None:
        store.keep(letter("<a@x.test>"), at=NOON)
        store.forget(company="Northwind Labs")

        assert store.keep(letter("<a@x.test>"), at=LATER) is None
        assert (store.cases(), store.unplaced("home")) == ((), ())

    def test_a_new_letter_of_a_forgotten_company_has_a_key_that_was_never_used(self, store: SqlStore) -> None:
        store.keep(letter(), at=NOON)
        before = only(store).key
        store.forget(company="Northwind Labs")
        store.keep(letter(), at=LATER)

        assert only(store).key.split(".")[0] != before.split(".")[0]

    def test_forgetting_everything_keeps_only_how_far_each_account_was_read(self, store: SqlStore) -> None:
        store.advance("home", Cursor("9"))
        store.keep(letter(), at=NOON)
        store.keep(letter(unsure=True, company=None, about_a_job=False), at=NOON)
        store.stuck(letter().raw, why="KeyError", at=NOON)
        forgotten = store.forget_all()

        assert (forgotten.cases, forgotten.letters) == (1, 2)
        assert (store.cases(), store.unsure(), store.stuck_letters(), store.journal()) == ((), (), (), ())
        assert store.cursor("home") == "9"

    def test_forgetting_nobody_forgets_nothing(self, store: SqlStore) -> None:
        store.keep(letter(), at=NOON)

        assert store.forget(company=" ").cases == 0
        assert len(store.cases()) == 1

    # -------------------------------------------------------------------------------------------- hostile and at once

    def test_text_that_no_database_takes_is_kept_without_an_error(self, store: SqlStore) -> None:
        odd = "a\0b\ud800c"
        case = letter(f"<{odd}@x.test>", subject=odd * 1000, body=odd, company=odd, folder=odd, key=odd, stopped=odd)
        store.keep(case, at=NOON)

        assert only(store).source == case.raw.ref
        assert only(store).answered_id == case.message.message_id
        assert store.source(only(store)).ref == case.raw.ref
        file = store.case(store.cases()[0].id)
        assert file is not None
        assert len(file.letters[0].subject) < 1000

    def test_thousands_of_references_are_bounded_and_still_find_the_case(self, store: SqlStore) -> None:
        many = tuple(f"<r{number}@x.test>" for number in range(20_000))
        store.keep(letter("<r0@x.test>"), at=NOON)
        store.keep(letter(references=many, slots=tuple(TUESDAY + timedelta(minutes=n) for n in range(2000))), at=LATER)

        assert len(store.cases()) == 1

    def test_the_ends_of_the_calendar_are_kept(self, store: SqlStore) -> None:
        first = TUESDAY.replace(year=1, month=1, day=1, hour=0)
        store.keep(letter(slots=(first,), received_at=first), at=NOON)

        assert len(store.unplaced("home")) == 1

    def test_threads_that_keep_the_same_letters_at_once_make_one_case_and_one_draft_each(self, store: SqlStore) -> None:
        letters = [letter(slots=(TUESDAY,), company=f"Firm {number}") for number in range(5)]
        twins = [
            letter(slots=(TUESDAY,), company=f"Firm {number}", account="work", event_uid=f"uid-{number}")
            for number in range(5)
        ]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda case: store.keep(case, at=NOON), [*letters, *twins, *letters, *twins] * 2))

        assert len(store.cases()) == 5
        assert len(store.unplaced("home")) + len(store.unplaced("work")) == 5

    def test_threads_that_claim_at_once_tell_each_nudge_once(self, store: SqlStore) -> None:
        for number in range(10):
            store.keep(letter(nudges=(nudge(hours=number),)), at=NOON)
        with ThreadPoolExecutor(4) as pool:
            claims = list(pool.map(lambda _: store.claim_nudges(now=NOON + timedelta(days=2)), range(8)))

        assert sum(len(claim) for claim in claims) == 10

"""The story on the mail server in memory: what the user finds in the drafts, and what is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import cast

import pytest

from agent.core.model import Case, Earlier, Matter, Nudge, ParsedMessage, Verdict, Wording
from agent.core.profile import Account, Profile
from agent.pipeline import consider, remind, sweep, tell
from agent.ports import Desk, Drafter, Store, StoreError
from agent.store import open_store
from agent.store.sql import SqlStore
from agent.wiring import desk_over
from connectors.base import Refused
from connectors.memory import Moment
from tests.story.power_laws import HIM, INVITED, ME, SECOND, answers, by_hand, id_of, letters, mail
from tests.worlds.memory import MemoryWorld

ACCOUNT = Account(name="here", addresses=(ME,), profile=Profile(name="Ines Example", zone="Europe/Berlin"))
ELSEWHERE = replace(ACCOUNT, name="elsewhere")


class Told:
    """A Messenger that keeps what it was told."""

    def __init__(self) -> None:
        self.nudges: list[Nudge] = []

    def tell(self, nudges: tuple[Nudge, ...]) -> None:
        self.nudges += nudges


class Breaking:
    """A Drafter that fails on the first invitation."""

    def __init__(self, drafter: Drafter) -> None:
        self.drafter = drafter

    def word(
        self, message: ParsedMessage, matter: Matter, verdict: Verdict, profile: Profile, now: datetime
    ) -> Wording:
        if message.message_id == INVITED:
            raise ZeroDivisionError
        return self.drafter.word(message, matter, verdict, profile, now)


class Stage:
    """A world, a store and a desk with a clock that can be moved."""

    def __init__(self, state: Path) -> None:
        self.world = MemoryWorld()
        self.time = self.world.now()
        self.store: SqlStore = open_store(state)
        self.told = Told()
        self.cases: list[Case] = []
        desk = desk_over(self.store, print, now=self.now, seen=self.cases.append)
        self.desk: Desk = replace(desk, messenger=self.told)

    def now(self) -> datetime:
        return self.time

    def run(self, account: Account = ACCOUNT) -> None:
        """One pass over the account."""
        connector = self.world.connect()
        sweep(account, connector, self.desk)
        remind(account, connector, self.desk)

    def drafts(self) -> list[str]:
        """The Message-IDs of the messages that the drafts answer."""
        return sorted(map(answers, self.world.drafts()))

    def words(self, answering: str) -> str:
        [draft] = [draft for draft in self.world.drafts() if answers(draft) == answering]
        return str(message_from_bytes(draft).get_payload(decode=True), "utf-8")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path / "state")
    yield stage
    stage.store.close()


def a_move(now: datetime) -> bytes:
    """The employer asks to move what was offered."""
    day = f"{now + timedelta(days=7):%A %d %B %Y}"
    return mail(
        (
            f"From: Mara Voss <{HIM}>",
            "Subject: Re: Interview for Platform Engineer",
            "Date: Mon, 02 Mar 2026 12:30:00 +0100",
            "Message-ID: <moved@northwind-labs.example>",
            f"In-Reply-To: {INVITED}",
            f"References: {INVITED}",
        ),
        "Dear Ines,",
        "",
        "I am sorry, we have to reschedule: both times we offered for our interview no longer work on our side.",
        f"Would {day} at 15:00 suit you instead?",
        "",
        "Mara",
    )


def test_each_invitation_gets_one_draft_in_its_thread_and_the_newsletter_none(stage: Stage) -> None:
    for letter in letters(stage.now()):
        stage.world.deliver(letter)
    stage.run()

    assert stage.drafts() == sorted([INVITED, SECOND])
    assert [case.message.message_id for case in stage.cases if case.proposal] == [INVITED, SECOND]


def test_a_second_pass_changes_nothing(stage: Stage) -> None:
    stage.world.deliver(letters(stage.now())[0])
    stage.run()
    before = list(stage.world.drafts())
    stage.run()

    assert stage.world.drafts() == before


def test_when_the_other_side_writes_again_the_old_draft_gives_way(stage: Stage) -> None:
    stage.world.deliver(letters(stage.now())[0])
    stage.run()
    stage.world.deliver(a_move(stage.now()))
    stage.run()

    assert stage.drafts() == ["<moved@northwind-labs.example>"]
    assert "15:00" in stage.words("<moved@northwind-labs.example>")


def test_a_draft_the_user_changed_is_left_alone_when_the_other_side_writes_again(stage: Stage) -> None:
    stage.world.deliver(letters(stage.now())[0])
    stage.run()
    stage.world.user_edits_draft(id_of(stage.world.drafts()[0]), by_hand(INVITED))
    stage.world.deliver(a_move(stage.now()))
    stage.run()

    assert by_hand(INVITED) in stage.world.drafts()


def test_a_draft_the_user_deleted_is_not_made_again(stage: Stage) -> None:
    stage.world.deliver(letters(stage.now())[0])
    stage.run()
    stage.world.user_destroys_draft(id_of(stage.world.drafts()[0]))
    stage.run()
    stage.world.forget_cursors()
    stage.run()

    assert stage.drafts() == []


def test_once_the_user_has_answered_by_hand_the_untouched_draft_is_taken_back(stage: Stage) -> None:
    stage.world.deliver(letters(stage.now())[0])
    stage.run()
    stage.world.user_answers(by_hand(INVITED))
    stage.run()

    assert stage.drafts() == []
    assert stage.store.cases()[0].draft == "sent"


def test_what_was_answered_before_the_first_pass_gets_no_draft(stage: Stage) -> None:
    stage.world.deliver(letters(stage.now())[0])
    stage.world.user_answers(by_hand(INVITED))
    stage.run()

    assert stage.drafts() == []


def test_the_same_mail_in_two_accounts_gets_one_draft(stage: Stage) -> None:
    stage.world.deliver(letters(stage.now())[0])
    stage.run()
    stage.run(ELSEWHERE)

    assert stage.drafts() == [INVITED]


def test_a_letter_that_breaks_a_stage_is_set_aside_and_blocks_no_other(stage: Stage) -> None:
    stage.desk = replace(stage.desk, drafter=Breaking(stage.desk.drafter))
    for letter in letters(stage.now()):
        stage.world.deliver(letter)
    stage.run()

    assert stage.drafts() == [SECOND]
    assert [stuck.why for stuck in stage.store.stuck_letters()] == ["ZeroDivisionError"]


def test_a_draft_that_is_refused_blocks_no_other_and_is_placed_once_it_can_be(stage: Stage) -> None:
    for letter in letters(stage.now()):
        stage.world.deliver(letter)
    stage.world.server.fail(1, Moment.BEFORE, Refused("over quota"), request="put_draft")
    with pytest.raises(Refused, match="over quota"):
        stage.run()
    assert len(stage.drafts()) == 1
    stage.run()

    assert stage.drafts() == sorted([INVITED, SECOND])


def test_what_is_refused_is_no_doubt_about_where_the_draft_lies(stage: Stage) -> None:
    stage.world.deliver(letters(stage.now())[0])
    stage.world.server.fail(1, Moment.BEFORE, Refused("over quota"), request="put_draft")
    with pytest.raises(Refused, match="over quota"):
        stage.run()

    assert [proposal.mark for proposal in stage.store.unplaced("here")] == [None]


def test_an_old_draft_that_cannot_be_taken_back_blocks_no_new_one(stage: Stage) -> None:
    stage.world.deliver(letters(stage.now())[0])
    stage.run()
    stage.world.deliver(a_move(stage.now()))
    stage.world.deliver(letters(stage.now())[2])
    stage.world.server.fail(1, Moment.BEFORE, Refused("no right to delete"), request="withdraw")
    with pytest.raises(Refused, match="no right to delete"):
        stage.run()

    assert SECOND in stage.drafts()


def test_an_answered_draft_that_cannot_be_taken_back_hides_the_fate_of_no_other(stage: Stage) -> None:
    for letter in letters(stage.now()):
        stage.world.deliver(letter)
    stage.run()
    for message_id in (INVITED, SECOND):
        stage.world.user_answers(by_hand(message_id))
    stage.world.server.fail(1, Moment.BEFORE, Refused("no right to delete"), request="withdraw")
    with pytest.raises(Refused, match="no right to delete"):
        stage.run()

    assert stage.drafts() == [INVITED]


def test_a_fault_of_the_store_is_no_fault_of_the_letter(stage: Stage) -> None:
    stage.world.deliver(letters(stage.now())[0])
    desk, store = stage.desk, stage.store

    class Busy:
        """A store that is held by another program while it is asked for what came earlier."""

        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

        def thread(self, message: ParsedMessage) -> Earlier:
            raise StoreError("held by another program")

    stage.desk = replace(desk, store=cast("Store", Busy()))
    with pytest.raises(StoreError):
        stage.run()
    stage.desk = desk
    stage.run()

    assert stage.drafts() == [INVITED]
    assert stage.store.stuck_letters() == ()


def test_a_stale_draft_that_cannot_be_weighed_anew_blocks_no_other(stage: Stage) -> None:
    stage.world.deliver(letters(stage.now())[0])
    stage.world.server.fail(1, Moment.BEFORE, Refused("over quota"), request="put_draft")
    with pytest.raises(Refused):
        stage.run()
    stage.time += timedelta(days=7)
    stage.world.deliver(letters(stage.now())[2])
    stage.desk = replace(stage.desk, drafter=Breaking(stage.desk.drafter))
    stage.run()
    stage.run()

    assert stage.drafts() == [SECOND]
    assert [stuck.why for stuck in stage.store.stuck_letters()] == ["ZeroDivisionError"]
    assert stage.store.unplaced("here") == ()


def test_a_mail_whose_answer_could_be_addressed_to_nobody_gets_no_draft_but_a_word_on_what_to_do(stage: Stage) -> None:
    [invitation, *_] = letters(stage.now())
    stage.world.deliver(invitation.replace(HIM.encode(), b"mara.voss@[192.0.2.7]", 1))
    stage.run()

    assert stage.drafts() == []
    [verdict] = [case.verdict for case in stage.cases]
    assert verdict is not None
    assert verdict.todo is not None
    assert not verdict.answered_in_words


def test_two_mails_with_one_message_id_have_a_draft_each(stage: Stage) -> None:
    first, _, second = letters(stage.now())
    stage.world.deliver(first)
    stage.world.deliver(second.replace(SECOND.encode(), INVITED.encode()))
    stage.run()
    stage.run()

    assert stage.drafts() == [INVITED, INVITED]
    assert len({id_of(draft) for draft in stage.world.drafts()}) == 2


def test_a_reply_that_is_owed_is_told_once_when_it_is_due_and_not_after_it_was_sent(stage: Stage) -> None:
    for letter in letters(stage.now()):
        stage.world.deliver(letter)
    stage.run()
    [first] = [draft for draft in stage.world.drafts() if answers(draft) == INVITED]
    stage.world.user_sends_draft(id_of(first), first)
    stage.run()
    tell(stage.desk)
    assert stage.told.nudges == []
    stage.time += timedelta(hours=25)
    tell(stage.desk)
    tell(stage.desk)

    assert ["Fernhill" in nudge.text for nudge in stage.told.nudges] == [True]


def test_what_a_case_says_can_be_asked_for_later(stage: Stage) -> None:
    stage.world.deliver(letters(stage.now())[0])
    stage.run()
    [summary] = stage.store.cases()
    found = stage.store.case(summary.id)

    assert found is not None
    assert (summary.company, summary.role) == ("Northwind Labs", "Platform Engineer")
    assert found.letters[0].verdict == stage.cases[0].verdict


def test_reading_the_same_letter_gives_the_same_octets(stage: Stage) -> None:
    stage.world.deliver(letters(stage.now())[0])
    [batch] = stage.world.connect().changes(None)
    [raw] = batch.messages
    first, second = (consider(raw, ACCOUNT, stage.desk).proposal for _ in range(2))

    assert first is not None
    assert first == second

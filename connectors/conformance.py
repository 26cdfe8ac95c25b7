"""The laws of a connector, as tests anyone can subclass.

A connector's test gives a ``world`` fixture (its server, real or fake, and the person who uses it: :class:`World`) and
inherits :class:`ConnectorLaws`::

    class TestTheMemoryConnector(ConnectorLaws):
        @pytest.fixture
        def world(self) -> MemoryWorld:
            return MemoryWorld()

Only tests import this module; it is shipped so that a connector from elsewhere can be held to the same laws.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from enum import StrEnum
from itertools import islice
from typing import Protocol

import pytest

from connectors.base import (
    LARGEST_MESSAGE,
    Answering,
    Connector,
    Cursor,
    DraftState,
    Handle,
    Mark,
    RawMessage,
    Refused,
    SignInNeeded,
    Trace,
    Unavailable,
)

LARGEST_BATCH = 100
"""Messages a batch holds at the most."""

LONGEST_TOKEN = 64 * 1024
"""Characters of a cursor, a handle or a mark at the most."""

LOOK_BACK = timedelta(days=14)


class Cut(StrEnum):
    """When the wire is cut (or the power fails): before the request took effect, or after it, its answer lost."""

    BEFORE = "before"
    AFTER = "after"


class World(Protocol):
    """The mail system behind a connector, real or fake, and the person who uses it with other programs.

    Messages are named by their Message-ID, with brackets. ``secret`` is the account's password or token.
    ``cannot`` names laws this world cannot put to the test, each with the reason: skipped, but failed under CI=true.
    ``inapplicable`` names laws that mean nothing for this mail system, each with the reason: skipped everywhere.
    """

    @property
    def secret(self) -> str:
        """What must never be seen in a cursor, a handle, a mark or an error text (may be empty: there is none)."""

    @property
    def cannot(self) -> Mapping[str, str]: ...

    @property
    def inapplicable(self) -> Mapping[str, str]: ...

    def now(self) -> datetime:
        """What the clock in the connector's Opening says, aware."""

    def connect(self, *, look_back: timedelta = LOOK_BACK) -> Connector:
        """A fresh connector on the account, as after a restart; those given before may live on or have crashed."""

    # ------------------------------------------------------------------------------------------- what arrives

    def deliver(self, octets: bytes, *, received_at: datetime | None = None) -> None:
        """Let a message arrive in the inbox (now, or dated as if it had come then), unseen."""

    def kept(self, octets: bytes) -> bytes:
        """How the mail system keeps and gives back such octets; the same ones wherever it can."""

    def flags_of(self, message_id: str) -> frozenset[str]:
        """The flags of a message in the inbox, as IMAP writes them."""

    def drafts(self) -> Sequence[bytes]:
        """What lies in the drafts folder and is not marked deleted."""

    def draft_flags(self, message_id: str) -> frozenset[str]:
        """The flags of a message in the drafts folder, as IMAP writes them."""

    def elsewhere(self) -> object:
        """Something that compares equal as long as nothing but the drafts folder has changed."""

    def sendings(self) -> Sequence[str]:
        """Every attempt to send that was seen; laws want it empty."""

    # ------------------------------------------------------------------------------------------- the user's hand

    def user_reads(self, message_id: str) -> None:
        """The user opens a message of the inbox: it becomes \\Seen (and moves from ``new`` to ``cur``)."""

    def user_flags_answered(self, message_id: str) -> None:
        """The user's program marks a message of the inbox \\Answered."""

    def user_saves_draft(self, octets: bytes) -> None:
        """The user's program saves a draft of the user's own."""

    def user_edits_draft(self, message_id: str, octets: bytes) -> None:
        """The user's program replaces a draft by these octets: the new one is saved, the old one removed for good."""

    def user_trashes_draft(self, message_id: str) -> None:
        """The user moves a draft to the trash."""

    def user_restores_draft(self, message_id: str) -> None:
        """The user moves a draft back from the trash."""

    def user_destroys_draft(self, message_id: str) -> None:
        """The user removes a draft for good, so that nothing is left of it."""

    def user_sends_draft(self, message_id: str, octets: bytes) -> None:
        """The user sends a draft: it leaves the drafts, these octets lie in the sent folder."""

    def user_answers(self, octets: bytes) -> None:
        """The user sends a message written by hand: it lies in the sent folder, the drafts stay as they are."""

    # ------------------------------------------------------------------------------------------- what goes wrong

    def forget_cursors(self) -> None:
        """Make all cursors given so far worthless (a new UIDVALIDITY, an expired history); the messages stay."""

    def cut(self, when: Cut) -> AbstractContextManager[None]:
        """A ``with`` block in which the request that places a draft is cut; swallows what the cut raises.

        On leaving the block the wire is whole again.
        """

    def lock_out(self) -> None:
        """Let the password or token be no longer good."""

    def go_offline(self) -> None:
        """Let the mail system be out of reach."""

    def come_online(self) -> None:
        """Let it be in reach again."""

    def remove_drafts_folder(self) -> None:
        """Take the drafts folder away."""


# ---------------------------------------------------------------------------------------------- letters for the laws


def _message(*lines: str) -> bytes:
    return "\r\n".join((*lines, "")).encode()


def letter_id(number: int = 0) -> str:
    """The Message-ID of a letter of :func:`a_letter`."""
    return f"<invitation-{number}@northwind-labs.example>"


def a_letter(number: int = 0, *, filler: int = 0) -> bytes:
    """An invitation, the n-th; ``filler`` makes it longer by so many octets at least."""
    return _message(
        "From: Mara Voss <mara.voss@northwind-labs.example>",
        "To: Ines Example <ines@example.test>",
        f"Subject: Interview no. {number} at Northwind Labs",
        "Date: Mon, 02 Mar 2026 09:30:00 +0100",
        f"Message-ID: {letter_id(number)}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        "Dear Ines,",
        "",
        "would you have time for a first talk on Thursday?  Grüße,",
        "\tMara ",
        *("x" * 76 for _ in range(-(-filler // 78))),
    )


def reply_id(number: int = 0) -> str:
    """The Message-ID of a reply of :func:`a_reply`."""
    return f"<reply-{number}@example.test>"


def a_reply(
    number: int = 0,
    *,
    message_id: str | None = None,
    extra: Sequence[str] = ("X-Cordially: 1",),
    body: str = "Thank you.",
) -> bytes:
    """Our draft that answers the n-th letter."""
    return _message(
        "From: Ines Example <ines@example.test>",
        "To: Mara Voss <mara.voss@northwind-labs.example>",
        f"Subject: Re: Interview no. {number} at Northwind Labs",
        "Date: Mon, 02 Mar 2026 10:00:00 +0100",
        f"Message-ID: {message_id or reply_id(number)}",
        f"In-Reply-To: {letter_id(number)}",
        f"References: {letter_id(number)}",
        *extra,
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "",
        body,
    )


BY_HAND_ID = "<by-hand@example.test>"


def by_hand(number: int = 0, *, body: str = "Thursday suits me.") -> bytes:
    """What a program saves or sends that gives a new Message-ID and drops foreign headers, as Thunderbird does."""
    return a_reply(number, message_id=BY_HAND_ID, extra=(), body=body)


def unrelated(number: int = 0) -> bytes:
    """A draft of the user's that has nothing to do with any letter."""
    return _message(
        "From: Ines Example <ines@example.test>",
        "To: Uncle Otto <otto@example.test>",
        f"Subject: Cake no. {number}",
        f"Message-ID: <cake-{number}@example.test>",
        "",
        "When do you come?",
    )


# ---------------------------------------------------------------------------------------------- words for the laws


def read(mail: Connector, since: Cursor | None = None) -> tuple[list[RawMessage], Cursor]:
    """All that came since the cursor, and the newest cursor."""
    batches = list(mail.changes(since))
    return [message for batch in batches for message in batch.messages], batches[-1].cursor


def subject_of(raw: RawMessage) -> str:
    """The subject of a message."""
    return str(message_from_bytes(raw.octets)["Subject"])


def numbers(messages: Sequence[RawMessage]) -> list[int]:
    """Which of the numbered letters these are."""
    return [int(subject_of(message).split("no. ")[1].split()[0]) for message in messages]


def ids_of(drafts: Sequence[bytes]) -> list[str]:
    """The Message-IDs of drafts, sorted."""
    return sorted(str(message_from_bytes(draft)["Message-ID"]) for draft in drafts)


def essence(octets: bytes) -> tuple[object, ...]:
    """What must be the same in a draft wherever it lies: thread, people, subject and words."""
    message: Message = message_from_bytes(octets)
    body = message.get_payload(decode=True)
    names = ("From", "To", "Subject", "Message-ID", "In-Reply-To", "References")
    return (*(message[name] for name in names), body.split() if isinstance(body, bytes) else body)


class Desk:
    """One invitation on the desk: delivered, read, with a reply that is ready to be placed."""

    def __init__(self, world: World, number: int = 0) -> None:
        self.world = world
        self.mail = world.connect()
        self.reply = a_reply(number)
        self.key = f"case-{number}"
        world.deliver(a_letter(number))
        [self.letter] = [raw for raw in read(self.mail)[0] if numbers([raw]) == [number]]
        self.answering = Answering(self.letter.ref, letter_id(number), self.letter.received_at)
        self.mark = self.mail.mark()

    def put(self) -> Handle:
        """Place the draft."""
        return self.mail.put_draft(self.reply, key=self.key, answering=self.answering)

    def put_cut(self, when: Cut) -> None:
        """Place the draft while the wire is cut, then restart."""
        with self.world.cut(when):
            self.put()
        self.restart()

    def restart(self) -> None:
        """Go on with a fresh connector."""
        self.mail = self.world.connect()

    def trace(self, since: Mark | None) -> Trace:
        """What the account shows of the draft."""
        return self.mail.trace(self.reply, key=self.key, answering=self.answering, since=since)

    def traced(self) -> DraftState:
        """What the account shows of a draft whose placing was begun."""
        return self.trace(self.mark).state

    def state(self, handle: Handle) -> DraftState:
        """What became of the placed draft."""
        return self.mail.draft_state(handle, answering=self.answering)


class ConnectorLaws:
    """What every connector keeps; each test is one promise of :class:`connectors.base.Connector`."""

    @pytest.fixture(autouse=True)
    def _the_law_can_be_tried(self, request: pytest.FixtureRequest, world: World) -> None:
        law = str(request.function.__name__)
        if reason := world.inapplicable.get(law):
            pytest.skip(f"does not apply here: {reason}")
        if reason := world.cannot.get(law):
            if os.environ.get("CI") == "true":
                pytest.fail(f"cannot be tried in this world: {reason}")
            pytest.skip(f"cannot be tried in this world: {reason}")

    @pytest.fixture
    def desk(self, world: World) -> Desk:
        """One invitation that was read and waits for its draft."""
        return Desk(world)

    # ------------------------------------------------------------------------------------------- reading

    def test_a_message_is_given_once(self, world: World) -> None:
        world.deliver(a_letter(1))
        first, cursor = read(world.connect())
        world.deliver(a_letter(2))
        second, cursor = read(world.connect(), cursor)
        third, _ = read(world.connect(), cursor)

        assert [numbers(part) for part in (first, second, third)] == [[1], [2], []]

    def test_one_connector_reads_on_and_on(self, world: World) -> None:
        mail = world.connect()
        _, cursor = read(mail)
        for number in range(3):
            world.deliver(a_letter(number))
            messages, cursor = read(mail, cursor)

            assert numbers(messages) == [number]

    def test_messages_come_oldest_first(self, world: World) -> None:
        for days in (5, 3, 1):
            world.deliver(a_letter(days), received_at=world.now() - timedelta(days=days))

        assert numbers(read(world.connect())[0]) == [5, 3, 1]

    def test_the_first_reading_goes_back_as_far_as_the_look_back(self, world: World) -> None:
        for days in (30, 12, 2):
            world.deliver(a_letter(days), received_at=world.now() - timedelta(days=days))

        assert numbers(read(world.connect(look_back=timedelta(days=14)))[0]) == [12, 2]

    def test_an_old_message_filed_in_later_is_given(self, world: World) -> None:
        world.deliver(a_letter(1))
        _, cursor = read(world.connect())
        world.deliver(a_letter(2), received_at=world.now() - timedelta(days=3))

        assert numbers(read(world.connect(), cursor)[0]) == [2]

    def test_stopping_between_batches_loses_nothing_and_repeats_nothing(self, world: World) -> None:
        for number in range(LARGEST_BATCH + 20):
            world.deliver(a_letter(number))
        [first] = islice(world.connect().changes(None), 1)
        rest, _ = read(world.connect(), first.cursor)

        assert numbers([*first.messages, *rest]) == list(range(LARGEST_BATCH + 20))

    def test_batches_are_bounded(self, world: World) -> None:
        for number in range(LARGEST_BATCH + 20):
            world.deliver(a_letter(number))
        sizes = [len(batch.messages) for batch in world.connect().changes(None)]

        assert max(sizes) <= LARGEST_BATCH
        assert sum(sizes) == LARGEST_BATCH + 20

    def test_a_reading_ends_with_a_cursor_even_where_nothing_came(self, world: World) -> None:
        _, cursor = read(world.connect())
        world.deliver(a_letter(1))
        messages, cursor = read(world.connect(), cursor)

        assert numbers(messages) == [1]
        assert read(world.connect(), cursor)[0] == []

    def test_a_lost_cursor_restarts_says_so_and_loses_nothing(self, world: World) -> None:
        world.deliver(a_letter(1))
        _, cursor = read(world.connect())
        world.forget_cursors()
        world.deliver(a_letter(2))
        batches = list(world.connect().changes(cursor))

        assert batches[0].restarted
        assert 2 in numbers([message for batch in batches for message in batch.messages])
        assert read(world.connect(), batches[-1].cursor)[0] == []

    def test_a_cursor_from_elsewhere_restarts_and_says_so(self, world: World) -> None:
        world.deliver(a_letter(1))
        batches = list(world.connect().changes(Cursor("no cursor of ours")))

        assert batches[0].restarted
        assert numbers([message for batch in batches for message in batch.messages]) == [1]

    def test_a_first_reading_is_no_restart(self, world: World) -> None:
        world.deliver(a_letter(1))

        assert not any(batch.restarted for batch in world.connect().changes(None))

    def test_the_octets_are_untouched(self, world: World) -> None:
        world.deliver(a_letter(1))
        [message] = read(world.connect())[0]

        assert message.octets == world.kept(a_letter(1))
        assert message.size == len(message.octets)

    def test_a_message_beyond_the_limit_is_cut_and_its_whole_size_told(self, world: World) -> None:
        whole = a_letter(1, filler=LARGEST_MESSAGE)
        world.deliver(whole)
        [message] = read(world.connect())[0]

        assert message.octets == world.kept(whole)[:LARGEST_MESSAGE]
        assert message.size == len(world.kept(whole))

    def test_reading_sets_no_flag(self, world: World) -> None:
        world.deliver(a_letter(1))
        before = world.flags_of(letter_id(1))
        read(world.connect())

        assert world.flags_of(letter_id(1)) == before
        assert "\\Seen" not in before

    def test_a_message_the_user_read_before_us_is_given_with_its_flag(self, world: World) -> None:
        _, cursor = read(world.connect())
        world.deliver(a_letter(1))
        world.user_reads(letter_id(1))
        messages, _ = read(world.connect(), cursor)

        assert numbers(messages) == [1]
        assert "\\Seen" in messages[0].flags

    def test_a_message_the_user_reads_after_us_is_not_given_again(self, world: World) -> None:
        world.deliver(a_letter(1))
        _, cursor = read(world.connect())
        world.user_reads(letter_id(1))

        assert read(world.connect(), cursor)[0] == []

    def test_a_message_says_when_it_was_received(self, world: World) -> None:
        received_at = (world.now() - timedelta(days=2)).replace(microsecond=0)
        world.deliver(a_letter(1), received_at=received_at)
        [message] = read(world.connect())[0]

        assert message.received_at.utcoffset() is not None
        assert abs(message.received_at - received_at) < timedelta(seconds=2)

    def test_what_lies_in_the_drafts_is_never_given(self, world: World, desk: Desk) -> None:
        _, cursor = read(desk.mail)
        desk.put()
        world.user_saves_draft(unrelated())

        assert read(world.connect(), cursor)[0] == []
        assert numbers(read(world.connect())[0]) == [0]

    def test_what_the_user_sends_is_never_given(self, world: World, desk: Desk) -> None:
        _, cursor = read(desk.mail)
        world.user_answers(by_hand())

        assert read(world.connect(), cursor)[0] == []

    # ------------------------------------------------------------------------------------------- placing

    def test_a_draft_lies_there_as_it_was_written(self, world: World, desk: Desk) -> None:
        desk.put()

        assert [essence(draft) for draft in world.drafts()] == [essence(desk.reply)]

    def test_a_draft_is_flagged_draft_and_seen(self, world: World, desk: Desk) -> None:
        desk.put()

        assert world.draft_flags(reply_id()) >= {"\\Draft", "\\Seen"}

    def test_the_same_key_leaves_one_draft(self, world: World, desk: Desk) -> None:
        first = desk.put()
        second = desk.put()
        desk.restart()
        third = desk.put()

        assert ids_of(world.drafts()) == [reply_id()]
        assert [desk.state(handle) for handle in (first, second, third)] == [DraftState.WAITING] * 3

    def test_two_keys_leave_two_drafts(self, world: World) -> None:
        for number in (1, 2):
            Desk(world, number).put()

        assert ids_of(world.drafts()) == [reply_id(1), reply_id(2)]

    def test_drafts_of_the_user_are_left_alone(self, world: World, desk: Desk) -> None:
        world.user_saves_draft(unrelated())
        desk.mail.withdraw(desk.put())

        assert ids_of(world.drafts()) == ids_of([unrelated()])

    # ------------------------------------------------------------------------------------------- after a crash

    def test_nothing_placed_is_absent(self, desk: Desk) -> None:
        assert desk.trace(None) == Trace(DraftState.ABSENT)
        assert desk.trace(desk.mark) == Trace(DraftState.ABSENT)

    def test_a_cut_before_the_effect_is_told_and_mended(self, world: World, desk: Desk) -> None:
        desk.put_cut(Cut.BEFORE)

        assert desk.traced() is DraftState.ABSENT
        assert desk.state(desk.put()) is DraftState.WAITING
        assert ids_of(world.drafts()) == [reply_id()]

    def test_a_cut_after_the_effect_is_told_and_not_doubled(self, world: World, desk: Desk) -> None:
        desk.put_cut(Cut.AFTER)
        trace = desk.trace(desk.mark)

        assert trace.state is DraftState.WAITING
        assert trace.handle is not None
        assert desk.state(trace.handle) is DraftState.WAITING
        assert desk.state(desk.put()) is DraftState.WAITING
        assert ids_of(world.drafts()) == [reply_id()]

    def test_a_cut_does_not_hinder_the_next_request(self, world: World, desk: Desk) -> None:
        with world.cut(Cut.AFTER):
            desk.put()

        assert desk.traced() is DraftState.WAITING
        assert desk.state(desk.put()) is DraftState.WAITING
        assert ids_of(world.drafts()) == [reply_id()]

    def test_a_traced_draft_can_be_withdrawn(self, world: World, desk: Desk) -> None:
        desk.put_cut(Cut.AFTER)
        trace = desk.trace(desk.mark)

        assert trace.handle is not None
        assert desk.mail.withdraw(trace.handle)
        assert world.drafts() == []

    def test_a_draft_edited_under_a_new_id_before_the_restart_is_edited(self, world: World, desk: Desk) -> None:
        desk.put_cut(Cut.AFTER)
        world.user_edits_draft(reply_id(), by_hand())
        trace = desk.trace(desk.mark)

        assert trace.state is DraftState.EDITED
        assert trace.handle is not None
        assert desk.state(trace.handle) is DraftState.EDITED
        assert not desk.mail.withdraw(trace.handle)
        assert ids_of(world.drafts()) == [BY_HAND_ID]

    def test_a_draft_edited_under_its_own_id_before_the_restart_is_edited(self, world: World, desk: Desk) -> None:
        desk.put_cut(Cut.AFTER)
        world.user_edits_draft(reply_id(), a_reply(body="Thank you, Mara!"))

        assert desk.traced() is DraftState.EDITED

    def test_a_draft_moved_out_and_in_again_is_found(self, world: World, desk: Desk) -> None:
        desk.put_cut(Cut.AFTER)
        world.user_trashes_draft(reply_id())
        world.user_restores_draft(reply_id())
        trace = desk.trace(desk.mark)

        assert trace.state in {DraftState.WAITING, DraftState.EDITED}
        assert trace.handle is not None

    def test_a_draft_trashed_before_the_restart_is_gone(self, world: World, desk: Desk) -> None:
        desk.put_cut(Cut.AFTER)
        world.user_trashes_draft(reply_id())

        assert desk.trace(desk.mark) == Trace(DraftState.GONE)

    def test_a_draft_destroyed_before_the_restart_is_gone(self, world: World, desk: Desk) -> None:
        desk.put_cut(Cut.AFTER)
        world.user_destroys_draft(reply_id())

        assert desk.trace(desk.mark) == Trace(DraftState.GONE)

    def test_a_draft_sent_before_the_restart_is_sent(self, world: World, desk: Desk) -> None:
        desk.put_cut(Cut.AFTER)
        world.user_sends_draft(reply_id(), by_hand())

        assert desk.trace(desk.mark) == Trace(DraftState.SENT)

    def test_an_answer_by_hand_before_the_restart_is_sent(self, world: World, desk: Desk) -> None:
        desk.put_cut(Cut.BEFORE)
        world.user_answers(by_hand())

        assert desk.trace(desk.mark) == Trace(DraftState.SENT)

    def test_an_answer_by_hand_before_any_placing_is_sent(self, world: World, desk: Desk) -> None:
        world.user_answers(by_hand())

        assert desk.trace(None) == Trace(DraftState.SENT)

    def test_a_draft_of_the_users_own_to_the_same_letter_is_edited(self, world: World, desk: Desk) -> None:
        world.user_saves_draft(by_hand())

        assert desk.trace(None).state is DraftState.EDITED

    def test_other_drafts_saved_meanwhile_do_not_hide_that_ours_is_absent(self, world: World, desk: Desk) -> None:
        desk.put_cut(Cut.BEFORE)
        world.user_saves_draft(unrelated())

        assert desk.trace(desk.mark) == Trace(DraftState.ABSENT)

    def test_other_drafts_saved_meanwhile_do_not_hide_that_ours_is_gone(self, world: World, desk: Desk) -> None:
        desk.put_cut(Cut.AFTER)
        world.user_saves_draft(unrelated())
        world.user_destroys_draft(reply_id())

        assert desk.trace(desk.mark) == Trace(DraftState.GONE)

    # ------------------------------------------------------------------------------------------- what became of it

    def test_an_untouched_draft_waits(self, desk: Desk) -> None:
        handle = desk.put()
        desk.restart()

        assert desk.state(handle) is DraftState.WAITING

    def test_a_draft_saved_again_under_a_new_id_is_edited(self, world: World, desk: Desk) -> None:
        handle = desk.put()
        world.user_edits_draft(reply_id(), by_hand())

        assert desk.state(handle) is DraftState.EDITED

    def test_a_draft_saved_again_under_its_own_id_is_edited(self, world: World, desk: Desk) -> None:
        handle = desk.put()
        world.user_edits_draft(reply_id(), a_reply(body="Thank you, Mara!"))

        assert desk.state(handle) is DraftState.EDITED

    def test_a_draft_sent_under_its_own_id_is_sent(self, world: World, desk: Desk) -> None:
        handle = desk.put()
        world.user_sends_draft(reply_id(), desk.reply)

        assert desk.state(handle) is DraftState.SENT

    def test_a_draft_sent_under_a_new_id_is_sent(self, world: World, desk: Desk) -> None:
        handle = desk.put()
        world.user_sends_draft(reply_id(), by_hand())

        assert desk.state(handle) is DraftState.SENT

    def test_an_answer_by_hand_outranks_the_waiting_draft_which_can_still_be_withdrawn(
        self, world: World, desk: Desk
    ) -> None:
        handle = desk.put()
        world.user_answers(by_hand())

        assert desk.state(handle) is DraftState.SENT
        assert desk.traced() is DraftState.SENT
        assert desk.mail.withdraw(handle)
        assert world.drafts() == []

    def test_an_answered_flag_on_the_letter_is_an_answer(self, world: World, desk: Desk) -> None:
        handle = desk.put()
        world.user_flags_answered(letter_id())

        assert desk.state(handle) is DraftState.SENT

    def test_an_answer_to_another_letter_is_none_to_this(self, world: World, desk: Desk) -> None:
        handle = desk.put()
        world.user_answers(by_hand(7))

        assert desk.state(handle) is DraftState.WAITING

    def test_a_trashed_draft_is_gone(self, world: World, desk: Desk) -> None:
        handle = desk.put()
        world.user_trashes_draft(reply_id())

        assert desk.state(handle) is DraftState.GONE

    def test_a_destroyed_draft_is_gone(self, world: World, desk: Desk) -> None:
        handle = desk.put()
        world.user_destroys_draft(reply_id())

        assert desk.state(handle) is DraftState.GONE

    def test_asking_changes_nothing(self, world: World, desk: Desk) -> None:
        handle = desk.put()
        before = [world.drafts(), world.draft_flags(reply_id()), world.elsewhere()]
        desk.state(handle)
        desk.traced()
        desk.mail.mark()

        assert [world.drafts(), world.draft_flags(reply_id()), world.elsewhere()] == before

    # ------------------------------------------------------------------------------------------- taking back

    def test_an_untouched_draft_can_be_withdrawn(self, world: World, desk: Desk) -> None:
        handle = desk.put()

        assert desk.mail.withdraw(handle)
        assert world.drafts() == []

    def test_withdrawing_may_be_repeated(self, world: World, desk: Desk) -> None:
        handle = desk.put()
        desk.mail.withdraw(handle)
        desk.restart()
        desk.mail.withdraw(handle)

        assert world.drafts() == []

    def test_a_draft_edited_under_its_own_id_is_not_withdrawn(self, world: World, desk: Desk) -> None:
        handle = desk.put()
        world.user_edits_draft(reply_id(), a_reply(body="Thank you, Mara!"))

        assert not desk.mail.withdraw(handle)
        assert ids_of(world.drafts()) == [reply_id()]

    def test_a_draft_edited_under_a_new_id_is_not_withdrawn(self, world: World, desk: Desk) -> None:
        handle = desk.put()
        world.user_edits_draft(reply_id(), by_hand())

        assert not desk.mail.withdraw(handle)
        assert ids_of(world.drafts()) == [BY_HAND_ID]

    def test_a_draft_that_was_sent_cannot_be_withdrawn(self, world: World, desk: Desk) -> None:
        handle = desk.put()
        world.user_sends_draft(reply_id(), desk.reply)
        before = world.elsewhere()

        assert not desk.mail.withdraw(handle)
        assert world.elsewhere() == before

    # ------------------------------------------------------------------------------------------- what goes wrong

    def test_a_password_that_is_no_longer_good_is_the_users_turn(self, world: World) -> None:
        world.lock_out()
        with pytest.raises(SignInNeeded) as error:
            read(world.connect())

        assert not world.secret or world.secret not in str(error.value)

    def test_a_mail_system_out_of_reach_is_unavailable_and_comes_back(self, world: World) -> None:
        world.deliver(a_letter(1))
        mail = world.connect()
        world.go_offline()
        with pytest.raises(Unavailable):
            read(mail)
        world.come_online()

        assert numbers(read(mail)[0]) == [1]

    def test_a_mail_system_lost_on_the_way_is_unavailable_and_comes_back(self, world: World, desk: Desk) -> None:
        handle = desk.put()
        world.go_offline()
        for call in (
            lambda: desk.state(handle),
            lambda: desk.trace(desk.mark),
            lambda: desk.mail.mark(),
            lambda: desk.mail.withdraw(handle),
        ):
            with pytest.raises(Unavailable):
                call()
        world.come_online()

        assert desk.state(handle) is DraftState.WAITING

    def test_a_missing_drafts_folder_is_refused_and_none_is_made(self, world: World, desk: Desk) -> None:
        world.remove_drafts_folder()
        for _ in range(2):
            desk.restart()
            with pytest.raises(Refused):
                desk.put()

        assert world.drafts() == []

    def test_closing_twice_is_fine(self, world: World, desk: Desk) -> None:
        for mail in (world.connect(), desk.mail):
            mail.close()
            mail.close()

    # ------------------------------------------------------------------------------------------- and besides

    def test_waiting_ends_in_time(self, world: World) -> None:
        mail = world.connect()
        begun = time.monotonic()
        mail.wait(0.05)

        assert time.monotonic() - begun < 5

    def test_waiting_ends_when_a_message_comes(self, world: World) -> None:
        mail = world.connect()
        _, cursor = read(mail)
        arrival = threading.Timer(0.2, lambda: world.deliver(a_letter(1)))
        arrival.start()
        begun = time.monotonic()
        mail.wait(30)
        waited = time.monotonic() - begun
        arrival.join()

        assert waited < 20
        assert numbers(read(mail, cursor)[0]) == [1]

    def test_what_the_store_keeps_is_small_and_holds_no_secret(self, world: World, desk: Desk) -> None:
        for number in range(1, LARGEST_BATCH + 20):
            world.deliver(a_letter(number))
        tokens = [desk.mark, desk.put(), desk.mail.mark(), read(desk.mail)[1]]

        assert max(len(token.encode()) for token in tokens) <= LONGEST_TOKEN
        assert not world.secret or not any(world.secret in token for token in tokens)

    def test_nothing_is_sent_and_nothing_but_the_drafts_folder_changes(self, world: World, desk: Desk) -> None:
        before = world.elsewhere()
        handle = desk.put()
        desk.traced()
        desk.state(handle)
        read(desk.mail)
        desk.mail.withdraw(handle)
        desk.mail.close()

        assert world.elsewhere() == before
        assert world.sendings() == []

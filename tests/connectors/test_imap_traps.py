"""What IMAP servers, imaplib and imapclient do that a connector must survive; each was met on a real server."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.base import (
    LARGEST_MESSAGE,
    Answering,
    DraftState,
    Mark,
    MessageRef,
    Opening,
    Refused,
    SignInNeeded,
    Trace,
    Unavailable,
)
from connectors.conformance import (
    Desk,
    a_letter,
    a_reply,
    by_hand,
    letter_id,
    numbers,
    read,
    reply_id,
    unrelated,
)
from connectors.imap import ImapConnector
from connectors.imap.answers import Found, found_in
from connectors.imap.drafts import placed_in
from connectors.imap.errors import not_signed_in
from connectors.imap.folders import Folder, Role, folder_for
from connectors.imap.reading import MOST_OCTETS, News
from connectors.imap.settings import is_loopback, settings_from
from tests.worlds.dovecot import PASSWORD_BEYOND_ASCII, Dovecot, dovecot
from tests.worlds.imap import ImapWorld

__all__ = ["dovecot"]

pytestmark = pytest.mark.needs_dovecot


@pytest.fixture
def world(dovecot: Dovecot) -> Iterator[ImapWorld]:
    world = dovecot.new_world()
    yield world
    world.close()
    assert world.sendings() == []


@pytest.fixture
def desk(world: ImapWorld) -> Desk:
    return Desk(world)


def without(world: ImapWorld, *capabilities: str) -> ImapWorld:
    """The world with a server that offers less."""
    for capability in capabilities:
        world.wire.rewrite(rb"(?<= )" + re.escape(capability.encode()) + rb"(?=[ \]\r])", b"X-NOTHING")
    return world


def in_time(act: Callable[[], object], seconds: float) -> None:
    """Demand that something ends within so many seconds."""
    begun = time.monotonic()
    act()
    assert time.monotonic() - begun < seconds


class TestReading:
    def test_asks_without_setting_a_flag_and_opens_folders_for_reading_only(self, world: ImapWorld, desk: Desk) -> None:
        fetches = world.wire.lines("UID FETCH")

        assert any("BODY.PEEK[]" in line for line in fetches)
        assert not any("BODY[" in line or "RFC822 " in line for line in fetches)
        assert "SELECT" not in world.wire.names

    def test_passes_over_the_last_message_which_every_range_names(self, world: ImapWorld) -> None:
        world.deliver(a_letter(1))
        mail = world.connect()
        _, cursor = read(mail)

        assert read(mail, cursor)[0] == []
        assert (
            world.wire.lines("UID FETCH")[-1].split(" ", 1)[1] == "UID FETCH 2:* (UID INTERNALDATE RFC822.SIZE FLAGS)"
        )

    @pytest.mark.parametrize("answer", [b"* SEARCH\r\n", b""], ids=["empty", "none"])
    def test_distrusts_a_search_that_finds_nothing(self, world: ImapWorld, answer: bytes) -> None:
        world.deliver(a_letter(30), received_at=world.now() - timedelta(days=30))
        world.deliver(a_letter(1))
        world.wire.rewrite(rb"^\* SEARCH.*\r\n", answer)

        assert numbers(read(world.connect())[0]) == [1]

    def test_believes_a_search_that_finds_nothing_where_there_is_nothing(self, world: ImapWorld) -> None:
        world.deliver(a_letter(30), received_at=world.now() - timedelta(days=30))
        mail = world.connect()
        messages, cursor = read(mail)

        assert messages == []
        assert not any("1:*" in line for line in world.wire.lines("UID FETCH"))
        world.deliver(a_letter(1))
        assert numbers(read(mail, cursor)[0]) == [1]

    def test_the_look_back_is_exact_though_search_knows_days_only(self, world: ImapWorld) -> None:
        for hours in (26, 22):
            world.deliver(a_letter(hours), received_at=world.now() - timedelta(hours=hours))

        assert numbers(read(world.connect(look_back=timedelta(hours=24)))[0]) == [22]

    def test_flags_told_unasked_of_another_message_are_not_taken_for_its_own(self, world: ImapWorld) -> None:
        world.deliver(unrelated())
        for number in (1, 2):
            world.deliver(a_letter(number))
        world.hand.select_folder("INBOX")
        world.hand.delete_messages([1])
        world.hand.expunge()
        world.wire.rewrite(rb"^(\* 2 FETCH \(UID 3 .*INTERNALDATE.*\n)", rb"\1* 2 FETCH (FLAGS (\\Answered))\r\n")
        messages, _ = read(world.connect())

        assert [(message.ref.key.split(":")[1], message.flags) for message in messages] == [
            ("2", frozenset({"\\Recent"}) & messages[0].flags),
            ("3", frozenset({"\\Recent"}) & messages[1].flags),
        ]

    def test_an_answer_in_several_pieces_is_one(self) -> None:
        lines = [(b"2 (UID 7 BODY[]<0> {2}", b"ab"), b")", b"1 (FLAGS (\\Answered))", b"2 (UID 7 FLAGS (\\Seen 1))"]

        assert found_in(lines) == {7: Found(7, frozenset({"\\Seen", "1"}), octets=b"ab")}

    def test_drafts_in_a_folder_that_is_read_are_passed_over(self, world: ImapWorld) -> None:
        world.hand.append("INBOX", a_letter(1), ["\\Draft"])
        world.deliver(a_letter(2))

        assert numbers(read(world.connect())[0]) == [2]

    def test_the_drafts_and_sent_folders_are_not_read_even_where_they_are_named(self, world: ImapWorld) -> None:
        world.hand.append("Drafts", a_letter(1), [])
        world.hand.append("Sent", a_letter(2), [])
        world.hand.append("Trash", a_letter(3), [])

        assert numbers(read(world.connect(folders=["Drafts", "INBOX", "Sent", "Trash"]))[0]) == [3]

    def test_a_folder_that_is_added_or_made_anew_leaves_the_others_where_they_are(
        self,
        world: ImapWorld,
        dovecot: Dovecot,
    ) -> None:
        world.hand.create_folder("Jobs")
        world.deliver(a_letter(1))
        world.hand.append("Jobs", a_letter(2), [])
        _, cursor = read(world.connect())
        messages, cursor = read(world.connect(folders=["INBOX", "Jobs"]), cursor)
        dovecot.renumber(world.account.user, "Jobs")
        again = list(world.connect(folders=["INBOX", "Jobs"]).changes(cursor))

        assert numbers(messages) == [2]
        assert [numbers(batch.messages) for batch in again] == [[2], []]
        assert all(batch.restarted for batch in again)

    def test_a_missing_folder_is_refused_with_the_names_there_are(self, world: ImapWorld) -> None:
        with pytest.raises(Refused, match=r'"Jobs".*Folders there: Drafts, INBOX, Sent, Trash\.'):
            read(world.connect(folders=["Jobs"]))

    def test_batches_are_bounded_in_octets(self) -> None:
        found = {uid: Found(uid, size=LARGEST_MESSAGE * 2) for uid in range(1, 11)}
        sizes = [len(part) for part in News("INBOX", 1, found, 11).parts()]

        assert sizes == [4, 4, 2]
        assert max(sizes) * LARGEST_MESSAGE <= MOST_OCTETS

    def test_a_server_that_talks_nonsense_is_unavailable(self, world: ImapWorld) -> None:
        world.deliver(a_letter(1))
        world.wire.rewrite(rb"^(\* 1 FETCH) [^\r]*", rb"\1 ((nonsense")
        with pytest.raises(Unavailable, match="could not be read"):
            read(world.connect())

    def test_a_line_without_an_end_is_unavailable(self, world: ImapWorld) -> None:
        world.wire.rewrite(rb"^\* FLAGS", b"* FLAGS" + b" x" * 600_000)
        with pytest.raises(Unavailable, match="out of step"):
            read(world.connect())

    def test_a_server_that_tells_no_next_uid_is_followed_all_the_same(self, world: ImapWorld) -> None:
        world.wire.rewrite(rb"UIDNEXT \d+", b"X-NEXT 1")
        world.deliver(a_letter(30), received_at=world.now() - timedelta(days=30))
        mail = world.connect()
        _, cursor = read(mail)
        world.deliver(a_letter(1))

        assert numbers(read(mail, cursor)[0]) == [1]


class TestPlacing:
    def test_the_flags_stand_in_the_command_and_no_date_does(self, world: ImapWorld, desk: Desk) -> None:
        desk.put()
        [append] = world.wire.lines("APPEND")

        assert re.fullmatch(rf'\w+ APPEND "Drafts" \(\\Draft \\Seen\) {{{len(desk.reply)}\+}}', append)
        assert "UID STORE" not in world.wire.names

    @pytest.mark.parametrize("lacking", [("LITERAL+",), ("UIDPLUS",), ("LITERAL+", "UIDPLUS")])
    def test_works_with_a_server_that_offers_less(self, world: ImapWorld, lacking: tuple[str, ...]) -> None:
        without(world, *lacking)
        world.wire.rewrite(rb"\[APPENDUID \d+ \d+\] " if "UIDPLUS" in lacking else b"$^", b"")
        desk = Desk(world)
        handle = desk.put()

        assert placed_in(handle).place is not None
        assert world.wire.lines("APPEND")[0].endswith("+}") is ("LITERAL+" not in lacking)
        assert desk.put() == handle
        assert desk.state(handle) is DraftState.WAITING
        assert len(world.drafts()) == 1

    def test_a_uid_of_another_validity_is_not_believed(self, world: ImapWorld, desk: Desk) -> None:
        world.wire.rewrite(rb"APPENDUID \d+", b"APPENDUID 1")
        handle = desk.put()
        place = placed_in(handle).place

        assert place is not None
        assert place.validity == world.hand.folder_status("Drafts", ["UIDVALIDITY"])[b"UIDVALIDITY"]
        assert desk.state(handle) is DraftState.WAITING

    def test_bare_line_feeds_are_mended_on_the_way_and_known_again(self, world: ImapWorld, desk: Desk) -> None:
        desk.reply = desk.reply.replace(b"\r\n", b"\n")
        first = desk.put()
        desk.restart()

        assert desk.put() == first
        assert world.drafts() == [a_reply(0)]
        assert world.wire.lines("APPEND")[0].endswith(f"{{{len(a_reply(0))}+}}")

    def test_a_cut_within_the_draft_stores_nothing_and_is_not_tried_again_at_once(
        self, world: ImapWorld, desk: Desk
    ) -> None:
        world.wire.cut_within(b" APPEND ", after=200)
        with pytest.raises(Unavailable, match="looked up next time"):
            desk.put()

        assert world.wire.names.count("APPEND") == 1
        assert world.drafts() == []
        assert desk.traced() is DraftState.ABSENT
        desk.put()
        assert world.drafts() == [desk.reply]

    def test_a_lost_answer_is_looked_up_at_once(self, world: ImapWorld, desk: Desk) -> None:
        world.wire.swallow_answer("APPEND")
        handle = desk.put()

        assert world.wire.names.count("APPEND") == 1
        assert desk.state(handle) is DraftState.WAITING

    def test_a_draft_is_found_without_the_search_of_the_server(self, world: ImapWorld, desk: Desk) -> None:
        world.wire.rewrite(rb"^\* SEARCH.*\r\n", b"* SEARCH\r\n")
        desk.put()
        desk.restart()

        assert desk.traced() is DraftState.WAITING

    def test_a_draft_is_found_behind_many_newer_ones(self, world: ImapWorld, desk: Desk) -> None:
        desk.put()
        for number in range(40):
            world.user_saves_draft(unrelated(number))
        desk.restart()

        assert desk.traced() is DraftState.WAITING
        assert desk.state(desk.put()) is DraftState.WAITING
        assert len(world.drafts()) == 41
        assert "1:*" not in world.wire.lines("FETCH")[-1]

    def test_a_full_account_is_refused_in_the_words_of_the_server(self, world: ImapWorld, desk: Desk) -> None:
        world.wire.rewrite(rb"OK \[APPENDUID.*", b"NO [OVERQUOTA] Your mailbox is full.\r\n")
        with pytest.raises(Refused, match="Your mailbox is full"):
            desk.put()

    def test_a_server_that_has_no_time_is_unavailable(self, world: ImapWorld, desk: Desk) -> None:
        world.wire.rewrite(rb"OK \[APPENDUID.*", b"NO [UNAVAILABLE] Backend down.\r\n")
        with pytest.raises(Unavailable, match="Backend down"):
            desk.put()

    @pytest.mark.parametrize(
        "message_id",
        [
            '<a "quoted" \\ id@northwind-labs.example>',
            "<brackets(){}%*]@northwind-labs.example>",
            "<grüße@northwind-labs.example>",
            '<x"\r\nA1 DELETE INBOX\r\n@northwind-labs.example>',
            f"<{'long' * 1000}@northwind-labs.example>",
        ],
        ids=["quotes", "brackets", "beyond ASCII", "line break", "long"],
    )
    def test_no_message_id_breaks_a_question(self, world: ImapWorld, desk: Desk, message_id: str) -> None:
        for number in range(31):
            world.user_saves_draft(unrelated(number))
        answering = Answering(desk.letter.ref, message_id, desk.letter.received_at)

        assert desk.mail.trace(desk.reply, key="k", answering=answering, since=None) == Trace(DraftState.ABSENT)
        assert set(world.wire.names) <= {
            "CAPABILITY",
            "LOGIN",
            "EXAMINE",
            "LIST",
            "FETCH",
            "UID FETCH",
            "UID SEARCH",
            "STATUS",
        }
        assert all(len(line) < 4000 for line in world.wire.lines("UID SEARCH"))

    def test_quotes_in_a_message_id_are_asked_for_as_they_are(self, world: ImapWorld, desk: Desk) -> None:
        quoted = '<a "quoted" \\ id@northwind-labs.example>'
        world.user_answers(desk.reply.replace(letter_id().encode(), quoted.encode()).replace(b"<reply-0", b"<other"))
        for number in range(31):
            world.user_answers(unrelated(number))
        answering = Answering(desk.letter.ref, quoted, desk.letter.received_at)

        assert desk.mail.trace(desk.reply, key="k", answering=answering, since=None) == Trace(DraftState.SENT)


class TestTheFateOfADraft:
    def test_drafts_that_were_given_new_uids_are_known_again(
        self, world: ImapWorld, desk: Desk, dovecot: Dovecot
    ) -> None:
        handle = desk.put()
        dovecot.renumber(world.account.user, "Drafts")
        desk.restart()

        assert desk.state(handle) is DraftState.WAITING
        assert desk.mail.withdraw(handle)
        assert world.drafts() == []

    def test_after_new_uids_an_edit_is_told_by_the_words(self, world: ImapWorld, desk: Desk, dovecot: Dovecot) -> None:
        handle = desk.put()
        world.user_edits_draft(reply_id(), a_reply(body="Thank you, Mara!"))
        dovecot.renumber(world.account.user, "Drafts")
        desk.restart()

        assert desk.state(handle) is DraftState.EDITED
        assert not desk.mail.withdraw(handle)

    def test_after_new_uids_a_draft_that_is_not_there_is_taken_for_deleted(
        self,
        world: ImapWorld,
        desk: Desk,
        dovecot: Dovecot,
    ) -> None:
        dovecot.renumber(world.account.user, "Drafts")
        desk.restart()

        assert desk.traced() is DraftState.GONE

    def test_a_mark_that_cannot_be_read_makes_nothing_a_second_time(self, desk: Desk) -> None:
        assert desk.trace(Mark("no mark of ours")) == Trace(DraftState.GONE)

    def test_a_handle_of_another_connector_is_gone_and_cannot_be_withdrawn(self, desk: Desk) -> None:
        handle = desk.put()
        for foreign in (type(handle)("1712:x"), type(handle)("[]"), type(handle)('{"at": 3}')):
            assert desk.state(foreign) in {DraftState.GONE, DraftState.EDITED}
            assert not desk.mail.withdraw(foreign)
        assert desk.state(handle) is DraftState.WAITING

    def test_an_edited_draft_is_placed_no_second_time_and_stays_edited(self, world: ImapWorld, desk: Desk) -> None:
        desk.put()
        world.user_edits_draft(reply_id(), a_reply(body="Thank you, Mara!"))
        handle = desk.put()

        assert desk.state(handle) is DraftState.EDITED
        assert not desk.mail.withdraw(handle)
        assert len(world.drafts()) == 1

    def test_a_draft_that_is_marked_deleted_is_gone(self, world: ImapWorld, desk: Desk) -> None:
        handle = desk.put()
        world.hand.delete_messages([world.uid_of("Drafts", reply_id())])

        assert desk.state(handle) is DraftState.GONE
        assert desk.traced() is DraftState.GONE

    def test_without_uidplus_a_withdrawn_draft_stays_marked_and_nothing_is_expunged(self, world: ImapWorld) -> None:
        desk = Desk(without(world, "UIDPLUS"))
        handle = desk.put()

        assert desk.mail.withdraw(handle)
        assert world.drafts() == []
        assert b"\\Deleted" in world.hand.get_flags([world.hand.select_folder("Drafts")[b"EXISTS"]])[1]
        assert not {"EXPUNGE", "UID EXPUNGE", "CLOSE"} & set(world.wire.names)

    @pytest.mark.parametrize("lost", ["UID STORE", "UID EXPUNGE"])
    def test_withdrawing_succeeds_though_the_answer_is_lost(self, world: ImapWorld, desk: Desk, lost: str) -> None:
        handle = desk.put()
        world.wire.swallow_answer(lost)

        assert desk.mail.withdraw(handle)
        assert world.drafts() == []

    def test_withdrawing_expunges_our_draft_alone(self, world: ImapWorld, desk: Desk) -> None:
        handle = desk.put()
        world.user_saves_draft(unrelated())
        world.hand.delete_messages([world.uid_of("Drafts", "<cake-0@example.test>")])
        desk.mail.withdraw(handle)

        assert world.hand.select_folder("Drafts")[b"EXISTS"] == 1
        assert "EXPUNGE" not in world.wire.names

    def test_an_answered_letter_is_found_though_the_inbox_was_given_new_uids(
        self,
        world: ImapWorld,
        desk: Desk,
        dovecot: Dovecot,
    ) -> None:
        world.user_flags_answered(letter_id())
        dovecot.renumber(world.account.user, "INBOX")
        desk.restart()

        assert desk.trace(None) == Trace(DraftState.SENT)

    def test_the_flag_of_a_letter_in_another_account_is_not_asked_for(self, world: ImapWorld, desk: Desk) -> None:
        world.user_flags_answered(letter_id())
        elsewhere = Answering(
            MessageRef("other", desk.letter.ref.folder, desk.letter.ref.key), letter_id(), desk.letter.received_at
        )

        assert desk.mail.trace(desk.reply, key="k", answering=elsewhere, since=None) == Trace(DraftState.ABSENT)

    def test_a_source_folder_that_was_removed_is_no_answer(self, desk: Desk) -> None:
        moved = Answering(MessageRef("main", "Removed", "1:1"), letter_id(), desk.letter.received_at)

        assert desk.mail.trace(desk.reply, key="k", answering=moved, since=None) == Trace(DraftState.ABSENT)

    def test_an_answer_is_found_among_much_sent_mail(self, world: ImapWorld, desk: Desk) -> None:
        world.user_answers(by_hand())
        for number in range(40):
            world.user_answers(unrelated(number))

        assert desk.trace(None) == Trace(DraftState.SENT)
        assert " SINCE " in world.wire.lines("UID SEARCH")[-1]

    def test_what_lies_in_the_trash_is_not_made_again_though_its_mark_was_lost(
        self, world: ImapWorld, desk: Desk
    ) -> None:
        desk.put()
        world.user_trashes_draft(reply_id())

        assert desk.trace(None) == Trace(DraftState.GONE)


class TestTheFolders:
    @pytest.mark.parametrize("attribute", [rb"\\Drafts", rb"\\drafts"])
    def test_special_use_is_known_in_upper_and_lower_case(self, world: ImapWorld, desk: Desk, attribute: bytes) -> None:
        world.hand.rename_folder("Drafts", "Zettel")
        world.wire.rewrite(rb'^\* LIST \(([^)]*)\) "/" Zettel', rb"* LIST (\1 " + attribute + rb') "/" Zettel')
        desk.restart()
        desk.put()

        assert world.hand.folder_status("Zettel", ["MESSAGES"])[b"MESSAGES"] == 1

    def test_a_folder_of_any_name_can_be_named(self, world: ImapWorld, desk: Desk) -> None:
        name = 'Entwürfe & "mehr"'
        world.hand.create_folder(name)
        mail = world.connect(drafts=name)
        handle = mail.put_draft(desk.reply, key="k", answering=desk.answering)

        assert world.hand.folder_status(name, ["MESSAGES"])[b"MESSAGES"] == 1
        assert world.drafts() == []
        assert mail.draft_state(handle, answering=desk.answering) is DraftState.WAITING

    def test_a_missing_drafts_folder_is_refused_with_the_key_and_the_names_there_are(self, world: ImapWorld) -> None:
        world.remove_drafts_folder()
        with pytest.raises(Refused, match=r'drafts = "\.\.\."\. Folders there: INBOX, Sent, Trash\.'):
            world.connect().mark()

    def test_a_drafts_folder_that_is_made_later_is_found_over_the_same_connection(self, world: ImapWorld) -> None:
        world.remove_drafts_folder()
        mail = world.connect()
        with pytest.raises(Refused):
            mail.mark()
        world.hand.create_folder("Drafts")

        assert mail.mark()
        assert world.wire.names.count("LOGIN") == 1

    def test_a_drafts_folder_that_is_renamed_meanwhile_is_told_and_found_again(self, world: ImapWorld) -> None:
        mail = world.connect()
        mail.mark()
        world.hand.rename_folder("Drafts", "Entwürfe")
        with pytest.raises(Refused, match="Folders there: Entwürfe, INBOX, Sent, Trash"):
            mail.mark()

        assert mail.mark()

    def test_a_named_folder_that_is_not_there_is_refused(self, world: ImapWorld, desk: Desk) -> None:
        with pytest.raises(Refused, match='sent = "Versand": the server has no such folder'):
            world.connect(sent="Versand").trace(desk.reply, key="k", answering=desk.answering, since=None)

    @pytest.mark.parametrize(
        ("names", "found"),
        [
            (["INBOX", "INBOX.Drafts"], "INBOX.Drafts"),
            (["INBOX", "[Gmail].Entwürfe"], "[Gmail].Entwürfe"),
            (["INBOX", "Brouillons"], "Brouillons"),
            (["INBOX", "Drafts", "INBOX.Drafts"], None),
            (["INBOX", "Novel.Drafts"], None),
            (["INBOX", "Scribbles"], None),
        ],
    )
    def test_without_special_use_only_a_usual_name_that_stands_alone_will_do(
        self, names: list[str], found: str | None
    ) -> None:
        folders = [Folder(name, frozenset(), ".") for name in names]

        assert folder_for(Role.DRAFTS, folders, None) == found

    def test_a_folder_that_cannot_be_opened_is_none(self) -> None:
        folders = [Folder("Drafts", frozenset({"\\noselect"}), "/"), Folder("Draft", frozenset(), "/")]

        assert folder_for(Role.DRAFTS, folders, None) == "Draft"


class TestTheConnection:
    def test_a_dead_connection_is_made_anew_for_every_call(self, world: ImapWorld, desk: Desk) -> None:
        handle = desk.put()
        world.deliver(a_letter(1))
        calls: list[Callable[[], object]] = [
            lambda: desk.mail.mark(),
            lambda: desk.put(),
            lambda: desk.traced(),
            lambda: desk.state(handle),
            lambda: read(desk.mail),
            lambda: desk.mail.withdraw(handle),
        ]
        for reset, call in enumerate(calls):
            world.wire.break_connections(reset=bool(reset % 2))
            call()

        assert world.wire.names.count("LOGIN") == 1 + len(calls)

    def test_a_connection_that_dies_within_a_reading_repeats_and_loses_nothing(self, world: ImapWorld) -> None:
        for number in range(60):
            world.deliver(a_letter(number))
        batches = world.connect().changes(None)
        first = next(batches)
        world.wire.break_connections()
        rest = [message for batch in batches for message in batch.messages]

        assert numbers([*first.messages, *rest]) == list(range(60))

    def test_a_server_that_falls_silent_is_unavailable_in_time(self, world: ImapWorld) -> None:
        mail = world.connect(timeouts={"connect": 0.3, "answer": 0.3})
        read(mail)
        world.wire.freeze()
        with pytest.raises(Unavailable):
            in_time(mail.mark, 3)
        world.wire.come_back()

        assert mail.mark()

    def test_capabilities_are_asked_again_after_signing_in(self, world: ImapWorld) -> None:
        world.wire.rewrite(rb"OK \[CAPABILITY [^]]*\] Logged in", b"OK Logged in")
        desk = Desk(world)

        assert desk.mail.withdraw(desk.put())
        assert "UID EXPUNGE" in world.wire.names

    def test_imap4rev2_is_never_enabled(self, world: ImapWorld) -> None:
        world.wire.rewrite(rb"IMAP4rev1", b"IMAP4rev2 IMAP4rev1")
        Desk(world).put()

        assert "ENABLE" not in world.wire.names

    def test_what_the_server_wants_to_be_shown_is_kept(self, world: ImapWorld) -> None:
        world.wire.rewrite(rb"^(\w+ OK .*(?:Examine|NOOP) completed)", rb"* OK [ALERT] Maintenance tonight.\r\n\1")
        mail = world.connect()
        _, cursor = read(mail)
        read(mail, cursor)

        assert mail.alerts == ("Maintenance tonight.",)

    def test_a_closed_connector_connects_no_more(self, world: ImapWorld) -> None:
        mail = world.connect()
        read(mail)
        mail.close()
        with pytest.raises(Unavailable, match="closed"):
            mail.mark()

        assert world.wire.names[-1] == "LOGOUT"


class TestSigningIn:
    def test_a_password_beyond_ascii_is_carried(self, world: ImapWorld) -> None:
        world.secret = PASSWORD_BEYOND_ASCII

        assert world.connect().mark()
        assert "AUTHENTICATE" in world.wire.names

    def test_a_wrong_password_names_account_host_and_remedy(self, world: ImapWorld) -> None:
        world.lock_out()
        with pytest.raises(
            SignInNeeded, match=rf"127\.0\.0\.1 .*{world.account.user}.*cordially account password main"
        ):
            world.connect().mark()

    def test_a_server_that_repeats_the_password_is_not_repeated(self, world: ImapWorld) -> None:
        world.lock_out()
        world.wire.rewrite(rb"NO \[AUTHENTICATIONFAILED\].*", b"NO bad password " + world.secret.encode() + b"\r\n")
        with pytest.raises(SignInNeeded, match=r"bad password \*\*\*") as error:
            world.connect().mark()

        assert error.value.__cause__ is None
        assert world.secret not in str(error.value)

    @pytest.mark.parametrize("words", [b"[UNAVAILABLE] Backend down", b"[ALERT] Too many simultaneous connections"])
    def test_a_server_that_is_too_busy_says_nothing_about_the_password(self, world: ImapWorld, words: bytes) -> None:
        world.lock_out()
        world.wire.rewrite(rb"NO \[AUTHENTICATIONFAILED\].*", b"NO " + words + b"\r\n")
        with pytest.raises(Unavailable, match=words.decode().split("] ")[1]):
            world.connect().mark()

    def test_a_connection_lost_while_signing_in_says_nothing_about_the_password(self, world: ImapWorld) -> None:
        world.wire.swallow_answer("LOGIN")
        with pytest.raises(Unavailable, match="while signing in"):
            world.connect().mark()

    @pytest.mark.parametrize(
        ("host", "hint"),
        [
            ("imap.gmail.com", "app password"),
            ("imap.mail.me.com", "part before the @"),
            ("outlook.office365.com", "no password"),
            ("imap.gmx.net", "switched on"),
        ],
    )
    def test_what_people_trip_over_is_told_for_the_hosts_it_is_known_of(self, host: str, hint: str) -> None:
        settings = settings_from(an_opening(host=host))

        assert hint in str(not_signed_in(settings, "main", Exception("[AUTHENTICATIONFAILED] no"), "geheim"))


def an_opening(**settings: object) -> Opening:
    return Opening("main", ("ines@example.test",), settings, lambda: "geheim", lambda: datetime.now(UTC))


class TestTheSafeChannel:
    def secure(self, world: ImapWorld, dovecot: Dovecot, security: str, **settings: object) -> ImapConnector:
        port = dovecot.tls_port if security == "tls" else world.wire.port
        return world.connect(
            **{"host": "localhost", "security": security, "port": port, "ca_file": str(dovecot.ca_file), **settings}
        )

    @pytest.mark.parametrize("security", ["tls", "starttls"])
    def test_a_server_with_a_certificate_of_its_own_is_believed_by_ca_file(
        self,
        world: ImapWorld,
        dovecot: Dovecot,
        security: str,
    ) -> None:
        world.deliver(a_letter(1))

        assert numbers(read(self.secure(world, dovecot, security))[0]) == [1]

    @pytest.mark.parametrize("security", ["tls", "starttls"])
    def test_an_unknown_certificate_is_told_and_no_password_is_sent(
        self,
        world: ImapWorld,
        dovecot: Dovecot,
        security: str,
    ) -> None:
        with pytest.raises(Unavailable, match=r"certificate that cannot be trusted.*ca_file"):
            self.secure(world, dovecot, security, ca_file=None).mark()

        assert "LOGIN" not in world.wire.names

    def test_without_starttls_no_password_is_sent(self, world: ImapWorld, dovecot: Dovecot) -> None:
        without(world, "STARTTLS")
        with pytest.raises(Refused, match="no STARTTLS"):
            self.secure(world, dovecot, "starttls").mark()

        assert "LOGIN" not in world.wire.names

    def test_tls_with_a_port_that_speaks_none_is_told(self, world: ImapWorld, dovecot: Dovecot) -> None:
        with pytest.raises(Unavailable, match="does not speak TLS"):
            self.secure(world, dovecot, "tls", port=dovecot.plain_port).mark()

    def test_a_ca_file_that_cannot_be_read_is_refused(self, world: ImapWorld, dovecot: Dovecot, tmp_path: Path) -> None:
        for name in ("missing.pem", "empty.pem"):
            (tmp_path / "empty.pem").write_text("")
            with pytest.raises(Refused, match="ca_file"):
                self.secure(world, dovecot, "tls", ca_file=str(tmp_path / name)).mark()

    @pytest.mark.parametrize(
        ("settings", "key"),
        [
            ({"host": "imap.example.test", "security": "plain"}, "unencrypted"),
            ({"host": "imap.example.test", "security": "ssl"}, "security"),
            ({}, "host"),
            ({"host": "imap.example.test", "user": "ines\r\nA1 LOGOUT"}, "user"),
            ({"host": "imap.example.test", "folders": ["IN\nBOX"]}, "folders"),
            ({"host": "imap.example.test", "timeouts": {"nap": 1}}, "timeouts.nap"),
        ],
    )
    def test_settings_that_cannot_be_are_refused_before_anything_is_sent(
        self, settings: dict[str, object], key: str
    ) -> None:
        mail = ImapConnector(an_opening(**settings))
        with pytest.raises(Refused, match=key):
            mail.mark()

    def test_only_this_machine_itself_is_loopback(self) -> None:
        assert [is_loopback(host) for host in ("localhost", "127.0.0.1", "127.8.8.8", "::1")] == [True] * 4
        assert not any(
            map(is_loopback, ("localhost.example.test", "127.0.0.1.example.test", "10.0.0.1", "imap.example.test"))
        )

    def test_waiting_works_over_tls(self, world: ImapWorld, dovecot: Dovecot) -> None:
        mail = self.secure(world, dovecot, "tls")
        _, cursor = read(mail)
        begun = time.monotonic()
        mail.wait(0.3)
        assert time.monotonic() - begun >= 0.3
        threading.Timer(0.1, lambda: world.deliver(a_letter(1))).start()
        in_time(lambda: mail.wait(30), 5)

        assert numbers(read(mail, cursor)[0]) == [1]

    def test_closing_from_another_thread_ends_a_wait_over_tls(self, world: ImapWorld, dovecot: Dovecot) -> None:
        mail = self.secure(world, dovecot, "tls")
        read(mail)
        threading.Timer(0.2, mail.close).start()

        in_time(lambda: mail.wait(30), 5)

    def test_a_port_where_nobody_listens_is_unavailable(self, world: ImapWorld) -> None:
        world.wire.close()
        with pytest.raises(Unavailable, match="cannot be reached"):
            world.connect().mark()


class TestWaiting:
    def test_a_message_that_came_after_the_reading_ends_the_wait_at_once(self, world: ImapWorld) -> None:
        mail = world.connect()
        read(mail)
        world.deliver(a_letter(1))

        in_time(lambda: mail.wait(30), 5)

    def test_a_message_announced_in_answer_to_another_command_ends_the_wait_at_once(self, world: ImapWorld) -> None:
        mail = world.connect()
        read(mail)
        world.deliver(a_letter(1))
        mail.mark()

        in_time(lambda: mail.wait(30), 5)

    def test_a_message_that_was_read_and_removed_does_not_end_every_wait(self, world: ImapWorld) -> None:
        world.deliver(a_letter(1))
        world.hand.select_folder("INBOX")
        world.hand.delete_messages([1])
        world.hand.expunge()
        mail = world.connect()
        read(mail)
        mail.mark()
        mail.wait(0.05)

        assert "IDLE" in world.wire.names

    def test_without_idle_the_server_is_asked_now_and_then(self, world: ImapWorld) -> None:
        without(world, "IDLE")
        mail = world.connect(timeouts={"poll": 0.1})
        _, cursor = read(mail)
        threading.Timer(0.3, lambda: world.deliver(a_letter(1))).start()
        in_time(lambda: mail.wait(30), 10)

        assert numbers(read(mail, cursor)[0]) == [1]
        assert "IDLE" not in world.wire.names

    def test_a_server_that_ends_every_wait_is_not_asked_without_a_pause(self, world: ImapWorld) -> None:
        world.wire.rewrite(rb"^\+ idling", b"* BYE shutting down")
        mail = world.connect()
        begun = time.monotonic()
        while time.monotonic() < begun + 1.5:
            mail.wait(1.5)

        assert 2 <= world.wire.names.count("IDLE") <= 4

    @pytest.mark.parametrize("how", ["cut", "BYE"])
    def test_a_connection_that_ends_ends_the_wait(self, world: ImapWorld, dovecot: Dovecot, how: str) -> None:
        mail = world.connect()
        _, cursor = read(mail)
        end = world.wire.break_connections if how == "cut" else lambda: dovecot.kick(world.account.user)
        threading.Timer(0.2, end).start()
        in_time(lambda: mail.wait(30), 5)
        world.take_up_the_program_again()
        world.deliver(a_letter(1))

        assert numbers(read(mail, cursor)[0]) == [1]

    def test_a_line_that_comes_in_pieces_ends_the_wait_and_loses_no_message(self, world: ImapWorld) -> None:
        mail = world.connect()
        _, cursor = read(mail)
        world.wire.trickle()
        threading.Timer(0.1, lambda: world.deliver(a_letter(1))).start()
        in_time(lambda: mail.wait(30), 10)
        world.wire.come_back()

        assert numbers(read(mail, cursor)[0]) == [1]

    def test_what_is_announced_together_with_the_beginning_of_idle_is_heard(self, world: ImapWorld) -> None:
        world.wire.rewrite(rb"^\+ idling", b"+ idling\r\n* 9 EXISTS")
        mail = world.connect(timeouts={"first_idle": 0.3})
        read(mail)

        in_time(lambda: mail.wait(30), 5)

    def test_idle_is_begun_anew_before_the_line_falls_asleep(self, world: ImapWorld) -> None:
        mail = world.connect(timeouts={"first_idle": 0.1, "idle": 0.1})
        mail.wait(0.35)

        assert 2 <= world.wire.names.count("IDLE") <= 4

    def test_with_several_folders_the_wait_is_short(self, world: ImapWorld) -> None:
        mail = world.connect(folders=["INBOX", "Trash"], timeouts={"poll": 0.1})
        read(mail)

        in_time(lambda: mail.wait(30), 5)

    def test_closing_from_another_thread_ends_the_wait(self, world: ImapWorld) -> None:
        mail = world.connect()
        read(mail)
        threading.Timer(0.2, mail.close).start()

        in_time(lambda: mail.wait(30), 5)

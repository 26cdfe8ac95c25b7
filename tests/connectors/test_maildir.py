from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path
from unittest.mock import patch

import pytest

from connectors.base import DraftState, Refused, Trace
from connectors.conformance import (
    LARGEST_BATCH,
    LONGEST_TOKEN,
    ConnectorLaws,
    Cut,
    Desk,
    a_letter,
    by_hand,
    ids_of,
    letter_id,
    numbers,
    read,
    reply_id,
)
from connectors.maildir.reading import END_OF_TIME, Position, ReadTo, Scan, filed_at, position_in
from connectors.maildir.tree import File, Folder, Tree
from tests.worlds.maildir import MaildirWorld, PowerCutError

DAY_NS = 24 * 3600 * 10**9


@pytest.fixture
def world(tmp_path: Path) -> MaildirWorld:
    return MaildirWorld(tmp_path / "Maildir")


class TestAMaildirWithDottedFoldersKeepsTheLaws(ConnectorLaws):
    pass


class TestAMaildirWithPlainFoldersKeepsTheLaws(ConnectorLaws):
    @pytest.fixture
    def world(self, tmp_path: Path) -> MaildirWorld:
        return MaildirWorld(tmp_path / "Mail", plain=True, inbox_below=True)


class TestReading:
    def test_a_file_that_a_sync_tool_dates_back_is_given(self, world: MaildirWorld) -> None:
        for number in range(3):
            world.deliver(a_letter(number), received_at=world.now() - timedelta(days=2))
        _, cursor = read(world.connect())
        dated_back = world.now() - timedelta(days=9)
        late = world.file(world.inbox, a_letter(7), "S")
        os.utime(late, (dated_back.timestamp(), dated_back.timestamp()))
        messages, _ = read(world.connect(), cursor)

        assert numbers(messages) == [7]
        assert abs(messages[0].received_at - dated_back) < timedelta(seconds=2)

    def test_an_old_file_moved_in_with_its_name_and_its_time_is_given(self, world: MaildirWorld) -> None:
        _, cursor = read(world.connect())
        world.file(world.folders["Trash"], a_letter(1), "S", world.now() - timedelta(days=9))
        world.move(world.folders["Trash"], letter_id(1), world.inbox)

        assert numbers(read(world.connect(), cursor)[0]) == [1]

    def test_files_of_one_and_the_same_time_are_all_given_once(self, world: MaildirWorld) -> None:
        moment = world.now() - timedelta(days=1)
        world.deliver(a_letter(0), received_at=moment)
        _, cursor = read(world.connect())
        for number in range(1, 6):
            world.deliver(a_letter(number), received_at=moment)
        messages, cursor = read(world.connect(), cursor)

        assert sorted(numbers(messages)) == [1, 2, 3, 4, 5]
        assert read(world.connect(), cursor)[0] == []

    def test_a_mailbox_copied_today_is_dated_by_what_its_last_server_wrote(self, world: MaildirWorld) -> None:
        long_ago = b"Mon, 5 Jan 2015 10:00:00 +0100\r\n"
        old = b"Received: from a.test by b.test;\r\n\t" + long_ago + b"Date: " + long_ago
        recent = world.now() - timedelta(days=3)
        stamp = recent.strftime("%a, %d %b %Y %H:%M:%S +0000").encode()
        world.deliver(old + a_letter(1))
        world.deliver(b"Received: from a.test by b.test; " + stamp + b"\r\n" + a_letter(2))
        messages, cursor = read(world.connect())

        assert numbers(messages) == [2]
        assert abs(messages[0].received_at - recent) < timedelta(seconds=2)
        world.user_reads(letter_id(1))
        assert read(world.connect(), cursor)[0] == []

    def test_a_server_with_a_wrong_clock_loses_no_message(self, world: MaildirWorld) -> None:
        stamp = world.now().strftime("%a, %d %b %Y %H:%M:%S +0000").encode()
        broken = b"Received: from a.test by b.test; Thu, 1 Jan 1970 00:00:00 +0000\r\nDate: " + stamp + b"\r\n"
        world.deliver(broken + a_letter(1))

        assert numbers(read(world.connect())[0]) == [1]

    def test_a_copy_from_a_backup_loses_nothing_and_repeats_nothing(self, world: MaildirWorld) -> None:
        for number in range(3):
            world.deliver(a_letter(number))
        _, cursor = read(world.connect())
        world.restore_from_backup()
        world.deliver(a_letter(3))
        batches = list(world.connect().changes(cursor))

        assert numbers([message for batch in batches for message in batch.messages]) == [3]
        assert not batches[0].restarted

    def test_names_that_a_sync_tool_adds_to_are_the_same_message(self, world: MaildirWorld) -> None:
        world.deliver(a_letter(1))
        [letter], cursor = read(world.connect())
        path = world.found(world.inbox, letter_id(1))
        path.rename(world.inbox / "cur" / f"{path.name},U=12:2,RS")

        assert read(world.connect(), cursor)[0] == []
        [again], _ = read(world.connect())
        assert again.ref == letter.ref
        assert again.flags == {"\\Answered", "\\Seen"}

    def test_a_message_that_is_renamed_or_removed_between_two_batches_stops_nothing(self, world: MaildirWorld) -> None:
        for number in range(LARGEST_BATCH):
            world.deliver(a_letter(number))
        batches = world.connect().changes(None)
        [first] = islice(batches, 1)
        world.user_reads(letter_id(LARGEST_BATCH - 1))
        world.found(world.inbox, letter_id(LARGEST_BATCH - 2)).unlink()
        given = numbers([message for batch in (first, *batches) for message in batch.messages])

        assert given == [number for number in range(LARGEST_BATCH) if number != LARGEST_BATCH - 2]

    def test_what_is_no_plain_file_is_passed_over(self, world: MaildirWorld) -> None:
        world.deliver(a_letter(1))
        cur = world.inbox / "cur"
        (cur / "2.link:2,S").symlink_to(world.found(world.inbox, letter_id(1)))
        (cur / "1.directory:2,S").mkdir()
        (cur / "3.nowhere:2,S").symlink_to("nowhere")
        (cur / ".hidden").write_bytes(a_letter(2))
        os.mkfifo(cur / "4.pipe:2,S")

        assert numbers(read(world.connect())[0]) == [1]

    def test_names_and_times_no_program_gives_stop_nothing(self, world: MaildirWorld) -> None:
        for number, name in enumerate((b"\xff\xfe odd", b":2,S", b"99999999999999999999.x:2,!?", b"1:2,", b"0.x:3,S")):
            path = os.fsencode(world.inbox / "cur") + b"/" + name
            Path(os.fsdecode(path)).write_bytes(a_letter(number))
            os.utime(path, (2**33, 2**33))
        messages, cursor = read(world.connect())

        assert sorted(numbers(messages)) == [0, 1, 2, 3, 4]
        assert all(message.ref.key.encode() is not None for message in messages)
        assert read(world.connect(), cursor)[0] == []

    def test_an_empty_file_is_a_message_without_octets(self, world: MaildirWorld) -> None:
        world.deliver(b"")

        assert [message.octets for message in read(world.connect())[0]] == [b""]

    def test_a_cursor_stays_small_in_a_huge_folder_and_keeps_the_latest_names(self) -> None:
        names = tuple(number.to_bytes(6, "big") for number in range(100_000))
        cursor = Position({"INBOX": ReadTo(1.5, 2)}, names).cursor()
        position = position_in(cursor)

        assert len(cursor) <= LONGEST_TOKEN
        assert position is not None
        assert position.folders == {"INBOX": ReadTo(1.5, 2)}
        assert position.given == names[-len(position.given) :]
        assert len(position.given) >= 5000

    def test_a_newest_time_from_a_clock_that_ran_ahead_hides_no_message(self, world: MaildirWorld) -> None:
        world.deliver(a_letter(1))
        folder, now = Folder("INBOX", str(world.inbox)), time.time_ns()

        assert len(Scan(folder, ReadTo(0.0, now + 400 * DAY_NS), frozenset(), set(), now).new) == 1

    def test_a_file_from_the_future_counts_as_one_from_now(self, world: MaildirWorld) -> None:
        world.deliver(a_letter(1))
        folder, earlier = Folder("INBOX", str(world.inbox)), time.time_ns() - 400 * DAY_NS

        assert Scan(folder, ReadTo(0.0), frozenset(), set(), earlier).newest == earlier

    def test_a_time_no_calendar_has_is_the_last_one_it_has(self) -> None:
        assert filed_at(File("", "odd"), 2.0**60) == END_OF_TIME

    def test_a_cursor_between_two_batches_has_moved_in_names_and_not_in_time(self, world: MaildirWorld) -> None:
        for number in range(LARGEST_BATCH):
            world.deliver(a_letter(number))
        [first] = islice(world.connect().changes(None), 1)
        position = position_in(first.cursor)

        assert position is not None
        assert position.folders["INBOX"].newest == 0
        assert len(position.given) == len(first.messages) < LARGEST_BATCH

    def test_stopping_between_two_batches_repeats_nothing_that_was_given_before(self, world: MaildirWorld) -> None:
        world.deliver(a_letter(0))
        _, cursor = read(world.connect())
        for number in range(1, LARGEST_BATCH):
            world.deliver(a_letter(number))
        [first] = islice(world.connect().changes(cursor), 1)
        rest, _ = read(world.connect(), first.cursor)

        assert numbers([*first.messages, *rest]) == list(range(1, LARGEST_BATCH))

    def test_a_message_that_comes_within_one_tick_of_the_clock_is_given(self, world: MaildirWorld) -> None:
        world.deliver(a_letter(1))
        mail = world.connect()
        _, cursor = read(mail)
        stamp = (world.inbox / "new").stat().st_mtime_ns
        world.deliver(a_letter(2))
        os.utime(world.inbox / "new", ns=(stamp, stamp))

        assert numbers(read(mail, cursor)[0]) == [2]

    def test_several_folders_are_watched(self, tmp_path: Path) -> None:
        world = MaildirWorld(tmp_path / "Maildir", folders=["INBOX", "Lists/Jobs"])
        for directory in ("tmp", "new", "cur"):
            (world.root / ".Lists.Jobs" / directory).mkdir(parents=True)
        world.deliver(a_letter(1))
        world.file(world.root / ".Lists.Jobs", a_letter(2))
        messages, cursor = read(world.connect())

        assert {(message.ref.folder, numbers([message])[0]) for message in messages} == {
            ("INBOX", 1),
            ("Lists/Jobs", 2),
        }
        assert read(world.connect(), cursor)[0] == []

    def test_a_folder_that_is_watched_from_now_on_is_read_from_the_look_back(self, world: MaildirWorld) -> None:
        world.file(world.folders["Trash"], a_letter(1), "S", world.now() - timedelta(days=30))
        world.file(world.folders["Trash"], a_letter(2), "S", world.now() - timedelta(days=3))
        _, cursor = read(world.connect())
        world.settings["folders"] = ["INBOX", "Trash"]

        assert numbers(read(world.connect(), cursor)[0]) == [2]

    def test_where_nothing_changed_the_folder_is_not_looked_over(self, world: MaildirWorld) -> None:
        world.deliver(a_letter(1))
        for directory in ("new", "cur"):
            os.utime(world.inbox / directory, (0, 0))
        mail = world.connect()
        _, cursor = read(mail)
        seen: list[str] = []
        with patch("os.scandir", side_effect=_counting(os.scandir, seen)):
            assert read(mail, cursor) == ([], cursor)

        assert not any(str(path).startswith((f"{world.inbox}/new", f"{world.inbox}/cur")) for path in seen)
        world.deliver(a_letter(2))
        assert numbers(read(mail, cursor)[0]) == [2]


def _counting(call: Callable[[str], object], seen: list[str]) -> Callable[[str], object]:
    def counted(path: str) -> object:
        seen.append(path)
        return call(path)

    return counted


# ---------------------------------------------------------------------------------------------- the power cut


SYSTEM_CALLS = ("open", "unlink", "rename", "fsync", "close")


@contextmanager
def power_fails(at: int, when: Cut) -> Iterator[list[str]]:
    """Let the n-th system call be the last, before or after its effect; gives the names of the calls made."""
    made: list[str] = []

    def fragile(name: str) -> Callable[..., object]:
        real: Callable[..., object] = getattr(os, name)

        def call(*args: object, **more: object) -> object:
            made.append(name)
            if len(made) == at and when is Cut.BEFORE:
                raise PowerCutError
            answer = real(*args, **more)
            if len(made) == at and when is Cut.AFTER:
                raise PowerCutError
            return answer

        return call

    patches = [patch(f"os.{name}", fragile(name)) for name in SYSTEM_CALLS]
    for each in patches:
        each.start()
    try:
        yield made
    except PowerCutError:
        pass
    finally:
        for each in patches:
            each.stop()


@pytest.mark.parametrize("when", list(Cut))
@pytest.mark.parametrize("at", range(1, 26))
class TestThePowerFailsAtAnyStep:
    def test_and_the_next_run_leaves_one_draft(self, world: MaildirWorld, at: int, when: Cut) -> None:
        desk = Desk(world)
        with power_fails(at, when):
            desk.put()
        desk.restart()

        assert desk.traced() is (DraftState.WAITING if world.drafts() else DraftState.ABSENT)
        desk.put()
        desk.put()
        assert ids_of(world.drafts()) == [reply_id()]
        assert desk.traced() is DraftState.WAITING

    def test_and_a_draft_deleted_meanwhile_is_told_from_one_that_was_never_placed(
        self, world: MaildirWorld, at: int, when: Cut
    ) -> None:
        desk = Desk(world)
        with power_fails(at, when):
            desk.put()
        desk.restart()
        if placed := bool(world.drafts()):
            world.user_destroys_draft(reply_id())

        assert desk.trace(desk.mark) == Trace(DraftState.GONE if placed else DraftState.ABSENT)

    def test_and_so_it_is_when_the_draft_was_asked_for_again(self, world: MaildirWorld, at: int, when: Cut) -> None:
        desk = Desk(world)
        desk.put()
        world.user_destroys_draft(reply_id())
        with power_fails(at, when):
            desk.put()
        desk.restart()
        desk.put()

        assert ids_of(world.drafts()) == [reply_id()]


def test_the_power_was_cut_at_every_step_of_a_placing(world: MaildirWorld) -> None:
    desk = Desk(world)
    with power_fails(0, Cut.BEFORE) as made:
        desk.put()

    assert "rename" in made
    assert len(made) <= 25


# ---------------------------------------------------------------------------------------------- drafts


class TestDrafts:
    def test_a_draft_has_the_line_ends_of_a_maildir_and_is_for_the_user_alone(self, world: MaildirWorld) -> None:
        desk = Desk(world)
        desk.put()
        path = world.found(world.folders["Drafts"], reply_id())

        assert path.read_bytes() == desk.reply.replace(b"\r\n", b"\n")
        assert path.parent.name == "cur"
        assert path.name.endswith(":2,DS")
        assert path.stat().st_mode & 0o777 == 0o600

    def test_a_draft_marked_deleted_is_gone(self, world: MaildirWorld) -> None:
        desk = Desk(world)
        handle = desk.put()
        world.flag(world.folders["Drafts"], reply_id(), "T")

        assert desk.state(handle) is DraftState.GONE
        assert desk.traced() is DraftState.GONE

    def test_a_draft_that_got_another_flag_or_name_still_waits(self, world: MaildirWorld) -> None:
        desk = Desk(world)
        handle = desk.put()
        world.flag(world.folders["Drafts"], reply_id(), "F")
        path = world.found(world.folders["Drafts"], reply_id())
        path.rename(path.with_name(path.name.replace(":2,", ",U=3:2,")))

        assert desk.state(handle) is DraftState.WAITING
        assert desk.mail.withdraw(handle)

    def test_a_draft_edited_in_place_is_edited(self, world: MaildirWorld) -> None:
        desk = Desk(world)
        handle = desk.put()
        assert desk.state(handle) is DraftState.WAITING
        with world.found(world.folders["Drafts"], reply_id()).open("ab") as file:
            file.write(b"One more line.\n")

        assert desk.state(handle) is DraftState.EDITED
        assert not desk.mail.withdraw(handle)

    def test_a_letter_answered_and_then_renamed_by_a_sync_tool_is_answered(self, world: MaildirWorld) -> None:
        desk = Desk(world)
        handle = desk.put()
        world.user_flags_answered(letter_id())
        path = world.found(world.inbox, letter_id())
        path.rename(path.with_name(path.name.replace(":2,", ",U=3:2,")))

        assert desk.state(handle) is DraftState.SENT

    def test_nothing_a_deleted_draft_said_lies_about(self, world: MaildirWorld) -> None:
        desk = Desk(world)
        desk.put()
        world.user_destroys_draft(reply_id())

        assert [path.read_bytes() for path in world.folders["Drafts"].glob("cordially-*")] == [b""]

    def test_what_a_placing_left_long_ago_is_removed(self, world: MaildirWorld) -> None:
        leftover = world.folders["Drafts"] / "cordially-0123456789abcdef.draft"
        leftover.write_bytes(a_letter())
        os.utime(leftover, (0, 0))
        Desk(world).put()

        assert not leftover.exists()

    def test_a_draft_in_the_trash_is_gone_even_without_its_witness(self, world: MaildirWorld) -> None:
        desk = Desk(world)
        desk.put()
        world.user_trashes_draft(reply_id())
        for witness in world.folders["Drafts"].glob("cordially-*"):
            witness.unlink()

        assert desk.traced() is DraftState.GONE

    def test_an_answer_in_a_sent_folder_of_another_name_is_seen_where_it_is_named(self, tmp_path: Path) -> None:
        world = MaildirWorld(tmp_path / "Maildir", sent="Archive/Outgoing")
        world.folders["Sent"] = world.folders["Sent"].rename(world.root / ".Archive.Outgoing")
        desk = Desk(world)
        handle = desk.put()
        world.user_answers(by_hand())

        assert desk.state(handle) is DraftState.SENT


# ---------------------------------------------------------------------------------------------- folders


class TestFolders:
    @pytest.mark.parametrize(
        ("directory", "setting"),
        [
            (".Drafts", None),
            ("Drafts", None),
            (".drafts", None),
            (".INBOX.Drafts", None),
            (".Entw&APw-rfe", None),
            ("Entwürfe", None),
            ("[Gmail]/Drafts", None),
            (".Work.To answer", "Work/To answer"),
            (".Work.To answer", ".Work.To answer"),
            ("Work/To answer", "Work/To answer"),
            (".R&-D", "R&D"),
        ],
    )
    def test_the_drafts_folder_is_found(self, world: MaildirWorld, directory: str, setting: str | None) -> None:
        world.remove_drafts_folder()
        world.folders["Drafts"] = world.root / directory
        for part in ("tmp", "new", "cur"):
            (world.folders["Drafts"] / part).mkdir(parents=True)
        world.settings["drafts"] = setting
        Desk(world).put()

        assert ids_of(world.drafts()) == [reply_id()]

    def test_a_missing_drafts_folder_is_named_with_what_can_be_done(self, world: MaildirWorld) -> None:
        world.remove_drafts_folder()
        with pytest.raises(Refused, match=r"create_folders = true; there are: INBOX, Sent, Trash"):
            world.connect().mark()

    @pytest.mark.parametrize(("plain", "made"), [(False, ".Drafts"), (True, "Drafts")])
    def test_with_leave_a_drafts_folder_is_made_like_the_others(self, tmp_path: Path, plain: bool, made: str) -> None:
        world = MaildirWorld(tmp_path / "Maildir", plain=plain, create_folders=True)
        world.remove_drafts_folder()
        Desk(world).put()

        assert world.folders["Drafts"] == world.root / made
        assert ids_of(world.drafts()) == [reply_id()]

    @pytest.mark.parametrize(
        "name", ["../outside", "/outside", "a/../../outside", "..", ".", "", "a//b", "a\0b", "a/.b"]
    )
    @pytest.mark.parametrize("plain", [False, True])
    def test_no_name_leads_out_of_the_maildir(self, tmp_path: Path, name: str, plain: bool) -> None:
        world = MaildirWorld(tmp_path / "Maildir", plain=plain, create_folders=True, drafts=name or " \n")
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(Refused):
            Desk(world).put()

        assert sorted(path for path in tmp_path.rglob("*") if path.parent.name != "new") == [
            path for path in before if path.parent.name != "new"
        ]

    def test_a_folder_made_after_a_refusal_is_found(self, world: MaildirWorld) -> None:
        mail = world.connect()
        world.remove_drafts_folder()
        with pytest.raises(Refused):
            mail.mark()
        for part in ("tmp", "new", "cur"):
            (world.root / ".Drafts" / part).mkdir(parents=True)

        assert mail.mark()

    def test_a_path_that_is_missing_is_named(self, tmp_path: Path) -> None:
        world = MaildirWorld(tmp_path / "Maildir")
        world.settings["path"] = str(tmp_path / "elsewhere")
        with pytest.raises(Refused, match=r"there is no Maildir at .*/elsewhere"):
            read(world.connect())

    def test_a_folder_that_is_no_maildir_is_named(self, tmp_path: Path) -> None:
        world = MaildirWorld(tmp_path / "Maildir")
        world.settings["path"] = str(tmp_path)
        with pytest.raises(Refused, match=r"is no Maildir: neither it nor a folder INBOX"):
            read(world.connect())

    def test_a_watched_folder_that_is_missing_is_named_with_those_there_are(self, tmp_path: Path) -> None:
        world = MaildirWorld(tmp_path / "Maildir", folders=["Jobs"])
        with pytest.raises(Refused, match=r"there is no folder 'Jobs' in .*; there are: Drafts, INBOX, Sent, Trash"):
            read(world.connect())

    def test_an_account_without_a_path_is_refused(self, world: MaildirWorld) -> None:
        del world.settings["path"]
        with pytest.raises(Refused, match="path"):
            world.connect()

    def test_links_that_lead_in_a_circle_end(self, world: MaildirWorld) -> None:
        (world.root / "circle").symlink_to(world.root)
        world.deliver(a_letter(1))

        assert numbers(read(world.connect())[0]) == [1]
        assert Tree(world.root).names == "Drafts, INBOX, Sent, Trash, circle"


class TestWaiting:
    def test_costs_next_to_nothing(self, world: MaildirWorld) -> None:
        mail = world.connect()
        read(mail)
        begun = time.process_time()
        mail.wait(0.5)

        assert time.process_time() - begun < 0.1

    def test_ends_at_once_where_a_message_came_since_the_last_reading(self, world: MaildirWorld) -> None:
        mail = world.connect()
        read(mail)
        world.deliver(a_letter(1))
        begun = time.monotonic()
        mail.wait(60)

        assert time.monotonic() - begun < 5

    def test_ends_when_the_connector_is_closed(self, world: MaildirWorld) -> None:
        mail = world.connect()
        read(mail)
        closing = threading.Timer(0.1, mail.close)
        closing.start()
        begun = time.monotonic()
        mail.wait(60)
        closing.join()

        assert time.monotonic() - begun < 5

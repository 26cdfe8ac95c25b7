"""The guard at the transport: what is not listed does not leave, whoever asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.base import Answering, MessageRef, Opening, Refused
from connectors.conformance import a_reply, letter_id
from connectors.imap import ImapConnector
from connectors.imap.guard import check
from connectors.maildir import MaildirConnector
from connectors.outbox import sends
from tests.worlds.dovecot import Dovecot, dovecot
from tests.worlds.imap import ImapWorld
from tests.worlds.maildir import MaildirWorld

__all__ = ["dovecot"]

ANSWERING = Answering(MessageRef("main", "INBOX", "1:1"), letter_id(0), datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


@pytest.fixture
def world(dovecot: Dovecot) -> Iterator[ImapWorld]:
    world = dovecot.new_world()
    yield world
    world.close()
    assert world.sendings() == []


def client_of(mail: ImapConnector) -> Any:
    """The library's own client under a connector, as a careless change would use it."""
    mail.mark()
    session = mail._session
    assert session is not None
    return session.client


@pytest.mark.needs_dovecot
@pytest.mark.parametrize(
    "deed",
    [
        lambda client: client.delete_folder("Sent"),
        lambda client: client.create_folder("Outbox"),
        lambda client: client.expunge(),
        lambda client: client.move([1], "Trash"),
        lambda client: client._imap.xatom("XSEND"),
        lambda client: client._raw_command(b"MOVE", [b"1 Outbox"]),
        lambda client: client.append("Sent", b"Subject: a\r\n\r\nb\r\n"),
        lambda client: client.append("Outbox", b"Subject: a\r\n\r\nb\r\n", ["\\Draft"]),
    ],
)
def test_no_command_leaves_that_is_not_listed(world: ImapWorld, deed: Callable[[Any], object]) -> None:
    client = client_of(world.connect())
    client.select_folder("INBOX", readonly=False)
    before = len(world.wire.names)
    with pytest.raises(Refused):
        deed(client)

    assert world.wire.names[before:] == []


@pytest.mark.parametrize(
    "command",
    [
        b"SEND\r\n",
        b"\r\n",
        b"UID MOVE 1 Trash\r\n",
        b"EXPUNGE\r\n",
        b"BURL x\r\n",
        b"NOOP\r\nA1 DELETE INBOX\r\n",
        b"SELECT INBOX\rA1 DELETE INBOX\r\n",
        b'APPEND "Drafts" {3}\r\n',
        b'APPEND "Drafts" (\\Seen) {3}\r\n',
        b'APPEND "Drafts" (\\Draft) "01-Jan-2026 00:00:00 +0000" {3}\r\n',
        b'APPEND "INBOX.Outbox" (\\Draft) {3}\r\n',
        b"APPEND Outbox (\\Draft \\Seen) {3+}\r\nabc\r\n",
        b'APPEND "Drafts" (\\Draft) {3+}\r\nabc\r\nA1 DELETE INBOX\r\n',
    ],
)
def test_a_command_that_may_do_harm_is_refused(command: bytes) -> None:
    with pytest.raises(Refused):
        check(command)


@pytest.mark.parametrize(
    "command",
    [
        b"UID SEARCH ALL\r\n",
        b'APPEND "Drafts" (\\Draft \\Seen) {3}\r\n',
        b'APPEND "Entw&APw-rfe" (\\Draft \\Seen) {3+}\r\nabc\r\n',
        b'APPEND "a \\"quoted\\" name" (\\Seen \\Draft) {3}\r\n',
    ],
)
def test_what_is_listed_passes(command: bytes) -> None:
    check(command)


@pytest.mark.parametrize("name", ["Outbox", "INBOX.Outbox", "[Mail]/outbox", "Postausgang", "Boîte d'envoi"])
def test_a_folder_from_which_mail_leaves_is_known_by_its_name(name: str) -> None:
    assert sends(name)


@pytest.mark.parametrize("name", ["Drafts", "Outbox/Drafts", "Entwürfe"])
def test_other_folders_send_nothing(name: str) -> None:
    assert not sends(name)


@pytest.mark.needs_dovecot
def test_no_draft_is_placed_in_an_outbox_whatever_the_config_says(world: ImapWorld) -> None:
    world.hand.create_folder("Outbox")
    with pytest.raises(Refused, match="may send"):
        world.connect(drafts="Outbox").put_draft(a_reply(), key="k", answering=ANSWERING)

    assert world.hand.folder_status("Outbox")[b"MESSAGES"] == 0


def test_no_draft_is_placed_in_an_outbox_of_a_maildir_either(tmp_path: Path) -> None:
    world = MaildirWorld(tmp_path / "Maildir")
    settings = {**world.settings, "drafts": "Outbox", "create_folders": True}
    opening = Opening("here", ("ines@example.test",), settings, lambda: "", world.now)
    with pytest.raises(Refused, match="may send"):
        MaildirConnector(opening).put_draft(a_reply(), key="k", answering=ANSWERING)

    assert not list(tmp_path.rglob("*Outbox*"))

"""``cordially run --once``: one pass over real mailboxes, from the mail to the draft in its thread."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from imapclient import IMAPClient

from tests.cli.shell import CORDIALLY, PROFILE, Shell, imap_section, invitation, maildir_section, new_maildir, tree
from tests.worlds.dovecot import Dovecot
from tests.worlds.imap import Account, program

TWICE = {"message_id": "<n2@northwind-labs.example>"}


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    return new_maildir(tmp_path / "Maildir")


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    return dovecot.new_account()


@pytest.fixture
def hand(account: Account) -> Iterator[IMAPClient]:
    """The user's own mail program."""
    with program(account.port, account.user, account.secret) as client:
        yield client


def deliver(maildir: Path, octets: bytes, name: str = "1") -> None:
    (maildir / "new" / f"{name}.here").write_bytes(octets)


def drafts(maildir: Path) -> list[Path]:
    return sorted((maildir / ".Drafts" / "cur").iterdir())


def keep_password(shell: Shell, secret: str, name: str = "main") -> None:
    """Put a password where ``secrets.store = "file"`` keeps it."""
    folder = shell.state / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / name).write_text(secret, "utf-8")
    (folder / name).chmod(0o600)


def drafts_of(hand: IMAPClient) -> list[tuple[Message, set[bytes]]]:
    """What lies in the drafts folder of an IMAP account: each message with its flags."""
    hand.select_folder("Drafts", readonly=True)
    found = hand.fetch(hand.search("ALL"), ["BODY.PEEK[]", "FLAGS"])
    return [(message_from_bytes(one[b"BODY[]"]), set(one[b"FLAGS"])) for one in found.values()]


def check_reply(draft: Message) -> None:
    """It answers the invitation, in its thread, from the address it was sent to."""
    assert draft["In-Reply-To"] == "<n1@northwind-labs.example>"
    assert draft["References"] == "<n1@northwind-labs.example>"
    assert draft["Subject"] == "Re: Interview with us"
    assert "mara.lindt@northwind-labs.example" in draft["To"]
    assert "robin@ashdown.example" in draft["From"]
    assert "Northwind Labs" in str(draft.get_payload())


# ------------------------------------------------------------------------------------------------ a Maildir


def test_a_maildir_has_its_draft_and_a_second_run_leaves_nothing_new(shell: Shell, maildir: Path) -> None:
    shell.write_config(maildir_section(maildir))
    deliver(maildir, invitation())
    first = shell.spawn("run", "--once")
    before = tree(maildir)
    second = shell.run("run", "--once")

    [draft] = drafts(maildir)
    assert draft.name.endswith(":2,DS")
    check_reply(message_from_bytes(draft.read_bytes()))
    assert (first.status, first.err) == (0, "")
    assert "Interview with us [local]" in first.out
    assert "1 new mail, 1 draft left in Drafts." in first.out
    assert (second.status, second.out) == (0, "0 new mails, 0 drafts left in Drafts.\n")
    assert tree(maildir) == before


def test_each_new_mail_is_a_record_for_a_program(shell: Shell, maildir: Path) -> None:
    shell.write_config(maildir_section(maildir))
    deliver(maildir, invitation())
    told = shell.run("run", "--once", "--json")

    assert (told.only["account"], told.only["subject"]) == ("local", "Interview with us")
    assert told.only["verdict"]["action"] == "accept"
    assert told.only["draft"]["to"] == ["mara.lindt@northwind-labs.example"]
    assert told.err == "1 new mail, 1 draft left in Drafts.\n"


def test_a_dry_run_writes_nothing_anywhere(shell: Shell, maildir: Path, tmp_path: Path) -> None:
    shell.write_config(maildir_section(maildir))
    deliver(maildir, invitation())
    before = tree(tmp_path)
    told = shell.spawn("run", "--once", "--dry-run")

    assert (told.status, told.err) == (0, "")
    assert "  | Hi Mara," in told.out or "  | Dear Mara," in told.out
    assert "1 new mail, 1 draft would be left where you have not answered yet." in told.out
    assert tree(tmp_path) == before


def test_a_dry_run_after_a_run_writes_nothing_anywhere_either(shell: Shell, maildir: Path, tmp_path: Path) -> None:
    shell.write_config(maildir_section(maildir))
    deliver(maildir, invitation())
    shell.run("run", "--once")
    deliver(maildir, invitation(11, subject="Talk about the Data Engineer position", **TWICE), "2")
    before = tree(tmp_path)
    told = shell.run("run", "--once", "--dry-run")

    assert "1 new mail, 1 draft would be left where you have not answered yet." in told.out
    assert tree(tmp_path) == before


def test_everyday_mail_is_counted_and_not_shown(shell: Shell, maildir: Path) -> None:
    shell.write_config(maildir_section(maildir))
    deliver(maildir, b"From: a@b.example\nSubject: Lunch\nMessage-ID: <l@b.example>\n\nPizza at noon?\n")

    assert shell.run("run", "--once").out == "1 new mail, 0 drafts left in Drafts.\n"


def test_what_the_user_did_to_a_draft_stays(shell: Shell, maildir: Path) -> None:
    shell.write_config(maildir_section(maildir))
    deliver(maildir, invitation())
    shell.run("run", "--once")
    drafts(maildir)[0].unlink()
    shell.run("run", "--once")

    assert drafts(maildir) == []
    assert "you deleted" in shell.run("explain", "1").out.lower()


def test_the_work_goes_on_though_nobody_reads_what_is_told(shell: Shell, maildir: Path) -> None:
    shell.write_config(maildir_section(maildir))
    deliver(maildir, invitation())
    deliver(maildir, invitation(11, subject="Talk about the Data Engineer position", **TWICE), "2")
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [CORDIALLY, "--config", shell.config, "--state", shell.state, "run", "--once"],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)

    assert (done.returncode, done.stderr) == (0, b"")
    assert len(drafts(maildir)) == 2


# ------------------------------------------------------------------------------------------------ an IMAP account


@pytest.mark.needs_dovecot
def test_an_imap_account_has_its_draft_flagged_and_in_the_thread(
    shell: Shell, account: Account, dovecot: Dovecot, hand: IMAPClient
) -> None:
    by_tls = imap_section(
        account, host="localhost", port=dovecot.tls_port, security="tls", ca_file=str(dovecot.ca_file)
    )
    shell.write_config(by_tls)
    keep_password(shell, account.secret)
    hand.append("INBOX", invitation())
    first, second = shell.spawn("run", "--once"), shell.run("run", "--once")

    [(draft, flags)] = drafts_of(hand)
    check_reply(draft)
    assert {b"\\Draft", b"\\Seen"} <= flags
    assert (first.status, first.err, second.status) == (0, "", 0)
    assert "0 new mails" in second.out
    hand.select_folder("INBOX", readonly=True)
    assert hand.search("UNSEEN")


@pytest.mark.needs_dovecot
def test_a_dry_run_leaves_an_imap_account_as_it_was(
    shell: Shell, account: Account, hand: IMAPClient, tmp_path: Path
) -> None:
    shell.write_config(imap_section(account))
    keep_password(shell, account.secret)
    hand.append("INBOX", invitation())
    before = tree(tmp_path)
    told = shell.run("run", "--once", "--dry-run")

    assert "1 draft would be left where you have not answered yet" in told.out
    assert drafts_of(hand) == []
    assert tree(tmp_path) == before


@pytest.mark.needs_dovecot
def test_the_same_mail_in_two_accounts_has_one_draft(
    shell: Shell, account: Account, hand: IMAPClient, maildir: Path
) -> None:
    shell.write_config(imap_section(account), maildir_section(maildir))
    keep_password(shell, account.secret)
    hand.append("INBOX", invitation())
    deliver(maildir, invitation())
    told = shell.run("run", "--once")

    assert told.status == 0
    assert len(drafts_of(hand)) + len(drafts(maildir)) == 1


@pytest.mark.needs_dovecot
def test_an_account_that_fails_is_named_and_stops_no_other(
    shell: Shell, account: Account, dovecot: Dovecot, maildir: Path, tmp_path: Path
) -> None:
    dead = Account(1, account.user, account.secret)
    shell.write_config(
        imap_section(account, "locked"),
        imap_section(dead, "dead"),
        maildir_section(tmp_path / "missing", "missing"),
        imap_section(account, "no-password"),
        maildir_section(maildir),
    )
    keep_password(shell, "last-years-password", "locked")
    keep_password(shell, account.secret, "dead")
    deliver(maildir, invitation())
    told = shell.run("run", "--once")

    assert told.status == 1
    assert len(drafts(maildir)) == 1
    named = [line.partition(":")[0] for line in told.err.splitlines()]
    assert named == ["locked", "dead", "missing", "no-password"]
    assert "cordially account password" in told.err.splitlines()[0]
    assert "cordially account password no-password" in told.err.splitlines()[3]
    assert "last-years-password" not in told.err + told.out


@pytest.mark.needs_dovecot
def test_the_password_stands_nowhere_but_in_its_own_file(
    shell: Shell, account: Account, hand: IMAPClient, tmp_path: Path
) -> None:
    shell.write_config(imap_section(account))
    keep_password(shell, account.secret)
    hand.append("INBOX", invitation())
    told = [
        shell.run("run", "--once"), shell.run("run", "--once", "--json"), shell.run("account", "test"),
        shell.run("account", "list"), shell.run("explain", "1", "--json"),
    ]  # fmt: skip

    assert not [answer for answer in told if account.secret in answer.out + answer.err]
    holding = [name for name, octets in tree(tmp_path).items() if octets and account.secret.encode() in octets]
    assert holding == [str((shell.state / "secrets" / "main").relative_to(tmp_path))]


# ------------------------------------------------------------------------------------------------ what is wrong


def test_a_failing_account_is_a_record_for_a_program_too(shell: Shell, tmp_path: Path) -> None:
    shell.write_config(maildir_section(tmp_path / "missing"))
    told = shell.run("run", "--once", "--json")

    assert told.status == 1
    assert set(told.only) == {"account", "error"}


def test_a_draft_that_could_not_be_left_is_named_and_left_later(shell: Shell, maildir: Path) -> None:
    shell.write_config(maildir_section(maildir))
    deliver(maildir, invitation())
    (maildir / ".Drafts").rename(maildir / "aside")
    failed = shell.run("run", "--once")
    (maildir / "aside").rename(maildir / ".Drafts")
    mended = shell.run("run", "--once")

    assert (failed.status, mended.status) == (1, 0)
    assert "local: " in failed.err
    assert len(drafts(maildir)) == 1


def test_all_faults_of_the_config_are_told_at_once_with_status_two(shell: Shell, maildir: Path) -> None:
    section = maildir_section(maildir).replace("path", "paht").replace("robin@ashdown.example", "robin")
    shell.write_config(section, profile=PROFILE.replace("Europe/Berlin", "Berlin"))
    told = shell.run("run", "--once")

    assert (told.status, told.out) == (2, "")
    assert len(told.err.splitlines()) == 4
    assert all(line.startswith("config.toml:") for line in told.err.splitlines())


def test_a_config_without_accounts_says_how_to_add_one(shell: Shell) -> None:
    shell.write_config()
    told = shell.run("run", "--once")

    assert told.status == 2
    assert "cordially account add" in told.err


def test_without_once_it_says_what_this_version_does(shell: Shell) -> None:
    assert "--once" in shell.run("run").err


def test_a_state_folder_that_is_a_file_is_told(shell: Shell, maildir: Path, tmp_path: Path) -> None:
    shell.write_config(maildir_section(maildir))
    (tmp_path / "state").write_text("", "utf-8")
    told = shell.run("run", "--once", "--state", tmp_path / "state")

    assert told.status == 1
    assert "cannot be used" in told.err

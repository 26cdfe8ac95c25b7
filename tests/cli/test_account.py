"""``cordially init`` and ``cordially account``: the config and its accounts, made and mended from the command line."""

from __future__ import annotations

import stat
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agent.config import load
from tests.cli.shell import Answer, Shell, maildir_section, new_maildir, tree
from tests.worlds.dovecot import PASSWORD_BEYOND_ASCII, Dovecot
from tests.worlds.imap import Account, program

ADDRESS = "robin@ashdown.example"


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    return dovecot.new_account()


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    return new_maildir(tmp_path / "Maildir")


def add_imap(shell: Shell, account: Account, *more: str | Path, secret: str | None = None) -> Answer:
    return shell.run(
        "account", "add", "imap", "--address", ADDRESS, "--host", "127.0.0.1", "--port", str(account.port),
        "--security", "plain", "--user", account.user, "--password-stdin", *more,
        stdin=f"{account.secret if secret is None else secret}\n",
    )  # fmt: skip


def add_maildir(shell: Shell, maildir: Path, *more: str) -> Answer:
    return shell.run("account", "add", "maildir", "--address", ADDRESS, "--path", maildir, *more)


def accounts(shell: Shell) -> list[str]:
    return [entry.account.name for entry in load(shell.config).accounts]


def secrets(shell: Shell) -> list[str]:
    folder = shell.state / "secrets"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


# ------------------------------------------------------------------------------------------------ init


def test_init_writes_every_key_explained_for_its_owner_alone(shell: Shell) -> None:
    told = shell.spawn("init", "--name", "Robin Ashdown", "--timezone", "Europe/Lisbon")
    config = load(shell.config)

    assert (told.status, told.err) == (0, "")
    assert str(shell.config) in told.out
    assert (config.profile.name, config.profile.zone) == ("Robin Ashdown", "Europe/Lisbon")
    assert "#pay_floor" in shell.config.read_text("utf-8")
    assert stat.S_IMODE(shell.config.stat().st_mode) == 0o600


def test_init_asks_for_what_was_not_given(shell: Shell) -> None:
    told = shell.run("init", stdin="Robin\nAsia/Tokyo\n")

    assert told.status == 0
    assert load(shell.config).profile.zone == "Asia/Tokyo"


def test_init_takes_no_zone_that_is_none_and_writes_nothing(shell: Shell) -> None:
    told = shell.run("init", "--name", "Robin", "--timezone", "Berlin")

    assert told.status == 2
    assert "Europe/Berlin" in told.err
    assert tree(shell.home) == {}


def test_init_changes_nothing_that_is_there(shell: Shell) -> None:
    shell.write_config()
    before = shell.config.read_bytes()

    assert shell.run("init", "--name", "Other", "--timezone", "UTC").status == 2
    assert shell.config.read_bytes() == before


# ------------------------------------------------------------------------------------------------ adding a Maildir


def test_a_maildir_is_added_and_every_other_word_of_the_config_stays(shell: Shell, maildir: Path) -> None:
    shell.run("init", "--name", "Robin", "--timezone", "Europe/Berlin")
    before = shell.config.read_text("utf-8")
    told = shell.spawn("account", "add", "maildir", "--address", ADDRESS, "--path", maildir)

    assert (told.status, told.err) == (0, "")
    assert accounts(shell) == ["ashdown"]
    assert shell.config.read_text("utf-8").startswith(before)


def test_the_first_account_makes_the_config_too(shell: Shell, maildir: Path) -> None:
    told = shell.run(
        "account", "add", "maildir", "--address", ADDRESS, "--path", maildir, stdin="Robin\nEurope/Berlin\n"
    )

    assert told.status == 0
    assert accounts(shell) == ["ashdown"]


def test_a_folder_that_is_no_maildir_is_not_added(shell: Shell, tmp_path: Path) -> None:
    shell.write_config()
    before = shell.config.read_bytes()
    missing, empty = add_maildir(shell, tmp_path / "nowhere"), add_maildir(shell, tmp_path)

    assert (missing.status, empty.status) == (1, 1)
    assert "there is no Maildir at" in missing.err
    assert "Nothing was added." in missing.err
    assert shell.config.read_bytes() == before


def test_a_maildir_without_drafts_names_the_folders_there_are_or_makes_one(shell: Shell, tmp_path: Path) -> None:
    shell.write_config()
    maildir = new_maildir(tmp_path / "Maildir", ".Entwurf", ".Sent")
    refused = add_maildir(shell, maildir)
    named = add_maildir(shell, maildir, "--drafts", "Entwurf", "--name", "named")
    made = add_maildir(shell, maildir, "--create-folders", "--name", "made")

    assert refused.status == 1
    assert "Entwurf" in refused.err
    assert (named.status, made.status) == (0, 0)


def test_what_is_no_address_is_told_without_a_line_nobody_wrote(shell: Shell, maildir: Path) -> None:
    shell.write_config()
    told = shell.run("account", "add", "maildir", "--address", "robin", "--path", maildir, "--name", "a b")

    assert told.status == 2
    assert "addresses.0: write one address" in told.err
    assert "name: use up to 64 letters" in told.err
    assert "config.toml" not in told.err


def test_a_name_that_is_taken_is_refused_before_anything_is_asked(shell: Shell, maildir: Path) -> None:
    shell.write_config(maildir_section(maildir, "ashdown"))
    told = shell.run("account", "add", "imap", "--address", ADDRESS, "--host", "127.0.0.1")

    assert told.status == 2
    assert "--name" in told.err
    assert "Password" not in told.out


def test_accounts_added_at_once_are_all_there(shell: Shell, tmp_path: Path) -> None:
    shell.write_config()
    names = [f"a{number}" for number in range(4)]

    def add(name: str) -> int:
        path = new_maildir(tmp_path / name)
        return shell.spawn(
            "account", "add", "maildir", "--address", ADDRESS, "--path", str(path), "--name", name
        ).status

    with ThreadPoolExecutor() as hands:
        assert list(hands.map(add, names)) == [0] * len(names)
    assert sorted(accounts(shell)) == names


def test_a_config_that_is_a_link_stays_one(shell: Shell, maildir: Path, tmp_path: Path) -> None:
    shell.write_config()
    kept = tmp_path / "dotfiles" / "cordially.toml"
    kept.parent.mkdir()
    shell.config.rename(kept)
    shell.config.symlink_to(kept)
    kept.chmod(0o640)
    add_maildir(shell, maildir)

    assert shell.config.is_symlink()
    assert [entry["name"] for entry in tomllib.loads(kept.read_text("utf-8"))["accounts"]] == ["ashdown"]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640
    assert list(kept.parent.iterdir()) == [kept]


def test_accounts_in_one_line_are_left_to_the_user(shell: Shell, maildir: Path) -> None:
    shell.write_config(profile='accounts = []\n[user]\nname = "Robin"\ntimezone = "UTC"\n')
    before = shell.config.read_bytes()
    told = add_maildir(shell, maildir)

    assert told.status == 2
    assert "[[accounts]]" in told.err
    assert shell.config.read_bytes() == before


# ------------------------------------------------------------------------------------------------ adding IMAP


@pytest.mark.needs_dovecot
def test_an_imap_account_is_added_by_tls_with_an_authority_of_ones_own(
    shell: Shell, account: Account, dovecot: Dovecot
) -> None:
    shell.write_config()
    told = shell.spawn(
        "account", "add", "imap", "--address", ADDRESS, "--host", "localhost", "--port", str(dovecot.tls_port),
        "--user", account.user, "--ca-file", dovecot.ca_file, "--password-stdin", stdin=account.secret.encode(),
    )  # fmt: skip

    assert (told.status, told.err) == (0, "")
    assert "Added ashdown" in told.out
    assert str(shell.state / "secrets") in told.out
    assert (accounts(shell), secrets(shell)) == (["ashdown"], ["ashdown"])
    assert account.secret not in shell.config.read_text("utf-8") + told.out
    assert shell.run("account", "test").out == "ashdown: all is well\n"


@pytest.mark.needs_dovecot
def test_a_certificate_nobody_knows_is_not_trusted(shell: Shell, account: Account, dovecot: Dovecot) -> None:
    shell.write_config()
    told = shell.run(
        "account", "add", "imap", "--address", ADDRESS, "--host", "localhost", "--port", str(dovecot.tls_port),
        "--user", account.user, "--password-stdin", stdin=account.secret,
    )  # fmt: skip

    assert told.status == 1
    assert "ca_file" in told.err
    assert secrets(shell) == []


@pytest.mark.needs_dovecot
def test_a_wrong_password_is_told_and_nothing_is_kept(shell: Shell, account: Account) -> None:
    shell.write_config()
    before = tree(shell.home)
    told = add_imap(shell, account, secret="not-this-one")

    assert told.status == 1
    assert "password" in told.err
    assert "Nothing was added." in told.err
    assert "not-this-one" not in told.err + told.out
    assert tree(shell.home) == before


@pytest.mark.needs_dovecot
def test_no_password_is_wrong_use(shell: Shell, account: Account) -> None:
    shell.write_config()

    assert add_imap(shell, account, secret="").status == 2


def test_a_host_that_is_not_there_is_named_with_what_was_taken_for_it(shell: Shell) -> None:
    shell.write_config()
    told = shell.run("account", "add", "imap", "--address", "robin@nowhere.invalid", "--password-stdin", stdin="x\n")

    assert told.status == 1
    assert "imap.nowhere.invalid:993 cannot be reached" in told.err
    assert "--host" in told.err
    assert accounts(shell) == []


@pytest.mark.needs_dovecot
def test_an_account_without_drafts_names_the_folders_there_are(shell: Shell, account: Account) -> None:
    with program(account.port, account.user, account.secret) as hand:
        hand.rename_folder("Drafts", "Half done")
    shell.write_config()
    refused, named = add_imap(shell, account), add_imap(shell, account, "--drafts", "Half done")

    assert refused.status == 1
    assert "Half done" in refused.err
    assert secrets(shell) == ["ashdown"]
    assert named.status == 0


@pytest.mark.needs_dovecot
def test_an_account_and_its_password_are_removed_and_remarks_stay(
    shell: Shell, account: Account, maildir: Path
) -> None:
    shell.write_config(maildir_section(maildir, "first"), "# a remark of mine\n")
    add_imap(shell, account, "--name", "second")
    with shell.config.open("a", encoding="utf-8") as config:
        config.write("\n# a remark on what follows\n[run]\nlook_back_days = 3 # days\n")
    told = shell.spawn("account", "remove", "second")
    after = shell.config.read_text("utf-8")

    assert (told.status, told.err) == (0, "")
    assert (accounts(shell), secrets(shell)) == (["first"], [])
    assert "# a remark of mine" in after
    assert "# a remark on what follows\n[run]\nlook_back_days = 3 # days\n" in after


@pytest.mark.needs_dovecot
def test_a_new_password_is_kept_once_it_was_seen_to_work(shell: Shell, account: Account) -> None:
    shell.write_config()
    add_imap(shell, account)
    wrong = shell.run("account", "password", "ashdown", "--password-stdin", stdin="wrong\n")
    kept = shell.run("account", "test", "--json").only
    right = shell.spawn("account", "password", "ashdown", "--password-stdin", stdin=PASSWORD_BEYOND_ASCII.encode())

    assert wrong.status == 1
    assert "Nothing was changed." in wrong.err
    assert kept["ok"] is True
    assert right.status == 0
    assert (shell.state / "secrets" / "ashdown").read_text("utf-8") == PASSWORD_BEYOND_ASCII
    assert shell.run("account", "test").status == 0


@pytest.mark.needs_dovecot
def test_without_a_place_for_passwords_the_choices_are_told_before_one_is_asked(shell: Shell, account: Account) -> None:
    profile = '[user]\nname = "Robin"\ntimezone = "UTC"\n[secrets]\nkeyring_backend = "keyring.backends.fail.Keyring"\n'
    shell.write_config(profile=profile)
    told = shell.run(
        "account", "add", "imap", "--address", ADDRESS, "--host", "127.0.0.1", "--port", str(account.port),
        "--security", "plain",
    )  # fmt: skip

    assert told.status == 1
    assert "LoadCredential" in told.err
    assert 'store = "file"' in told.err
    assert "Password" not in told.out
    assert accounts(shell) == []


def test_a_maildir_account_needs_no_place_for_passwords(shell: Shell, maildir: Path) -> None:
    profile = '[user]\nname = "Robin"\ntimezone = "UTC"\n[secrets]\nkeyring_backend = "keyring.backends.fail.Keyring"\n'
    shell.write_config(profile=profile)

    assert add_maildir(shell, maildir).status == 0
    assert shell.run("account", "remove", "ashdown").status == 0
    assert accounts(shell) == []


def test_a_provider_that_takes_no_password_is_told_at_once(shell: Shell) -> None:
    shell.write_config()
    told = shell.run("account", "add", "imap", "--address", "robin@outlook.com")

    assert told.status == 1
    assert "Microsoft" in told.err
    assert "Password" not in told.out


# ------------------------------------------------------------------------------------------------ listing and testing


def test_accounts_are_listed_for_people_and_programs(shell: Shell, maildir: Path) -> None:
    shell.write_config(maildir_section(maildir))

    assert shell.spawn("account", "list").out.split() == ["local", "maildir", ADDRESS]
    assert shell.run("account", "list", "--json").only == {"name": "local", "kind": "maildir", "addresses": [ADDRESS]}


def test_a_list_without_accounts_says_how_to_add_one(shell: Shell) -> None:
    shell.write_config()

    assert "cordially account add" in shell.run("account", "list").out
    assert shell.run("account", "list", "--json").out == ""


def test_accounts_are_tested_by_name_or_all_and_a_failing_one_shows_in_the_status(
    shell: Shell, maildir: Path, tmp_path: Path
) -> None:
    shell.write_config(maildir_section(maildir), maildir_section(tmp_path / "missing", "gone"))
    before = tree(tmp_path)
    both = shell.spawn("account", "test", "--json")

    assert both.status == 1
    assert [(record["name"], record["ok"]) for record in both.lines] == [("local", True), ("gone", False)]
    assert "no Maildir" in both.lines[1]["error"]
    assert shell.run("account", "test", "local").status == 0
    assert tree(tmp_path) == before


@pytest.mark.parametrize("command", ["test", "remove", "password"])
def test_an_account_that_is_not_there_is_told_with_those_that_are(shell: Shell, maildir: Path, command: str) -> None:
    shell.write_config(maildir_section(maildir))
    told = shell.run("account", command, "personal")

    assert told.status == 2
    assert "local" in told.err


def test_a_maildir_takes_no_password(shell: Shell, maildir: Path) -> None:
    shell.write_config(maildir_section(maildir))

    assert shell.run("account", "password", "local", "--password-stdin", stdin="x\n").status == 2

"""Secrets: kept in the keyring, a credential, or a file that was asked for by name; never anywhere else."""

from __future__ import annotations

import stat
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from agent.secrets import SecretError, open_vault

WORD = "tr0ub4dor&3"


class KeyringInMemory(KeyringBackend):
    """A keyring that keeps its words in memory; stands in for a desktop's, which a test machine does not have."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked(WORD)
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked(WORD)
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError("not there")
        del self.kept[service, username]


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> KeyringInMemory:
    found = KeyringInMemory()
    monkeypatch.setattr(keyring.core, "_keyring_backend", found)
    return found


def test_the_keyring_keeps_a_secret_under_the_name_of_its_account(backend: KeyringInMemory, tmp_path: Path) -> None:
    vault = open_vault("auto", tmp_path, environment={})
    vault.set("personal", WORD)

    assert vault.get("personal") == WORD
    assert backend.kept == {("cordially", "personal"): WORD}
    assert "KeyringInMemory" in vault.describe()


def test_a_secret_is_forgotten_and_may_be_forgotten_twice(backend: KeyringInMemory, tmp_path: Path) -> None:
    vault = open_vault("auto", tmp_path, environment={})
    vault.set("personal", WORD)
    vault.delete("personal")
    vault.delete("personal")

    assert vault.get("personal") is None


def test_a_locked_keyring_is_told_without_what_its_error_says(backend: KeyringInMemory, tmp_path: Path) -> None:
    backend.locked = True

    with pytest.raises(SecretError, match="is it unlocked") as told:
        open_vault("auto", tmp_path, environment={}).get("personal")
    assert WORD not in str(told.value)


@pytest.mark.parametrize("name", ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring"])
def test_a_keyring_that_keeps_nothing_is_refused_with_the_choices_there_are(name: str, tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="Choose one"):
        open_vault("keyring", tmp_path, keyring_backend=name, environment={})


@pytest.mark.parametrize("module", ["keyrings.alt.file", "keyrings.cryptfile.cryptfile"])
def test_a_keyring_of_plain_text_or_that_asks_on_the_terminal_is_refused(
    module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imitation = type("PlaintextKeyring", (KeyringInMemory,), {"__module__": module})()
    monkeypatch.setattr(keyring.core, "_keyring_backend", imitation)

    with pytest.raises(SecretError, match="Choose one"):
        open_vault("auto", tmp_path, environment={})


def test_a_keyring_that_cannot_be_loaded_is_named(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match=r"nowhere\.Keyring could not be loaded"):
        open_vault("keyring", tmp_path, keyring_backend="nowhere.Keyring", environment={})


def test_a_service_takes_its_credential_before_the_keyring(backend: KeyringInMemory, tmp_path: Path) -> None:
    (tmp_path / "personal").write_text(f"{WORD}\n", "utf-8")
    vault = open_vault("auto", tmp_path, environment={"CREDENTIALS_DIRECTORY": str(tmp_path)})

    assert vault.get("personal") == WORD
    assert vault.get("other") is None
    with pytest.raises(SecretError, match="LoadCredential=personal:FILE"):
        vault.set("personal", WORD)


def test_credentials_that_systemd_did_not_hand_over_are_told(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="CREDENTIALS_DIRECTORY"):
        open_vault("credential", tmp_path, environment={})


def test_a_file_is_taken_only_by_name_and_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    vault = open_vault("file", tmp_path / "state", environment={})
    vault.set("personal", WORD)
    kept = tmp_path / "state" / "secrets" / "personal"

    assert vault.get("personal") == WORD
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(kept.parents[1].stat().st_mode) == 0o700
    assert str(kept.parent) in vault.describe()


def test_a_file_that_others_can_read_is_refused_with_the_command_that_mends_it(tmp_path: Path) -> None:
    vault = open_vault("file", tmp_path, environment={})
    vault.set("personal", WORD)
    (tmp_path / "secrets" / "personal").chmod(0o644)

    with pytest.raises(SecretError, match="chmod 600"):
        vault.get("personal")

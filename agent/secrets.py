"""Where passwords are kept: the keyring, a systemd credential, or a 0600 file where the user asked for it by name.

Secrets never stand in the config, the state database, a log, a command line or an error text. A keyring that keeps
nothing, keeps plain text, or would stop a daemon to ask for a password is refused by name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE = "cordially"
_REFUSED = {
    "keyring.backends.fail": "this machine has no keyring",
    "keyring.backends.null": "the null keyring keeps nothing",
    "keyrings.alt": "the keyrings.alt backends keep plain text or ask on the terminal",
    "keyrings.cryptfile": "the cryptfile keyring asks on the terminal",
}
_CHOICES = """Choose one:
  a file that you alone can read: store = "file" under [secrets] in the config
  a systemd credential: LoadCredential={name}:FILE in the service
  a desktop's keyring, once one is running"""


class SecretError(Exception):
    """A secret is missing or cannot be kept; the text says what to do and never holds the secret."""


class Vault(Protocol):
    """One place where secrets are kept, by account name."""

    def describe(self) -> str:
        """Which place this is, in words for the user."""

    def get(self, name: str) -> str | None:
        """The secret of that name; None where there is none. Raises SecretError where the place cannot be opened."""

    def set(self, name: str, secret: str) -> None:
        """Keep a secret. Raises SecretError where this place cannot be written."""

    def delete(self, name: str) -> None:
        """Forget a secret; one that is not there is no error."""


@dataclass(frozen=True, slots=True)
class KeyringVault:
    """The desktop's keyring (Secret Service, KWallet, macOS Keychain, Windows Credential Manager)."""

    backend: KeyringBackend

    def describe(self) -> str:
        return f"the keyring ({_name_of(self.backend)})"

    def get(self, name: str) -> str | None:
        from keyring.errors import KeyringError

        try:
            return self.backend.get_password(_SERVICE, name)
        except KeyringError as fault:
            raise SecretError(f"the keyring could not be read: {type(fault).__name__}; is it unlocked?") from None

    def set(self, name: str, secret: str) -> None:
        from keyring.errors import KeyringError

        try:
            self.backend.set_password(_SERVICE, name, secret)
        except KeyringError as fault:
            raise SecretError(f"the keyring could not be written: {type(fault).__name__}; is it unlocked?") from None

    def delete(self, name: str) -> None:
        from keyring.errors import KeyringError, PasswordDeleteError

        try:
            self.backend.delete_password(_SERVICE, name)
        except PasswordDeleteError:
            return
        except KeyringError as fault:
            raise SecretError(f"the keyring could not be written: {type(fault).__name__}; is it unlocked?") from None


@dataclass(frozen=True, slots=True)
class CredentialVault:
    """Credentials that systemd hands to the service (systemd.exec, LoadCredential=): files named as the accounts."""

    folder: Path

    def describe(self) -> str:
        return "systemd credentials"

    def get(self, name: str) -> str | None:
        try:
            return (self.folder / name).read_text("utf-8").rstrip("\r\n")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as fault:
            raise SecretError(f"the systemd credential {name!r} cannot be read: {type(fault).__name__}") from None

    def set(self, name: str, secret: str) -> None:  # noqa: ARG002
        raise SecretError(f"systemd credentials are set in the service: LoadCredential={name}:FILE")

    def delete(self, name: str) -> None:
        """Nothing to do: the credential belongs to the service's unit."""


@dataclass(frozen=True, slots=True)
class FileVault:
    """One file a secret, mode 0600, in a folder of mode 0700. Only where the user asked for it by name."""

    folder: Path

    def describe(self) -> str:
        return f"files readable by you alone, in {self.folder}"

    def get(self, name: str) -> str | None:
        path = self.folder / name
        try:
            if path.stat().st_mode & 0o077:
                raise SecretError(f"{path} can be read by others; mend it with: chmod 600 {path}")
            return path.read_text("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as fault:
            raise SecretError(f"{path} cannot be read: {type(fault).__name__}") from None

    def set(self, name: str, secret: str) -> None:
        for folder in (self.folder.parent, self.folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.folder / f".{name}.new"
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.folder / name)

    def delete(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)


def open_vault(
    store: str, state: Path, *, keyring_backend: str | None = None, environment: Mapping[str, str] = os.environ
) -> Vault:
    """The place the config names; "auto" takes systemd's credentials where the service has some, else the keyring.

    Raises SecretError, with the choices there are, where that place cannot be had on this machine.
    """
    credentials = environment.get("CREDENTIALS_DIRECTORY")
    if store == "file":
        return FileVault(state / "secrets")
    if store == "credential" and not credentials:
        raise SecretError(
            'secrets.store is "credential", but systemd handed none over (CREDENTIALS_DIRECTORY is unset)'
        )
    if credentials and store in ("credential", "auto"):
        return CredentialVault(Path(credentials))
    return KeyringVault(_keyring(keyring_backend))


def _keyring(wanted: str | None) -> KeyringBackend:
    """The keyring named in the config, else the best one there is, among those that are not refused."""
    import keyring
    from keyring.core import load_keyring

    try:
        found = load_keyring(wanted) if wanted else keyring.get_keyring()
    except Exception as fault:
        named = f"the keyring {wanted}" if wanted else "the keyring"
        raise SecretError(f"{named} could not be loaded ({type(fault).__name__}). {_choices()}") from None
    members = getattr(found, "backends", None) or (found,)
    usable = [member for member in members if not _refusal(member)]
    if not usable:
        raise SecretError(f"{_refusal(members[0])}. {_choices()}")
    return usable[0]


def _refusal(backend: KeyringBackend) -> str:
    """Why a keyring is refused; empty where it is not."""
    name = _name_of(backend)
    return next((why for prefix, why in _REFUSED.items() if re.match(rf"{re.escape(prefix)}\b", name)), "")


def _name_of(backend: KeyringBackend) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def _choices() -> str:
    return _CHOICES.format(name="ACCOUNT")

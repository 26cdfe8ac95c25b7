"""From a TOML file and the environment to a frozen ``Config``, or to all that is wrong with it."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from agent.config.lines import line_of, lines_of
from agent.config.schema import Document, profile_from
from agent.core.profile import Account, Profile

_ADVICE = {
    "bool_type": "must be true or false, without quotes",
    "date_type": "must be a day such as 2027-01-31, without quotes",
    "dict_type": "must be a table",
    "extra_forbidden": "this key is not known here",
    "int_type": "must be a whole number, without quotes",
    "list_type": 'must be a list, such as ["one", "two"]',
    "missing": "this key is needed",
    "model_type": "must be a table",
    "string_too_short": "must not be empty",
    "string_type": 'must be a text in quotes, such as "one"',
    "too_short": "must not be empty",
    "union_tag_invalid": 'kind must be "imap" or "maildir"',
    "union_tag_not_found": 'kind is needed: "imap" or "maildir"',
}
"""What to do about a fault, by pydantic's name for it; its own words serve where none stands here."""


class ConfigError(Exception):
    """What is wrong with the config, one line a fault: ``config.toml:12: accounts.0.port: ...``."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Places:
    """Where the config file and the state folder lie."""

    config: Path
    state: Path


@dataclass(frozen=True, slots=True)
class AccountConfig:
    """One account: who it is in mail, which connector serves it, and that connector's own keys."""

    account: Account
    kind: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Config:
    profile: Profile
    accounts: tuple[AccountConfig, ...]
    look_back: timedelta
    secret_store: str
    keyring_backend: str | None


def places(known: Mapping[str, str] = os.environ, *, config: str | None = None, state: str | None = None) -> Places:
    """Where things lie: the command line first, then CORDIALLY_CONFIG and CORDIALLY_STATE, then the XDG folders."""
    config_home = Path(known.get("XDG_CONFIG_HOME") or "~/.config").expanduser()
    state_home = Path(known.get("XDG_STATE_HOME") or "~/.local/state").expanduser()
    return Places(
        config=Path(config or known.get("CORDIALLY_CONFIG") or config_home / "cordially" / "config.toml").expanduser(),
        state=Path(state or known.get("CORDIALLY_STATE") or state_home / "cordially").expanduser(),
    )


def load(path: Path) -> Config:
    """Read one config file. Raises ConfigError with every fault at once, each with file, line, key and what to do."""
    return config_from(_read(path), path.name)


def config_from(text: str, name: str) -> Config:
    """The config in a TOML text; ``name`` is what its faults are told under. Raises ConfigError."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError((_no_toml(fault, name),)) from None
    try:
        document = Document.model_validate(values)
    except ValidationError as faults:
        raise ConfigError(_told(faults, text, name)) from None
    return _config(document)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError((f"{path}: there is no config yet. Make one with: cordially init",)) from None
    except UnicodeDecodeError:
        raise ConfigError((f"{path}: not UTF-8 text; save it as UTF-8",)) from None
    except OSError as fault:
        raise ConfigError((f"{path}: cannot be read: {fault.strerror}",)) from None


def _no_toml(fault: tomllib.TOMLDecodeError, name: str) -> str:
    """What tomllib says, with the line it names where the other faults have theirs."""
    words, _, place = str(fault).partition(" (at ")
    line = re.search(r"line (\d+)", place)
    return f"{name}:{line[1] if line else 1}: not valid TOML: {words}{f' ({place}' if place else ''}"


def _told(faults: ValidationError, text: str, name: str) -> tuple[str, ...]:
    """Each fault as ``config.toml:12: accounts.0.port: ...``, in the order of the lines."""
    lines = lines_of(text)
    told = []
    for fault in faults.errors(include_url=False):
        path = tuple(part for part in fault["loc"] if part not in ("imap", "maildir"))
        advice = _ADVICE.get(fault["type"]) or fault["msg"].removeprefix("Value error, ")
        told.append((line_of(lines, path), f"{'.'.join(map(str, path))}: {_with_input(advice, fault)}"))
    return tuple(f"{name}:{line}: {words}" for line, words in sorted(told))


def _with_input(advice: str, fault: Any) -> str:
    """The advice with the value that was written, where it is short and no table."""
    value = fault.get("input")
    if fault["type"] in ("missing", "extra_forbidden") or not isinstance(value, str | int | float):
        return advice
    return f"{advice} (it is {value!r:.60})"


def _config(document: Document) -> Config:
    profile = profile_from(document)
    return Config(
        profile=profile,
        accounts=tuple(
            AccountConfig(
                Account(name=section.name, addresses=tuple(section.addresses), profile=profile),
                section.kind,
                section.settings(),
            )
            for section in document.accounts
        ),
        look_back=timedelta(days=document.run.look_back_days),
        secret_store=document.secrets.store,
        keyring_backend=document.secrets.keyring_backend,
    )

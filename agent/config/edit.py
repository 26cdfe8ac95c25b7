"""Changes the accounts of a config file and leaves every other word of it, comments too, as the user wrote it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit


def started(name: str, zone: str, example: str) -> str:
    """The text of a new config: the example, with the user's own name and zone in it."""
    document = tomlkit.parse(example)
    user: Any = document["user"]
    user["name"], user["timezone"] = name, zone
    return tomlkit.dumps(document)


def with_account(text: str, keys: Mapping[str, Any]) -> str:
    """The config with one more account, at its end."""
    document = tomlkit.parse(f"{text.rstrip()}\n\n")
    accounts: Any = document.setdefault("accounts", tomlkit.aot())
    table = tomlkit.table()
    table.update(keys)
    accounts.append(table)
    return tomlkit.dumps(document)


def without_account(text: str, name: str) -> str:
    """The config without the account of that name; unchanged where there is none."""
    document = tomlkit.parse(text)
    accounts: Any = document.get("accounts", [])
    kept = [account for account in accounts if account.get("name") != name]
    if len(kept) == len(accounts):
        return text
    for position in reversed(range(len(accounts))):
        if accounts[position].get("name") == name:
            accounts.pop(position)
    if not accounts:
        document.remove("accounts")
    return tomlkit.dumps(document)


def write(path: Path, text: str) -> None:
    """Put a config in place whole or not at all, with the mode it had (0600 for a new one)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path.resolve())

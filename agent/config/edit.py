"""Changes the accounts of a config file and leaves every other word of it, comments too, as the user wrote it."""

from __future__ import annotations

import fcntl
import os
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tomlkit

from agent.config.lines import lines_of


class EditError(Exception):
    """The config cannot be changed by a program; the text says what to do."""


def started(name: str, zone: str, example: str) -> str:
    """The text of a new config: the example, with the user's own name and zone in it."""
    document = tomlkit.parse(example)
    user: Any = document["user"]
    user["name"], user["timezone"] = name, zone
    return tomlkit.dumps(document)


def with_account(text: str, keys: Mapping[str, Any]) -> str:
    """The config with one more account, at its end. Raises EditError where accounts are written as a list in line."""
    if ("accounts",) in (lines := lines_of(text)) and ("accounts", 0) not in lines:
        raise EditError("accounts is written as a list in one line; write each account as [[accounts]] instead")
    return f"{text.rstrip()}\n\n[[accounts]]\n{tomlkit.dumps(keys)}"


def without_account(text: str, name: str) -> str:
    """The config without the account of that name; unchanged where there is none."""
    names = [account.get("name") for account in tomllib.loads(text).get("accounts", [])]
    if name not in names:
        return text
    if ("accounts", names.index(name)) not in (found := lines_of(text)):
        raise EditError("accounts is written as a list in one line; take the account out by hand")
    lines = text.split("\n")
    first, end = _extent(found, ("accounts", names.index(name)), lines)
    return "\n".join(_joined(lines[:first], lines[end:]))


def change(path: Path, edit: Callable[[str], str]) -> None:
    """Read a config, change its text and put it back; of two programs that do so at once, one waits."""
    target = path.resolve()
    with _alone_in(target.parent):
        write(target, edit(target.read_text("utf-8-sig")))


def write(path: Path, text: str) -> None:
    """Put a config in place whole or not at all, with the mode it had (0600 for a new one); a link stays a link."""
    target = path.resolve()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
    descriptor, fresh = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        Path(fresh).replace(target)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; another program that asks for it waits."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _extent(
    found: Mapping[tuple[str | int, ...], int], table: tuple[str | int, ...], lines: list[str]
) -> tuple[int, int]:
    """Where a table begins and ends; remarks between its last key and what follows it are not its own."""
    first = found[table] - 1
    later = (number - 1 for path, number in found.items() if number > found[table] and path[: len(table)] != table)
    end = min(later, default=len(lines))
    while end > first and (not (line := lines[end - 1].strip()) or line.startswith("#")):
        end -= 1
    return first, end


def _joined(before: list[str], after: list[str]) -> list[str]:
    """What stood before and after; where both meet with an empty line, one of the two goes."""
    meets_empty = bool(before and after) and not before[-1].strip() and not after[0].strip()
    return [*before, *after[meets_empty:]]

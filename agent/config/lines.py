"""Finds the line of each key in a TOML text, which :mod:`tomllib` does not tell.

The text is known to be valid TOML (tomllib has read it), so a light scan is enough: table headers, keys at the start of
a line, and values that run over several lines. What stands inside an inline table or an array is found at the line of
the key that holds it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

Path = tuple[str | int, ...]
"""The way to a value: names of tables and keys, and numbers (from 0) in arrays of tables."""

_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"""\s*([\w.\s"'-]+?)\s*=(.*)""", re.DOTALL)
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")


def lines_of(text: str) -> dict[Path, int]:
    """Map the path of every table and key to the line (from 1) on which it begins."""
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    value = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if value:
            value = _unfinished(f"{value}\n{line}")
        elif header := _HEADER.fullmatch(line):
            table = _resolved(_parts(header[2]), counts, opens=header[1] == "[[")
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            names = _parts(key[1])
            for length in range(1, len(names) + 1):
                found.setdefault((*table, *names[:length]), number)
            value = _unfinished(key[2])
    return found


def line_of(found: Mapping[Path, int], path: Path) -> int:
    """The line of a path, or of the nearest thing that holds it; 1 where nothing does."""
    for length in range(len(path), 0, -1):
        if path[:length] in found:
            return found[path[:length]]
    return 1


def _parts(dotted: str) -> Path:
    return tuple(match[1] or match[2] or match[3] or "" for match in _PART.finditer(dotted))


def _resolved(names: Path, counts: dict[Path, int], *, opens: bool) -> Path:
    """The path of a header, with the number of the newest element for each array of tables on its way."""
    path: Path = ()
    for position, name in enumerate(names):
        path = (*path, name)
        if opens and position == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _unfinished(value: str) -> str:
    """The value so far where it goes on in the next line, else an empty text."""
    try:
        tomllib.loads(f"value = {value}")
    except tomllib.TOMLDecodeError:
        return value
    return ""

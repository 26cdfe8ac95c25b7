"""The one way to the terminal: no mail can move the cursor, ring the bell or turn the text around through it."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""Control characters but tab and newline, marks that change the direction of text, and halves of characters."""


def ready() -> None:
    """Let a terminal of any encoding take any text: what it cannot show becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def printable(text: str) -> str:
    """The text with a mark in the place of each character that could do more than be seen."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def say(text: str, *, err: bool = False) -> None:
    """Write text for people, on standard output or standard error."""
    click.echo(printable(text), err=err)


def headline(text: str) -> None:
    """Write a line that opens something, in bold where the terminal knows how."""
    plain = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    click.echo(click.style(printable(text), bold=True), color=False if plain else None)


@contextmanager
def though_nobody_reads() -> Iterator[None]:
    """Go on with the work where whoever read the output has gone; from then on it goes nowhere."""
    try:
        yield
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def say_json(record: object) -> None:
    """Write one JSON object on one line, in ASCII whatever the terminal's encoding."""
    import json

    click.echo(json.dumps(record))


def stop(words: str, *, status: int = 1) -> NoReturn:
    """Say what is wrong on standard error and end with a status: 1 could not be done, 2 wrong use."""
    say(words, err=True)
    raise SystemExit(status)

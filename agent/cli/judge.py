"""``classify``: judge mail in files, touching no mailbox and no state."""

from __future__ import annotations

from dataclasses import dataclass, replace

import click

from agent.cli import records
from agent.cli.common import json_option
from agent.cli.files import Letter, read_letter
from agent.cli.show import told_reading
from agent.cli.terminal import headline, say, say_json
from agent.core.classify import classify as judge_kind
from agent.core.extract import answerable_address, extract
from agent.core.lexicon import Lexicons
from agent.core.model import NO_EARLIER, Classification, Matter, ParsedMessage
from agent.core.parse import parse
from agent.resources import lexicons


@click.command()
@json_option
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.pass_context
def classify(context: click.Context, files: tuple[str, ...], *, as_json: bool) -> None:
    """Say what kind of mail each FILE is ("-" reads standard input) and what it says.

    Touches no mailbox and no state, and needs no config.
    """
    spoken = lexicons()
    failed = False
    for path in files:
        letter = read_letter(path)
        failed = failed or bool(letter.error)
        if letter.error:
            tell_error(letter, as_json=as_json)
        elif as_json:
            say_json(read(letter, spoken).record(path))
        else:
            headline(path)
            say(read(letter, spoken).told())
    context.exit(1 if failed else 0)


@dataclass(frozen=True, slots=True)
class Judged:
    """One file, read by itself; ``reply_to`` is where an answer reaches a person."""

    message: ParsedMessage
    classification: Classification
    matter: Matter | None
    reply_to: str | None

    def record(self, path: str) -> records.Record:
        """The reading for a program."""
        return records.reading(path, self.message, self.classification, self.matter, self.reply_to)

    def told(self) -> str:
        """The reading for people, an empty line at its end."""
        return "\n".join([*told_reading(self.message, self.classification, self.matter, self.reply_to), ""])


def read(letter: Letter, spoken: Lexicons) -> Judged:
    """Judge one file by itself."""
    message = dated(letter)
    lexicon = spoken.fitting(message.text)
    classification = judge_kind(message, lexicon, (), NO_EARLIER)
    matter = extract(message, classification, lexicon, (), NO_EARLIER)
    return Judged(message, classification, matter, answerable_address(message, lexicon))


def dated(letter: Letter) -> ParsedMessage:
    """Parse a file; where the mail has no Date of its own, the file's time stands in."""
    message = parse(letter.raw(letter.written_at))
    return replace(message, received_at=message.sent_at) if message.sent_at else message


def tell_error(letter: Letter, *, as_json: bool) -> None:
    """Say in the place of an answer why a file has none."""
    if as_json:
        say_json({"path": letter.path, "error": letter.error})
    else:
        say(f"{letter.path}: {letter.error}\n")

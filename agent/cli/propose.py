"""``propose``: what would be done with mail in files, touching no mailbox and no state."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import click

from agent.cli import records
from agent.cli.common import configured, json_option, with_places
from agent.cli.files import Letter, read_letter
from agent.cli.judge import dated, tell_error
from agent.cli.show import told_case
from agent.cli.terminal import headline, say, say_json, stop
from agent.config import Config, Places
from agent.core.model import Case, ParsedMessage
from agent.core.profile import Account
from agent.pipeline import consider
from agent.store import in_memory_store
from agent.wiring import desk_over, utc_now


@click.command()
@json_option
@click.option("--at", "at", metavar="TIME", help="The moment to judge at: ISO 8601 with offset (default: now).")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@with_places
@click.pass_context
def propose(context: click.Context, where: Places, at: str | None, files: tuple[str, ...], *, as_json: bool) -> None:
    """Say what would be done with each FILE: the decision, why, and the words of the draft.

    Touches no mailbox and no state. Several files of one conversation may be given: they are read in the order of
    their dates, each with those before it in view.
    """
    config = configured(where)
    moment = _moment(at)
    letters = [read_letter(path) for path in files]
    cases = follow(letters, config, moment)
    for letter in letters:
        if letter.error:
            tell_error(letter, as_json=as_json)
        elif as_json:
            say_json(records.case(letter.path, cases[letter.path]))
        else:
            headline(letter.path)
            say("\n".join([*told_case(cases[letter.path], config.profile.zone), ""]))
    context.exit(1 if any(letter.error for letter in letters) else 0)


def _moment(at: str | None) -> datetime:
    if at is None:
        return utc_now()
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        stop(f"--at {at}: not a time; write it as 2027-03-01T09:00+01:00", status=2)
    if moment.tzinfo is None:
        stop(f"--at {at}: the offset is missing; write it as {at}+01:00 or {at}Z", status=2)
    return moment


def follow(letters: list[Letter], config: Config, moment: datetime) -> dict[str, Case]:
    """The case of each readable file; files are read oldest first, so that a conversation is seen as it went."""
    desk = desk_over(in_memory_store(), say, now=lambda: moment)
    dated_letters = [(dated(letter), letter) for letter in letters if not letter.error]
    named = _named_as((message for message, _ in dated_letters), config.profile.name)
    cases: dict[str, Case] = {}
    for message, letter in sorted(dated_letters, key=lambda pair: pair[0].dated_at):
        case = consider(letter.raw(message.received_at), _account_of(message, config, named), desk)
        desk.store.keep(case, at=moment)
        cases[letter.path] = case
    return cases


def _account_of(message: ParsedMessage, config: Config, named: frozenset[str]) -> Account:
    """The account a file was written to, else the first of the config, else one made of what the mails tell."""
    accounts = [entry.account for entry in config.accounts]
    here = (*message.delivered_to, *(address.email.lower() for address in (*message.to, *message.cc)))
    if accounts:
        return next((account for account in accounts if any(map(account.owns, here))), accounts[0])
    mine = tuple(email for email in here if email in named)
    written = message.sender is not None and message.sender.email.lower() in named
    addressed = mine if mine or written else here[:1]
    return Account(name="file", addresses=tuple(dict.fromkeys((*addressed, *sorted(named)))), profile=config.profile)


def _named_as(messages: Iterable[ParsedMessage], name: str) -> frozenset[str]:
    """The addresses that bear the user's own name in some mails: theirs, where the config lists no account."""
    wanted = name.casefold().split()
    people = (one for mail in messages for one in (mail.sender, *mail.to, *mail.cc) if one)
    return frozenset(one.email.lower() for one in people if one.name.casefold().split() == wanted)

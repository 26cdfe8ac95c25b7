"""``run``: read the accounts and leave drafts."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field

import click

from agent.cli import records
from agent.cli.common import configured, json_option, with_places
from agent.cli.show import counted, cut, told_case
from agent.cli.terminal import headline, say, say_json, stop, though_nobody_reads
from agent.config import Config, Places
from agent.core.model import Case, Nudge
from agent.notify import LineMessenger
from agent.pipeline import tell
from agent.ports import Desk
from agent.store import StoreError, open_store, scratch_copy
from agent.store.diary import Event
from agent.wiring import Trouble, desk_over, one_pass, rehearsal


@click.command()
@click.option("--once", is_flag=True, help="One pass over every account, then stop.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing anywhere.")
@json_option
@with_places
@click.pass_context
def run(context: click.Context, where: Places, *, once: bool, dry_run: bool, as_json: bool) -> None:
    """Read every account of the config and leave a draft for each invitation that can be answered."""
    if not once:
        stop("this version runs one pass at a time: cordially run --once (from cron or a systemd timer)", status=2)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    config = configured(where)
    if not config.accounts:
        stop("the config names no account yet; add one with: cordially account add imap", status=2)
    watch = Watch(as_json=as_json, zone=config.profile.zone)
    try:
        troubles = _rehearsed(config, where, watch) if dry_run else _done(config, where, watch)
    except StoreError as fault:
        stop(str(fault))
    watch.sum_up(dry_run=dry_run)
    for trouble in troubles:
        if as_json:
            say_json({"account": trouble.account, "error": trouble.words})
        say(f"{trouble.account}: {trouble.words}", err=True)
    context.exit(1 if troubles else 0)


@dataclass(slots=True)
class Watch:
    """Shows each mail as it is kept, and counts."""

    as_json: bool
    zone: str
    counts: Counter[str] = field(default_factory=Counter)

    def seen(self, case: Case) -> None:
        """Show one mail, if it is about a job or may be; everyday mail is only counted."""
        self.counts["mails"] += 1
        self.counts["proposals"] += case.proposal is not None
        with though_nobody_reads():
            if self.as_json:
                ref = case.raw.ref
                head = {"account": ref.account, "subject": case.message.subject}
                say_json(head | records.case(f"{ref.folder}/{ref.key}", case))
            elif case.matter is not None or case.classification.unsure:
                headline(cut(f"{case.message.subject or '(no subject)'} [{case.raw.ref.account}]"))
                say("\n".join([*told_case(case, self.zone), ""]))

    def say(self, line: str) -> None:
        """Say a line for people; with ``--json`` standard output is kept for records."""
        with though_nobody_reads():
            say(line, err=self.as_json)

    def tell(self, nudges: tuple[Nudge, ...]) -> None:
        """Tell what is due, to people or to a program."""
        if not self.as_json:
            LineMessenger(self.say).tell(nudges)
            return
        with though_nobody_reads():
            for nudge in nudges:
                say_json({"nudge": records.nudge(nudge)})

    def sum_up(self, *, dry_run: bool) -> None:
        """How many mails were new, and how many drafts were left or, where nobody has answered yet, would be."""
        would = f"{counted(self.counts['proposals'], 'draft')} would be left where you have not answered yet"
        left = f"{counted(self.counts['placed'], 'draft')} left in Drafts"
        self.say(f"{counted(self.counts['mails'], 'new mail')}, {would if dry_run else left}.")


def _done(config: Config, where: Places, watch: Watch) -> tuple[Trouble, ...]:
    with open_store(where.state) as store:
        desk = desk_over(store, watch.say, messenger=watch, seen=watch.seen)
        began, before = desk.now(), len(store.stuck_letters())
        troubles = one_pass(config, where.state, desk)
        watch.counts["placed"] = sum(entry.event == Event.PLACED for entry in store.journal(since=began))
        tell(desk)
        if stuck := len(store.stuck_letters()) - before:
            watch.say(f"{counted(stuck, 'mail')} could not be read and set aside; see: cordially cases")
        _say_what_waits(config, desk, watch)
    return troubles


def _say_what_waits(config: Config, desk: Desk, watch: Watch) -> None:
    """Name the accounts whose drafts could not be placed yet; they are tried again with every pass."""
    for entry in config.accounts:
        if waiting := desk.store.unplaced(entry.account.name):
            drafts = counted(len(waiting), "draft")
            watch.say(f"{entry.account.name}: {drafts} could not be left there yet; the next run tries again.")


def _rehearsed(config: Config, where: Places, watch: Watch) -> tuple[Trouble, ...]:
    with scratch_copy(where.state) as store:
        return rehearsal(config, where.state, desk_over(store, watch.say, seen=watch.seen))

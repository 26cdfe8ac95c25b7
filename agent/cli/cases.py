"""``cases``, ``explain`` and ``forget``: what Cordially remembers, why it decided so, and how it forgets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from agent.cli import records
from agent.cli.common import configured, json_option, with_places
from agent.cli.files import read_letter
from agent.cli.propose import follow
from agent.cli.show import WIDTH, ahead, counted, cut, day, explained, explained_case, kind_of, labelled, letter, moment
from agent.cli.terminal import headline, say, say_json, stop
from agent.config import ConfigError, Places, load
from agent.core.model import Reason
from agent.store import StoreError, open_store
from agent.store.journal import CaseFile, CaseSummary
from agent.wiring import utc_now


@click.command()
@click.option("--open", "open_only", is_flag=True, help="Only those in which something is still to come.")
@json_option
@with_places
def cases(where: Places, *, open_only: bool, as_json: bool) -> None:
    """List the conversations Cordially knows of, the one that last moved first; then what it was unsure of."""
    try:
        with open_store(where.state) as store:
            known, unsure, stuck = store.cases(open_only=open_only), store.unsure(), store.stuck_letters()
    except StoreError as fault:
        stop(str(fault))
    if as_json:
        for record in (*map(records.summary, known), *map(records.unsure, unsure), *map(records.stuck, stuck)):
            say_json(record)
        return
    for one in known:
        headline(_title(one))
        say(_standing(one))
    if not known:
        say("No conversations yet.")
    for doubtful in unsure:
        headline(f"   ?  {cut(doubtful.subject, WIDTH - 6)}")
        say(f"      {kind_of(doubtful.classification)}, too unsure to draft")
        say(f"      from {cut(doubtful.sender, WIDTH - 11)}")
    for broken in stuck:
        headline("   !  a mail that could not be read")
        say(f"      in {broken.ref.folder} of {broken.ref.account} ({broken.why})")


@click.command()
@click.argument("what", metavar="CASE|FILE")
@json_option
@with_places
def explain(where: Places, what: str, *, as_json: bool) -> None:
    """Show why: the lenses, the rules and the words of the mail that led to a decision."""
    if Path(what).is_file() or what == "-":
        _explain_file(where, what, as_json=as_json)
    elif what.isdecimal():
        _explain_case(where, int(what), as_json=as_json)
    else:
        stop(f"{what}: neither a file nor the number of a case; cordially cases lists them", status=2)


@click.command()
@click.argument("company", required=False)
@click.option("--all", "everything", is_flag=True, help="Erase everything that is remembered.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@with_places
def forget(where: Places, company: str | None, *, everything: bool, yes: bool, as_json: bool) -> None:
    """Erase what is remembered of COMPANY, or everything. Drafts in your mailbox stay: they are yours."""
    if bool(company) == everything:
        stop("say which: cordially forget COMPANY, or cordially forget --all", status=2)
    named = f"of {company}" if company else "of every company"
    if not yes:
        click.confirm(f"Erase all that is remembered {named}?", abort=True)
    try:
        with open_store(where.state) as store:
            erased = store.forget(company=company) if company else store.forget_all()
    except StoreError as fault:
        stop(str(fault))
    if as_json:
        say_json({"cases": erased.cases, "letters": erased.letters, "drafts_left": erased.drafts_left})
    elif erased.cases or erased.letters:
        say(f"Erased {counted(erased.cases, 'case')} and {counted(erased.letters, 'mail')}.")
        if erased.drafts_left:
            say(f"Still in your Drafts folder, and yours: {counted(erased.drafts_left, 'draft')}.")
    else:
        stop(f"Nothing is remembered {named}.")


def _explain_file(where: Places, path: str, *, as_json: bool) -> None:
    file = read_letter(path)
    if file.error:
        stop(f"{path}: {file.error}")
    config = configured(where)
    case = follow([file], config, utc_now())[path]
    if as_json:
        say_json(records.case(path, case))
    else:
        headline(cut(case.message.subject or path))
        say("\n".join(explained_case(case, config.profile.zone)))


def _explain_case(where: Places, number: int, *, as_json: bool) -> None:
    try:
        with open_store(where.state) as store:
            found = store.case(number)
    except StoreError as fault:
        stop(str(fault))
    if found is None:
        stop(f"there is no case {number}; cordially cases lists them")
    if as_json:
        say_json(records.case_file(found))
        return
    headline(_title(found.summary))
    say("\n".join(_file_lines(found, _zone(where))))


def _zone(where: Places) -> str:
    """The user's zone; UTC where no config says it."""
    try:
        return load(where.config).profile.zone
    except ConfigError:
        return "UTC"


def _title(one: CaseSummary) -> str:
    who = " - ".join(part for part in (one.company, one.role, one.contact_name) if part) or "(no company named)"
    return f"{one.id:>4}  {cut(who, WIDTH - 6)}"


def _standing(one: CaseSummary) -> str:
    """Where a case stands: the decision, the draft, and when a mail last came."""
    reason = f" ({one.reason.replace('_', ' ')})" if one.reason is not Reason.NONE else ""
    decision = f"{one.decision}{reason}" if one.decision else "nothing to decide"
    draft = f"draft {one.draft}" if one.draft else "no draft"
    return f"      {decision}; {draft}; {one.status.replace('_', ' ')}; last news {day(one.last_at)} {one.last_at:%Y}"


def _file_lines(found: CaseFile, zone: str) -> Iterator[str]:
    yield _standing(found.summary)
    for mail in found.letters:
        yield ""
        yield from labelled("mail", f"{mail.subject}, {moment(mail.sent_at or mail.received_at, zone)}")
        yield from labelled("from", mail.sender)
        yield from explained(mail.classification, mail.matter, mail.verdict, mail.stopped, zone)
    for draft in found.drafts:
        yield ""
        yield from letter(draft.proposal)
        yield from labelled("state", draft.state)
    yield from ahead(found.nudges, zone)
    yield ""
    for entry in found.journal:
        yield from labelled(f"{moment(entry.at, zone)}  ", entry.text)

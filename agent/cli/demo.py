"""``demo``: the whole product on a sample mailbox of its own, with a clock of its own and nothing else."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
import textwrap
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from agent.cli.show import WIDTH, counted, cut, is_quiet, kind_of, told_case
from agent.cli.terminal import headline, say, stop
from agent.config import Config, load
from agent.core.model import Case
from agent.pipeline import tell
from agent.resources import demo_folder
from agent.store import open_store
from agent.wiring import desk_over, one_pass
from connectors.base import DraftState

ZONE = ZoneInfo("Europe/Berlin")
MORNING = datetime(2026, 6, 9, 8, 30, tzinfo=ZONE)
LATE = "09-reschedule.eml"
"""The mail that comes while the demo runs."""

ANSWERED = "miriam.okafor@larkfield.example"
"""Whom the user answers while the demo runs."""

_FOLDERS = ("", ".Drafts", ".Sent", ".Trash")


@click.command()
@click.option("--folder", help="Where to put the sample mailbox (default: a new folder in the temporary ones).")
def demo(folder: str | None) -> None:
    """Show the whole product on a sample mailbox, with no account, no network and no config."""
    sample = Sample.laid_out(_home(folder))
    _say(
        "Robin Ashdown lives in Berlin, works remote or hybrid, does not move, wants to lead a platform team for at "
        "least 85,000 EUR a year, and asks Alex before a day on site. All of that stands in a config: it decides, and "
        "is never quoted to anyone."
    )
    first = [name for name in sample.waiting if name != LATE]
    sample.deliver(*first)
    _chapter(MORNING, f"{len(first)} mails lie in the inbox")
    _sum_up(sample.watch(MORNING), sample)

    again = MORNING + timedelta(minutes=10)
    _chapter(again, "once more, as after a crash: nothing is doubled")
    _sum_up(sample.watch(again), sample)

    later = MORNING + timedelta(hours=1)
    _chapter(later, "one draft is sent, and another mail comes")
    _say("Robin opens the draft to Miriam Okafor in a mail program, reads it and presses send.")
    say("")
    sample.send(ANSWERED)
    sample.deliver(LATE)
    _sum_up(sample.watch(later), sample)

    evening = MORNING + timedelta(hours=10)
    _chapter(evening, "time moves on, and the other drafts still lie there")
    sample.watch(evening)
    _farewell(sample)


@dataclass(slots=True)
class Sample:
    """The sample mailbox: a Maildir, a config and a state folder in one new folder."""

    home: Path
    config: Config
    waiting: dict[str, bytes]

    @property
    def maildir(self) -> Path:
        return self.home / "Maildir"

    @property
    def state(self) -> Path:
        return self.home / "state"

    @classmethod
    def laid_out(cls, home: Path) -> Sample:
        """Make the folders and the config; the mails wait to be delivered."""
        for name in _FOLDERS:
            for part in ("cur", "new", "tmp"):
                (home / "Maildir" / name / part).mkdir(parents=True)
        config = home / "config.toml"
        text = (demo_folder() / "config.toml").read_text("utf-8")
        config.write_text(text.replace('"@MAILDIR@"', _quoted(str(home / "Maildir"))), "utf-8")
        mails = {path.name: path.read_bytes() for path in sorted((demo_folder() / "mails").glob("*.eml"))}
        return cls(home, load(config), mails)

    def deliver(self, *names: str) -> None:
        """Let mails arrive, each at the time its Date says."""
        for name in names:
            octets = self.waiting[name]
            arrived = parsedate_to_datetime(str(message_from_bytes(octets)["Date"])).timestamp()
            path = self.maildir / "new" / f"{arrived:.0f}.{Path(name).stem}.sample"
            path.write_bytes(octets)
            os.utime(path, (arrived, arrived))

    def send(self, address: str) -> None:
        """Do what a mail program does when the user sends the draft to an address."""
        draft = next(path for path in self.drafts() if address.encode() in path.read_bytes())
        draft.rename(self.maildir / ".Sent" / "cur" / f"{draft.name.partition(':')[0]}:2,S")

    def watch(self, now: datetime) -> list[Case]:
        """One pass over the mailbox at a moment: show each new mail, then what was answered and what is due."""
        seen: list[Case] = []
        with open_store(self.state) as store:
            desk = desk_over(store, say, now=lambda: now, seen=seen.append)
            for trouble in one_pass(self.config, self.state, desk):
                stop(f"{trouble.account}: {trouble.words}")
            _show(seen)
            tell(desk)
        return seen

    def answered(self) -> list[str]:
        """The companies the user has answered, as the store knows them."""
        with open_store(self.state) as store:
            return [case.company or "?" for case in store.cases() if case.draft is DraftState.SENT]

    def drafts(self) -> list[Path]:
        return sorted((self.maildir / ".Drafts" / "cur").iterdir())


def _home(folder: str | None) -> Path:
    """The folder of the sample, new or empty."""
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="cordially-demo-"))
    home = Path(folder).expanduser().absolute()
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        stop(f"{home} is not an empty folder; name a new one", status=2)
    return home


def _show(seen: list[Case]) -> None:
    """Show the mails that ask for something in full, the others in a line each."""
    for case in seen:
        if not is_quiet(case):
            headline(cut(case.message.subject))
            say("\n".join([*told_case(case, ZONE.key), ""]))
    quiet = [case for case in seen if is_quiet(case)]
    if quiet:
        _say(f"{counted(len(quiet), 'mail')} in which nothing is asked of Robin:")
        for case in quiet:
            say(f"  {kind_of(case.classification):<20}{cut(case.message.subject, WIDTH - 22)}")
        say("")


def _sum_up(seen: list[Case], sample: Sample) -> None:
    drafted = sum(case.proposal is not None for case in seen)
    answered = ", ".join(sample.answered())
    sent = f" Answered by Robin: {answered}." if answered else ""
    _say(
        f"{counted(len(seen), 'new mail')}, {counted(drafted, 'new draft')}; "
        f"{counted(len(sample.drafts()), 'draft')} in the Drafts folder.{sent}"
    )


def _chapter(moment: datetime, words: str) -> None:
    say("")
    headline(cut(f"== {moment:%A} {moment.day} {moment:%B}, {moment:%H:%M}: {words}"))
    say("")


def _say(words: str) -> None:
    say(textwrap.fill(words, WIDTH))


def _quoted(text: str) -> str:
    """A TOML string that holds the text."""
    import json

    return json.dumps(text, ensure_ascii=False)


def _farewell(sample: Sample) -> None:
    home, drafts = shlex.quote(str(sample.home)), shlex.quote(str(sample.maildir / ".Drafts"))
    say("")
    _say("Cordially sent nothing: the drafts wait for Robin. See why one was decided so:")
    say(f"  {_own_name()} --config {home}/config.toml --state {home}/state explain 1")
    say("Open the drafts in a mail program, for example:")
    say(f"  neomutt -f {drafts}")
    say(f"  mutt -f {drafts}")
    say(f"Remove it all: rm -r {home}")
    say(f"The sample mailbox stays here, a Maildir: {sample.maildir}")


def _own_name() -> str:
    """The command as it can be typed again: its bare name where the shell finds this very one by it."""
    called = sys.argv[0]
    if Path(called).name == "__main__.py":
        return f"{shlex.quote(sys.executable)} -m agent"
    known = shutil.which(Path(called).name)
    return Path(called).name if known and Path(known).resolve() == Path(called).resolve() else shlex.quote(called)

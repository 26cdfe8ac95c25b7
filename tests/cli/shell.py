"""The command as a user has it: a home folder of its own, a terminal, and what it answered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pexpect
from click.testing import CliRunner

from agent.cli import main
from tests.worlds.imap import Account

CORDIALLY = Path(sys.executable).with_name("cordially")
SAMPLES = Path(__file__).parents[2] / "agent" / "demo" / "mails"
NOTE = SAMPLES / "01-personal-note.eml"
AT = "2026-06-09T08:30+02:00"
PLACES = ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "CORDIALLY_CONFIG", "CORDIALLY_STATE", "CREDENTIALS_DIRECTORY")

PROFILE = """\
[user]
name = "Robin Ashdown"
timezone = "Europe/Berlin"

[profile]
roles_wanted = ["platform", "backend"]
work_modes = ["remote", "hybrid"]
home = "Berlin"
home_country = "DE"
relocation = "no"

[secrets]
store = "file"
"""
"""What the user of these tests wrote down; passwords go into a file, since a test machine has no keyring."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """Standard output as one JSON value a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def only(self) -> Any:
        [line] = self.lines
        return line


@dataclass(frozen=True, slots=True)
class Shell:
    """A user at a terminal, in a home folder of their own."""

    home: Path

    @property
    def config(self) -> Path:
        return self.home / ".config" / "cordially" / "config.toml"

    @property
    def state(self) -> Path:
        return self.home / ".local" / "state" / "cordially"

    def run(self, *words: str | Path, stdin: str | bytes = "") -> Answer:
        """Call the command in this process."""
        surroundings: dict[str, str | None] = {"HOME": str(self.home), **dict.fromkeys(PLACES)}
        done = CliRunner(env=surroundings).invoke(main, [str(word) for word in words], input=stdin)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Answer(done.exit_code, done.stdout, done.stderr)

    def spawn(self, *words: str | Path, stdin: bytes = b"", **variables: str) -> Answer:
        """Call the installed command, as a shell does."""
        done = self.process(*words, stdin=stdin, **variables)
        return Answer(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))

    def process(self, *words: str | Path, stdin: bytes = b"", **variables: str) -> subprocess.CompletedProcess[bytes]:
        """The same with the octets it wrote."""
        surroundings = {name: value for name, value in os.environ.items() if name not in PLACES}
        return subprocess.run(
            [CORDIALLY, *words],
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
            cwd=self.home,
            env={**surroundings, "HOME": str(self.home), **variables},
        )

    def on_terminal(self, *words: str | Path, **variables: str) -> str:
        """Call the installed command on a terminal; all that it writes there."""
        surroundings = {**os.environ, "TERM": "xterm", "HOME": str(self.home), **variables}
        terminal = pexpect.spawn(
            str(CORDIALLY),
            [str(word) for word in words],
            env=surroundings,
            dimensions=(40, 100),
            timeout=60,
            encoding="utf-8",
            codec_errors="replace",
        )
        written = str(terminal.read())
        terminal.close()
        return written

    def type(self, line: str) -> str:
        """Type a whole line into a shell; what it says on standard output."""
        return subprocess.run(line, shell=True, check=True, capture_output=True, text=True, cwd=self.home).stdout

    def write_config(self, *accounts: str, profile: str = PROFILE) -> None:
        """Write the config by hand."""
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text("\n".join([profile, *accounts]), "utf-8")


def imap_section(account: Account, name: str = "main", **keys: object) -> str:
    """An IMAP account on this machine as the config has it."""
    told: dict[str, object] = {"host": "127.0.0.1", "port": account.port, "security": "plain", "user": account.user}
    lines = [f"{key} = {json.dumps(value)}" for key, value in {**told, **keys}.items()]
    return "\n".join(
        ["[[accounts]]", f'name = "{name}"', 'kind = "imap"', 'addresses = ["robin@ashdown.example"]', *lines, ""]
    )


def maildir_section(path: Path, name: str = "local") -> str:
    return "\n".join(
        [
            "[[accounts]]",
            f'name = "{name}"',
            'kind = "maildir"',
            'addresses = ["robin@ashdown.example"]',
            f"path = {json.dumps(str(path))}",
            "",
        ]
    )


def new_maildir(path: Path, *folders: str) -> Path:
    """A Maildir with its folders; ``.Drafts`` where none are named."""
    for name in ("", *(folders or (".Drafts", ".Sent", ".Trash"))):
        for part in ("cur", "new", "tmp"):
            (path / name / part).mkdir(parents=True, exist_ok=True)
    return path


def invitation(
    days_ahead: int = 9,
    *,
    message_id: str = "<n1@northwind-labs.example>",
    subject: str = "Interview with us",
    **headers: str,
) -> bytes:
    """An invitation that came an hour ago and offers a time in some days; ``headers`` add to it."""
    now = datetime.now().astimezone()
    offered = now + timedelta(days=days_ahead)
    mail = EmailMessage()
    mail["From"] = "Mara Lindt <mara.lindt@northwind-labs.example>"
    mail["To"] = "Robin Ashdown <robin@ashdown.example>"
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now - timedelta(hours=1))
    mail["Message-ID"] = message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(
        "Hi Robin,\n\nthank you for your application. We would like to invite you to an interview for the Senior "
        f"Backend Engineer\nposition at Northwind Labs. Would {offered:%A} {offered.day} {offered:%B} at 15:00 suit "
        "you? The position is remote.\n\nBest regards,\nMara Lindt\n"
    )
    return mail.as_bytes()


def tree(folder: Path) -> dict[str, bytes | None]:
    """Everything under a folder: each file with its octets, each folder with None."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}

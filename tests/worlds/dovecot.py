"""Dovecot as the IMAP judge: started from a directory of its own, on loopback, as an ordinary user."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.worlds.imap import Account, ImapWorld, program
from tests.worlds.servers import Server, free_port

SUPPORTED = "2.3."
PASSWORD = 'correct-"horse"'
PASSWORD_BEYOND_ASCII = "grüne-Brücke"
FOLDERS = ("Drafts", "Sent", "Trash")
_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
_IN_MEMORY = "/dev/shm"
"""Where thousands of small files are made and removed fastest."""

_CONF = """
protocols = imap
base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/dovecot.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
listen = 127.0.0.1
ssl = yes
ssl_cert = <{dir}/server.pem
ssl_key = <{dir}/server.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = 100
first_valid_uid = {uid}
first_valid_gid = {gid}
passdb {{
  driver = static
  args = password={password}
}}
passdb {{
  driver = static
  args = password={second_password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={dir}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    special_use = \\Drafts
  }}
  mailbox Sent {{
    special_use = \\Sent
  }}
  mailbox Trash {{
    special_use = \\Trash
  }}
}}
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


def _ordinary_user() -> pwd.struct_passwd:
    """Who runs the server: we ourselves, or nobody where we are root."""
    return pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())


class Dovecot:
    """A running Dovecot with an account for every name that signs in with ``PASSWORD`` or ``PASSWORD_BEYOND_ASCII``."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.plain_port, self.tls_port = free_port(), free_port()
        self.ca_file = directory / "ca.pem"
        self._user = _ordinary_user()
        self._numbers = count(1)
        self._write()
        self._server = Server(
            ["dovecot", "-F", "-c", str(self._conf)], self.plain_port, b"* OK", **self._as_ordinary_user()
        )

    @property
    def _conf(self) -> Path:
        return self.directory / "dovecot.conf"

    def _write(self) -> None:
        ca = trustme.CA()
        ca.cert_pem.write_to_path(self.ca_file)
        ca.issue_cert("localhost", "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(
            self.directory / "server.pem"
        )
        self._conf.write_text(
            _CONF.format(
                dir=self.directory,
                user=self._user.pw_name,
                group=grp.getgrgid(self._user.pw_gid).gr_name,
                uid=self._user.pw_uid,
                gid=self._user.pw_gid,
                password=PASSWORD,
                second_password=PASSWORD_BEYOND_ASCII,
                plain=self.plain_port,
                tls=self.tls_port,
            ),
            "utf-8",
        )
        if os.getuid() == 0:
            for path in (self.directory, *self.directory.iterdir()):
                os.chown(path, self._user.pw_uid, self._user.pw_gid)

    def _as_ordinary_user(self) -> dict[str, Any]:
        if os.getuid() != 0:
            return {"env": _ENVIRONMENT}
        return {"env": _ENVIRONMENT, "user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}

    def new_account(self) -> Account:
        """An account nobody has used, with its folders."""
        user = f"ines{next(self._numbers)}"
        with program(self.plain_port, user, PASSWORD) as hand:
            for folder in FOLDERS:
                hand.create_folder(folder)
        return Account(self.plain_port, user, PASSWORD)

    def new_world(self, **changes: Any) -> ImapWorld:
        """A world over an account nobody has used."""
        account = self.new_account()
        return ImapWorld(account, renumber=lambda folder: self.renumber(account.user, folder), **changes)

    def renumber(self, user: str, folder: str) -> None:
        """Give a folder another UIDVALIDITY, as a restored backup has it."""
        validity = str(int(time.time()) + next(self._numbers))
        self._administer("mailbox", "update", "-u", user, "--uid-validity", validity, folder)

    def kick(self, user: str) -> None:
        """End every connection of an account with a BYE."""
        self._administer("kick", user)

    def _administer(self, *words: str) -> None:
        order = ["doveadm", "-c", str(self._conf), *words]
        subprocess.run(order, check=True, capture_output=True, timeout=10, **self._as_ordinary_user())

    def stop(self) -> None:
        """End the server."""
        self._server.stop()


def absence() -> str | None:
    """Why there is no Dovecot here that the tests know how to start; None where there is one."""
    if shutil.which("dovecot", path=_ENVIRONMENT["PATH"]) is None:
        return "Dovecot is not installed (Debian: dovecot-imapd)"
    version = subprocess.run(
        ["dovecot", "--version"], capture_output=True, text=True, check=True, env=_ENVIRONMENT
    ).stdout
    return None if version.startswith(SUPPORTED) else f"Dovecot {version.split()[0]} wants another configuration"


@contextlib.contextmanager
def running() -> Iterator[Dovecot]:
    """A Dovecot for the time of a ``with`` block; skips the test where there is none, and fails it under CI."""
    if reason := absence():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    fastest = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="cordially-dovecot-", dir=fastest) as directory:
        server = Dovecot(Path(directory))
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    with running() as server:
        yield server

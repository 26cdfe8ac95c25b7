"""pymap as a second, poorer IMAP server: no special use, no search but the plainest, one account a process.

It runs in a process of its own for the whole test session; every test gets the account swept clean. It cannot give
INBOX another UIDVALIDITY, so letters arrive in a folder that can be made anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

import pytest

from tests.worlds.imap import Account, ImapWorld, program
from tests.worlds.servers import Server, free_port

USER, PASSWORD, INBOX = "ines", "secret-of-ines", "Post"
FOLDERS = (INBOX, "Drafts", "Sent", "Trash")

_START = """
import pymap.config
from pymap.main import main
from pysasl.hashing import BuiltinHash
pymap.config.BuiltinHash = lambda: BuiltinHash(rounds=1)
main()
"""
"""Starts the server with a password hash that costs nothing; half a million rounds would be most of a test."""


class Pymap:
    """A running pymap with one account."""

    def __init__(self) -> None:
        self.port = free_port()
        where = ["--host", "127.0.0.1", "--port", str(self.port), "--no-tls"]
        whose = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
        self._server = Server([sys.executable, "-c", _START, *where, *whose], self.port, b"* OK")

    def new_world(self, **changes: Mapping[str, str]) -> ImapWorld:
        """A world over the account, swept clean."""
        with program(self.port, USER, PASSWORD) as hand:
            there = {name for _, _, name in hand.list_folders()}
            for folder in FOLDERS:
                if folder in there:
                    hand.delete_folder(folder)
                hand.create_folder(folder)
        return ImapWorld(Account(self.port, USER, PASSWORD, INBOX), renumber=self.renumber, **changes)

    def renumber(self, folder: str) -> None:
        """Make a folder anew, with the same messages, under another UIDVALIDITY."""
        with program(self.port, USER, PASSWORD) as hand:
            hand.rename_folder(folder, "Old")
            hand.create_folder(folder)
            hand.select_folder("Old")
            if uids := hand.search("ALL"):
                hand.copy(uids, folder)
            hand.select_folder(folder)
            hand.delete_folder("Old")

    def stop(self) -> None:
        """End the server."""
        self._server.stop()


@pytest.fixture(scope="session")
def pymap() -> Iterator[Pymap]:
    server = Pymap()
    try:
        yield server
    finally:
        server.stop()

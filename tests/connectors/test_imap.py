"""The laws of a connector, kept over IMAP on two servers that differ in most things a server may differ in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.conformance import ConnectorLaws
from tests.worlds.dovecot import Dovecot, dovecot
from tests.worlds.imap import ImapWorld
from tests.worlds.pymap import Pymap, pymap

__all__ = ["dovecot", "pymap"]


@pytest.mark.needs_dovecot
class TestTheImapConnectorKeepsTheLawsOnDovecot(ConnectorLaws):
    @pytest.fixture
    def world(self, dovecot: Dovecot) -> Iterator[ImapWorld]:
        world = dovecot.new_world()
        yield world
        world.close()
        assert world.sendings() == []


class TestTheImapConnectorKeepsTheLawsOnPymap(ConnectorLaws):
    @pytest.fixture
    def world(self, pymap: Pymap) -> Iterator[ImapWorld]:
        world = pymap.new_world()
        yield world
        world.close()
        assert world.sendings() == []

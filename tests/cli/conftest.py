"""Fixtures of the command-line tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.worlds.dovecot import dovecot

__all__ = ["dovecot"]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A user with an empty home folder."""
    home = tmp_path / "home"
    home.mkdir()
    return Shell(home)

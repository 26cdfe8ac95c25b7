from __future__ import annotations

import subprocess
import sys

import pytest

import connectors
from connectors.maildir import MaildirConnector


def test_a_connector_is_found_by_the_kind_of_its_account() -> None:
    assert connectors.find("maildir") is MaildirConnector


def test_an_unknown_kind_is_told_with_those_there_are() -> None:
    with pytest.raises(connectors.UnknownKindError, match=r"kind 'pigeon'; known are: .*imap, maildir"):
        connectors.find("pigeon")


def test_importing_the_package_costs_no_metadata_and_no_connector() -> None:
    code = "import sys, connectors; print(*sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())

    assert not loaded & {"importlib.metadata", "imapclient", "connectors.maildir", "connectors.imap", "pytest"}

"""Changing a config by program: one account more or less, and every other word as it was."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from agent.config.edit import EditError, change, with_account, without_account, write

KEYS = {"name": "new", "kind": "maildir", "addresses": ["a@b.example"], "path": '/m"1'}

WRITTEN = """\
# mine
[user]   # me
name = "Robin"

# the first mailbox
[[accounts]]
name = "one"
folders = [
  "INBOX", # all
]
# said of one

# the second mailbox
[[accounts]]
name = "two"
note = '''
# no remark
[run]
'''

# how far
[run]
days = 3 # a few
"""


def test_an_account_comes_at_the_end_and_the_text_before_it_stays() -> None:
    text = with_account(WRITTEN, KEYS)

    assert text.startswith(WRITTEN)
    assert tomllib.loads(text)["accounts"][2] == KEYS
    assert tomllib.loads(text)["run"] == {"days": 3}


def test_an_account_goes_with_its_keys_and_nothing_else() -> None:
    assert without_account(WRITTEN, "one") == WRITTEN.replace(
        '[[accounts]]\nname = "one"\nfolders = [\n  "INBOX", # all\n]\n', ""
    )
    assert without_account(WRITTEN, "two") == WRITTEN.replace(
        "[[accounts]]\nname = \"two\"\nnote = '''\n# no remark\n[run]\n'''\n", ""
    )


@pytest.mark.parametrize("name", ["one", "two"])
def test_what_is_left_means_what_it_meant(name: str) -> None:
    before, after = tomllib.loads(WRITTEN), tomllib.loads(without_account(WRITTEN, name))

    assert after["accounts"] == [account for account in before["accounts"] if account["name"] != name]
    assert {**after, "accounts": []} == {**before, "accounts": []}


def test_an_account_that_was_added_can_be_taken_away_again() -> None:
    assert without_account(with_account(WRITTEN, KEYS), "new").rstrip() == WRITTEN.rstrip()


def test_an_account_that_is_not_there_changes_nothing() -> None:
    assert without_account(WRITTEN, "three") == WRITTEN


@pytest.mark.parametrize("text", ['accounts = [{ name = "one" }]\n', "accounts = []\n"])
def test_accounts_in_one_line_are_not_touched(text: str) -> None:
    with pytest.raises(EditError, match=r"\[\[accounts\]\]"):
        with_account(text, KEYS)


def test_an_account_in_one_line_is_taken_out_by_hand() -> None:
    with pytest.raises(EditError, match="by hand"):
        without_account('accounts = [{ name = "one" }]\n', "one")


def test_a_change_that_fails_leaves_the_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    write(path, WRITTEN)

    with pytest.raises(UnicodeEncodeError):
        change(path, lambda _: "\ud800")
    assert path.read_text("utf-8") == WRITTEN
    assert list(tmp_path.iterdir()) == [path]

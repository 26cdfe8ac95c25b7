"""The config: read once, strict, every fault at once; and the example that explains every key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from agent.config import ConfigError, load, places
from agent.config.lines import line_of, lines_of
from agent.config.schema import Document, ImapSection, MaildirSection
from agent.core.profile import Window
from agent.resources import example_config

SMALLEST = '[user]\nname = "Robin"\ntimezone = "Europe/Berlin"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, "utf-8")
    return path


def faults(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as wrong:
        load(written(folder, text))
    return wrong.value.faults


def uncommented() -> str:
    """The example with every example key in force."""
    return "\n".join(re.sub(r"^#(?=\S)", "", line) for line in example_config().read_text("utf-8").splitlines())


def keys_of(model: type[BaseModel], path: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield f"{path}{name}"
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from keys_of(inner, f"{path}{name}.")


def test_the_smallest_config_is_a_name_and_a_zone(tmp_path: Path) -> None:
    config = load(written(tmp_path, SMALLEST))

    assert (config.profile.name, config.profile.zone) == ("Robin", "Europe/Berlin")
    assert config.accounts == ()
    assert config.look_back == timedelta(days=14)


def test_the_example_as_it_stands_is_a_good_config() -> None:
    assert load(example_config()).profile.name == "Robin Ashdown"


def test_the_example_with_every_key_in_force_is_a_good_config(tmp_path: Path) -> None:
    config = load(written(tmp_path, uncommented().replace('status = "open"', 'status = "paused"')))

    assert [entry.kind for entry in config.accounts] == ["imap", "maildir"]
    assert config.profile.ask_first[0].steps == {"onsite", "relocation"}


@pytest.mark.parametrize("key", [*keys_of(Document), *keys_of(ImapSection), *keys_of(MaildirSection)])
def test_the_example_explains_every_key(key: str) -> None:
    assert re.search(
        rf"(?m)(^#?|\[+|[{{,]\s*){re.escape(key.rpartition('.')[2])}\b", example_config().read_text("utf-8")
    )


def test_the_example_holds_no_key_that_is_not_known(tmp_path: Path) -> None:
    load(written(tmp_path, uncommented()))

    assert (
        "profile.nonsense" in faults(tmp_path, uncommented().replace("\n[profile]\n", "\n[profile]\nnonsense = 1\n"))[0]
    )


def test_all_faults_are_told_at_once_with_line_and_key(tmp_path: Path) -> None:
    told = faults(
        tmp_path,
        '[user]\nname = 3\ntimezone = "Berlin"\n\n[profile]\nstatus = "opne"\n\n'
        '[[accounts]]\nname = "a"\nkind = "imap"\naddresses = ["a@b.example"]\n'
        'host = "h"\nport = "993"\ncolour = "red"\n',
    )

    assert [fault.split(" ")[0] for fault in told] == [
        "config.toml:2:", "config.toml:3:", "config.toml:6:", "config.toml:13:", "config.toml:14:",
    ]  # fmt: skip
    assert 'profile.status: must be one of "open", "quiet"' in told[2]
    assert "accounts.0.port: must be a whole number, without quotes (it is '993')" in told[3]


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ('interview_hours = ["nine to five"]', 'write hours as "Mon-Fri 09:00-17:30"'),
        ('interview_hours = ["Mon 25:00-26:00"]', "hour must be in 0..23"),
        ('private_windows = ["Mon 17:00-09:00"]', "the first hour must come before the second"),
        ('relocation = "there"', "needs relocation_places"),
        ('status = "paused"', "needs paused_until"),
        ('home_country = "Germany"', "two capital letters"),
        ("goals = 3", "must be a list"),
        ("hold_days = 0", "greater than or equal to 1"),
        ('pay_floor = { amount = 1, currency = "euro" }', "three capital letters"),
    ],
)
def test_a_fault_says_what_to_write_instead(tmp_path: Path, line: str, advice: str) -> None:
    assert advice in faults(tmp_path, f"{SMALLEST}[profile]\n{line}\n")[0]


def test_two_accounts_of_one_name_are_refused(tmp_path: Path) -> None:
    account = '[[accounts]]\nname = "a"\nkind = "maildir"\naddresses = ["a@b.example"]\npath = "/m"\n'

    assert "two accounts are named 'a'" in faults(tmp_path, SMALLEST + account + account)[0]


def test_text_that_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    assert "line 2" in faults(tmp_path, '[user]\nname = "Robin\n')[0]


def test_a_config_that_is_not_there_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cordially init"):
        load(tmp_path / "config.toml")


def test_hours_become_windows_of_weekdays(tmp_path: Path) -> None:
    config = load(written(tmp_path, SMALLEST + '[profile]\ninterview_hours = ["Fri-Mon 09:00-12:30", "10:00-11:00"]\n'))

    assert config.profile.interview_hours == (
        Window(frozenset({4, 5, 6, 0}), time(9), time(12, 30)),
        Window(frozenset(range(7)), time(10), time(11)),
    )


def test_the_command_line_comes_before_the_environment_and_that_before_the_home_folders() -> None:
    known = {"CORDIALLY_CONFIG": "/e/c.toml", "XDG_STATE_HOME": "/x"}

    assert places(known, config="/l/c.toml").config == Path("/l/c.toml")
    assert places(known).config == Path("/e/c.toml")
    assert places(known).state == Path("/x/cordially")


def test_every_key_is_found_on_its_line() -> None:
    lines = lines_of(
        'a = 1\n[b.c]\nd = [\n  "x", # [e]\n  "y = 2",\n]\n"f g" = """\n[z]\nh = 1\n"""\n[[i]]\nj.k = 1\n[[i]]\nj = 2\n'
    )

    assert lines[("a",)] == 1
    assert lines[("b", "c", "d")] == 3
    assert lines[("b", "c", "f g")] == 7
    assert lines[("i", 0, "j", "k")] == 12
    assert lines[("i", 1, "j")] == 14
    assert ("z",) not in lines
    assert line_of(lines, ("b", "c", "d", 1)) == 3

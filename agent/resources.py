"""Finds the data files that come with the product, in a checkout and in an installed wheel alike."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from agent.core.lexicon import Lexicon, Lexicons, lexicon_from
from agent.core.senders import Senders, senders_from

_PACKAGE = Path(__file__).parent
_FIRST_LANGUAGE = "en"


def _beside_package(name: str) -> Path:
    """A file that a wheel carries inside the package and a checkout keeps at its top."""
    inside = _PACKAGE / name
    return inside if inside.exists() else _PACKAGE.parent / name


def templates_folder() -> Path:
    """The folder of the letter templates, ``<language>/<action>.txt.j2``."""
    return _beside_package("templates")


def example_config() -> Path:
    """The ``config.example.toml`` that explains every key."""
    return _beside_package("config.example.toml")


def demo_folder() -> Path:
    """The sample mails and the config of ``cordially demo``."""
    return _PACKAGE / "demo"


def data_file(name: str) -> Path:
    """A table of facts under ``agent/data``."""
    return _PACKAGE / "data" / name


def _lexicon(folder: Path) -> Lexicon:
    tables = {file.stem: tomllib.loads(file.read_text("utf-8")) for file in folder.glob("*.toml")}
    tables |= {file.stem: json.loads(file.read_text("utf-8")) for file in folder.glob("*.json")}
    return lexicon_from(folder.name, tables, senders(), weights())


@cache
def senders() -> Senders:
    """What is known of senders and links, the same for every language."""
    return senders_from(tomllib.loads((_PACKAGE / "data" / "senders.toml").read_text("utf-8")))


@cache
def weights() -> Mapping[str, Any]:
    """What each feature of a mail is worth for each kind, the same for every language."""
    return cast(Mapping[str, Any], json.loads((_PACKAGE / "data" / "weights.json").read_text("utf-8")))


@cache
def lexicons() -> Lexicons:
    """Every language under ``agent/languages``, English first."""
    folders = sorted(
        (folder for folder in (_PACKAGE / "languages").iterdir() if (folder / "language.toml").exists()),
        key=lambda folder: (folder.name != _FIRST_LANGUAGE, folder.name),
    )
    return Lexicons(tuple(_lexicon(folder) for folder in folders))

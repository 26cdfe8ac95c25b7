"""Where and on what terms the job is done: work mode, place, relocation, sponsorship."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeVar

from agent.core.cues import Hit, folded
from agent.core.facts.page import Page, Passage, Read
from agent.core.lexicon import Lexicon
from agent.core.model import Relocation, Sponsorship, WorkMode

_Value = TypeVar("_Value")
_NAME = re.compile(r"[^\W\d_]+(?:[ .'-][^\W\d_]+){0,2}")


def work_mode(page: Page) -> Read[WorkMode] | None:
    """Where the work is done, as written of the job; where the interview is held says nothing of it."""
    found = {mode: _first(page, f"work_mode.{mode.value}", "work_mode.not_the_job") for mode in WorkMode}
    if hybrid := found[WorkMode.HYBRID]:
        return _read(WorkMode.HYBRID, hybrid)
    remote, onsite = found[WorkMode.REMOTE], found[WorkMode.ONSITE]
    if remote and onsite:
        return None
    for mode, hit in ((WorkMode.REMOTE, remote), (WorkMode.ONSITE, onsite)):
        if hit:
            return _read(mode, hit)
    return None


def relocation(page: Page) -> Read[Relocation] | None:
    """Whether the job asks for a move, pays for one, or expressly has none; a move that is required weighs most."""
    none = _first(page, "relocation.none")
    for value in (Relocation.REQUIRED, Relocation.OFFERED):
        if hit := _first(page, f"relocation.{value.value}", "relocation.none", "relocation.no_move", questions=False):
            return _read(value, hit)
    return _read(Relocation.NONE, none) if none else None


def sponsorship(page: Page) -> Read[Sponsorship] | None:
    """Whether a work permit would be sponsored; having to hold one already is a refusal, a question is not."""
    if refused := _first(page, "sponsorship.refused", "sponsorship.only_papers", questions=False):
        return _read(Sponsorship.REFUSED, refused)
    offered = _first(page, "sponsorship.offered", "sponsorship.only_papers", "sponsorship.refused", questions=False)
    return _read(Sponsorship.OFFERED, offered) if offered else None


def place(page: Page) -> Read[str] | None:
    """The city or country the job is in, as written; the place of the interview or of an address is not it."""
    for passage, hit in page.hits("place.of_job"):
        match = _NAME.match(passage.text, _skip_blank(passage.text, hit.end))
        name = _known_prefix(page.lexicon, match.group()) if match else None
        if match and name:
            return Read(name, passage.evidence(match.start(), match.start() + len(name), "the place of the job"))
    return None


def country_of_place(lexicon: Lexicon, name: str) -> str | None:
    """The country (ISO 3166-1 alpha-2) of a city or country that the language's table knows."""
    return _places(lexicon).get(folded(name))


@lru_cache(maxsize=64)
def _places(lexicon: Lexicon) -> dict[str, str]:
    """Every name of the table, folded, with its country."""
    table = lexicon.facts.get("places", {})
    return {folded(name): code for code, names in table.items() for name in names}


def _known_prefix(lexicon: Lexicon, written: str) -> str | None:
    """The longest beginning of some words that names a known place."""
    while written:
        if folded(written) in _places(lexicon) and written[0].isupper():
            return written
        written = written[: max(written.rfind(" "), written.rfind("-"), written.rfind("."), 0)].rstrip()
    return None


def _skip_blank(text: str, position: int) -> int:
    while position < len(text) and position - 4 < len(text) and text[position] in " \t:,\n(":
        position += 1
    return position


def _first(page: Page, group: str, *unless: str, questions: bool = True) -> tuple[Passage, Hit] | None:
    """The first hit of a group that no hit of the others overlaps and that (where it matters) is not only asked."""
    for passage, hit in page.hits(group):
        if any(_denies(passage, hit, other) for other in unless) or (not questions and passage.asks(hit)):
            continue
        return passage, hit
    return None


def _denies(passage: Passage, hit: Hit, group: str) -> bool:
    return any(other.start < hit.end and hit.start < other.end for other in passage.hits(group))


def _read(value: _Value, found: tuple[Passage, Hit]) -> Read[_Value]:
    passage, hit = found
    return Read(value, passage.evidence(hit.start, hit.end, str(value)))

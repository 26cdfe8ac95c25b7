"""``make accuracy``: how well mail is read, hand by hand; only a held-out hand tells how well new mail is read.

A hand is a batch of the corpus (``tests/corpus/hands/<hand>/<language>``) written in voices of its own. Each mail
stands beside what a careful person reads in it (``.toml``; "none" where a fact is not there; a key that is absent is
not judged). Give the names of hands to measure those alone: ``python -m tests.accuracy lantern``; ``-v`` names each
miss.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from agent.core.model import ANSWERABLE, Kind

HANDS = Path(__file__).parents[1] / "corpus" / "hands"
FIELDS = ("company", "role", "contact_name", "reply_to", "scheduling_url", "meeting_url", "deadline", "work_mode",
          "relocation", "sponsorship", "pay")  # fmt: skip
NONE = "none"
TESTED = frozenset({"lantern"})
"""Hands from which nothing is learned."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One mail of a hand: what is in it, and what was read."""

    name: str
    truth: Mapping[str, Any]
    read: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Score:
    """Hits, false finds and misses of one thing that was looked for."""

    hits: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        return self.hits / (self.hits + self.false) if self.hits + self.false else 1.0

    @property
    def recall(self) -> float:
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def hand(folder: Path) -> list[Judged]:
    """Every mail of one hand, read by the product's own ``classify --json``."""
    paths = sorted(folder.rglob("*.eml"))
    command = [sys.executable, "-m", "agent", "classify", "--json", *map(str, paths)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    truths = (tomllib.loads(path.with_suffix(".toml").read_text("utf-8")) for path in paths)
    return [Judged(path.stem, truth, json.loads(line)) for path, truth, line in zip(paths, truths, told, strict=True)]


def drafted(one: Mapping[str, Any]) -> bool:
    return one["kind"] in ANSWERABLE and not one.get("unsure", False)


def score(judged: Iterable[Judged], true: Callable[[Judged], bool], found: Callable[[Judged], bool]) -> Score:
    """How often something was found where it is true."""
    pairs = [(true(one), found(one)) for one in judged]
    return Score(pairs.count((True, True)), pairs.count((False, True)), pairs.count((True, False)))


def plain(value: Any) -> Any:
    """A fact as it is compared: letter case, spaces and trailing dots aside, instants as instants."""
    if value in (None, NONE, ""):
        return None
    if isinstance(value, str):
        return " ".join(value.casefold().split()).rstrip(".")
    if isinstance(value, dict):
        return tuple(sorted((key, plain(item)) for key, item in value.items() if plain(item) is not None))
    return float(value) if isinstance(value, int | float) else value


def field_score(judged: Iterable[Judged], field: str) -> Score:
    """F1 over values stated or given: a wrong value counts as a false find and as a miss."""
    hits = false = missed = 0
    for one in judged:
        if field in one.truth and one.truth["kind"] != Kind.OTHER:
            truth, found = plain(one.truth[field]), plain(one.read[field])
            hits += truth == found and truth is not None
            false += found is not None and found != truth
            missed += truth is not None and found != truth
    return Score(hits, false, missed)


def instants(slots: Any) -> set[tuple[datetime, datetime | None]]:
    """Slots as pairs of instants."""
    listed = [] if slots == NONE else slots
    return {(moment(slot["start"]), moment(slot["end"]) if slot.get("end") else None) for slot in listed}


def moment(written: Any) -> datetime:
    return datetime.fromisoformat(str(written))


def slot_score(judged: Iterable[Judged]) -> Score:
    """Exact instants, start and end."""
    totals = [0, 0, 0]
    for one in judged:
        if "slots" in one.truth and one.truth["kind"] != Kind.OTHER:
            truth, found = instants(one.truth["slots"]), instants(one.read["slots"])
            for place, part in enumerate((truth & found, found - truth, truth - found)):
                totals[place] += len(part)
    return Score(*totals)


def alarmed(one: Judged) -> bool:
    return any(flag.startswith("scam.") for flag in one.read["flags"])


def rows(judged: Sequence[Judged]) -> Iterable[tuple[str, Score]]:
    """Everything that is measured, by name."""
    yield "would draft", score(judged, lambda one: drafted(one.truth), lambda one: drafted(one.read))
    kinds = [(kind, kind_score(judged, kind)) for kind in Kind]
    yield from ((f"kind {kind}", found) for kind, found in kinds if found != Score(0, 0, 0))
    invited = [one for one in judged if one.truth["kind"] == one.read["kind"] == Kind.INVITATION]
    right = sum(one.truth.get("stage") == one.read["stage"] for one in invited)
    yield "stage", Score(right, 0, len(invited) - right)
    yield from ((field, field_score(judged, field)) for field in FIELDS)
    yield "slots", slot_score(judged)
    yield "fraud", score(judged, lambda one: bool(one.truth.get("scam")), alarmed)


def kind_score(judged: Sequence[Judged], kind: Kind) -> Score:
    return score(judged, lambda one: one.truth["kind"] == kind, lambda one: one.read["kind"] == kind)


def misses(one: Judged) -> Iterable[str]:
    """What was read wrong in one mail."""
    for field in ("kind", "stage", "subkind", *FIELDS):
        if field in one.truth and plain(one.truth[field]) != plain(one.read[field]):
            yield f"{field}: {one.truth[field]!r}, read as {one.read[field]!r}"
    if "slots" in one.truth and instants(one.truth["slots"]) != instants(one.read["slots"]):
        yield f"slots: {one.truth['slots']}, read as {one.read['slots']}"
    if bool(one.truth.get("scam")) != alarmed(one):
        yield f"scam: {one.truth.get('scam')}, read as {one.read['flags']}"


def report(name: str, judged: Sequence[Judged], *, verbose: bool) -> None:
    right = sum(one.truth["kind"] == one.read["kind"] for one in judged)
    known = "held out" if name in TESTED else "learned from"
    print(f"== {name} ({known}): {len(judged)} mails, kind right in {right}")
    if verbose:
        for one in judged:
            for miss in misses(one):
                print(f"{one.name:36} {miss}")
    scores = dict(rows(judged))
    macro = [found.f1 for row, found in scores.items() if row.startswith("kind ")]
    for row, found in scores.items():
        counts = f"{found.hits} hits, {found.false} false, {found.missed} missed"
        print(f"{row:24} P {found.precision:.3f}  R {found.recall:.3f}  F1 {found.f1:.3f}  ({counts})")
    print(f"{'macro F1 over kinds':24} {sum(macro) / len(macro):.3f}\n")


if __name__ == "__main__":
    wanted = [word for word in sys.argv[1:] if not word.startswith("-")]
    for folder in sorted(HANDS.iterdir()):
        if folder.is_dir() and (not wanted or folder.name in wanted):
            report(folder.name, hand(folder), verbose="-v" in sys.argv)

"""Multinomial logistic regression over the named features, in the form in which the reader keeps its weights."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from tests.training.examples import EVERYDAY, Example

Rows = Mapping[str, Sequence[float]]


class Sort(StrEnum):
    """The sorts of features (agent/core/features.py), as their names tell them apart."""

    SIGN = "sign"
    CUE = "cue"
    IDEA = "idea"
    PAIR = "pair"
    PLACE = "place"
    WORD = "word"


def sort_of(name: str) -> Sort:
    """The sort of a feature."""
    if ".word." in name:
        return Sort.WORD
    if "+" in name:
        return Sort.PAIR
    if name.startswith(("first.", "last.")):
        return Sort.PLACE
    if ".idea." in name:
        return Sort.IDEA
    return Sort.CUE if "." in name else Sort.SIGN


SCALE = {Sort.SIGN: 0.8, Sort.CUE: 1.0, Sort.IDEA: 1.0, Sort.PAIR: 0.5, Sort.PLACE: 0.5, Sort.WORD: 5.0}
"""How freely a sort may weigh: the larger the scale of a column, the less its weight is held back."""

SEEN = {Sort.SIGN: 2, Sort.CUE: 2, Sort.IDEA: 3, Sort.PAIR: 3, Sort.PLACE: 3, Sort.WORD: 3}
"""In how many mails a feature must be seen to be learned."""

SEEN_BY = 2
"""Hands in which a feature must be seen, and a word be written small: what one hand invented is no knowledge."""

_EVERYDAY_COUNTS = 3.0

SAID = tomllib.loads(Path(__file__).with_name("said.toml").read_text("utf-8"))
"""What is said by hand of a question's features, and ``bias``."""

_TELLS_OF_HIRING = frozenset({"job", "applied", "hirer", "interview", "next_", "offered", "pitch", "found_you", "test"})
_TELLS_NOTHING = frozenset(
    {"quoted.slot", "quoted.reader", "quoted.meeting", "quoted.talk", "quoted.third", "subject.word.re"}
)

_DECIMALS = 3
_MOST_STEPS = 600


@dataclass(frozen=True, slots=True)
class Trained:
    """What was learned for one question: what a label has before anything is seen, and a row a feature."""

    labels: tuple[str, ...]
    bias: tuple[float, ...]
    rows: Rows

    def scores(self, example: Example) -> np.ndarray:
        """The score of each label, before softmax."""
        known = ((self.rows[name], value) for name, value in example.features.items() if name in self.rows)
        return sum((np.asarray(row) * value for row, value in known), np.asarray(self.bias))

    def cooled(self, temperature: float) -> Trained:
        """The same order of labels, with probabilities that are as sure as they are right."""
        return Trained(
            self.labels,
            tuple(round(value / temperature, _DECIMALS) for value in self.bias),
            {
                name: row
                for name, weights in self.rows.items()
                if any(row := [round(value / temperature, _DECIMALS) for value in weights])
            },
        )


def learnable(examples: Sequence[Example]) -> dict[str, int]:
    """The features that can be learned from these mails, in order of name, with the number of their column."""
    seen: Counter[str] = Counter()
    small: Counter[str] = Counter()
    named: Counter[str] = Counter()
    worlds: defaultdict[str, set[str]] = defaultdict(set)
    for example in examples:
        seen.update(example.features.keys())
        small.update(example.small)
        named.update(example.named)
        for name in (*example.features, *example.small):
            worlds[name].add(example.world)
    names = {word for word in named if named[word] > small[word]}
    kept = (
        name
        for name in sorted(seen)
        if seen[name] >= SEEN[sort_of(name)]
        and _is_telling(name)
        and len(worlds[name]) >= SEEN_BY
        and (sort_of(name) is not Sort.WORD or _is_common(name.partition(".word.")[2], worlds, names))
    )
    return {name: column for column, name in enumerate(kept)}


def _is_telling(name: str) -> bool:
    """False for what any answer to any mail has: in a corpus about hiring what is quoted is nearly always about it."""
    part, _, rest = name.partition(".")
    if part == "quoted" and sort_of(name) in (Sort.IDEA, Sort.WORD):
        return rest.removeprefix("idea.") in _TELLS_OF_HIRING
    return name not in _TELLS_NOTHING


def _is_common(word: str, worlds: Mapping[str, set[str]], names: set[str]) -> bool:
    """True for a word that is no name, and that several write."""
    return word not in names and len(worlds[word]) >= SEEN_BY


def learn(examples: Sequence[Example], answers: Sequence[str], labels: Sequence[str], freedom: float) -> Trained:
    """Fit the weights; ``freedom`` is the inverse strength of the L2 that holds them back."""
    columns = learnable(examples)
    model = LogisticRegression(C=freedom, max_iter=_MOST_STEPS)
    counts = [_EVERYDAY_COUNTS if example.hand == EVERYDAY else 1.0 for example in examples]
    model.fit(_matrix(examples, columns), [labels.index(answer) for answer in answers], sample_weight=counts)
    weights = np.zeros((len(labels), len(columns)))
    bias = np.full(len(labels), -20.0)
    for row, label in enumerate(model.classes_):
        weights[label], bias[label] = model.coef_[row], model.intercept_[row]
    scales = np.asarray([SCALE[sort_of(name)] for name in columns])
    rows = dict(zip(columns, (weights * scales).T.tolist(), strict=True))
    return Trained(tuple(labels), tuple(bias), rows)


def with_what_is_said(trained: Trained, said: Mapping[str, Mapping[str, float]]) -> Trained:
    """The same, with what is said by hand added to it."""
    rows = {**trained.rows, "bias": trained.bias}
    for name, worth in said.items():
        row = rows.get(name, [0.0] * len(trained.labels))
        rows[name] = [weight + worth.get(label, 0.0) for label, weight in zip(trained.labels, row, strict=True)]
    bias = rows.pop("bias")
    return Trained(trained.labels, tuple(bias), rows)


def _matrix(examples: Sequence[Example], columns: Mapping[str, int]) -> csr_matrix:
    cells = [
        (row, columns[name], value * SCALE[sort_of(name)])
        for row, example in enumerate(examples)
        for name, value in example.features.items()
        if name in columns
    ]
    rows, places, values = zip(*cells, strict=True)
    return csr_matrix((values, (rows, places)), shape=(len(examples), len(columns)))

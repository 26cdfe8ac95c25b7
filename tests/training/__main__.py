"""``make train``: learn from the corpus what each feature of a mail is worth, and say how well that reads a new hand.

Every figure is of mails by a hand that was left out of the learning (leave one hand out). From the same scores come the
temperature, so that a confidence is as often right as it says, and the band of doubt. The hands that are kept for the
test are not looked at. The same corpus gives the same weights.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from agent.core.model import ANSWERABLE, Kind, Stage, Subkind
from tests.training.examples import Example, examples
from tests.training.learner import SAID, Sort, Trained, learn, sort_of, with_what_is_said

LANGUAGES = ("en",)
WEIGHTS = Path("agent/data/weights.json")
WORDS = "agent/languages/{}/words.json"

_FREEDOMS = (1.0, 3.0)
_TEMPERATURES = np.arange(0.4, 2.55, 0.05)
_SAFE = 0.97
"""The share of drafts that must be called for."""

_LEAST_SURE = 0.88
"""No draft below this, however safe the corpus makes it look: it holds fewer everyday mails than a mailbox does.

Set so that of a thousand everyday mails of other people, which nothing was learned from, three at most got a draft.
"""

_OPEN = 0.5
"""From which probability on of a wanted answer the user is told of a mail that gets no draft."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a mail: the key of the expected answer, the labels, and of which mails it is asked."""

    name: str
    key: str
    labels: tuple[str, ...]
    asked_of: Kind | None = None

    def applies(self, example: Example) -> bool:
        """True where the corpus gives the answer."""
        return self.key in example.truth and self.asked_of in (None, example.truth["kind"])


def _labels(of: type[StrEnum]) -> tuple[str, ...]:
    return tuple(label.value for label in of)


KINDS = Question("kinds", "kind", _labels(Kind))
QUESTIONS = (
    KINDS,
    Question("stages", "stage", _labels(Stage), Kind.INVITATION),
    Question("subkinds", "subkind", _labels(Subkind), Kind.FOLLOWUP),
)


@dataclass(frozen=True, slots=True)
class Held:
    """How the mails of hands that were left out scored, and how freely the weights were learned."""

    freedom: float
    scores: np.ndarray
    right: np.ndarray

    def chances(self, temperature: float) -> np.ndarray:
        """The probability of each label for each mail."""
        exponents = np.exp((self.scores - self.scores.max(axis=1, keepdims=True)) / temperature)
        return exponents / exponents.sum(axis=1, keepdims=True)

    def loss(self, temperature: float) -> float:
        """The mean surprise at the right label."""
        return float(-np.log(self.chances(temperature)[np.arange(len(self.right)), self.right] + 1e-12).mean())

    @property
    def temperature(self) -> float:
        """The temperature at which the probabilities surprise least."""
        return float(min(_TEMPERATURES, key=self.loss))


def fitted(question: Question, mails: Sequence[Example], freedom: float) -> Trained:
    """What is learned from some mails for one question."""
    trained = learn(mails, [mail.truth[question.key] for mail in mails], question.labels, freedom)
    return with_what_is_said(trained, SAID[question.name])


def held_out(question: Question, mails: Sequence[Example], freedom: float) -> Held:
    """Score every mail by weights that were learned without its hand."""
    scores = np.zeros((len(mails), len(question.labels)))
    for world in sorted({mail.world for mail in mails}):
        trained = fitted(question, [mail for mail in mails if mail.world != world], freedom)
        for row, mail in enumerate(mails):
            if mail.world == world:
                scores[row] = trained.scores(mail)
    right = np.asarray([question.labels.index(mail.truth[question.key]) for mail in mails])
    return Held(freedom, scores, right)


def answered_from(chances: np.ndarray, right: np.ndarray) -> float:
    """The probability of "would be answered" from which on enough of the drafts are called for."""
    wanted = [place for place, label in enumerate(KINDS.labels) if Kind(label) in ANSWERABLE]
    answerable, called = chances[:, wanted].sum(axis=1), np.isin(right, wanted)
    order = np.argsort(-answerable, kind="stable")
    precision = np.cumsum(called[order]) / np.arange(1, len(order) + 1)
    safe = np.flatnonzero(precision >= _SAFE)
    return max(_LEAST_SURE, float(answerable[order][safe[-1]])) if len(safe) else 1.0


def tell(question: Question, held: Held, mails: Sequence[Example]) -> None:
    """Print how well hands that were left out are read."""
    chances = held.chances(held.temperature)
    found = chances.argmax(axis=1)
    hands = np.asarray([mail.hand for mail in mails])
    print(
        f"{question.name}: freedom {held.freedom}, temperature {held.temperature:.2f}, "
        f"loss {held.loss(held.temperature):.3f}"
    )
    for hand in sorted(set(hands)):
        of_hand = hands == hand
        print(f"  {hand:10} {(found == held.right)[of_hand].mean():.3f} right of {of_hand.sum()}")
    print(f"  {'all':10} {(found == held.right).mean():.3f} right, macro F1 {macro_f1(found, held.right):.3f}")
    print(f"  {'':10} calibration error {calibration_error(chances.max(axis=1), found == held.right):.3f}")


def macro_f1(found: np.ndarray, right: np.ndarray) -> float:
    """The mean over the labels that occur of the F1 of each."""
    labels = sorted(set(right.tolist()))
    hits = [((found == label) & (right == label)).sum() for label in labels]
    sizes = [(found == label).sum() + (right == label).sum() for label in labels]
    return float(np.mean([2 * hit / size for hit, size in zip(hits, sizes, strict=True)]))


def calibration_error(confidence: np.ndarray, hit: np.ndarray) -> float:
    """The expected calibration error over ten bins."""
    bins = np.minimum((confidence * 10).astype(int), 9)
    return float(
        sum(abs(confidence[bins == one].mean() - hit[bins == one].mean()) * (bins == one).mean() for one in set(bins))
    )


def tell_drafts(chances: np.ndarray, right: np.ndarray, answered: float) -> None:
    """Print how many drafts would be called for, and how many of the called for would be made."""
    wanted = [place for place, label in enumerate(KINDS.labels) if Kind(label) in ANSWERABLE]
    made, called = chances[:, wanted].sum(axis=1) >= answered, np.isin(right, wanted)
    hits = (made & called).sum()
    print(f"drafts from {answered:.3f}: precision {hits / made.sum():.3f}, recall {hits / called.sum():.3f}\n")


def learned(question: Question, mails: Sequence[Example]) -> tuple[Trained, Held]:
    """The weights of one question, cooled, and how they fared on hands that were left out."""
    asked = [mail for mail in mails if question.applies(mail)]
    held = min((held_out(question, asked, freedom) for freedom in _FREEDOMS), key=lambda one: one.loss(one.temperature))
    tell(question, held, asked)
    return fitted(question, asked, held.freedom).cooled(held.temperature), held


def written(rows: Mapping[str, object], indent: int) -> str:
    """A table as JSON, one key a line, in order of name."""
    lines = (f"{' ' * indent}{json.dumps(name)}: {json.dumps(rows[name], ensure_ascii=False)}" for name in sorted(rows))
    return "{\n" + ",\n".join(lines) + f"\n{' ' * (indent - 1)}}}"


def store(trained: Mapping[str, Trained], answer: Mapping[str, float], language: str) -> None:
    """Write the weights where the reader finds them: what is a word with its language, all else for every language."""
    shared = [f' "answer": {json.dumps(answer)}']
    words = []
    for name, one in trained.items():
        own = {row: weights for row, weights in one.rows.items() if sort_of(row) is Sort.WORD}
        rest = {row: weights for row, weights in one.rows.items() if row not in own}
        head = f'  "labels": {json.dumps(one.labels)},\n  "bias": {json.dumps(one.bias)},\n'
        shared.append(f' "{name}": {{\n{head}  "weights": {written(rest, 3)}\n }}')
        words.append(f' "{name}": {written(own, 2)}')
    WEIGHTS.write_text("{\n" + ",\n".join(shared) + "\n}\n", "utf-8")
    Path(WORDS.format(language)).write_text("{\n" + ",\n".join(words) + "\n}\n", "utf-8")


def main() -> None:
    """Learn, tell, write."""
    for language in LANGUAGES:
        mails = examples(language)
        trained = {}
        for question in QUESTIONS:
            trained[question.name], held = learned(question, mails)
            if question is KINDS:
                chances = held.chances(held.temperature)
                answered = answered_from(chances, held.right)
                tell_drafts(chances, held.right, answered)
        store(trained, {"from": round(answered, 3), "unsure_from": _OPEN}, language)


if __name__ == "__main__":
    main()

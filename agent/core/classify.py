"""What a mail is, from the person's side who reads it: a linear score per kind over named features, with evidence.

The features stand in :mod:`agent.core.features`; what each is worth for each kind, and so for the stage of an
invitation and the subkind of a followup, was trained on the corpus (``tests/training``) and is data:
``agent/data/weights.json`` for what every language shares, ``agent/languages/<tag>/words.json`` for its words. What is
certain whatever a mail says (the reader's own, an automatic answer, a calendar's cancellation) is decided first. The
softmax of the scores is the confidence; between "would be answered" and "would not" lies a band in which the reader
abstains.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import chain
from operator import mul
from typing import Any, TypeVar

from agent.core.features import Feature, features_of
from agent.core.lexicon import Lexicon
from agent.core.model import (
    ANSWERABLE,
    Classification,
    Earlier,
    Evidence,
    Kind,
    ParsedMessage,
    Stage,
    Subkind,
)
from agent.core.reading import Part, Reading, read

_FEATURES_SHOWN = 40
_EVIDENCE_SHOWN = 8
_SAME_PHRASE = 12
"""Characters between words that are shown as one phrase."""

_CERTAIN = 0.99

_Label = TypeVar("_Label", bound=StrEnum)


def classify(
    message: ParsedMessage, lexicon: Lexicon, own_addresses: tuple[str, ...], earlier: Earlier
) -> Classification:
    """Say which kind of mail it is, how sure that is, and which words led there."""
    if certain := _certain(message, own_addresses):
        return replace(certain, language=lexicon.language)
    reading = read(message, lexicon, own_addresses, earlier)
    scales = _scales(lexicon)
    features = features_of(reading, scales.known)
    if cancelled := _cancelled(features):
        return replace(cancelled, language=lexicon.language)
    chances = scales.kinds.chances(features, Kind)
    kind, unsure = _decided(chances, lexicon.weights.get("answer", {}))
    return Classification(
        kind=kind,
        confidence=round(chances[kind], 4),
        stage=scales.stages.likeliest(features, Stage) if kind is Kind.INVITATION else None,
        subkind=scales.subkinds.likeliest(features, Subkind) if kind is Kind.FOLLOWUP else None,
        unsure=unsure,
        evidence=_evidence(kind, features, scales.kinds, reading),
        language=lexicon.language,
    )


# ------------------------------------------------------------------------------------------------ what is certain


def _certain(message: ParsedMessage, own_addresses: tuple[str, ...]) -> Classification | None:
    """The judgement on a mail that is nobody's invitation to the reader, whatever it says; None for all other mail."""
    own = {address.lower() for address in own_addresses}
    organizer = next((event.organizer for event in message.events if event.organizer), None)
    if message.ours:
        return _surely(Kind.OTHER, message.subject, "our own draft or notice")
    if message.sender and message.sender.email.lower() in own:
        return _surely(Kind.OTHER, message.sender.email, "the reader wrote it")
    if message.auto_submitted.strip().lower().startswith("auto-replied"):
        return _surely(Kind.OTHER, message.auto_submitted, "an automatic answer (RFC 3834)")
    if organizer and organizer.email.lower() in own:
        return _surely(Kind.OTHER, organizer.email, "the reader organises the event")
    return None


def _cancelled(features: Sequence[Feature]) -> Classification | None:
    """The judgement on a calendar's own cancellation of an interview (RFC 5546, 3.2.5); None for all other mail."""
    found = {feature.name: feature for feature in features}
    if "calendar_cancel" not in found or "calendar_without_a_job" in found:
        return None
    return _surely(Kind.CANCELLATION, found["calendar_cancel"].said, "calendar_cancel")


def _surely(kind: Kind, span: str, why: str) -> Classification:
    return Classification(kind, _CERTAIN, evidence=(Evidence(span, None, None, why),))


# ------------------------------------------------------------------------------------------------ what is weighed


@dataclass(frozen=True, slots=True)
class _Scale:
    """What each feature is worth for each answer to one question: rows of numbers, in the order of the labels."""

    labels: Sequence[str]
    bias: Sequence[float]
    rows: Mapping[str, Sequence[float]]

    def worth(self, name: str, label: str) -> float:
        """What a feature is worth for one label."""
        row = self.rows.get(name)
        return row[self.labels.index(label)] if row else 0.0

    def chances(self, features: Sequence[Feature], labels: type[_Label]) -> dict[_Label, float]:
        """The probability of each label: softmax over the sums of what the features are worth for it."""
        if not self.labels:
            return dict.fromkeys(labels, 1 / len(labels))
        scores = self._scores([feature for feature in features if feature.name in self.rows])
        highest = max(scores)
        exponents = [math.exp(score - highest) for score in scores]
        total = math.fsum(exponents)
        told = {labels(label): exponent / total for label, exponent in zip(self.labels, exponents, strict=True)}
        return {label: told.get(label, 0.0) for label in labels}

    def _scores(self, features: Sequence[Feature]) -> Sequence[float]:
        if not features:
            return self.bias
        values = [feature.value for feature in features]
        columns = zip(*[self.rows[feature.name] for feature in features], strict=True)
        return [bias + sum(map(mul, column, values)) for bias, column in zip(self.bias, columns, strict=True)]

    def likeliest(self, features: Sequence[Feature], labels: type[_Label]) -> _Label:
        """The label with the highest score; the last of them where nothing was trained."""
        chances = self.chances(features, labels)
        return max(reversed(labels), key=lambda label: chances[label])


@dataclass(frozen=True, slots=True)
class _Scales:
    """The three questions, and the names of the features that count in any of them."""

    kinds: _Scale
    stages: _Scale
    subkinds: _Scale
    known: frozenset[str]


_ASKED = frozenset({"calendar_cancel", "calendar_without_a_job"})
"""Signs that are looked at whatever they weigh."""


@lru_cache(maxsize=64)
def _scales(lexicon: Lexicon) -> _Scales:
    kinds, stages, subkinds = (_scale(lexicon, question) for question in ("kinds", "stages", "subkinds"))
    return _Scales(kinds, stages, subkinds, _ASKED.union(kinds.rows, stages.rows, subkinds.rows))


def _scale(lexicon: Lexicon, question: str) -> _Scale:
    shared: Mapping[str, Any] = lexicon.weights.get(question, {})
    rows = {**shared.get("weights", {}), **lexicon.word_weights.get(question, {})}
    return _Scale(shared.get("labels", ()), shared.get("bias", ()), rows)


def _decided(chances: Mapping[Kind, float], answer: Mapping[str, float]) -> tuple[Kind, bool]:
    """The kind, and whether it is open if to answer at all: a mail that would be answered is of a kind that is."""
    answerable = sum(chances[kind] for kind in ANSWERABLE)
    if answerable >= answer.get("from", 1.0):
        return max(sorted(ANSWERABLE), key=lambda kind: chances[kind]), False
    if answerable <= answer.get("unsure_from", 0.0):
        return max((kind for kind in reversed(Kind) if kind not in ANSWERABLE), key=lambda kind: chances[kind]), False
    return max(reversed(Kind), key=lambda kind: chances[kind]), True


# ------------------------------------------------------------------------------------------------ what speaks for it


def _evidence(kind: Kind, features: Sequence[Feature], scale: _Scale, reading: Reading) -> tuple[Evidence, ...]:
    """The words that spoke most for the kind, the strongest first."""
    worth = [(scale.worth(feature.name, kind) * feature.value, feature) for feature in features]
    speaking = sorted((pair for pair in worth if pair[0] > 0), key=lambda pair: -pair[0])[:_FEATURES_SHOWN]
    said = [Evidence(feature.said, None, None, feature.name, weight) for weight, feature in speaking if feature.said]
    phrases = (
        reading.evidence(phrase.part, phrase.start, phrase.end, phrase.why(kind), phrase.weight)
        for phrase in chain.from_iterable(map(_phrases, _by_part(speaking)))
    )
    strongest = sorted((*said, *phrases), key=lambda evidence: -evidence.weight)[:_EVIDENCE_SHOWN]
    return tuple(replace(evidence, weight=round(evidence.weight, 3)) for evidence in strongest)


@dataclass(slots=True)
class _Phrase:
    """Words that stand together and speak for a kind, and the one feature that says most of it."""

    part: Part
    start: int
    end: int
    weight: float
    most: tuple[float, str]

    def why(self, kind: Kind) -> str:
        """The name of a cue, which says what it is; for words and ideas, what they speak for."""
        name = self.most[1]
        if ".idea." not in name and ".word." not in name:
            return name
        return f"words of the {_PARTS[self.part.name]} that speak for {kind.replace('_', ' ')}"


_PARTS = {
    "text": "text",
    "subject": "subject",
    "quoted": "quoted part",
    "signature": "signature",
    "event": "calendar part",
}


def _by_part(speaking: Sequence[tuple[float, Feature]]) -> list[list[_Phrase]]:
    """What every word of a part says, in order of place."""
    spoken: defaultdict[str, list[_Phrase]] = defaultdict(list)
    for weight, feature in speaking:
        if feature.part:
            share = weight / len(feature.spans)
            spoken[feature.part.name] += [
                _Phrase(feature.part, start, end, share, (share, feature.name)) for start, end in feature.spans
            ]
    return [sorted(found, key=lambda phrase: phrase.start) for found in spoken.values()]


def _phrases(words: Sequence[_Phrase]) -> list[_Phrase]:
    """Words that stand together in one sentence, as one phrase."""
    phrases: list[_Phrase] = []
    for word in words:
        last = phrases[-1] if phrases else None
        if last and word.start - last.end <= _SAME_PHRASE and _one_sentence(word.part, last.start, word.start):
            last.end = max(last.end, word.end)
            last.weight += word.weight
            last.most = max(last.most, word.most)
        else:
            phrases.append(replace(word))
    return phrases


def _one_sentence(part: Part, one: int, other: int) -> bool:
    return part.words.sentence(one) == part.words.sentence(other)

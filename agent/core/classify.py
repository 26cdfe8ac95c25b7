"""What a mail is, from the person's side who reads it: a linear score per kind over named features, with evidence.

The features stand in :mod:`agent.core.features`; what each is worth for each kind is the table ``weights`` of the
lexicon (``agent/data/weights.toml``), and so it is for the stage of an invitation and the subkind of a followup. Mail
that cannot be an invitation whatever it says (the reader's own, an automatic answer) is set aside first. The softmax of
the scores is the confidence; between "would be answered" and "would not" lies a band in which the reader abstains.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

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
from agent.core.reading import Reading, read

_UNSURE_FROM, _UNSURE_TO = 0.3, 0.75
"""The band of the probability of "would be answered" in which nothing is drafted."""

_TOO_WEAK = 0.65
"""Below this even the likeliest kind of answer is a guess."""

_EVIDENCE_SHOWN = 8
_CERTAIN = 0.99

_Worth = Mapping[str, Mapping[str, float]]
"""What each feature, by name, is worth for each label; ``bias`` is what a label has before anything is seen."""

_Label = TypeVar("_Label", bound=StrEnum)


def classify(
    message: ParsedMessage, lexicon: Lexicon, own_addresses: tuple[str, ...], earlier: Earlier
) -> Classification:
    """Say which kind of mail it is, how sure that is, and which words led there."""
    if set_aside := _set_aside(message, own_addresses):
        return Classification(Kind.OTHER, _CERTAIN, evidence=(set_aside,), language=lexicon.language)
    reading = read(message, lexicon, own_addresses, earlier)
    features = features_of(reading)
    worth = lexicon.weights
    chances = _chances(features, worth.get("kinds", {}), Kind)
    kind = max(chances, key=lambda candidate: chances[candidate])
    return Classification(
        kind=kind,
        confidence=round(chances[kind], 4),
        stage=_likeliest(features, worth.get("stages", {}), Stage) if kind is Kind.INVITATION else None,
        subkind=_likeliest(features, worth.get("subkinds", {}), Subkind) if kind is Kind.FOLLOWUP else None,
        unsure=_unsure(kind, chances),
        evidence=_evidence(kind, features, worth.get("kinds", {}), reading),
        language=lexicon.language,
    )


def _set_aside(message: ParsedMessage, own_addresses: tuple[str, ...]) -> Evidence | None:
    """Why a mail is nobody's invitation to the reader, whatever it says; None for all other mail."""
    own = {address.lower() for address in own_addresses}
    if message.ours:
        return Evidence(message.subject, None, None, "our own draft or notice")
    if message.sender and message.sender.email.lower() in own:
        return Evidence(message.sender.email, None, None, "the reader wrote it")
    if message.auto_submitted.strip().lower().startswith("auto-replied"):
        return Evidence(message.auto_submitted, None, None, "an automatic answer (RFC 3834)")
    organizer = next((event.organizer for event in message.events if event.organizer), None)
    if organizer and organizer.email.lower() in own:
        return Evidence(organizer.email, None, None, "the reader organises the event")
    return None


def _chances(features: tuple[Feature, ...], worth: _Worth, labels: type[_Label]) -> dict[_Label, float]:
    """The probability of each label: softmax over the sums of what the features are worth for it."""
    scores = {label: worth.get("bias", {}).get(label, 0.0) for label in labels}
    for feature in features:
        for name, weight in worth.get(feature.name, {}).items():
            scores[labels(name)] += weight * feature.value
    highest = max(scores.values())
    exponents = {label: math.exp(score - highest) for label, score in scores.items()}
    total = sum(exponents.values())
    return {label: exponent / total for label, exponent in exponents.items()}


def _likeliest(features: tuple[Feature, ...], worth: _Worth, labels: type[_Label]) -> _Label:
    chances = _chances(features, worth, labels)
    return max(chances, key=lambda label: chances[label])


def _unsure(kind: Kind, chances: Mapping[Kind, float]) -> bool:
    """True where it is open whether to answer, or with which kind of answer."""
    answerable = sum(chances[candidate] for candidate in ANSWERABLE)
    return _UNSURE_FROM < answerable < _UNSURE_TO or (kind in ANSWERABLE and chances[kind] < _TOO_WEAK)


def _evidence(kind: Kind, features: tuple[Feature, ...], worth: _Worth, reading: Reading) -> tuple[Evidence, ...]:
    """The words that spoke most for the kind, the strongest first."""
    speaking = [(worth.get(feature.name, {}).get(kind, 0.0) * feature.value, feature) for feature in features]
    strongest = sorted((pair for pair in speaking if pair[0] > 0), key=lambda pair: -pair[0])[:_EVIDENCE_SHOWN]
    return tuple(
        replace(evidence, weight=round(weight / len(shown), 3))
        for weight, feature in strongest
        if (shown := feature.shown(reading))
        for evidence in shown
    )

"""A mail as the classifier reads it: the cues of its language found in each part, its links by what they are for.

Every part is read up to a cap: what a mail wants stands at its beginning, and hostile mail is long.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from agent.core.cues import Hit, Phrases, Words, words_of
from agent.core.lexicon import Lexicon
from agent.core.model import Earlier, Evidence, ItipEvent, ParsedMessage, RegionKind
from agent.core.senders import LinkKind, Sender, SenderKind

_READ = {"text": 6_000, "signature": 1_000, "quoted": 4_000, "event": 3_000, "subject": 400}
"""Characters of each part that are looked at."""

_REGIONS = {"text": RegionKind.NEW, "signature": RegionKind.SIGNATURE, "quoted": RegionKind.QUOTED}

_IDEA = "idea."
"""What the names of ideas begin with among the groups of phrases."""

_LINKS_READ = 60
_FORWARDER_WROTE = 200
"""Characters above a forwarded mail from which on they, and not what was forwarded, are the message."""

_CANDIDATE_LINKS = frozenset({LinkKind.BOOKING, LinkKind.MANAGE, LinkKind.TEST, LinkKind.RECORDING})
"""What a hiring system links to when it writes to a candidate."""

_HIRING_SYSTEMS = frozenset({SenderKind.ATS, SenderKind.ONE_WAY_VIDEO, SenderKind.ASSESSMENT})


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a mail: its words, the phrases found in it by group, and those of the ideas by sentence."""

    name: str
    content: str
    words: Words
    hits: Mapping[str, tuple[Hit, ...]]
    ideas: Mapping[int, Mapping[str, Hit]]

    @property
    def questions(self) -> frozenset[int]:
        """The numbers of the sentences that ask."""
        return self.words.questions

    def has(self, *groups: str) -> bool:
        """True where a phrase of one of the groups is found."""
        return any(group in self.hits for group in groups)

    def sentences(self, *groups: str) -> frozenset[int]:
        """The numbers of the sentences in which a phrase of one of the groups is found."""
        return frozenset(hit.sentence for group in groups for hit in self.hits.get(group, ()))


@dataclass(frozen=True, slots=True)
class Reading:
    """A mail, and all that was found in it."""

    message: ParsedMessage
    lexicon: Lexicon
    own: frozenset[str]
    earlier: Earlier
    parts: Mapping[str, Part]
    links: Mapping[LinkKind, str]
    postings: int
    through_hiring_system: bool

    @property
    def text(self) -> Part:
        """The new text."""
        return self.parts["text"]

    @property
    def subject(self) -> Part:
        """The subject."""
        return self.parts["subject"]

    @property
    def quoted(self) -> Part:
        """The quoted part."""
        return self.parts["quoted"]

    @property
    def event(self) -> ItipEvent | None:
        """The first event of the calendar part."""
        return next(iter(self.message.events), None)

    @property
    def sender(self) -> str:
        """The address in From, lower case."""
        return self.message.sender.email.lower() if self.message.sender else ""

    def has(self, *groups: str) -> bool:
        """True where a phrase of one of the groups stands in the new text, the subject or the calendar part."""
        return self.text.has(*groups) or self.subject.has(*groups) or self.parts["event"].has(*groups)

    def evidence(self, part: Part, begin: int, end: int, why: str, weight: float) -> Evidence:
        """The words ``content[begin:end]`` of a part; with their place where they stand in the body."""
        span = part.content[begin:end]
        region = _REGIONS.get(part.name)
        start = self.message.in_body(region, begin) if region else None
        if start is None or self.message.body[start : start + len(span)] != span:
            return Evidence(span, None, None, why, weight)
        return Evidence(span, start, start + len(span), why, weight)


@lru_cache(maxsize=64)
def _cues(lexicon: Lexicon) -> Phrases:
    kinds = lexicon.kinds
    stages = {f"stage.{name}": phrases for name, phrases in kinds.get("stages", {}).items()}
    signs = {f"stage_sign.{name}": phrases for name, phrases in kinds.get("stage_signs", {}).items()}
    ideas = {f"{_IDEA}{name}": phrases for name, phrases in kinds.get("ideas", {}).items()}
    return Phrases({**kinds.get("cues", {}), **stages, **signs, **ideas})


def read(message: ParsedMessage, lexicon: Lexicon, own_addresses: tuple[str, ...], earlier: Earlier) -> Reading:
    """Find every cue of the language in every part of a mail, and what its links are for."""
    texts = {
        "text": message.text,
        "signature": message.signature,
        "quoted": message.quoted,
        "subject": message.subject,
        "event": " \n\n".join(f"{event.summary}. \n\n{event.description}" for event in message.events[:2]),
    }
    urls = [link.url for link in message.links[:_LINKS_READ]]
    kinds = [lexicon.senders.link_kind(url) for url in urls]
    return Reading(
        message=message,
        lexicon=lexicon,
        own=frozenset(address.lower() for address in own_addresses),
        earlier=earlier,
        parts={name: _part(name, text[: _READ[name]], lexicon) for name, text in texts.items()},
        links=dict(zip(reversed(kinds), reversed(urls), strict=True)),
        postings=kinds.count(LinkKind.POSTING),
        through_hiring_system=any(
            kind in _CANDIDATE_LINKS and _is_hiring_system(lexicon.senders.link_sender(url))
            for kind, url in zip(kinds, urls, strict=True)
        ),
    )


def _is_hiring_system(sender: Sender | None) -> bool:
    return sender is not None and sender.kind in _HIRING_SYSTEMS


def _part(name: str, content: str, lexicon: Lexicon) -> Part:
    words = words_of(content)
    found = _before_forwarded(_cues(lexicon).find(words))
    ideas: defaultdict[int, dict[str, Hit]] = defaultdict(dict)
    cues: list[Hit] = []
    for hit in found:
        if hit.name.startswith(_IDEA):
            ideas[hit.sentence].setdefault(hit.name[len(_IDEA) :], hit)
        else:
            cues.append(hit)
    return Part(name, content, words, _by_group(cues, words.questions, lexicon), ideas)


def _by_group(hits: list[Hit], questions: frozenset[int], lexicon: Lexicon) -> Mapping[str, tuple[Hit, ...]]:
    """The hits of each group; a promise under a condition is a group of its own."""
    hedged = {hit.sentence for hit in hits if hit.name == "hedge"} - questions
    hedgeable = frozenset(lexicon.kinds.get("hedgeable", ()))
    by_group: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        promised = hit.sentence in hedged and hit.name in hedgeable
        by_group[f"{hit.name}_hedged" if promised else hit.name].append(hit)
    return {group: tuple(found) for group, found in by_group.items()}


def _before_forwarded(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """Leave out what stands in a mail that was passed on, where the sender wrote more than a line above it."""
    mark = min((hit.start for hit in hits if hit.name == "forwarded"), default=0)
    return tuple(hit for hit in hits if hit.start < mark) if mark > _FORWARDER_WROTE else hits

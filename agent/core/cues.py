"""Finds the phrases of a table in a text, in one pass over its words.

A phrase is written as people write it, with three marks: ``(one|other|)`` for a choice (which may be empty), ``*`` for
up to five words in between (``*2`` for up to two), ``#`` for a word that begins with a digit. Letter case, accents,
apostrophes and hyphens do not count; a match covers whole words, lies within one sentence and never in a link. The
phrases of a table become one graph of words, so that hundreds of them cost little more than a look at each word.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

_GAP = 5
"""Words that a bare ``*`` may stand for."""

_MERGED = 2
"""Words from the beginning of a phrase within which phrases share their way."""

_TOKEN = re.compile(r"(https?://\S+|[^\W_]+|[.?!…](?=[\s)\"'’”]|$)|\n[ \t>]*\n)")
_MARK = re.compile(r"[()|#]|\*\d?|[^\W_]+")
_LINK = ("http://", "https://")
_END = "."
_QUESTION = "?"


@dataclass(slots=True, eq=False)
class _Node:
    """A place within phrases: what may follow and where it leads, and the groups whose phrase ends here."""

    words: dict[str, list[_Node]] = field(default_factory=dict)
    number: list[_Node] = field(default_factory=list)
    gaps: list[tuple[int, _Node]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    open: bool = False  #: more than a look at the next word is needed to know whether a phrase goes on


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of the group ``name`` at ``text[start:end]``, in the sentence of that number."""

    name: str
    start: int
    end: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, folded, with a mark at the end of each sentence; offsets count in the text."""

    tokens: list[str]
    starts: list[int]
    ends: list[int]
    boundaries: list[int]
    questions: frozenset[int]

    def sentence(self, position: int) -> int:
        """The number of the sentence in which a character stands."""
        return bisect_right(self.boundaries, position)


@lru_cache(maxsize=4096)
def _folded_accents(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def folded(word: str) -> str:
    """A word without letter case and accents."""
    return word.lower() if word.isascii() else _folded_accents(word)


def words_of(text: str) -> Words:
    """Split a text into folded words and sentence ends; a link is a sentence end, its words do not count."""
    pieces = _TOKEN.split(text)
    edges = list(accumulate(map(len, pieces)))
    starts = edges[0:-1:2]
    tokens = [folded(piece) for piece in pieces[1::2]]
    stops = [at for at, token in enumerate(tokens) if not token[:1].isalnum() or token.startswith(_LINK)]
    for at in stops:
        tokens[at] = _QUESTION if tokens[at] == _QUESTION else _END
    return Words(
        tokens=tokens,
        starts=starts,
        ends=edges[1::2],
        boundaries=[starts[at] for at in stops],
        questions=frozenset(number for number, at in enumerate(stops) if tokens[at] == _QUESTION),
    )


class Phrases:
    """The phrases of many groups, ready to be found together."""

    __slots__ = ("_root",)

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        root = _Node()
        for name, phrases in groups.items():
            for phrase in phrases:
                for node in _grow([root], iter(_MARK.findall(phrase))):
                    node.names.add(name)
        self._root = _merged([root], depth=_MERGED)

    def find(self, words: Words) -> tuple[Hit, ...]:
        """Every phrase in the text, in order of where it begins; of one group and beginning, the shortest."""
        found: dict[tuple[int, str], int] = {}
        for first in self._beginnings(words.tokens):
            for name, last in _walk(self._root, words.tokens, first):
                found[first, name] = min(last, found.get((first, name), last))
        return tuple(
            Hit(name, words.starts[first], words.ends[last], words.sentence(words.starts[first]))
            for (first, name), last in found.items()
        )

    def _beginnings(self, tokens: list[str]) -> Iterator[int]:
        """Where a phrase may begin, by a look at two words, which spares nearly every walk."""
        root = self._root
        for first, (token, second) in enumerate(zip(tokens, [*tokens[1:], ""], strict=False)):
            after = root.words.get(token)
            if (after is not None and (after[0].open or second in after[0].words)) or (
                root.number and token[:1].isdigit()
            ):
                yield first


def _grow(ends: list[_Node], marks: Iterator[str]) -> list[_Node]:
    """Lay a sequence of marks behind the nodes; give the nodes where it ends."""
    for mark in marks:
        if mark in "|)":
            raise ValueError("a choice in a phrase is not opened")
        ends = _grow_choice(ends, marks) if mark == "(" else [_grow_mark(ends, mark)]
    return ends


def _grow_choice(ends: list[_Node], marks: Iterator[str]) -> list[_Node]:
    """Lay each branch of a choice behind the nodes; the opening bracket has been read."""
    chosen: list[_Node] = []
    branch = ends
    for mark in marks:
        if mark == "(":
            branch = _grow_choice(branch, marks)
        elif mark not in "|)":
            branch = [_grow_mark(branch, mark)]
        else:
            chosen += branch
            branch = ends
            if mark == ")":
                return chosen
    raise ValueError("a choice in a phrase is not closed")


def _grow_mark(ends: list[_Node], mark: str) -> _Node:
    """Lay one mark behind all the nodes, so that choices in a row do not multiply."""
    node = _Node()
    for end in ends:
        if mark == "#":
            end.number.append(node)
        elif mark[0] == "*":
            end.gaps.append((int(mark[1:] or _GAP), node))
        else:
            end.words.setdefault(folded(mark), []).append(node)
    return node


def _merged(nodes: list[_Node], depth: int) -> _Node:
    """One node for several, down to a depth, so that the common beginnings of phrases are looked at once."""
    if depth == 0 and len(nodes) == 1:
        return nodes[0]
    merged = _Node()
    gaps: dict[int, list[_Node]] = {}
    for node in nodes:
        merged.names |= node.names
        merged.number += node.number
        for width, after in node.gaps:
            gaps.setdefault(width, []).append(after)
        for word, following in node.words.items():
            merged.words.setdefault(word, []).extend(following)
    merged.gaps = [(width, _merged(after, depth - 1 if depth else 0)) for width, after in gaps.items()]
    merged.open = bool(merged.names or merged.number or merged.gaps)
    if depth:
        merged.words = {word: [_merged(after, depth - 1)] for word, after in merged.words.items()}
    return merged


def _walk(root: _Node, tokens: list[str], first: int) -> list[tuple[str, int]]:
    """The groups whose phrase begins at a word, each with its last word; bounded by the phrases, not by the text."""
    found: list[tuple[str, int]] = []
    open_ends = [(root, first)]
    while open_ends:
        node, position = open_ends.pop()
        if node.names:
            found += [(name, position - 1) for name in node.names]
        if position == len(tokens):
            continue
        token = tokens[position]
        if token in node.words:
            open_ends += [(after, position + 1) for after in node.words[token]]
        if node.number and token[:1].isdigit():
            open_ends += [(after, position + 1) for after in node.number]
        for width, after in node.gaps:
            open_ends += [(after, ahead) for ahead in _ahead(after, tokens, position, width)]
    return found


def _ahead(after: _Node, tokens: list[str], position: int, width: int) -> Iterator[int]:
    """The places within the sentence where a gap of so many words may end and its phrase goes on."""
    for ahead in range(position, min(position + width + 1, len(tokens))):
        token = tokens[ahead]
        if token in after.words or (after.number and token[:1].isdigit()):
            yield ahead
        elif token in (_END, _QUESTION):
            return

"""The names of firms: where one ends in a text, what is added to it, and how a domain runs it together."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from agent.core.cues import folded
from agent.core.facts.page import word_set
from agent.core.facts.people import squashed
from agent.core.lexicon import Lexicon

WORD = re.compile(r"[^\W_][\w'’-]*(?:\.(?:io|ai|com|co|net|org|app|dev)\b)?")
_FULL_STOP = re.compile(r"\.? ")
_JOINT = re.compile(r" ?& ?| ")
_SKIPPED = " \t\"'“”‘«*_(:"
_MOST_WORDS = 5
_AS_DOMAIN = 3.0
AROUND_LABEL = (
    "careers", "career", "jobs", "job", "hiring", "recruiting", "recruitment", "talent", "people", "hq", "group",
    "mail", "team", "app", "inc", "global", "hr", "join", "get", "try", "hello", "use", "work", "tech", "io", "ai",
)  # fmt: skip
"""What firms put before or behind their name to find a free domain."""


def past_article(text: str, position: int, lexicon: Lexicon) -> int:
    """Past the blanks, quotes and the article that may stand before a name."""
    floor = position
    while position < len(text) and position - floor < 4 and text[position] in _SKIPPED:
        position += 1
    word = WORD.match(text, position)
    article = word is not None and folded(word.group()) in word_set(lexicon, "company_words", "leading")
    return word.end() + 1 if word and article and text[word.end() : word.end() + 1] == " " else position


def name_end(text: str, start: int, lexicon: Lexicon) -> int:
    """Where the run of capitalised words that begins at a position ends; the position itself where none begins."""
    end, position = start, start
    for _ in range(_MOST_WORDS):
        word = WORD.match(text, position)
        if word is None or folded(word.group()) in word_set(lexicon, "company_words", "never"):
            break
        joins = folded(word.group()) in word_set(lexicon, "company_words", "inside") and end > start
        if not joins and not begins_name(word.group()):
            break
        end = end if joins else word.end()
        shortened = folded(word.group()) in word_set(lexicon, "company_words", "abbreviations")
        joint = (_FULL_STOP if shortened else _JOINT).match(text, word.end())
        if joint is None:
            break
        position = joint.end()
    return end


def begins_name(word: str) -> bool:
    return word[0].isupper() or (word[0].isdigit() and any(letter.isalpha() for letter in word)) or word[1:2].isupper()


def trimmed(name: str, lexicon: Lexicon) -> str:
    """A name without "The" before it and without "Careers", "Talent Team" and the like behind it."""
    words = name.strip(" .,'’\"").split()
    trailing = word_set(lexicon, "company_words", "trailing")
    while words and folded(words[-1].strip("&.,")) in trailing:
        words.pop()
    while words and words[-1] in ("&", "and", "of", "for"):
        words.pop()
    while len(words) > 1 and folded(words[0]) in word_set(lexicon, "company_words", "leading"):
        words.pop(0)
    name = " ".join(words)
    return name[:-2] if name.endswith(("'s", "’s")) else name.rstrip("'’.,")


def without_legal_form(name: str, lexicon: Lexicon) -> str:
    words = name.split()
    while len(words) > 1 and folded(words[-1].strip(".,")) in word_set(lexicon, "company_words", "legal"):
        words.pop()
    return " ".join(words).rstrip(",")


def key_of(name: str, lexicon: Lexicon) -> str:
    return squashed(without_legal_form(name, lexicon))


def registrable_label(domain: str) -> str:
    """The label a firm registered: northwind of careers.northwind.co.uk."""
    labels = domain.split(".")
    if len(labels) <= 2:
        return labels[0]
    registered = _suffixes().privatesuffix(domain) or domain
    return str(registered).partition(".")[0]


@cache
def _suffixes() -> Any:
    """The public suffix list that comes with its library; read from the disk once, only for domains of three labels."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def fit(key: str, label: str) -> float:
    """How well a name fits the sender's domain: the same but for what firms add, longer, or only its first word."""
    plain = squashed(label)
    if not plain or len(key) < 3:
        return 0.0
    if key == plain or any(plain in (key + extra, extra + key) for extra in AROUND_LABEL):
        return _AS_DOMAIN
    first = label.partition("-")[0]
    if len(plain) > 3 and key.startswith(plain):
        return _AS_DOMAIN * 0.6
    return _AS_DOMAIN * 0.4 if len(first) > 3 and (key.startswith(first) or key == first) else 0.0


def spelled(slug: str) -> str:
    """A slug as a name: northwind-labs becomes Northwind Labs."""
    return " ".join(word.capitalize() for word in re.split(r"[-_]", slug) if word)

"""The names of firms: where one ends in a text, what is added to it, and how a domain runs it together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from agent.core.cues import folded
from agent.core.facts.page import word_set
from agent.core.facts.people import squashed
from agent.core.lexicon import Lexicon

WORD = re.compile(r"(?:[^\W\d_]\.){2,4}|[^\W_][\w'’-]*(?:\.(?:io|ai|com|co|net|org|app|dev)\b)?")
_FULL_STOP = re.compile(r"\.? ")
_JOINT = re.compile(r" ?& ?| ")
_SKIPPED = " \t\"'“”‘«*_(:"
_MOST_WORDS = 7
_FIRST_PART = 3
"""Letters of a name's first word that a domain must show."""
_CUT = 2
"""Letters at the end of a domain that a name need not explain: the "s" of boats for Boatyard."""
_AS_DOMAIN = 3.0
AROUND_LABEL = (
    "careers", "career", "jobs", "job", "hiring", "recruiting", "recruitment", "talent", "people", "hq", "group",
    "mail", "team", "app", "inc", "global", "hr", "join", "get", "try", "hello", "use", "work", "tech", "io", "ai",
)  # fmt: skip
"""What firms put before or behind their name to find a free domain."""
AFTER_NAME = frozenset(
    [
        "labs",
        "lab",
        "pay",
        "apps",
        "bank",
        "software",
        "systems",
        "data",
        "games",
        "studio",
        "digital",
        "online",
        "maps",
    ]
)
"""What a domain may add to the name by which a firm calls itself in short."""


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
        if word is None or never_in_name(word.group(), lexicon):
            break
        joins = folded(word.group()) in word_set(lexicon, "company_words", "inside") and end > start
        if not joins and not begins_name(word.group()):
            break
        end = end if joins else word.end()
        shortened = _is_shortened(text, word, lexicon)
        joint = (_FULL_STOP if shortened else _JOINT).match(text, word.end())
        if joint is None:
            break
        position = joint.end()
    return end


def _is_shortened(text: str, word: re.Match[str], lexicon: Lexicon) -> bool:
    """True where a dot behind a word does not end the name: "St. Brendan", "& Co. KG"."""
    bare = folded(word.group())
    if bare != "co":
        return bare in word_set(lexicon, "company_words", "abbreviations")
    behind = WORD.match(text, word.end() + 2)
    return behind is not None and folded(behind.group()) in word_set(lexicon, "company_words", "legal")


def never_in_name(word: str, lexicon: Lexicon) -> bool:
    """True for a word that no name holds, shortened ones such as "I'm" included."""
    bare = folded(word)
    never = word_set(lexicon, "company_words", "never")
    return bare in never or (len(bare) < 6 and bare.replace("’", "'").partition("'")[0] in never)


_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "gob", "gouv", "net", "nhs", "org", "sch"})
"""Labels under which a whole class of senders registers."""
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)$")


def begins_name(word: str) -> bool:
    """True where a word looks like one of a name: a capital in front or inside, or figures with letters."""
    if word[0].isdigit():
        return any(letter.isalpha() for letter in word) and not _ORDINAL.match(word)
    return word[0].isupper() or word[1:2].isupper()


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
    legal = word_set(lexicon, "company_words", "legal")
    removed = False
    while len(words) > 1:
        last = folded(words[-1].replace(".", "").strip(",&"))
        if not (last in legal or (removed and last in ("", "co"))):
            break
        removed = bool(words.pop())
    return " ".join(words).rstrip(",")


def key_of(name: str, lexicon: Lexicon) -> str:
    words = without_legal_form(name, lexicon).split()
    articles = word_set(lexicon, "company_words", "articles")
    return squashed(" ".join(words[1:] if len(words) > 1 and folded(words[0]) in articles else words))


def registrable_label(domain: str) -> str:
    """The label a firm registered: northwind of careers.northwind.co.uk."""
    labels = domain.split(".")
    if len(labels) <= 2:
        return labels[0]
    registered = str(_suffixes().privatesuffix(domain) or domain).partition(".")[0]
    place = labels.index(registered)
    return labels[place - 1] if registered in _SECOND_LEVEL and place else registered


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
    tail = plain[len(key) :] if plain.startswith(key) and len(key) > _FIRST_PART else ""
    if tail in AFTER_NAME:
        return _AS_DOMAIN
    first = label.partition("-")[0]
    if len(plain) > 3 and key.startswith(plain):
        return _AS_DOMAIN * 0.6
    return _AS_DOMAIN * 0.4 if len(first) > 3 and (key.startswith(first) or key == first) else 0.0


def runs_together(words: Sequence[str], label: str) -> bool:
    """True where a domain is made of the beginnings of a name's words, in order: wharfedale-mbc, nportsauthority.

    Words may be left out, but never the first; "&" may be written "and". A domain of several parts may also show them
    in another order: ardkeen-univ for the University of Ardkeen.
    """
    parts = [squashed("and" if word == "&" else word) for word in words[:_MOST_WORDS]]
    parts = [part for part in parts if part]
    if not parts:
        return False
    bare = "".join(part for part in label.split("-") if part not in AROUND_LABEL)
    return _made_of(parts, squashed(label)) or (bool(bare) and _made_of(parts, bare)) or _shows_each(parts, label)


def _made_of(parts: Sequence[str], plain: str) -> bool:
    first = next((size for size in range(len(parts[0]), 0, -1) if plain.startswith(parts[0][:size])), 0)
    if first == 0 or (first < min(_FIRST_PART, len(parts[0])) and len(parts) < _FIRST_PART):
        return False
    reached = set(range(min(first, _FIRST_PART) if first >= _FIRST_PART else first, first + 1))
    for part in parts[1:]:
        reached |= {
            start + size
            for start in reached
            for size in range(1, len(part) + 1)
            if plain.startswith(part[:size], start)
        }
    whole = len(parts[0]) == first
    return max(reached) >= len(plain) - (_CUT if whole and len(parts) > 1 else 0)


def _shows_each(parts: Sequence[str], label: str) -> bool:
    shown = [squashed(part) for part in label.split("-")]
    return len(shown) > 1 and all(
        len(each) >= _FIRST_PART and any(part.startswith(each) for part in parts) for each in shown
    )


def spelled(slug: str) -> str:
    """A slug as a name: northwind-labs becomes Northwind Labs."""
    return " ".join(word.capitalize() for word in re.split(r"[-_]", slug) if word)

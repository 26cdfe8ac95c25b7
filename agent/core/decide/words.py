"""Words compared as people compare them: whole words, letter case and accents aside.

The words come from the user's config and from the mail, so that no language is spoken here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+[+#]*")
"""A word, with the marks that tell C from C++ and C#."""

_MOST_WORDS = 20_000
"""Words of a text that are looked at; no letter a person wrote is longer."""


@lru_cache(maxsize=16)
def _words(text: str) -> tuple[tuple[str, int, int], ...]:
    """The words of a text, folded, each with where it stands."""
    found = zip(range(_MOST_WORDS), _WORD.finditer(text), strict=False)
    return tuple((fold(match.group()), match.start(), match.end()) for _, match in found)


@lru_cache(maxsize=16)
def _places(text: str) -> dict[str, list[int]]:
    """Where each word of a text stands among its words."""
    places: dict[str, list[int]] = {}
    for place, (word, _, _) in enumerate(_words(text)):
        places.setdefault(word, []).append(place)
    return places


def fold(text: str) -> str:
    """The text without letter case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def word_list(text: str) -> tuple[str, ...]:
    """The folded words of a text, in order."""
    return tuple(word for word, _, _ in _words(text))


def quoted(phrase: str, text: str) -> str:
    """The words of ``text`` that say ``phrase``, as they stand there; empty where they do not."""
    wanted, words = word_list(phrase), _words(text)
    for first in _places(text).get(wanted[0], ()) if wanted else ():
        found = words[first : first + len(wanted)]
        if tuple(word for word, _, _ in found) == wanted:
            return text[found[0][1] : found[-1][2]]
    return ""


def has_all_words(phrase: str, text: str) -> bool:
    """True where every word of ``phrase`` occurs in ``text``, in any order ("staff engineer": Staff Data Engineer)."""
    wanted = set(word_list(phrase))
    return bool(wanted) and wanted <= set(word_list(text))


def same_name(one: str, other: str) -> bool:
    """True where one name begins with the other, word for word ("Northwind", "Northwind Labs GmbH")."""
    shorter, longer = sorted((word_list(one), word_list(other)), key=len)
    return bool(shorter) and longer[: len(shorter)] == shorter

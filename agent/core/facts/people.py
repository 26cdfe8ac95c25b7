"""Who writes, and where an answer reaches them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from agent.core.cues import folded
from agent.core.facts.page import Page, Passage, Read, word_set
from agent.core.lexicon import Lexicon
from agent.core.model import Address, Evidence
from agent.core.senders import TenantIn

_LINES_AT_END = 16
_LINES_OF_SIGNATURE = 4
_CLOSING_LINE = 48
"""Characters of a line that may be nothing but a closing."""
_BREAK = re.compile(r"\s*[|·•;/()\[\]<>–—:\t]\s*|\s+[-+&]\s+|,\s|\s{3,}")
_WORD = re.compile(r"(?:[^\W\d_]\.-?){1,3}|[^\W\d_][\w'’-]*\.?")
_NO_LETTER = re.compile(r"[\W_]+")
_LEADING = " \t-–—~/*>_\"'“”"
_QUOTES = " \t\"'“”"
_MOST_WORDS = 4
_SHORTENED = 3
"""Letters of a short form that still tell whose it is: Sam for Samantha."""


def contact_name(page: Page, company: str | None = None) -> Read[str] | None:
    """Whom to answer: who signs, else who writes, by the fuller name if a header has it; a team is nobody."""
    written_by = [name for name in _header_people(page) if _may_be(name, company, page)]
    signed = next((found for found in _signed(page) if _may_be(found.value, company, page)), None)
    if signed is None:
        sure = [name for name in written_by if " " in name or _in_local_part(name, page)]
        perhaps = (found for found in _perhaps_signed(page) if _may_be(found.value, company, page))
        signed = next((found for found in perhaps if not sure or _any_same(found.value, sure)), None)
    if signed is None:
        return Read(written_by[0], Evidence(written_by[0], None, None, "who writes")) if written_by else None
    fuller = next((name for name in written_by if _same_person(signed.value, name)), signed.value)
    return Read(signed.value if _says_as_much(signed.value, fuller) else fuller, signed.evidence)


def _says_as_much(signed: str, shown: str) -> bool:
    """True where a signature holds the words of the name in the header, in whatever order, or more than its initial."""
    words, shown_words = folded(signed).split(), folded(shown).split()
    if sorted(words) == sorted(shown_words):
        return True
    initial = len(shown_words[0].strip(".")) == 1 < len(words[0].strip("."))
    return initial and words[-1] == shown_words[-1]


def _may_be(name: str, company: str | None, page: Page) -> bool:
    """False for the firm, for a tool that carried the mail, and for the reader."""
    words = {folded(word.strip(".")) for word in name.split()}
    return not _is_firm(name, company, page.lexicon) and not words <= page.reader_names


def _in_local_part(name: str, page: Page) -> bool:
    """True where the sender's address holds a name."""
    sender = page.message.sender
    return sender is not None and squashed(name) in squashed(sender.email.rpartition("@")[0])


def person_of(address: Address, lexicon: Lexicon) -> str | None:
    """The person a display name shows, without firm, "via" and title; None for a firm, a team or a robot."""
    shown = address.name.strip(_QUOTES)
    if not shown or "@" in shown:
        return None
    person = _swapped(shown, address, lexicon) or as_person(shown, lexicon)
    return None if person is None or _names_the_domain(person, address, lexicon) else person


def as_person(line: str, lexicon: Lexicon) -> str | None:
    """The name at the beginning of a line if it is one of a person: capitalised words, none of a firm or a team."""
    words: list[str] = []
    first = _BREAK.split(line.strip(_LEADING))[0]
    for written in first.split():
        word = written.strip(',"“”')
        bare = folded(word.strip("."))
        if bare in word_set(lexicon, "people", "tails"):
            break
        if bare in word_set(lexicon, "people", "titles") or not word:
            continue
        if (
            bare in word_set(lexicon, "people", "not_a_person")
            or not _WORD.fullmatch(word)
            or word.endswith(("'s", "’s"))
        ):
            return None
        if not (word[0].isupper() or bare in word_set(lexicon, "people", "particles")):
            return None
        words.append(word)
    while words and len(words) > 1 and words[-1].endswith(".") and len(words[-1]) > 2:
        words[-1] = words[-1].rstrip(".")
    if not 0 < len(words) <= _MOST_WORDS or words[0][0].islower() or (len(words) == 1 and len(words[0].strip(".")) < 2):
        return None
    name = " ".join(words)
    return name.title() if name.isupper() and len(name) > _SHORTENED else name.rstrip(".,") if len(words) == 1 else name


def answerable(page: Page) -> str | None:
    """Reply-To, else From, if a person reads it there; unknown counts as yes unless the address or the text says no."""
    message = page.message
    foreign = [address for address in message.reply_to if address.email.lower() not in page.own_addresses]
    if not foreign and (page.new.says("reply.nobody_reads") or page.signature.says("reply.nobody_reads")):
        return None
    for address in foreign or ((message.sender,) if message.sender else ()):
        if "@" in address.email and page.lexicon.senders.reaches_person(address.email) is not False:
            return address.email
    return None


def _header_people(page: Page) -> list[str]:
    """The persons whom From, Reply-To and a calendar part's organizer name."""
    message = page.message
    addresses = (message.sender, *message.reply_to, *(event.organizer for event in message.events))
    named = (person_of(address, page.lexicon) for address in addresses if address)
    return [name for name in named if name]


def _signed(page: Page) -> Iterator[Read[str]]:
    """The names behind the closing of a letter."""
    for passage in (page.new, page.signature):
        yield from _after_closing(passage, page.lexicon)


def signed_names(page: Page) -> list[str]:
    """The names behind the closing of a letter."""
    return [found.value for found in _signed(page)]


def _perhaps_signed(page: Page) -> Iterator[Read[str]]:
    """The names that stand alone where letters are signed: at the head of the signature or of the last paragraph."""
    yield from _first_line(page.signature, page.lexicon)
    yield from _last_paragraph(page.new, page.lexicon)


def _after_closing(passage: Passage, lexicon: Lexicon) -> Iterator[Read[str]]:
    lines = _last_lines(passage.text)
    starts = {hit.start: hit for hit in passage.hits("people.closing")}
    for index in range(len(lines) - 1, -1, -1):
        start, line = lines[index]
        hit = starts.get(start + len(line) - len(line.lstrip(_LEADING)))
        if hit is None or len(line) > _CLOSING_LINE:
            continue
        rest = line[hit.end - start :].lstrip(" ,!.;:-–—")
        if rest:
            yield from _name_in(passage, hit.end, rest, lexicon)
            if "," not in line and "!" not in line:
                continue
        for following, name_line in [entry for entry in lines[index + 1 :] if entry[1].strip()][:1]:
            yield from _name_in(passage, following, name_line, lexicon)
        return


def _first_line(passage: Passage, lexicon: Lexicon) -> Iterator[Read[str]]:
    for start, line in _lines(passage.text)[:6]:
        if line.strip(_LEADING):
            yield from _name_in(passage, start, line, lexicon)
            return


def _last_paragraph(passage: Passage, lexicon: Lexicon) -> Iterator[Read[str]]:
    """The lines of a short last paragraph, or of the last lines; one with figures or a colon is no signature."""
    paragraph = passage.text.rstrip().rfind("\n\n")
    for start, line in _last_lines(passage.text)[-_LINES_OF_SIGNATURE:]:
        if start < paragraph:
            continue
        if len(line) <= _CLOSING_LINE and not any(letter in "0123456789:?" for letter in line):
            yield from _name_in(passage, start, line, lexicon)


def _name_in(passage: Passage, start: int, line: str, lexicon: Lexicon) -> Iterator[Read[str]]:
    if name := as_person(line, lexicon):
        begins = passage.text.find(name, start)
        begins, end = (begins, begins + len(name)) if begins >= 0 else (start, start + len(line))
        yield Read(name, passage.evidence(begins, end, "who signs"))


def _lines(text: str) -> list[tuple[int, str]]:
    lines: list[tuple[int, str]] = []
    start = 0
    for line in text.split("\n"):
        lines.append((start, line))
        start += len(line) + 1
    return lines


def _last_lines(text: str) -> list[tuple[int, str]]:
    """The last lines that are not blank, with where they stand."""
    return [entry for entry in _lines(text) if entry[1].strip()][-_LINES_AT_END:]


def _swapped(shown: str, address: Address, lexicon: Lexicon) -> str | None:
    """ "Adeyemi, Tola" put in the order in which people are addressed."""
    family, comma, given = shown.partition(",")
    given = _BREAK.split(given.strip())[0]
    if not comma or len(family.split()) > 2 or not 0 < len(given.split()) <= 2:
        return None
    if squashed(given) in squashed(address.domain) or as_person(family, lexicon) is None:
        return None
    return as_person(f"{given} {family}", lexicon)


@lru_cache(maxsize=4096)
def squashed(name: str) -> str:
    """A name as a domain would write it: letters and digits only, folded."""
    return _NO_LETTER.sub("", folded(name))


def _names_the_domain(name: str, address: Address, lexicon: Lexicon) -> bool:
    """True where a display name is the firm of the address, "Blue Harbor" at blueharbor.example, or an office of it."""
    local_part = squashed(address.email.rpartition("@")[0])
    sender = lexicon.senders.find(address.email)
    if sender is not None and sender.tenant_in is TenantIn.LOCAL_PART and local_part == squashed(name.split()[0]):
        return True
    labels = [squashed(label) for label in address.domain.split(".")[:-1]]
    firm, _, office = name.partition(" ")
    if squashed(firm) in labels and local_part == squashed(office):
        return True
    return squashed(name) in labels and squashed(name.split()[0]) not in local_part


def _is_firm(name: str, company: str | None, lexicon: Lexicon) -> bool:
    plain = squashed(name)
    if plain in word_set(lexicon, "company_words", "tools"):
        return True
    return company is not None and (plain in (squashed(company), squashed(company.split()[0])))


def _any_same(signed: str, names: list[str]) -> bool:
    return any(_same_person(signed, name) for name in names)


def _same_person(signed: str, name: str) -> bool:
    """True where a signature is a shorter form of a name: its first word is a word of the name, or begins one."""
    first = folded(signed.split()[0].strip("."))
    words = [folded(word) for word in name.split()]
    if len(words) < len(signed.split()) and first in words:
        return False
    if 1 in (len(first), len(words[0].strip("."))):
        return first[0] == words[0][0] and folded(signed.split()[-1]) in (words[-1], first)
    return first in words or (len(first) >= _SHORTENED and words[0].startswith(first))

"""Which job a mail is about: titles as written, told from the titles of the people who write."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agent.core.cues import folded
from agent.core.facts.page import Page, Passage, Read, word_set
from agent.core.facts.terms import country_of_place
from agent.core.lexicon import Lexicon

_WORD = re.compile(r"[^\W_][\w+#.&'’/-]*[\w+#]|[^\W_]\+*#?|&")
_JOINTS = (" ", " & ", "/")
_ASIDE = re.compile(r"(, | [-–—] | ?\()([^\W_][\w+#&/’',. -]{0,44})")
_ASIDE_ENDS = re.compile(r"[).;:!?\n]|,|\s[-–—|(]")
_REFERENCE = re.compile(r"\d{3}|\d[/-]|[/-]\d|^[A-Z]{1,3},? [A-Z]{0,3} ?\d")
_DIGITS = 3
_MOST_SPECIAL = 4
"""Capitalised words that may follow a title and belong to it: "Software Architect Embedded Linux"."""
_LEVEL = re.compile(r" (?:I{1,3}|IV|V|[1-5]|L[1-9])\b")
_JOINT = re.compile(r" ([^\W\d_]{1,4}) ")
_MOST_WORDS = 6
_PLAIN_WORDS = 3
_MOST_TITLES = 60
_MOST_WORDS_ASIDE = 4
_TOLD = 2.5
"""What a capitalised title is worth that stands in a sentence without a frame."""
_PLAIN_IN_LINE = 2
_ENOUGH = 3.0
_NEAR = 4
"""Characters that may stand between a title and the frame behind it: a blank, a closing quote."""
_FRAME_GAP = 14
"""Characters that may stand between a frame and the title behind it: a determiner, a colon, an opening quote."""


@dataclass(frozen=True, slots=True)
class _Title:
    start: int
    end: int
    weight: float


def role(page: Page, company: str | None) -> Read[str] | None:
    """The title of the job as written; titles of the people who write or will interview are not it."""
    best: tuple[float, Read[str]] | None = None
    for passage, factor in ((page.subject, 1.0), (page.new, 1.0), (page.calendar, 0.9), (page.quoted, 0.8)):
        for title in _titles(passage, page, passage is page.subject):
            weight = title.weight * factor
            name = _cleaned(passage.text[title.start : title.end], company, page)
            if name and weight >= _ENOUGH * 0.8 and (best is None or weight > best[0]):
                start = passage.text.find(name.split()[0], title.start)
                end = start + len(name) if passage.text.startswith(name, start) else title.end
                best = (weight, Read(name, passage.evidence(start, end, "the title of the job")))
    return best[1] if best else None


def _titles(passage: Passage, page: Page, in_subject: bool) -> Iterator[_Title]:
    yield from _by_head(passage, page, in_subject)
    yield from _by_frame(passage, page)


def _by_head(passage: Passage, page: Page, in_subject: bool) -> Iterator[_Title]:
    """The titles around the nouns that titles are made of: Engineer, Nurse, Head of ..."""
    lexicon, text = page.lexicon, passage.text
    heads = word_set(lexicon, "role_words", "heads")
    words = list(_WORD.finditer(text)) if any(token in heads for token in passage.words.tokens) else []
    index = titles = 0
    while index < len(words) and titles < _MOST_TITLES:
        if not _is_head(words[index].group(), lexicon):
            index += 1
            continue
        first, last = _leftmost(words, index, text, page, in_subject), index
        while (
            last + 1 < len(words)
            and _joined(text, words[last], words[last + 1])
            and _is_head(words[last + 1].group(), lexicon)
        ):
            last += 1
        start, end = words[first].start(), words[last].end()
        if in_subject or _framed_before(passage, page, start, "role.opening"):
            end = _specialised(words, last, text, page)
        end = _right_end(text, end, page)
        yield _Title(start, end, _weight(passage, page, start, end, in_subject))
        index, titles = last + 1, titles + 1


def _specialised(words: list[re.Match[str]], last: int, text: str, page: Page) -> int:
    """How far a title reaches over the capitalised words behind its noun: "Developer Embedded Controls"."""
    end = words[last].end()
    for place in range(last + 1, min(last + 1 + _MOST_SPECIAL, len(words))):
        word = words[place].group()
        if text[words[place - 1].end() : words[place].start()] != " " or not (word == "&" or _is_special(word, page)):
            break
        end = end if word == "&" else words[place].end()
    return end


def _is_special(word: str, page: Page) -> bool:
    """True for a capitalised word that may tell what a title is about: no place, no firm's word, nobody's name."""
    return (
        word[0].isupper()
        and not _is_no_part(word, page)
        and folded(word) not in word_set(page.lexicon, "role_words", "never")
    )


def _is_head(word: str, lexicon: Lexicon) -> bool:
    heads = word_set(lexicon, "role_words", "heads")
    return folded(word) in heads or folded(re.split(r"[-/]", word)[-1]) in heads


def _leftmost(words: list[re.Match[str]], index: int, text: str, page: Page, in_subject: bool) -> int:
    """How far a title reaches to the left of its noun: over capitalised words and the words titles are made with.

    Plain words belong to it as well where they begin right behind an article or a frame, or begin the subject: "for
    collections assistant".
    """
    sure = _walked(words, index, text, page, _MOST_WORDS, _is_titular)
    plain = _walked(words, sure, text, page, _PLAIN_WORDS, _is_plain)
    if plain < sure and not words[plain].group()[0].isupper() and not words[sure].group()[0].isupper():
        before = words[plain - 1] if plain > 0 and text[words[plain - 1].end() : words[plain].start()] == " " else None
        opened = folded(before.group()) in _openers(page.lexicon) if before else in_subject
        sure = plain if opened else sure
    while sure < index and (words[sure].group() == "&" or words[sure].group().isdigit()):
        sure += 1
    return sure


def _walked(
    words: list[re.Match[str]], index: int, text: str, page: Page, most: int, belongs: Callable[[str, Page], bool]
) -> int:
    first = index
    while first > 0 and index - first < most and _joined(text, words[first - 1], words[first]):
        word = words[first - 1].group()
        if word.endswith(".") or folded(word) in word_set(page.lexicon, "role_words", "never"):
            break
        if not belongs(word, page):
            break
        first -= 1
    return first


def _is_titular(word: str, page: Page) -> bool:
    if sum(letter.isdigit() for letter in word) >= _DIGITS or "_" in word:
        return False
    return (
        word[0].isupper()
        or (word[0].isdigit() and len(word) < _DIGITS)
        or word == "&"
        or folded(word) in word_set(page.lexicon, "role_words", "modifiers")
    )


def _is_plain(word: str, page: Page) -> bool:
    return word[0].isalpha() and folded(word) not in page.lexicon.words


def _openers(lexicon: Lexicon) -> frozenset[str]:
    return word_set(lexicon, "role_words", "determiners") | word_set(lexicon, "role_words", "openers")


def _joined(text: str, left: re.Match[str], right: re.Match[str]) -> bool:
    return text[left.end() : right.start()] in _JOINTS


def _right_end(text: str, end: int, page: Page) -> int:
    """How far a title reaches to the right of its noun: a level, "of Data", ", Payments", "(Platform)"."""
    level = _LEVEL.match(text, end)
    end = level.end() if level else end
    end = _of_what(text, end, page.lexicon)
    return _over_asides(text, end, page)


def _over_asides(text: str, end: int, page: Page) -> int:
    """The end behind ", Payments" and "(Platform)"; a reference, a place and a day are no part of a title."""
    for _ in range(2):
        aside = _ASIDE.match(text, end)
        if aside is None:
            break
        bracketed = aside[1].endswith("(")
        reach = _aside_end(text, aside, bracketed, page)
        words = text[aside.start(2) : reach]
        closed = text[reach : reach + 1] == ")"
        if not words or (bracketed != closed and bracketed) or _is_no_part(words, page) or _REFERENCE.search(words):
            break
        if not (bracketed or words[0].isupper()):
            break
        end = reach + bracketed
    return end


def _aside_end(text: str, aside: re.Match[str], bracketed: bool, page: Page) -> int:
    """Where an aside ends: at its bracket, at a mark, or before a word that leads on in the sentence."""
    start, limit = aside.span(2)
    if bracketed:
        close = text.find(")", start, limit + 1)
        return close if close >= 0 else start
    stop = _ASIDE_ENDS.search(text, start, limit + 1)
    reach = stop.start() if stop else limit
    leads_on = word_set(page.lexicon, "role_words", "aside_ends")
    for word in _WORD.finditer(text, start, reach):
        if word.start() > start and folded(word.group()) in leads_on:
            return word.start() - 1
    return reach if stop or reach >= len(text) or text[reach : reach + 1] in ("", "\n") else start


def _of_what(text: str, end: int, lexicon: Lexicon) -> int:
    joint = _JOINT.match(text, end)
    if joint is None or folded(joint[1]) not in word_set(lexicon, "role_words", "of"):
        return end
    position, reach = joint.end(), end
    for _ in range(4):
        word = _WORD.match(text, position)
        if word is None or not (word.group()[0].isupper() or (reach > end and word.group() in ("&", "and"))):
            break
        if word.group() not in ("&", "and"):
            reach = word.end()
        if text[word.end() : word.end() + 1] != " ":
            break
        position = word.end() + 1
    return reach


def _is_no_part(aside: str, page: Page) -> bool:
    """True for what follows a title but is no part of it: a place, a work mode, a firm, a day."""
    words = [folded(word) for word in re.split(r"[\s/&-]+", aside) if word]
    lexicon = page.lexicon
    outside = (
        word_set(lexicon, "role_words", "outside") | page.reader_names | word_set(lexicon, "company_words", "never")
    )
    if len(words) > _MOST_WORDS_ASIDE:
        return True
    known_place = any(country_of_place(lexicon, part.strip()) for part in re.split(r"[,/]", aside))
    firm = len(words) > 1 and words[-1] in word_set(lexicon, "company_words", "firm")
    return known_place or firm or any(word in outside for word in words)


def _weight(passage: Passage, page: Page, start: int, end: int, in_subject: bool) -> float:
    """How surely a title is the job's: by what frames it and where it stands, unless a person bears it."""
    weight = 3.0 if in_subject else 0.0
    framed = 0.0
    if _framed_before(passage, page, start, "role.opening"):
        framed += 4.0
    if any(0 <= hit.start - end <= _NEAR for hit in passage.hits("role.closing")):
        framed += 4.0
    if " " in passage.text[start:end] and passage.text[start].isupper():
        weight += 1.0 if in_subject or not _is_told(passage, page, start, end) else _TOLD
    if _framed_before(passage, page, start, "role.before_now"):
        return 0.0
    if not framed and _is_borne(passage, page, start, end):
        return 0.0
    if any(0 <= hit.start - end <= 1 for hit in passage.hits("role.closing_weak")):
        framed += 4.0
    recruits = any(hit.start < end and start < hit.end for hit in passage.hits("role.recruiting"))
    return weight + framed - (3.0 if recruits else 0.0)


def _is_told(passage: Passage, page: Page, start: int, end: int) -> bool:
    """True where the line of a title holds plain words too, or all of it in a robot's mail: no line of a signature."""
    left, right = passage.text.rfind("\n", 0, start) + 1, passage.text.find("\n", end)
    around = passage.text[left:start] + " " + passage.text[end : right if right >= 0 else len(passage.text)]
    words = [word.group() for word in _WORD.finditer(around)]
    sender = page.message.sender
    if not words and sender is not None and page.lexicon.senders.find(sender.email):
        return page.lexicon.senders.reaches_person(sender.email) is not True
    return sum(word[0].islower() and folded(word) in page.lexicon.words for word in words) >= _PLAIN_IN_LINE


def _framed_before(passage: Passage, page: Page, start: int, group: str) -> bool:
    """True where a frame leads to a title with nothing but a determiner in between."""
    return any(
        0 <= start - hit.end <= _FRAME_GAP and _only_determiners(passage.text[hit.end : start], page)
        for hit in passage.hits(group)
    )


def _only_determiners(between: str, page: Page) -> bool:
    words = between.strip(" \n\t:\"'“‘*").split()
    passed = word_set(page.lexicon, "role_words", "determiners") | word_set(page.lexicon, "role_words", "passed")
    return all(folded(word) in passed for word in words)


def _is_borne(passage: Passage, page: Page, start: int, end: int) -> bool:
    """True where a person bears the title: "Ines Prado, Engineering Manager", "our CTO Ines", "I am a recruiter"."""
    text = passage.text
    if re.match(r",? [^\W\d_a-z][^\W\d_]+", text[end : end + 24]) and not text[start].islower():
        return passage is not page.subject
    if re.search(
        r"[^\W\d_a-z][^\W\d_]+(?: [^\W\d_a-z][^\W\d_]+)?(?:, | \(| [-–—|] |,? (?:our|the) )$",
        text[max(0, start - 40) : start],
    ):
        return passage is not page.subject
    return _framed_before(passage, page, start, "role.borne")


def _by_frame(passage: Passage, page: Page) -> Iterator[_Title]:
    """Titles made of words nobody listed, where a frame on either side makes them one: "the Growth Wizard role"."""
    for hit in passage.hits("role.named"):
        start = hit.end
        while start < len(passage.text) and start - hit.end < _NEAR and passage.text[start] in " \t:\"'“‘*":
            start += 1
        end = _run_end(passage.text, start, page)
        if end > start:
            yield _Title(start, end, 4.0)
    for hit in passage.hits("role.closing"):
        before = list(_WORD.finditer(passage.text, max(0, hit.start - 70), hit.start))
        first = len(before)
        while (
            first > 0
            and passage.text[before[first - 1].end() : (before[first].start() if first < len(before) else hit.start)]
            in _JOINTS
        ):
            word = before[first - 1].group()
            if not _is_titular(word, page) or folded(word) in word_set(page.lexicon, "role_words", "never"):
                break
            first -= 1
        opened = first > 0 and folded(before[first - 1].group()) in word_set(page.lexicon, "role_words", "determiners")
        tells = any(_tells_a_role(word.group(), page) for word in before[first:])
        sure = any(other.start == hit.start for other in passage.hits("role.closing_sure"))
        if first < len(before) and opened and (tells or sure):
            yield _Title(before[first].start(), before[-1].end(), 3.5)


def _tells_a_role(word: str, page: Page) -> bool:
    """True for a capitalised word that is more than a tool or the manner of a talk."""
    known = folded(word) in word_set(page.lexicon, "role_words", "modifiers")
    return word[0].isupper() and not known and folded(word) not in word_set(page.lexicon, "company_words", "tools")


def _run_end(text: str, start: int, page: Page) -> int:
    position, end = start, start
    for _ in range(_MOST_WORDS):
        word = _WORD.match(text, position)
        if word is None or folded(word.group()) in word_set(page.lexicon, "role_words", "never"):
            break
        if not _is_titular(word.group(), page):
            break
        end = word.end()
        if text[end : end + 1] != " ":
            break
        position = end + 1
    return _right_end(text, end, page) if end > start else start


def _without_firm(name: str, company: str | None) -> str:
    """A title without the firm, or the first words of its name, behind a comma or a dash."""
    for sign in (", ", " - ", " – "):
        title, found, firm = name.rpartition(sign)
        if found and company and folded(company).startswith(folded(firm)):
            return title
    return name


def _cleaned(title: str, company: str | None, page: Page) -> str | None:
    """A title without the company's name, line breaks and marks around it; None where nothing of a title is left."""
    name = " ".join(title.split()).strip(" ,-–—:;\"'“”*")
    if company and folded(name).startswith(folded(company) + " "):
        name = name[len(company) + 1 :]
    name = _without_firm(name, company)
    words = name.split()
    if (
        not words
        or len(name) < 2
        or all(folded(word) in word_set(page.lexicon, "role_words", "never") for word in words)
    ):
        return None
    if company and folded(name) == folded(company):
        return None
    return None if len(words) == 1 and folded(words[0]) in word_set(page.lexicon, "role_words", "bare") else name

"""A proofreader for drafts: reads a letter as its sender would before sending it, and names what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agent.core.model import Action, Matter, Verdict
from agent.core.profile import Profile

_MOST_WORDS = 120
_MOST_WORDS_WITH_TIMES = 160
_PLACEHOLDER = re.compile(r"\b(?:null|none|nan|undefined|todo|tbd)\b|[{}<>\[\]|_]|%[sd]|\bX+\b", re.IGNORECASE)
_APOLOGY = re.compile(r"\b(?:sorry|apolog\w+|unfortunately|regret\w*|afraid)\b", re.IGNORECASE)
_GENDER = re.compile(r"\b(?:Mr|Ms|Mrs|Miss|Sir|Madam)\b", re.IGNORECASE)
_SET_PHRASES = ("all the best", "every success", "glad to", "happy to", "thank you", "i look forward", "straight away")
_PRIVATE = re.compile(
    r"\b(?:famil\w+|child\w*|kids?|wife|husband|partner|school|health|pregnan\w+|visa status)\b", re.IGNORECASE
)  # fmt: skip
_DAY = re.compile(r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day (\d{1,2}) ([A-Z][a-z]+)(?: (\d{4}))?")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip
_WEEKDAYS = ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun")
_UNDECIDED = re.compile(
    r"\b(?:glad|happy|gladly|yes|like (?:to|that)|decided|pass|decline|no|final|may I|before I can|time)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A draft with all that it may speak of; ``mail`` is the text it answers, whose own titles may be used."""

    body: str
    matter: Matter
    verdict: Verdict
    profile: Profile
    now: datetime
    mail: str = ""

    @property
    def paragraphs(self) -> list[str]:
        return self.body.strip().split("\n\n")

    @property
    def dates(self) -> list[tuple[str, date]]:
        """The days the letter names, each as (weekday written, date)."""
        return [
            (weekday, date(int(year or self.now.year), _MONTHS.index(month) + 1, int(day)))
            for weekday, day, month, year in _DAY.findall(self.body)
        ]


def faults(letter: Letter) -> list[str]:
    """What is wrong with a letter; nothing where it may be sent as it is."""
    return [fault for check in CHECKS for fault in check(letter)]


def too_long(letter: Letter) -> Iterator[str]:
    most = _MOST_WORDS_WITH_TIMES if letter.verdict.action is Action.ACCEPT else _MOST_WORDS
    if (words := len(letter.body.split())) > most:
        yield f"{words} words"


def a_placeholder(letter: Letter) -> Iterator[str]:
    yield from (f"placeholder {found.group()!r}" for found in _PLACEHOLDER.finditer(letter.body))


def an_apology_spiral(letter: Letter) -> Iterator[str]:
    if len(_APOLOGY.findall(letter.body)) > 1:
        yield "apologises more than once"


def a_guessed_gender(letter: Letter) -> Iterator[str]:
    signed = {found.group() for found in _GENDER.finditer(letter.mail)}
    told = (found.group() for found in _GENDER.finditer(letter.body))
    yield from (f"guesses a gender: {title}" for title in told if title not in signed)


def a_private_reason(letter: Letter) -> Iterator[str]:
    told = " ".join(entry.who for entry in letter.profile.ask_first)
    yield from (f"private: {found.group()}" for found in _PRIVATE.finditer(letter.body))
    if told and told.lower() in letter.body.lower():
        yield f"names who is asked first: {told}"


def the_pay_floor(letter: Letter) -> Iterator[str]:
    floor = letter.profile.pay_floor
    digits = re.sub(r"\D", "", letter.body)
    if floor and floor.minimum and str(int(floor.minimum)) in digits:
        yield "reveals the pay floor"


def another_employer(letter: Letter) -> Iterator[str]:
    others = (*letter.profile.companies_preferred, *letter.profile.companies_avoided)
    yield from (f"names another employer: {name}" for name in others if name in letter.body)


def a_wrong_weekday(letter: Letter) -> Iterator[str]:
    yield from (f"{day} is no {name}day" for name, day in letter.dates if _WEEKDAYS[day.weekday()] != name)


def a_day_in_the_past(letter: Letter) -> Iterator[str]:
    yield from (f"{day} is past" for _, day in letter.dates if day < letter.now.date() - timedelta(days=1))


def a_day_out_of_nowhere(letter: Letter) -> Iterator[str]:
    verdict, matter = letter.verdict, letter.matter
    moments = [slot.starts_at for slot in (verdict.slot, verdict.fallback, *verdict.offer) if slot]
    known = {day for day in (matter.deadline, verdict.hold_until) if day}
    near = {moment.date() + timedelta(days=step) for moment in moments for step in (-1, 0, 1)}
    yield from (f"{day} is in neither mail nor verdict" for _, day in letter.dates if day not in known | near)


def no_signature(letter: Letter) -> Iterator[str]:
    signature = letter.profile.signature or letter.profile.name
    if not letter.body.endswith(f",\n{signature}\n"):
        yield "not signed"


def a_late_decision(letter: Letter) -> Iterator[str]:
    if letter.verdict.action is Action.ACKNOWLEDGE:
        return
    second = letter.paragraphs[1] if len(letter.paragraphs) > 1 else ""
    sentences = re.split(r"(?<=[.?:]) ", second)
    if not _UNDECIDED.search(" ".join(sentences[1:3] or sentences)):
        yield f"no decision near the beginning: {second!r}"


def a_phrase_said_twice(letter: Letter) -> Iterator[str]:
    words = letter.body.lower()
    yield from (f"says {phrase!r} twice" for phrase in _SET_PHRASES if words.count(phrase) > 1)


def untidy_space(letter: Letter) -> Iterator[str]:
    if re.search(r"  | \n|\n\n\n| [.,;:?]|[.,]{2}|\bthe the\b", letter.body):
        yield "untidy space or signs"


CHECKS: tuple[Callable[[Letter], Iterator[str]], ...] = (
    too_long,
    a_placeholder,
    an_apology_spiral,
    a_guessed_gender,
    a_private_reason,
    the_pay_floor,
    another_employer,
    a_wrong_weekday,
    a_day_in_the_past,
    a_day_out_of_nowhere,
    no_signature,
    a_late_decision,
    a_phrase_said_twice,
    untidy_space,
)

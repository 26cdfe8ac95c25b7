"""Word a verdict from the letter templates, ``templates/<language>/<action>.txt.j2``.

A template knows these names, and a name that is missing stops the draft:

``kind``, ``stage``, ``subkind``, ``reason``
    the words of the product, as text (``stage`` and ``subkind`` are none where there is none)
``company``, ``agency``, ``role``, ``person``, ``first_name``, ``last_name``, ``title``
    as the mail has them, none where it does not; ``agency`` is true where a recruiter writes for the company,
    ``person`` is the full name of who is answered, and ``title`` is the one they sign with ("Ms", "Dr."), never a guess
``addressed``, ``greeted_with``
    how the mail addresses the user ("first", "last" or "none") and the word it greets with, in lower case
``slot``, ``fallback``, ``offer``
    the time taken, the other that would do, the times offered: each a :class:`Shown`
``times_clash``, ``times_past``, ``times_open``, ``booking_page``
    whether the times on offer are all taken, all past, some to come, and whether there is a page to book on
``questions``, ``ambiguous``
    the keys of what is asked, and the phrase of time that can be read in two ways
``hold_until``, ``deadline``, ``deadline_past``, ``today``, ``this_year``, ``twelve_hours``
    days (``deadline`` only while it is to come), the year now, and whether times are written with am and pm
``late``, ``stay_in_touch``, ``interested``
    whether the answer is late, whether the user keeps these people warm, and whether the job itself speaks to them
``pick(one, other, ...)``
    one of several wordings, always the same for the same mail, so that twenty letters do not read alike

Line breaks inside a paragraph are for the author of the template: the drafter joins them, except before ``- ``. The
last paragraph is the closing; the drafter signs below it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from agent.core.decide.facts import kept_warm, zone_of
from agent.core.decide.words import word_list
from agent.core.model import Action, Lens, Matter, ParsedMessage, Pull, Slot, Stage, Verdict, Wording
from agent.core.profile import Profile

_FIRST_LANGUAGE = "en"
_SUFFIX = ".txt.j2"

_LATE = timedelta(days=4)
_WINDOW_FROM = timedelta(hours=2)
_LONG_STAGES = frozenset({Stage.PANEL, Stage.ONSITE})
_LONGEST_FACT = 80
_LONGEST_GREETING = 80
_MOST_NAMES = 5

_UNFIT_FACT = re.compile(r"[<>{}|\\]|://|www\.")
"""What no company or title holds: the remains of markup, of an unfilled template, of a link."""
_UNFILLED = frozenset({"null", "none", "nan", "undefined", "unknown", "n/a"})
_NAME = re.compile(r"[^\W\d_][^\d_<>@:;,!?/\\(){}\[\]]*")
_STOP = re.compile(r"[,!:;]|\s[-–—]\s")
_INITIAL = re.compile(r"[^\W\d_]\.?")
_TITLES = frozenset({"mr", "ms", "mrs", "miss", "mx", "dr", "prof", "herr", "frau"})
"""Titles that people sign with; one is used only where the mail has it before the very name that is answered."""
_SIGNED_WITHIN = 12
"""Lines at the end of a mail in which its writer signs."""
_TWELVE_HOURS = re.compile(r"\d\s?[ap]\.?m\b", re.IGNORECASE)
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d\d\b")
_TWELVE_HOUR_COUNTRIES = frozenset({"AU", "CA", "IN", "NZ", "PH", "US"})
"""Where people write am and pm; this counts where the mail writes no time itself."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A time as a letter shows it: in the sender's zone and, where the clock differs, in the user's own.

    ``window`` is True where it is a stretch to choose from.
    """

    starts_at: datetime
    ends_at: datetime | None
    zone: str
    own_starts_at: datetime | None
    own_ends_at: datetime | None
    own_zone: str
    window: bool


class TemplateDrafter:
    """Words verdicts from a folder of templates; a language without a template is answered in English."""

    def __init__(self, folder: Path) -> None:
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates = frozenset(self._environment.list_templates())

    def word(
        self, message: ParsedMessage, matter: Matter, verdict: Verdict, profile: Profile, now: datetime
    ) -> Wording:
        """The text of the reply, signed; raises where a template asks for a fact that is missing."""
        language, name = self._template_for(matter.language, verdict.action)
        letter = self._environment.get_template(name).render(_known(message, matter, verdict, profile, now))
        return Wording(_signed(_reflowed(letter), profile), name.removesuffix(_SUFFIX), language)

    def _template_for(self, language: str, action: Action) -> tuple[str, str]:
        """The language that is written, and the template: that of the mail, else English."""
        primary = language.partition("-")[0].lower()
        name = f"{primary}/{action.value}{_SUFFIX}"
        if name in self._templates:
            return primary, name
        return _FIRST_LANGUAGE, f"{_FIRST_LANGUAGE}/{action.value}{_SUFFIX}"


# ------------------------------------------------------------------------------------------------ what a template knows


def _known(
    message: ParsedMessage, matter: Matter, verdict: Verdict, profile: Profile, now: datetime
) -> dict[str, object]:
    """All the names of a template, from the mail, the verdict and the config; nothing else is ever told."""
    return {
        "kind": verdict.kind.value,
        "stage": verdict.stage.value if verdict.stage else None,
        "subkind": verdict.subkind.value if verdict.subkind else None,
        "reason": verdict.reason.value,
        "questions": verdict.questions,
        "ambiguous": _fact(matter.ambiguities[0].phrase) if matter.ambiguities else None,
        "late": now - message.dated_at > _LATE or _deadline_is_past(matter, profile, now),
        "stay_in_touch": kept_warm(profile.keep_warm, matter, message) is not None,
        "interested": _is_interested(verdict),
        "pick": _picker(message),
        **_people(message, matter, profile),
        **_times(message, matter, verdict, profile, now),
    }


def _is_interested(verdict: Verdict) -> bool:
    """True where something in the job speaks for it and nothing in the mail against it."""
    pulls = {rule.pull for rule in verdict.rules}
    speaks = any(rule.lens is Lens.CAREER and rule.pull is Pull.YES for rule in verdict.rules)
    return speaks and not pulls & {Pull.NO, Pull.DEAL_BREAKER}


def _people(message: ParsedMessage, matter: Matter, profile: Profile) -> dict[str, object]:
    person = _person(matter.contact_name)
    opening = _opening(message)
    return {
        "company": _fact(matter.company),
        "agency": matter.agency,
        "role": _fact(matter.role),
        "person": person,
        "first_name": _first_name(person) if person else None,
        "last_name": _last_name(person) if person else None,
        "title": _title(message, person) if person else None,
        "addressed": _addressed(opening, profile),
        "greeted_with": opening[0] if opening else "",
    }


def _times(
    message: ParsedMessage, matter: Matter, verdict: Verdict, profile: Profile, now: datetime
) -> dict[str, object]:
    past = bool(matter.slots) and all(slot.starts_at <= now for slot in matter.slots)
    today = now.astimezone(zone_of(profile)).date()

    def shown(slot: Slot, written: Slot | None) -> Shown:
        return _shown(slot, _sender_zone(written, message, matter, profile), zone_of(profile), verdict.stage)

    return {
        "slot": shown(verdict.slot, verdict.slot) if verdict.slot else None,
        "fallback": shown(verdict.fallback, verdict.fallback) if verdict.fallback else None,
        "offer": tuple(shown(slot, next(iter(matter.slots), None)) for slot in verdict.offer),
        "times_clash": bool(matter.slots) and verdict.slot is None and not past,
        "times_past": past and verdict.slot is None,
        "times_open": bool(matter.slots) and not past,
        "booking_page": matter.scheduling_url is not None,
        "hold_until": verdict.hold_until,
        "deadline": matter.deadline if matter.deadline and matter.deadline >= today else None,
        "deadline_past": _deadline_is_past(matter, profile, now),
        "today": today,
        "this_year": today.year,
        "twelve_hours": _twelve_hours(message, profile),
    }


def _deadline_is_past(matter: Matter, profile: Profile, now: datetime) -> bool:
    return matter.deadline is not None and matter.deadline < now.astimezone(zone_of(profile)).date()


def _twelve_hours(message: ParsedMessage, profile: Profile) -> bool:
    """True where the mail writes am and pm, or writes no time and the user lives where people do."""
    if _TWELVE_HOURS.search(message.text):
        return True
    return profile.home_country in _TWELVE_HOUR_COUNTRIES and not _CLOCK.search(message.text)


def _fact(text: str | None) -> str | None:
    """A company or title fit to be written in a letter, on one line; None where it cannot be one."""
    plain = " ".join((text or "").split())
    unfit = not plain or len(plain) > _LONGEST_FACT or _UNFIT_FACT.search(plain) or plain.lower() in _UNFILLED
    return None if unfit or not plain.isprintable() else plain


def _person(name: str | None) -> str | None:
    """The name of a person, family name last; None where it is none that one could write to."""
    family, comma, given = (name or "").partition(",")
    plain = _fact(f"{given} {family}" if comma else family)
    if plain is None or len(plain.split()) > _MOST_NAMES or not _NAME.fullmatch(plain):
        return None
    return plain


def _first_name(person: str) -> str:
    """The first name, or all of the name where it begins with an initial."""
    first = person.split()[0]
    return person if _INITIAL.fullmatch(first) else first


def _last_name(person: str) -> str:
    """The last name, with what belongs to it ("de Wit")."""
    words = person.split()
    start = next((place for place, word in enumerate(words) if place and word[0].islower()), len(words) - 1)
    return " ".join(words[start:])


def _title(message: ParsedMessage, person: str) -> str | None:
    """The title before that person's name where they sign, or in the name they write under; None without one."""
    lines = (*message.text.split("\n")[-_SIGNED_WITHIN:], *message.signature.split("\n")[:_SIGNED_WITHIN])
    shown = message.sender.name if message.sender else ""
    names = set(word_list(person))
    for line in (*lines, shown):
        head, _, rest = line.strip().partition(",")[0].partition(" ")
        written = set(word_list(rest)) - _TITLES
        if head.rstrip(".").lower() in _TITLES and head[:1].isupper() and written and written <= names:
            return head
    return None


def _opening(message: ParsedMessage) -> tuple[str, ...]:
    """The words of the greeting: the first line up to its first stop, where that is short enough to be one."""
    first = next((line.strip() for line in message.text[:2000].split("\n") if line.strip()), "")
    greeting = _STOP.split(first, maxsplit=1)[0]
    return word_list(greeting) if len(greeting) <= _LONGEST_GREETING else ()


def _addressed(opening: tuple[str, ...], profile: Profile) -> str:
    """How the mail addresses the user: by the first name alone, by the last name, or by none."""
    names = word_list(profile.name)
    if len(names) > 1 and names[-1] in opening:
        return "last"
    return "first" if names and names[0] in opening else "none"


# ------------------------------------------------------------------------------------------------ times


def _sender_zone(written: Slot | None, message: ParsedMessage, matter: Matter, profile: Profile) -> tzinfo:
    """The zone the sender wrote a time in (calendars keep UTC, which nobody wrote), else that of their clock."""
    if written and not (matter.event_uid and written.starts_at.tzname() == "UTC"):
        return written.starts_at.tzinfo or UTC
    return _clock_zone(message, profile)


def _clock_zone(message: ParsedMessage, profile: Profile) -> tzinfo:
    """The offset of the mail's Date; the user's zone where that shows the same clock, or a server's (UTC)."""
    own, sent_at = zone_of(profile), message.sent_at
    if sent_at is None or not sent_at.utcoffset() or sent_at.utcoffset() == sent_at.astimezone(own).utcoffset():
        return own
    return sent_at.tzinfo or own


def _shown(slot: Slot, theirs: tzinfo, own: ZoneInfo, stage: Stage | None) -> Shown:
    """One time in both zones; in one where both clocks show the same."""
    starts_at, own_starts_at = slot.starts_at.astimezone(theirs), slot.starts_at.astimezone(own)
    same_clock = starts_at.utcoffset() == own_starts_at.utcoffset()
    named = own_starts_at if same_clock and not _has_name(starts_at) else starts_at
    ends_at = slot.ends_at
    window = ends_at is not None and stage not in _LONG_STAGES and ends_at - slot.starts_at >= _WINDOW_FROM
    return Shown(
        starts_at=starts_at,
        ends_at=ends_at.astimezone(theirs) if ends_at else None,
        zone=_zone_label(named),
        own_starts_at=None if same_clock else own_starts_at,
        own_ends_at=None if same_clock or not ends_at else ends_at.astimezone(own),
        own_zone=_zone_label(own_starts_at),
        window=window,
    )


def _has_name(moment: datetime) -> bool:
    name = moment.tzname() or ""
    return name.isalpha() and name.isupper()


def _zone_label(moment: datetime) -> str:
    """What people call the zone at that moment ("CET"), else its offset.

    A name that stands for several zones is told apart by the user's own time beside it.
    """
    return (moment.tzname() or "") if _has_name(moment) else _offset_label(moment)


def _offset_label(moment: datetime) -> str:
    minutes = int((moment.utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


# ------------------------------------------------------------------------------------------------ wording


def _picker(message: ParsedMessage) -> Callable[..., str]:
    """A choice between wordings that is always the same for the same mail and the same wordings."""
    seed = message.message_id or message.ref.key

    def pick(*wordings: str) -> str:
        digest = sha256("\n".join((seed, *wordings)).encode("utf-8", "replace")).digest()
        return wordings[int.from_bytes(digest[:4], "big") % len(wordings)]

    return pick


def _reflowed(letter: str) -> str:
    """The letter with one line a paragraph, list items on lines of their own, and no stray space."""
    paragraphs = re.split(r"\n[ \t]*(?:\n[ \t]*)+", letter.strip())
    return "\n\n".join(filter(None, map(_joined, paragraphs)))


def _joined(paragraph: str) -> str:
    lines: list[str] = []
    for line in paragraph.split("\n"):
        words = " ".join(line.split())
        if not words:
            continue
        if lines and not words.startswith("- ") and not lines[-1].startswith("- "):
            lines[-1] += f" {words}"
        else:
            lines.append(words)
    return "\n".join(lines)


def _signed(letter: str, profile: Profile) -> str:
    """The letter with the user's signature, or name, below its closing."""
    signature = "\n".join(line.rstrip() for line in (profile.signature or profile.name).splitlines())
    return f"{letter}\n{signature}".rstrip("\n") + "\n"

"""The times a mail leaves to be chosen or confirmed, the time agreed before, and the day to act by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from agent.core.cues import words_of
from agent.core.facts.page import Page, Passage, Read, word_set
from agent.core.facts.places import sender_country
from agent.core.model import Ambiguity, Earlier, Evidence, ItipEvent, Kind, Slot
from agent.core.when import Found, find_dates, find_slots
from agent.core.when import Times as SaidTimes

_METHODS_WITH_A_TIME = frozenset({"REQUEST", "COUNTER", "PUBLISH", ""})
_OFFERING = frozenset({Kind.INVITATION, Kind.ASSESSMENT, Kind.RESCHEDULE, Kind.OUTREACH, Kind.FOLLOWUP, Kind.OFFER})
_LATELY = timedelta(hours=12)
_NOTHING_TO_DO = frozenset({Kind.ACKNOWLEDGEMENT, Kind.REJECTION, Kind.JOB_ALERT})
"""Kinds of mail that ask nothing of the reader; the days they name are the sender's."""
_FAR = 60
"""Characters from a time within which words right behind it still speak of it."""
_LEAD = 24
"""Characters that may stand between a limiting word and its day."""


@dataclass(frozen=True, slots=True)
class Times:
    """What a mail says of times: on offer, agreed before, and which phrases could not be told."""

    slots: tuple[Slot, ...] = ()
    agreed: Slot | None = None
    ambiguities: tuple[Ambiguity, ...] = ()
    evidence: tuple[tuple[str, Evidence], ...] = ()


def times(page: Page, earlier: Earlier) -> Times:
    """The times to choose from; exact ones of the calendar parts win over prose, agreed and past ones are none."""
    kind = page.classification.kind
    if kind in (Kind.CONFIRMATION, Kind.CANCELLATION):
        return _agreed_times(page, earlier)
    if kind not in _OFFERING:
        return Times()
    said = _said_times(page)
    if not said.slots and not said.ambiguities and page.new.says("times.pointer"):
        return _pointed_at(page, earlier)
    coming = [found for found in said.slots if found.slot.starts_at > page.message.dated_at]
    old = [found for found in coming if _is_old(page.new, found)]
    agreed = old[0].slot if old and kind is Kind.RESCHEDULE else earlier.agreed
    if exact := _exact_times(page):
        return Times(tuple(slot for slot, _ in exact), agreed, (), tuple(("slots", words) for _, words in exact))
    offered = [found for found in coming if found not in old and not _is_taken(page.new, found, earlier)]
    if not offered and (same := _same_time(page, agreed, old)):
        return same
    return Times(
        slots=_distinct(found.slot for found in offered),
        agreed=agreed,
        ambiguities=tuple(ambiguity for ambiguity, _, _ in said.ambiguities),
        evidence=tuple(("slots", page.new.evidence(found.start, found.end, "a time on offer")) for found in offered),
    )


def _pointed_at(page: Page, earlier: Earlier) -> Times:
    """The coming times of the quoted part, where the new text says to look there."""
    said = find_slots(page.quoted.text, page.lexicon, page.message.dated_at, country=sender_country(page))
    coming = [found for found in said.slots if found.slot.starts_at > page.message.dated_at]
    offered = [found for found in coming if not _is_taken(page.quoted, found, earlier)]
    return Times(
        slots=_distinct(found.slot for found in offered),
        agreed=earlier.agreed,
        evidence=tuple(("slots", page.quoted.evidence(found.start, found.end, "a time on offer")) for found in offered),
    )


def _same_time(page: Page, agreed: Slot | None, old: list[Found]) -> Times | None:
    """A new day at the hour agreed before: "Could we do tomorrow instead, same time?"."""
    hit = next(iter(page.new.hits("times.same_time")), None)
    before = agreed or (old[0].slot if old else _last_in_quoted(page))
    if hit is None or before is None:
        return None
    for found in find_dates(page.new.text, page.lexicon, page.message.dated_at, country=sender_country(page)):
        if page.new.words.sentence(found.start) == hit.sentence and found.day > page.message.dated_at.date():
            days = found.day - before.starts_at.date()
            slot = Slot(before.starts_at + days, before.ends_at + days if before.ends_at else None)
            if slot.starts_at != before.starts_at:
                words = page.new.evidence(found.start, found.end, "another day, the same time")
                return Times((slot,), before, (), (("slots", words),))
    return None


def _last_in_quoted(page: Page) -> Slot | None:
    """The first time the quoted part names that was still to come lately: not when its messages were written."""
    said = find_slots(page.quoted.text, page.lexicon, page.message.dated_at, country=sender_country(page)).slots
    lately = page.message.dated_at - _LATELY
    return next((found.slot for found in said if found.slot.starts_at > lately), None)


def latest_event(page: Page) -> ItipEvent | None:
    """The event of the calendar parts with the highest SEQUENCE, then the newest stamp (RFC 5546, 2.1.4)."""
    return max(page.message.events, key=_revision, default=None)


def _revision(event: ItipEvent) -> tuple[int, float]:
    return event.sequence, event.stamp.timestamp() if event.stamp else 0.0


def _said_times(page: Page) -> SaidTimes:
    return find_slots(page.new.text, page.lexicon, page.message.dated_at, country=sender_country(page))


def _exact_times(page: Page) -> list[tuple[Slot, Evidence]]:
    """The coming times of the calendar parts, the latest revision of each event, in order."""
    latest: dict[tuple[str, str | None], ItipEvent] = {}
    for event in sorted(page.message.events, key=_revision):
        latest[event.event_uid, event.recurrence_id] = event
    timed = ((slot, event) for event in latest.values() if (slot := _slot_of(event)))
    coming = [(slot, event) for slot, event in timed if slot.starts_at > page.message.dated_at]
    coming.sort(key=lambda pair: pair[0].starts_at)
    return [
        (slot, Evidence(event.summary or event.event_uid, None, None, "the calendar part")) for slot, event in coming
    ]


def _slot_of(event: ItipEvent) -> Slot | None:
    if event.starts_at is None or event.all_day or not event.zone_known:
        return None
    if event.method not in _METHODS_WITH_A_TIME or event.status == "CANCELLED":
        return None
    return Slot(event.starts_at, event.ends_at)


def _agreed_times(page: Page, earlier: Earlier) -> Times:
    """A confirmation or cancellation offers nothing; it names what was agreed."""
    for event in sorted(page.message.events, key=_revision, reverse=True):
        if event.starts_at is not None and event.zone_known:
            return Times(agreed=Slot(event.starts_at, event.ends_at))
    said = _said_times(page).slots
    if not said:
        return Times(agreed=earlier.agreed)
    first = next((found for found in said if found.slot.starts_at > page.message.dated_at), said[0])
    words = page.new.evidence(first.start, first.end, "the time agreed")
    return Times(agreed=first.slot, evidence=(("agreed", words),))


def _is_old(passage: Passage, found: Found) -> bool:
    """True where the words before a time speak of what was agreed, or those behind it say that it fell through."""
    return _said_last(passage, found, "times.old", "times.fresh") or _said_behind(passage, found, "times.fell_through")


def _is_taken(passage: Passage, found: Found, earlier: Earlier) -> bool:
    """True for a time that somebody is away, that was agreed before, or that is a limit to act by."""
    if earlier.agreed and found.slot.starts_at == earlier.agreed.starts_at:
        return True
    if any(_said_last(passage, found, group, "times.fresh") for group in ("times.away", "deadline.firm")):
        return True
    return _said_just_before(passage, found.start, "times.limit") or _called_limit(passage, found.end)


def _said_last(passage: Passage, found: Found, group: str, against: str) -> bool:
    """True where, of the words that lead to a time in its sentence, the last of either group belongs to ``group``."""
    sentence = passage.words.sentence(found.start)

    def last(name: str) -> int:
        ends = (hit.end for hit in passage.hits(name) if hit.sentence == sentence and hit.start < found.start)
        return max(ends, default=-1)

    return -1 < last(group) >= last(against)


def _said_behind(passage: Passage, found: Found, group: str) -> bool:
    sentence = passage.words.sentence(found.start)
    behind = (hit for hit in passage.hits(group) if hit.sentence == sentence and hit.start >= found.end)
    hit = next(behind, None)
    if hit is None or hit.start > found.end + _FAR:
        return False
    return not any(found.end <= fresh.start < hit.start for fresh in passage.hits("times.fresh"))


def _said_just_before(passage: Passage, position: int, group: str) -> bool:
    return any(0 <= position - hit.end <= 2 for hit in passage.hits(group))


def _called_limit(passage: Passage, position: int) -> bool:
    """True where the next words call a time a limit: "Thursday at midnight is our deadline"."""
    return any(0 <= hit.start - position <= 2 for hit in passage.hits("times.called_limit"))


def _distinct(slots: Iterator[Slot]) -> tuple[Slot, ...]:
    return tuple(dict.fromkeys(slots))


def deadline(page: Page) -> Read[date] | None:
    """The day by which the reader must answer, book or finish; what the sender promises to do by a day is none."""
    if page.classification.kind in _NOTHING_TO_DO:
        return None
    for passage in (page.new, page.subject):
        if not passage.says("deadline.by", "deadline.firm"):
            continue
        for found in find_dates(passage.text, page.lexicon, page.message.dated_at, country=sender_country(page)):
            if found.day >= page.message.dated_at.date() and _limits(page, passage, found.start, found.end):
                return Read(found.day, passage.evidence(found.start, found.end, "the day to act by"))
    return None


def _leads(page: Page, passage: Passage, end: int, start: int) -> bool:
    """True where between a limiting word and a day stands nothing but words such as "noon on"."""
    between = passage.text[end:start]
    if len(between) > _LEAD:
        return False
    bridge = word_set(page.lexicon, "deadline_words", "bridge")
    return all(word in bridge or word[0].isdigit() for word in words_of(between).tokens)


def _limits(page: Page, passage: Passage, start: int, end: int) -> bool:
    """True where a day limits what the reader does: a firm word near it, or a "by" in a sentence that asks to act."""
    sentence = passage.words.sentence(start)
    if passage.said_in(sentence, "deadline.not_a_limit"):
        return False
    for hit in passage.hits("deadline.firm"):
        if hit.sentence == sentence and (start - 2 * _LEAD <= hit.end <= end or end <= hit.start <= end + _LEAD):
            return True
    led = any(hit.start < end and _leads(page, passage, hit.end, start) for hit in passage.hits("deadline.by"))
    acts = any(passage.said_in(each, "deadline.act") for each in _over_a_link(passage, sentence))
    return led and acts and not passage.said_in(sentence, "deadline.theirs")


def _over_a_link(passage: Passage, sentence: int) -> tuple[int, ...]:
    """A sentence, and the part of it before a link that parts it in two: "Upload it at https://... by Friday"."""
    begins = passage.words.boundaries[sentence - 1] if sentence else 0
    return (sentence, sentence - 1) if sentence and passage.text.startswith("http", begins) else (sentence,)

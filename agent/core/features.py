"""Named features of a mail: what somebody notices before making up their mind, each with the words that show it.

Four sorts, all by name, each in one part of the mail (``text``, ``subject``, ``quoted``, ``signature``, ``event``):

* A *cue* is a group of phrases of the language's table that say something by themselves (``text.reschedule``).
* An *idea* is a group of words that say little alone (``text.idea.meet``); two in one sentence say more
  (``text.idea.meet+when``, with ``?`` for a sentence that asks), and so does where a text begins and ends
  (``first.idea.sorry``, ``last.idea.farewell``).
* A *word* is a word (``text.word.shortlisted``).
* A *sign* is a function below: structure, place in the thread, headers, sender, calendar, links.

:mod:`agent.core.classify` weighs them; what a feature is worth is data.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from itertools import combinations

from agent.core.cues import Hit
from agent.core.model import ANSWERABLE, Action, Kind
from agent.core.reading import Part, Reading
from agent.core.senders import LinkKind, SenderKind

_REPEATED = (0.0, 1.0, 1.3, 1.5)
"""What one, two, three or more hits of a cue count."""

_SPANS_SHOWN = 3
_CLOSE = 2
"""Sentences between words that belong together."""

_PAIRED = frozenset({"text", "subject"})
"""Parts in which two ideas in one sentence are looked at."""

_SENTENCES_READ = 120
_WORDS_READ = 900

_FEW_WORDS = 16
"""Words of a part from which on each counts less the more there are."""

_NOTE = 60
"""Different words of a text people write to one another; in a longer one everything turns up sooner or later."""

_SHORT = 400
_LONG = 2_500
_MANY_PEOPLE = 4
_MANY_POSTINGS = 3
_MASS = frozenset({"bulk", "list", "junk"})


@dataclass(frozen=True, slots=True)
class Feature:
    """Something noticed and how much of it: in a part at some spans of its text, or what a sign says of a header."""

    name: str
    value: float
    part: Part | None = None
    spans: tuple[tuple[int, int], ...] = ()
    said: str = ""


def features_of(reading: Reading, known: Container[str]) -> tuple[Feature, ...]:
    """Every feature the mail has and whose name is known, signs first."""
    signs = (found for sign in SIGNS if sign.__name__ in known and (found := sign(reading)) is not None)
    parts = (feature for part in reading.parts.values() for feature in _in_part(part, known))
    return (*signs, *parts)


def _in_part(part: Part, known: Container[str]) -> Iterator[Feature]:
    words = _words_of(part)
    density = min(1.0, _NOTE / len(words)) if part.name == "text" and words else 1.0
    for group, hits in part.hits.items():
        if (name := f"{part.name}.{group}") in known:
            repeated = _REPEATED[min(len(hits), len(_REPEATED) - 1)]
            yield Feature(name, repeated * density, part, _spans(*hits[:_SPANS_SHOWN]))
    for name, hits in _ideas(part).items():
        if name in known:
            yield Feature(name, density, part, _spans(*hits))
    for name, hits in _edges(part).items():
        if name in known:
            yield Feature(name, 1.0, part, _spans(*hits))
    yield from _words(part, words, known)


def _spans(*hits: Hit) -> tuple[tuple[int, int], ...]:
    return tuple((hit.start, hit.end) for hit in hits)


def _ideas(part: Part) -> dict[str, tuple[Hit, ...]]:
    """The ideas of a part, and pairs of them within a sentence."""
    found: dict[str, tuple[Hit, ...]] = {}
    for number, ideas in sorted(part.ideas.items())[:_SENTENCES_READ]:
        for idea, hit in ideas.items():
            found.setdefault(f"{part.name}.idea.{idea}", (hit,))
            if number in part.questions and part.name in _PAIRED:
                found.setdefault(f"{part.name}.idea.{idea}+?", (hit,))
        if part.name in _PAIRED:
            for one, other in combinations(sorted(ideas), 2):
                found.setdefault(f"{part.name}.idea.{one}+{other}", (ideas[one], ideas[other]))
    return found


def _edges(part: Part) -> dict[str, tuple[Hit, ...]]:
    """The ideas with which the new text begins and ends."""
    if part.name != "text" or not part.ideas:
        return {}
    first, last = part.ideas[min(part.ideas)], part.ideas[max(part.ideas)]
    found: dict[str, tuple[Hit, ...]] = {f"first.idea.{idea}": (hit,) for idea, hit in first.items()}
    return found | {f"last.idea.{idea}": (hit,) for idea, hit in last.items()}


def _words_of(part: Part) -> dict[str, int]:
    """The different words of a part, each with the place of the first among them."""
    places: dict[str, int] = {}
    for place, word in enumerate(part.words.tokens[:_WORDS_READ]):
        if word[0].isalpha():
            places.setdefault(word, place)
    return places


def _words(part: Part, words: dict[str, int], known: Container[str]) -> Iterator[Feature]:
    """The known words of a part, each once; the more words there are, the less each counts."""
    value = 1 / math.sqrt(max(_FEW_WORDS, len(words)))
    starts, ends = part.words.starts, part.words.ends
    for word, place in words.items():
        if (name := f"{part.name}.word.{word}") in known:
            yield Feature(name, value, part, ((starts[place], ends[place]),))


# ------------------------------------------------------------------------------------------------ signs

Sign = Callable[[Reading], Feature | None]
SIGNS: list[Sign] = []
"""Every sign, in the order they are written below."""


def _sign(look: Callable[[Reading], bool | str]) -> Sign:
    """Make a sign of a function: it is there where the function says True, or gives the words that show it."""
    name = look.__name__

    def sign(reading: Reading) -> Feature | None:
        seen = look(reading)
        if not seen:
            return None
        return Feature(name, 1.0, said=seen if isinstance(seen, str) else "")

    sign.__name__ = name
    SIGNS.append(sign)
    return sign


@_sign
def about_the_readers_job(reading: Reading) -> bool:
    """A job or a hiring process that is the reader's own matter: their application, a role for them."""
    return _is_the_readers(reading)


@_sign
def about_a_job(reading: Reading) -> bool:
    """Words of a job or a hiring process that need not be the reader's."""
    return reading.has("job")


@_sign
def near_a_job(reading: Reading) -> bool:
    """An occupation, an interview or a softer word of hiring in the new text, the subject or the calendar part."""
    return not reading.has("job", "job_yours") and reading.has("job_weak", "occupation", "interview")


@_sign
def never_about_a_job(reading: Reading) -> bool:
    """No word of hiring anywhere, the quoted part and the conversation so far included."""
    words = ("job_weak", "occupation", "interview", "assessment", "offer", "reject", "one_way", "outreach")
    return not (_has_a_job(reading) or reading.has(*words) or reading.quoted.has(*words))


def _is_the_readers(reading: Reading) -> bool:
    """True where the hiring is about the reader: in the new text or around it, or in the conversation so far."""
    text, quoted = reading.text, reading.quoted
    told = text.has("job_yours", "stage.technical", "stage.one_way_video") or quoted.has("job_yours", "decline")
    headed = reading.subject.has("job", "job_yours", "occupation")
    invited = bool(text.sentences("reader") & text.sentences("invite")) and not _is_look_alike(reading)
    in_calendar = reading.parts["event"].has("interview", "job", "job_yours")
    return bool(told or headed or invited or in_calendar or reading.through_hiring_system or reading.earlier.kinds)


def _has_a_job(reading: Reading) -> bool:
    """True where a job is in it, whoever's."""
    if reading.has("job", "invite") or _is_the_readers(reading):
        return True
    return reading.quoted.has("job", "invite") or reading.parts["signature"].has("job")


@_sign
def talk_about_the_readers_job(reading: Reading) -> bool:
    """Somebody wants to meet or talk, the time is still open, and it is about a job for the reader."""
    return _proposes_a_talk(reading) and _is_the_readers(reading)


@_sign
def talk_near_a_job(reading: Reading) -> bool:
    """Somebody wants to meet or talk, and there is a job in it that need not be the reader's."""
    return _proposes_a_talk(reading) and _has_a_job(reading) and not _is_the_readers(reading)


@_sign
def talk_without_a_job(reading: Reading) -> bool:
    """Somebody wants to meet or talk, and nothing says that a job is in it."""
    return _proposes_a_talk(reading) and not _has_a_job(reading)


def _proposes_a_talk(reading: Reading) -> bool:
    """True where words of meeting and of an open time stand close together, or a page to book a time is linked."""
    text = reading.text
    meets = text.sentences("meeting", "talk", "invite", "interview")
    times = text.sentences("slot", "availability", "selfschedule")
    if LinkKind.BOOKING in reading.links or reading.subject.has("meeting", "talk", "invite", "interview"):
        return bool(times) or LinkKind.BOOKING in reading.links
    return any(abs(time - meet) <= _CLOSE for time in times for meet in meets)


@_sign
def speaks_of_someone_else(reading: Reading) -> bool:
    """An interview in the same sentence as somebody who is not the reader: the reader sits on the other side."""
    text = reading.text
    others = text.sentences("third") & text.sentences("interview", "invite", "job", "job_weak", "slot")
    return bool(others - text.sentences("reader"))


@_sign
def invites_the_reader(reading: Reading) -> bool:
    """An invitation in a sentence that speaks to the reader, not of somebody else."""
    text = reading.text
    return bool(text.sentences("reader") & text.sentences("invite", "progress"))


@_sign
def asks_the_reader_for_work(reading: Reading) -> bool:
    """A test or a task in a sentence that speaks to the reader."""
    text = reading.text
    return bool(text.sentences("reader") & text.sentences("assessment"))


@_sign
def look_alike(reading: Reading) -> bool:
    """Words of another world in which people are interviewed, and no word of a job for the reader."""
    return _is_look_alike(reading)


def _is_look_alike(reading: Reading) -> bool:
    groups = reading.lexicon.kinds.get("look_alikes", ())
    if reading.has("another_world"):
        return True
    spoken = sum(len(reading.text.hits.get(group, ())) for group in groups)
    return not reading.has("job_yours") and (spoken > 1 or reading.subject.has(*groups))


@_sign
def promise_without_invitation(reading: Reading) -> bool:
    """Interviews are spoken of under a condition only."""
    text = reading.text
    return text.has("invite_hedged", "progress_hedged", "talk_hedged") and not text.has("invite", "progress")


@_sign
def asks_for_a_time(reading: Reading) -> bool:
    """A question in the new text that has a time in it, or asks when the reader is free."""
    text = reading.text
    return bool(text.questions & text.sentences("slot", "availability"))


@_sign
def asks_anything(reading: Reading) -> bool:
    """A question in the new text."""
    return bool(reading.text.questions)


@_sign
def several_times(reading: Reading) -> bool:
    """Two or more times in the new text."""
    return len(reading.text.sentences("slot")) > 1


@_sign
def names_no_time(reading: Reading) -> bool:
    """No time in the new text, the subject or a calendar part."""
    return not reading.has("slot") and not reading.message.events


@_sign
def long(reading: Reading) -> bool:
    """A new text longer than people write to one another."""
    return len(reading.message.text) > _LONG


@_sign
def very_long(reading: Reading) -> bool:
    """A new text of pages."""
    return len(reading.message.text) > 2 * _LONG


@_sign
def forwarded(reading: Reading) -> bool:
    """Nothing or little of the sender's own above a mail that was passed on."""
    return reading.text.has("forwarded") or (len(reading.message.text) < _SHORT and reading.quoted.has("forwarded"))


# thread


@_sign
def in_a_thread(reading: Reading) -> bool:
    """The mail answers another, by its headers."""
    return bool(reading.message.in_reply_to or reading.message.references)


@_sign
def answers_the_reader(reading: Reading) -> bool:
    """The mail answers one of the reader's: it quotes their address, or a Message-ID from their domain."""
    return _answers_the_reader(reading)


def _answers_the_reader(reading: Reading) -> bool:
    message = reading.message
    quoted = reading.quoted.content.lower()
    reader = reading.own or {address.email.lower() for address in message.to}
    domains = tuple(address.rpartition("@")[2] for address in reader if "@" in address)
    answered = [identifier.rstrip("> ").lower() for identifier in message.in_reply_to]
    return any(address in quoted for address in reader if address) or any(
        identifier.endswith(domains) for identifier in answered
    )


@_sign
def first_approach(reading: Reading) -> bool:
    """An approach about a role out of the blue: it answers nothing, and no application is spoken of."""
    fresh = not (reading.message.in_reply_to or reading.earlier.kinds)
    near = reading.has("job", "job_weak", "occupation")
    return fresh and near and reading.has("outreach") and not reading.has("applied", "progress", "receipt")


@_sign
def reader_said_no(reading: Reading) -> bool:
    """The reader declined or asked for time before, by the quoted part or by what is known of the conversation."""
    return _said_no(reading)


def _said_no(reading: Reading) -> bool:
    return reading.quoted.has("decline") or reading.earlier.last_action in (Action.DECLINE, Action.HOLD)


@_sign
def accepts_a_no(reading: Reading) -> bool:
    """After the reader's no the sender says farewell and asks nothing."""
    text = reading.text
    asks = text.questions or text.has("reason_request", "renegotiation", "pressing")
    return _said_no(reading) and text.has("farewell") and not asks


@_sign
def asks_after_a_no(reading: Reading) -> bool:
    """After the reader's no the sender asks why, offers more or presses on."""
    text = reading.text
    return _said_no(reading) and (bool(text.questions) or text.has("reason_request", "renegotiation", "pressing"))


@_sign
def asks_after_our_no(reading: Reading) -> bool:
    """The same, where the no is known from the conversation and not from words."""
    said_no = reading.earlier.last_action in (Action.DECLINE, Action.HOLD)
    asks = reading.text.questions or reading.text.has("reason_request", "renegotiation", "pressing")
    return said_no and bool(asks)


@_sign
def invited_before(reading: Reading) -> bool:
    """An invitation, an approach or a test stands unanswered in the conversation so far."""
    quoted = reading.quoted
    return not ANSWERABLE.isdisjoint(reading.earlier.kinds) or quoted.has("invite", "outreach", "selfschedule")


@_sign
def chases_an_invitation(reading: Reading) -> bool:
    """A reminder that an invitation or an approach waits for an answer."""
    quoted = reading.quoted
    invited = not ANSWERABLE.isdisjoint(reading.earlier.kinds) or quoted.has("invite", "outreach", "talk", "job")
    plain = reading.has("chaser_plain") and (invited or _is_the_readers(reading))
    return not _said_no(reading) and (plain or (invited and reading.has("chaser")))


@_sign
def changes_an_interview(reading: Reading) -> bool:
    """What is moved, confirmed or called off is an interview, not a dinner or a train."""
    interview = reading.has("interview", "invite") or reading.quoted.has("interview", "invite")
    changed = reading.text.has("reschedule", "confirm", "cancel")
    return changed and not _is_look_alike(reading) and (interview or _is_the_readers(reading))


@_sign
def interview_was_agreed(reading: Reading) -> bool:
    """A time was agreed before."""
    return reading.earlier.agreed is not None or Kind.CONFIRMATION in reading.earlier.kinds


# headers and sender


@_sign
def mailing_list(reading: Reading) -> str:
    """A list's mail (RFC 2919)."""
    return reading.message.list_id


@_sign
def bulk(reading: Reading) -> bool:
    """Precedence says bulk, list or junk."""
    return reading.message.precedence.strip().lower() in _MASS


@_sign
def can_be_unsubscribed(reading: Reading) -> bool:
    """List-Unsubscribe is there (RFC 2369); some hiring systems add it to personal mail."""
    return reading.message.list_unsubscribe


@_sign
def made_by_a_machine(reading: Reading) -> bool:
    """Auto-Submitted: auto-generated (RFC 3834)."""
    return reading.message.auto_submitted.strip().lower().startswith("auto-generated")


@_sign
def to_many(reading: Reading) -> bool:
    """Addressed to a crowd."""
    return len(reading.message.to) + len(reading.message.cc) >= _MANY_PEOPLE


@_sign
def no_reply_sender(reading: Reading) -> str:
    """From says that nobody reads an answer, and no Reply-To says otherwise."""
    silent = reading.lexicon.senders.says_no_reply(reading.sender) and not reading.message.reply_to
    return reading.sender if silent else ""


@_sign
def colleague(reading: Reading) -> str:
    """Sender and reader share an employer's domain: the reader sits on the hiring side of the table."""
    domain = reading.message.sender.domain if reading.message.sender else ""
    shared = domain in {address.rpartition("@")[2] for address in reading.own}
    return domain if shared and domain and not reading.lexicon.senders.is_freemail(reading.sender) else ""


def _sender_of(kind: SenderKind) -> Callable[[Reading], str]:
    def known(reading: Reading) -> str:
        sender = reading.lexicon.senders.find(reading.sender)
        return reading.sender if sender and sender.kind is kind else ""

    known.__name__ = f"sender_{kind.name.lower()}"
    return known


for _kind in SenderKind:
    _sign(_sender_of(_kind))


@_sign
def through_a_hiring_system(reading: Reading) -> bool:
    """A link for candidates that leads into a hiring system, whoever sent it."""
    return reading.through_hiring_system


@_sign
def sender_look_alike(reading: Reading) -> str:
    """The sender is known for mail about interviews that are none: practice, studies, courses."""
    return reading.lexicon.senders.look_alike(reading.sender) or ""


# calendar and links


@_sign
def calendar_request(reading: Reading) -> str:
    """A new calendar request from somebody else."""
    event = reading.event
    return event.summary or event.method if event and event.method == "REQUEST" and not event.sequence else ""


@_sign
def calendar_update(reading: Reading) -> str:
    """A calendar request that changes an earlier one."""
    event = reading.event
    return event.summary or event.method if event and event.method == "REQUEST" and event.sequence else ""


@_sign
def calendar_cancel(reading: Reading) -> str:
    """A calendar cancellation."""
    event = reading.event
    cancelled = event and (event.method == "CANCEL" or event.status.upper() == "CANCELLED")
    return (event.summary or event.method) if event and cancelled else ""


@_sign
def calendar_note(reading: Reading) -> str:
    """An event for information only (RFC 5546: PUBLISH, or no method)."""
    event = reading.event
    return event.summary or "VEVENT" if event and event.method in ("PUBLISH", "") else ""


@_sign
def calendar_answer(reading: Reading) -> str:
    """Somebody answers the reader's own event: the reader organises it."""
    event = reading.event
    return event.method if event and event.method in ("REPLY", "COUNTER", "REFRESH") else ""


@_sign
def calendar_without_a_job(reading: Reading) -> bool:
    """An event of which nothing says that a job is in it."""
    return bool(reading.message.events) and not _has_a_job(reading)


def _link_for(kind: LinkKind) -> Callable[[Reading], str]:
    def linked(reading: Reading) -> str:
        return reading.links.get(kind, "")

    linked.__name__ = f"{kind.name.lower()}_link"
    return linked


for _link in LinkKind:
    if _link is not LinkKind.OTHER:
        _sign(_link_for(_link))


@_sign
def many_postings(reading: Reading) -> bool:
    """Links to several job adverts."""
    return reading.postings >= _MANY_POSTINGS


@_sign
def bulk_about_jobs(reading: Reading) -> bool:
    """Mass mail that offers jobs to look at."""
    message = reading.message
    mass = message.list_id or message.list_unsubscribe or message.precedence.strip().lower() in _MASS
    return bool(mass) and (reading.has("job_alert") or reading.postings >= _MANY_POSTINGS)

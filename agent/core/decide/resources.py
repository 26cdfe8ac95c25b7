"""Resources: time and readiness to prepare and do well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from agent.core.decide.agenda import upcoming
from agent.core.decide.facts import Facts
from agent.core.model import ANSWERABLE, Action, Fired, Kind, Lens, Pull, Reason, Stage
from agent.core.profile import Status

_TOO_CLOSE = timedelta(days=2)
"""A test due within two days leaves no evening to do it well."""

_SHORT = timedelta(minutes=30)
_CHEAP_STAGES = frozenset({Stage.SCREEN, Stage.INFORMATIONAL})


def search_is_paused(facts: Facts) -> Fired | None:
    """Hold while the user has paused the search, until the day they wrote."""
    profile = facts.profile
    if profile.status is not Status.PAUSED or (profile.paused_until and profile.paused_until <= facts.today):
        return None
    until = f" until {profile.paused_until.isoformat()}" if profile.paused_until else ""
    return Fired("search-is-paused", Lens.RESOURCES, Pull.HOLD, f"You paused your search{until}.", weight=-0.3)


def due_too_soon(facts: Facts) -> Fired | None:
    """Speak against a test that is due within two days."""
    deadline = facts.matter.deadline
    timed = facts.kind is Kind.ASSESSMENT or facts.stage is Stage.ONE_WAY_VIDEO
    if not timed or deadline is None or not timedelta(0) <= deadline - facts.today <= _TOO_CLOSE:
        return None
    because = "It is due within two days."
    return Fired(
        "due-too-soon", Lens.RESOURCES, Pull.NO, because, facts.matter.quote("deadline"), Reason.TIMING, weight=-0.3
    )


def deadline_is_past(facts: Facts) -> Fired | None:
    """Show where the day they named is past, so that the answer owns up to it."""
    deadline = facts.matter.deadline
    if deadline is None or deadline >= facts.today or facts.kind not in ANSWERABLE:
        return None
    because = "The day they named is past: answer today."
    return Fired("deadline-is-past", Lens.RESOURCES, Pull.NOTE, because, facts.matter.quote("deadline"), weight=-0.1)


def practice_is_wanted(facts: Facts) -> Fired | None:
    """Talk anyway where the user wants practice in interviews."""
    is_talk = facts.kind in (Kind.INVITATION, Kind.OUTREACH, Kind.ASSESSMENT)
    if not facts.profile.practice_wanted or not is_talk:
        return None
    return Fired("practice-is-wanted", Lens.RESOURCES, Pull.ANYWAY, "You want practice in interviews.", weight=0.3)


def talk_is_short_and_cheap(facts: Facts) -> Fired | None:
    """Talk anyway where a person who is looking is asked for half an hour at the most."""
    lengths = [slot.ends_at - slot.starts_at for slot in upcoming(facts) if slot.ends_at]
    is_short = facts.stage in _CHEAP_STAGES or (bool(lengths) and max(lengths) <= _SHORT)
    if facts.kind is not Kind.INVITATION or facts.profile.status is not Status.OPEN or not is_short:
        return None
    because = "It takes half an hour at the most, and you will know more."
    return Fired(
        "talk-is-short-and-cheap", Lens.RESOURCES, Pull.ANYWAY, because, facts.matter.quote("stage"), weight=0.1
    )


def format_unsaid(facts: Facts) -> Fired | None:
    """Ask what form the talk takes where the user must ask somebody before one form and nothing in the mail tells."""
    steps = frozenset().union(*(entry.steps for entry in facts.profile.ask_first)) & set(Stage)
    matter = facts.matter
    told = matter.meeting_url or matter.scheduling_url or matter.slots
    unsaid = facts.kind is Kind.INVITATION and facts.stage in (None, Stage.UNSPECIFIED) and not told
    if not steps or not unsaid or facts.earlier.last_action is Action.ACCEPT:
        return None
    because = "Whom you must ask first depends on the form of the talk, and the mail does not say it."
    return Fired("format-unsaid", Lens.RESOURCES, Pull.ASK, because, question="format", weight=-0.1)


RULES: tuple[Callable[[Facts], Fired | None], ...] = (
    search_is_paused,
    due_too_soon,
    deadline_is_past,
    practice_is_wanted,
    talk_is_short_and_cheap,
    format_unsaid,
)

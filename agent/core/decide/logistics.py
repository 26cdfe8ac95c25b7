"""Logistics: place, commute, relocation, work permits, zones and hours, and those who must be asked first."""

from __future__ import annotations

import re
from collections.abc import Callable

from agent.core.decide.agenda import free_slots, offered, upcoming
from agent.core.decide.countries import countries_named
from agent.core.decide.facts import Facts, is_at, place_counts, terms_are_open
from agent.core.model import Fired, Kind, Lens, Pull, Reason, Relocation, Sponsorship, Stage, WorkMode
from agent.core.profile import Moving

_SHORT_NAME = re.compile(r"\b[A-Z]{2,5}\b")
_HALVES = ("AM", "PM")
_MODES = {WorkMode.REMOTE: "remote", WorkMode.HYBRID: "hybrid", WorkMode.ONSITE: "on site"}


def sponsorship_refused(facts: Facts) -> Fired | None:
    """Decline where the user needs a sponsored work permit there and the employer gives none."""
    matter, profile = facts.matter, facts.profile
    needed = profile.needs_sponsorship(matter.country) or _needs_it_everywhere(facts)
    if matter.sponsorship is not Sponsorship.REFUSED or not needed:
        return None
    because = "You need a sponsored work permit there, and they do not sponsor one."
    return _deal_breaker("sponsorship-refused", Reason.SPONSORSHIP, because, matter.quote("sponsorship"))


def sponsorship_unsaid(facts: Facts) -> Fired | None:
    """Ask before the first round where a work permit hangs on the employer and the mail is silent."""
    if facts.matter.sponsorship is not None or not _may_need_sponsorship(facts) or not terms_are_open(facts):
        return None
    because = "You may need a sponsored work permit; the mail does not mention one."
    return _ask("sponsorship-unsaid", "sponsorship", because, facts.matter.quote("place"), rests_on_wish=True)


def sponsorship_refused_somewhere(facts: Facts) -> Fired | None:
    """Ask where the job is when a right to work is demanded and the country, so the user's right, is not known."""
    matter = facts.matter
    unclear = matter.country is None and facts.profile.work_permits and not sponsorship_refused(facts)
    if matter.sponsorship is not Sponsorship.REFUSED or not unclear or not terms_are_open(facts):
        return None
    because = "They ask for a right to work but do not say in which country."
    return _ask("right-to-work-where", "place", because, matter.quote("sponsorship"), rests_on_wish=True)


def sponsorship_offered(facts: Facts) -> Fired | None:
    """Speak for an employer that sponsors the permit the user needs."""
    if facts.matter.sponsorship is not Sponsorship.OFFERED or not _may_need_sponsorship(facts):
        return None
    because = "They sponsor the work permit you need."
    return _yes("sponsorship-offered", because, facts.matter.quote("sponsorship"), 0.4)


def work_mode_unwanted(facts: Facts) -> Fired | None:
    """Decline a stated work mode that is none of the user's."""
    modes, mode = facts.profile.work_modes, facts.matter.work_mode
    if not modes or mode is None or mode in modes:
        return None
    because = f"The job is {_MODES[mode]}; you want {' or '.join(_MODES[wanted] for wanted in sorted(modes))}."
    return _deal_breaker("work-mode-unwanted", Reason.LOGISTICS, because, facts.matter.quote("work_mode"))


def work_mode_unsaid(facts: Facts) -> Fired | None:
    """Ask where the user takes some work modes only and the mail names none, or where being remote would save it."""
    modes = facts.profile.work_modes
    hangs_on_it = modes and modes != frozenset(WorkMode)
    if facts.matter.work_mode is not None or not terms_are_open(facts):
        return None
    if not hangs_on_it and not (_out_of_reach(facts) and WorkMode.REMOTE in (modes or WorkMode)):
        return None
    because = "The mail does not say whether the job is remote, hybrid or on site."
    return _ask("work-mode-unsaid", "work_mode", because, facts.matter.quote("place"), rests_on_wish=True)


def work_mode_wanted(facts: Facts) -> Fired | None:
    """Speak for a stated work mode the user asked for."""
    mode = facts.matter.work_mode
    if mode is None or mode not in facts.profile.work_modes:
        return None
    return _yes("work-mode-wanted", f"The job is {_MODES[mode]}, as you want it.", facts.matter.quote("work_mode"), 0.3)


def relocation_unwanted(facts: Facts) -> Fired | None:
    """Decline where a move is demanded and the user does not move, or not there."""
    matter, moving = facts.matter, facts.profile.relocation
    not_there = moving is Moving.THERE and matter.place and not is_at(facts.profile.relocation_places, matter)
    lives_there = is_at(_reach(facts), matter)
    if matter.relocation is not Relocation.REQUIRED or lives_there or not (moving is Moving.NO or not_there):
        return None
    because = "The job asks for a move that you do not want to make."
    return _deal_breaker("relocation-unwanted", Reason.RELOCATION, because, matter.quote("relocation"))


def relocation_unweighed(facts: Facts) -> Fired | None:
    """Hold where a move is demanded and the user has not written whether they would move."""
    if facts.matter.relocation is not Relocation.REQUIRED or facts.profile.relocation is not None:
        return None
    if is_at(_reach(facts), facts.matter):
        return None
    because = "The job asks for a move; your profile does not say whether you would."
    return Fired(
        "relocation-unweighed", Lens.LOGISTICS, Pull.HOLD, because, facts.matter.quote("relocation"), weight=-0.2
    )


def place_out_of_reach(facts: Facts) -> Fired | None:
    """Decline a job on site or hybrid at a place the user neither reaches nor moves to."""
    mode, modes = facts.matter.work_mode, facts.profile.work_modes
    must_be_there = mode in (WorkMode.ONSITE, WorkMode.HYBRID) or (
        mode is None and modes and WorkMode.REMOTE not in modes
    )
    if not must_be_there or not _out_of_reach(facts) or not terms_are_open(facts):
        return None
    because = f"{facts.matter.place} is beyond your commute, and you do not want to move there."
    return _deal_breaker("place-out-of-reach", Reason.RELOCATION, because, facts.matter.quote("place"))


def place_far_off(facts: Facts) -> Fired | None:
    """Speak against a place outside the user's commute where they have not written whether they would move."""
    matter = facts.matter
    unknown = facts.profile.relocation is None and facts.profile.commute_places and matter.place
    if (
        not unknown
        or _is_all_of_home(facts)
        or not place_counts(matter)
        or is_at(_reach(facts), matter)
        or not terms_are_open(facts)
    ):
        return None
    because = f"{matter.place} is not one of the places you commute to."
    return Fired(
        "place-far-off", Lens.LOGISTICS, Pull.NO, because, matter.quote("place"), Reason.LOGISTICS, weight=-0.4
    )


def place_unsaid(facts: Facts) -> Fired | None:
    """Ask where the user is bound to places and the mail names none, unless it is remote or they are asked to come."""
    profile, matter = facts.profile, facts.matter
    bound = profile.commute_places or profile.relocation in (Moving.NO, Moving.THERE)
    if not bound or matter.place or matter.country or not place_counts(matter) or not terms_are_open(facts):
        return None
    if profile.work_modes == frozenset({WorkMode.REMOTE}) or facts.stage is Stage.ONSITE:
        return None
    return _ask("place-unsaid", "place", "The mail does not say where the job is.", rests_on_wish=True)


def place_in_reach(facts: Facts) -> Fired | None:
    """Speak for a place the user commutes to or would move to."""
    profile, matter = facts.profile, facts.matter
    places = _reach(facts) + (profile.relocation_places if profile.relocation is not Moving.NO else ())
    if (place := is_at(places, matter)) is None or not place_counts(matter):
        return None
    return _yes("place-in-reach", f"{place!r} is one of the places you named.", matter.quote("place"), 0.2)


def time_is_ambiguous(facts: Facts) -> Fired | None:
    """Ask which time is meant where the mail can be read in two ways and no clear time that is free is on offer."""
    unclear = next((found for found in facts.matter.ambiguities if not _names_a_zone(found.phrase)), None)
    if unclear is None or not _time_is_open(facts):
        return None
    return _ask("time-is-ambiguous", "time", f"The time can be read in two ways: {unclear.why}", unclear.phrase)


def zone_is_ambiguous(facts: Facts) -> Fired | None:
    """Ask which time zone is meant where its name stands for several and no clear time that is free is on offer."""
    unclear = next((found for found in facts.matter.ambiguities if _names_a_zone(found.phrase)), None)
    if unclear is None or not _time_is_open(facts):
        return None
    return _ask("zone-is-ambiguous", "zone", f"The time zone can be read in two ways: {unclear.why}", unclear.phrase)


def offered_time_is_free(facts: Facts) -> Fired | None:
    """Show that a time on offer is free."""
    if not facts.matter.slots or not free_slots(facts):
        return None
    because = "You are free at a time on offer."
    return Fired("offered-time-is-free", Lens.LOGISTICS, Pull.NOTE, because, facts.matter.quote("slots"), weight=0.1)


def offered_times_clash(facts: Facts) -> Fired | None:
    """Show where none of the times on offer is free, so that others are proposed."""
    if not upcoming(facts) or free_slots(facts):
        return None
    because = "You are free at none of the times on offer."
    return Fired("offered-times-clash", Lens.LOGISTICS, Pull.NOTE, because, facts.matter.quote("slots"), weight=-0.1)


def offered_times_are_past(facts: Facts) -> Fired | None:
    """Show where all times on offer are past, so that none of them is accepted."""
    if not offered(facts) or upcoming(facts):
        return None
    because = "The times on offer are past."
    return Fired("offered-times-are-past", Lens.LOGISTICS, Pull.NOTE, because, facts.matter.quote("slots"), weight=-0.1)


def someone_to_ask_first(facts: Facts) -> Fired | None:
    """Hold a step for which the user wants to ask somebody first; that person is never named to the sender."""
    steps = {"any"}
    steps |= {facts.stage.value} if facts.stage else set()
    steps |= {Kind.ASSESSMENT.value} if facts.kind is Kind.ASSESSMENT else set()
    steps |= {"relocation"} if facts.matter.relocation is Relocation.REQUIRED else set()
    who = next((entry.who for entry in facts.profile.ask_first if entry.steps & steps), None)
    if who is None:
        return None
    because = f"Before this step you want to ask: {who}."
    return Fired("someone-to-ask-first", Lens.LOGISTICS, Pull.HOLD, because, facts.matter.quote("stage"), weight=-0.1)


RULES: tuple[Callable[[Facts], Fired | None], ...] = (
    sponsorship_refused,
    sponsorship_unsaid,
    sponsorship_refused_somewhere,
    sponsorship_offered,
    relocation_unwanted,
    work_mode_unwanted,
    work_mode_unsaid,
    work_mode_wanted,
    relocation_unweighed,
    place_out_of_reach,
    place_far_off,
    place_unsaid,
    place_in_reach,
    time_is_ambiguous,
    zone_is_ambiguous,
    offered_time_is_free,
    offered_times_clash,
    offered_times_are_past,
    someone_to_ask_first,
)


def _reach(facts: Facts) -> tuple[str, ...]:
    return (facts.profile.home, *facts.profile.commute_places)


def _out_of_reach(facts: Facts) -> bool:
    """True where the job's place is stated and the user neither reaches it nor moves there."""
    profile, matter = facts.profile, facts.matter
    if not matter.place or is_at(_reach(facts), matter) or _is_all_of_home(facts):
        return False
    return profile.relocation is Moving.NO or (
        profile.relocation is Moving.THERE and not is_at(profile.relocation_places, matter)
    )


def _is_all_of_home(facts: Facts) -> bool:
    """True where the place is the whole country the user lives in: that alone is beyond no one's commute."""
    return facts.profile.home_country.upper() in countries_named(facts.matter.place or "")


def _needs_it_everywhere(facts: Facts) -> bool:
    """True where the user wrote that they need sponsorship and holds no permit that could help."""
    return bool(facts.profile.needs_sponsorship_elsewhere) and not facts.profile.work_permits


def _may_need_sponsorship(facts: Facts) -> bool:
    """True where the user needs sponsorship in the job's country, or would in most and the country is not said."""
    if facts.matter.country is None:
        return bool(facts.profile.needs_sponsorship_elsewhere) and place_counts(facts.matter)
    return facts.profile.needs_sponsorship(facts.matter.country) or _needs_it_everywhere(facts)


def _names_a_zone(phrase: str) -> bool:
    """True where the phrase holds a zone's short name ("3 pm IST")."""
    return any(word not in _HALVES for word in _SHORT_NAME.findall(phrase))


def _time_is_open(facts: Facts) -> bool:
    return not free_slots(facts) and not facts.matter.scheduling_url


def _deal_breaker(rule: str, reason: Reason, because: str, quote: str) -> Fired:
    return Fired(rule, Lens.LOGISTICS, Pull.DEAL_BREAKER, because, quote, reason, weight=-1.0)


def _yes(rule: str, because: str, quote: str, weight: float) -> Fired:
    return Fired(rule, Lens.LOGISTICS, Pull.YES, because, quote, weight=weight)


def _ask(rule: str, question: str, because: str, quote: str = "", *, rests_on_wish: bool = False) -> Fired:
    weight = -0.2 if rests_on_wish else -0.1
    return Fired(rule, Lens.LOGISTICS, Pull.ASK, because, quote, question=question, weight=weight)

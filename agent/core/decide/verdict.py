"""Verdict: what the fired rules come to, and what goes with each action: a time, a question, a day, a thing to do.

The order in which they are settled: fraud silences; the kind of mail says what may be answered at all; one deal-breaker
declines, as do several lenses that say no; a deal-breaker whose fact is missing asks; somebody to ask first, or a close
call, holds; a reason to talk anyway overrules a single no; else the answer is yes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, timedelta
from enum import Enum
from hashlib import sha256

from agent.core.decide import career, logistics, reputation, resources
from agent.core.decide.agenda import free_slots, free_windows, is_working_day, upcoming
from agent.core.decide.facts import Facts, zone_of
from agent.core.model import (
    ANSWERABLE,
    Action,
    Alternative,
    Fired,
    Kind,
    Lens,
    LensScore,
    Pull,
    Reason,
    Relocation,
    Sponsorship,
    Stage,
    Subkind,
    Todo,
    Verdict,
    WorkMode,
)
from agent.core.profile import Profile, Status

_RULES = career.RULES + logistics.RULES + reputation.RULES + resources.RULES

_QUESTIONS = ("company", "role", "sponsorship", "pay", "work_mode", "place", "time", "zone", "format")
"""Questions in the order in which they are asked: first whom and what it is about, then what decides."""
_ABOUT_WHAT = frozenset({"company", "role"})
_MOST_QUESTIONS = 3

_MOST_FOR = 0.9
"""What all the yeses of a lens may weigh together."""

_SEVERAL = 2
"""Lenses that must say no before the user is taken to decline, where no deal-breaker does."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An action and why: how clear a case it is, and what was seen only when all rules were weighed together."""

    action: Action
    reason: Reason = Reason.NONE
    clarity: float = 0.9
    added: tuple[Fired, ...] = ()


def decide(facts: Facts) -> Verdict:
    """Weigh a mail against the profile: what to do, why in the mail's own words, and what came second."""
    fired = tuple(found for rule in _RULES if (found := rule(facts)))
    choice = _choice(facts, fired)
    rules = _told(fired, choice)
    verdict = Verdict(
        action=choice.action,
        kind=facts.kind,
        stage=facts.stage,
        subkind=facts.classification.subkind,
        reason=choice.reason,
        lenses=tuple(_score(lens, rules) for lens in Lens),
        rules=rules,
        confidence=round(choice.clarity * facts.classification.confidence, 3),
        runner_up=_runner_up(facts, fired, choice),
        answered_in_words=choice.action is not Action.NONE and facts.matter.reply_to is not None,
        profile_digest=_digest(facts.profile),
    )
    return _with_todo(_FILLED_IN.get(choice.action, _nothing_more)(verdict, facts), facts)


# ------------------------------------------------------------------------------------------------ which action


def _choice(facts: Facts, fired: tuple[Fired, ...]) -> Choice:
    if _of(fired, Pull.SILENT):
        return Choice(Action.NONE, clarity=0.95)
    return _BY_KIND.get(facts.kind, _nothing_asked)(facts, fired)


def _weighed(facts: Facts, fired: tuple[Fired, ...]) -> Choice:
    """Settle an invitation, a test or an approach."""
    if deal_breakers := _of(fired, Pull.DEAL_BREAKER):
        return Choice(Action.DECLINE, deal_breakers[0].reason, 0.95)
    noes = _standing_noes(fired)
    if len({no.lens for no in noes}) >= _SEVERAL or (noes and facts.kind is Kind.OUTREACH):
        return Choice(Action.DECLINE, _reason(noes), 0.75)
    if _of(fired, Pull.ASK):
        return Choice(Action.CLARIFY, clarity=0.9)
    if _of(fired, Pull.HOLD):
        return Choice(Action.HOLD, clarity=0.9)
    if noes:
        return Choice(Action.HOLD, _reason(noes), 0.6, (_close_call(noes[0]),))
    if facts.kind is Kind.OUTREACH and not _of(fired, Pull.YES, Pull.ANYWAY):
        return Choice(Action.HOLD, clarity=0.6, added=(_nothing_speaks_for_it(),))
    if _of(fired, Pull.YES, Pull.ANYWAY):
        return Choice(Action.ACCEPT, clarity=0.95)
    return Choice(Action.ACCEPT, clarity=0.8, added=(_nothing_against_it(),))


def _standing_noes(fired: tuple[Fired, ...]) -> tuple[Fired, ...]:
    """The noes of lenses in which no yes outweighs them; a reason to talk anyway overrules those of a single lens."""
    lost = _lost_lenses(fired)
    if len(lost) < _SEVERAL and _of(fired, Pull.ANYWAY):
        return ()
    return tuple(no for no in _of(fired, Pull.NO) if no.lens in lost)


def _lost_lenses(fired: tuple[Fired, ...]) -> tuple[Lens, ...]:
    return tuple(lens for lens in Lens if _weighs(lens, fired) < 0)


def _weighs(lens: Lens, fired: tuple[Fired, ...]) -> float:
    """Yes against no in one lens; all that speaks for it together does not outweigh a no of full weight."""
    own = tuple(rule for rule in fired if rule.lens is lens)
    speaks_for = sum(rule.weight for rule in _of(own, Pull.YES))
    return min(_MOST_FOR, speaks_for) + sum(rule.weight for rule in _of(own, Pull.NO))


def _moved(facts: Facts, fired: tuple[Fired, ...]) -> Choice:
    """Settle a reschedule: the talk was agreed, so only a deal-breaker, an unclear time or a pause can hinder it."""
    if facts.profile.status in (Status.ACCEPTED_OFFER, Status.IMPROVED_CURRENT_ROLE):
        return Choice(Action.DECLINE, _of(fired, Pull.DEAL_BREAKER)[0].reason, 0.95)
    deal_breakers = () if facts.earlier.last_action is Action.ACCEPT else _of(fired, Pull.DEAL_BREAKER)
    if deal_breakers:
        return Choice(Action.DECLINE, deal_breakers[0].reason, 0.9)
    if facts.earlier.last_action is Action.DECLINE:
        return Choice(Action.DECLINE, facts.earlier.last_reason, 0.9, (_as_before(facts),))
    if _of(fired, Pull.ASK):
        return Choice(Action.CLARIFY, clarity=0.9)
    if facts.profile.status is Status.PAUSED and _of(fired, Pull.HOLD):
        return Choice(Action.HOLD, clarity=0.7)
    return Choice(Action.ACCEPT, clarity=0.9, added=(_nothing_against_it(),))


def _followed_up(facts: Facts, fired: tuple[Fired, ...]) -> Choice:
    """Settle a followup by what it wants."""
    return _BY_SUBKIND.get(facts.classification.subkind, _chased)(facts, fired)


def _chased(facts: Facts, fired: tuple[Fired, ...]) -> Choice:
    """Inherit the action of the invitation that is chased; weigh anew where there is none or the status settles it."""
    last = facts.earlier.last_action
    settled = facts.profile.status in (Status.ACCEPTED_OFFER, Status.IMPROVED_CURRENT_ROLE)
    unasked = last is Action.NONE and not ANSWERABLE.intersection(facts.earlier.kinds)
    if last is None or settled or unasked or (last is Action.CLARIFY and not _of(fired, Pull.ASK)):
        return _weighed(facts, fired)
    reason = facts.earlier.last_reason if last is Action.DECLINE else Reason.NONE
    return Choice(last, reason, 0.85, (_as_before(facts),))


def _asked_why(facts: Facts, fired: tuple[Fired, ...]) -> Choice:
    """Decline again with the one reason of the case."""
    return Choice(Action.DECLINE, _case_reason(facts, fired), 0.9, (_as_before(facts),))


def _pressed(facts: Facts, fired: tuple[Fired, ...]) -> Choice:
    """Give one short final no; after that, nothing. Where it states what was missing, it is weighed as new terms."""
    if facts.earlier.last_reason is not Reason.NONE and _lifts(facts.earlier.last_reason, facts):
        return _renegotiated(facts, fired)
    if facts.earlier.declined_again:
        return Choice(Action.NONE, clarity=0.9, added=(_answered_for_good(),))
    return Choice(Action.DECLINE, _case_reason(facts, fired), 0.9, (_as_before(facts),))


def _renegotiated(facts: Facts, fired: tuple[Fired, ...]) -> Choice:
    """Hold for the user to choose where the new terms lift what stood in the way; else no again."""
    if _of(fired, Pull.DEAL_BREAKER) or not _lifts(facts.earlier.last_reason, facts):
        return Choice(Action.DECLINE, _case_reason(facts, fired), 0.85, (_as_before(facts),))
    return Choice(Action.HOLD, clarity=0.85, added=(_terms_are_better(facts),))


def _acknowledged(_facts: Facts, _fired: tuple[Fired, ...]) -> Choice:
    """Answer in a line or two that commits to nothing."""
    because = "A line of thanks is due; it agrees to nothing."
    return Choice(
        Action.ACKNOWLEDGE, clarity=0.95, added=(Fired("thanks-are-due", Lens.REPUTATION, Pull.NOTE, because),)
    )


def _nothing_asked(facts: Facts, _fired: tuple[Fired, ...]) -> Choice:
    because = f"There is nothing to decide ({facts.kind.value.replace('_', ' ')})."
    return Choice(Action.NONE, clarity=0.95, added=(Fired("nothing-asked", Lens.REPUTATION, Pull.SILENT, because),))


Settling = Callable[[Facts, tuple[Fired, ...]], Choice]

_BY_KIND: dict[Kind, Settling] = {
    Kind.INVITATION: _weighed,
    Kind.ASSESSMENT: _weighed,
    Kind.OUTREACH: _weighed,
    Kind.RESCHEDULE: _moved,
    Kind.FOLLOWUP: _followed_up,
    Kind.CANCELLATION: _acknowledged,
    Kind.OFFER: _acknowledged,
}

_BY_SUBKIND: dict[Subkind | None, Settling] = {
    Subkind.REASON_REQUEST: _asked_why,
    Subkind.PRESSING: _pressed,
    Subkind.RENEGOTIATION: _renegotiated,
}


def _case_reason(facts: Facts, fired: tuple[Fired, ...]) -> Reason:
    """One reason per case: the one that settles everything now, else the one given before, else a deal-breaker's."""
    deal_breakers = _of(fired, Pull.DEAL_BREAKER)
    if facts.profile.status in (Status.ACCEPTED_OFFER, Status.IMPROVED_CURRENT_ROLE) and deal_breakers:
        return deal_breakers[0].reason
    if facts.earlier.last_reason is not Reason.NONE:
        return facts.earlier.last_reason
    return _reason(deal_breakers)


def _lifts(reason: Reason, facts: Facts) -> bool:
    """True where the new mail states what takes away the reason of the earlier no."""
    matter = facts.matter
    better = {
        Reason.PAY: career.pay_reaches(facts),
        Reason.SPONSORSHIP: matter.sponsorship is Sponsorship.OFFERED,
        Reason.RELOCATION: matter.work_mode is WorkMode.REMOTE or matter.relocation is Relocation.NONE,
        Reason.LOGISTICS: matter.work_mode is not None,
        Reason.ROLE_MISMATCH: career.role_wanted(facts) is not None,
        Reason.GOALS: career.goal_touched(facts) is not None or career.field_preferred(facts) is not None,
        Reason.NONE: career.pay_reaches(facts) or matter.work_mode is WorkMode.REMOTE,
    }
    return better.get(reason, False)


def _close_call(no: Fired) -> Fired:
    because = f"A close call: the {no.lens.value} lens says no, and only that one. The choice is yours."
    return Fired("close-call", no.lens, Pull.HOLD, because, no.quote)


def _nothing_speaks_for_it() -> Fired:
    because = "Nothing in your profile speaks for it or against it. The choice is yours."
    return Fired("nothing-speaks-for-it", Lens.CAREER, Pull.HOLD, because)


def _nothing_against_it() -> Fired:
    because = "Nothing in your profile speaks against it."
    return Fired("nothing-against-it", Lens.CAREER, Pull.NOTE, because)


def _as_before(facts: Facts) -> Fired:
    before = facts.earlier.last_action.value if facts.earlier.last_action else "no"
    because = f"The answer stays as before ({before}): nothing new in the mail changes it."
    return Fired("as-before", Lens.REPUTATION, Pull.NOTE, because)


def _terms_are_better(facts: Facts) -> Fired:
    quote = facts.matter.quote("pay") or facts.matter.quote("work_mode") or facts.matter.quote("sponsorship")
    because = "The new terms lift what stood in the way. The choice is yours."
    return Fired("terms-are-better", Lens.CAREER, Pull.HOLD, because, quote)


def _answered_for_good() -> Fired:
    because = "You have given a final no before; this needs no further answer."
    return Fired("answered-for-good", Lens.REPUTATION, Pull.SILENT, because)


# ------------------------------------------------------------------------------------------------ what came second


def _runner_up(facts: Facts, fired: tuple[Fired, ...], choice: Choice) -> Alternative | None:
    """What the verdict would be without the rules that made it; else the nearest other action."""
    if facts.kind not in ANSWERABLE:
        return None
    if choice.action is Action.NONE:
        return Alternative(Action.DECLINE)
    if choice.action is Action.ACCEPT:
        noes = _of(fired, Pull.NO)
        return Alternative(Action.DECLINE, _reason(noes)) if noes else Alternative(Action.HOLD)
    if facts.kind is Kind.FOLLOWUP and not facts.chases:
        return Alternative(Action.HOLD) if choice.action is Action.DECLINE else _no_again(facts)
    decisive = _DECISIVE.get(choice.action, frozenset())
    second = _weighed(facts, tuple(rule for rule in fired if rule.pull not in decisive))
    if second.action is not choice.action:
        return Alternative(second.action, second.reason)
    return Alternative(Action.DECLINE, choice.reason) if choice.action is Action.HOLD else Alternative(Action.HOLD)


def _no_again(facts: Facts) -> Alternative:
    return Alternative(Action.DECLINE, facts.earlier.last_reason)


_DECISIVE: dict[Action, frozenset[Pull]] = {
    Action.DECLINE: frozenset({Pull.DEAL_BREAKER, Pull.NO}),
    Action.CLARIFY: frozenset({Pull.ASK}),
    Action.HOLD: frozenset({Pull.HOLD}),
}


# ------------------------------------------------------------------------------------------------ what goes with it


def _with_times(verdict: Verdict, facts: Facts) -> Verdict:
    """The earliest free time on offer and the next as a fallback; else, without a booking page, times of the user's."""
    free = free_slots(facts)
    if free:
        fallback = next((slot for slot in free[1:] if slot.starts_at != free[0].starts_at), None)
        return replace(verdict, slot=free[0], fallback=fallback)
    if facts.matter.scheduling_url or _is_done_alone(facts):
        return verdict
    return replace(verdict, offer=free_windows(facts))


def _with_questions(verdict: Verdict, _facts: Facts) -> Verdict:
    """One to three questions: which job it is, if that is hidden, then what a stated wish hangs on, then the rest."""
    weights: dict[str, float] = {}
    for ask in _of(verdict.rules, Pull.ASK):
        if ask.question:
            weights[ask.question] = min(ask.weight, weights.get(ask.question, 0.0))
    first = sorted(weights, key=lambda name: (name not in _ABOUT_WHAT, weights[name], _QUESTIONS.index(name)))
    return replace(verdict, questions=tuple(sorted(first[:_MOST_QUESTIONS], key=_QUESTIONS.index)))


def _with_day(verdict: Verdict, facts: Facts) -> Verdict:
    return replace(verdict, hold_until=_hold_day(facts))


def _nothing_more(verdict: Verdict, _facts: Facts) -> Verdict:
    return verdict


_FILLED_IN: dict[Action, Callable[[Verdict, Facts], Verdict]] = {
    Action.ACCEPT: _with_times,
    Action.CLARIFY: _with_questions,
    Action.HOLD: _with_day,
}


def _hold_day(facts: Facts) -> date:
    """The last working day within the user's hold days that lies before the deadline and before the times on offer."""
    ahead = [facts.today + timedelta(days=days) for days in range(1, facts.profile.hold_days + 1)]
    working = [day for day in ahead if is_working_day(day)] or [_next_working_day(facts.today)]
    limits = _limits(facts)
    for limit in limits:
        if before := [day for day in working if day < limit]:
            return before[-1]
    return facts.today if limits else working[-1]


def _limits(facts: Facts) -> list[date]:
    """The days a promise must lie before, the most careful first."""
    zone = zone_of(facts.profile)
    times = [slot.starts_at.astimezone(zone).date() for slot in upcoming(facts)]
    due = [facts.matter.deadline] if facts.matter.deadline and facts.matter.deadline >= facts.today else []
    careful = [min([*due, *times[:1]]), min([*due, *times[-1:]])] if due or times else []
    return [*careful, *due]


def _next_working_day(day: date) -> date:
    return next(after for ahead in range(1, 8) if is_working_day(after := day + timedelta(days=ahead)))


# ------------------------------------------------------------------------------------------------ what is left to do


def _with_todo(verdict: Verdict, facts: Facts) -> Verdict:
    """The verdict with what the user must do elsewhere, if anything."""
    return replace(verdict, todo=_todo(verdict, facts))


def _todo(verdict: Verdict, facts: Facts) -> Todo | None:
    if verdict.action in (Action.NONE, Action.ACKNOWLEDGE):
        return None
    matter = facts.matter
    if matter.organizer is not None:
        return Todo(f"Press {_BUTTONS[verdict.action]} in your calendar.", by=matter.deadline)
    if verdict.action is Action.ACCEPT:
        return _todo_of_yes(verdict, facts)
    if verdict.answered_in_words:
        return None
    return Todo(_unanswerable(verdict, facts), matter.scheduling_url, matter.deadline)


_BUTTONS = {Action.ACCEPT: "Yes", Action.DECLINE: "No", Action.HOLD: "Maybe", Action.CLARIFY: "Maybe"}


def _todo_of_yes(verdict: Verdict, facts: Facts) -> Todo | None:
    matter = facts.matter
    if facts.kind is Kind.ASSESSMENT:
        return Todo("Do the test.", _only_link(facts), matter.deadline)
    if facts.stage is Stage.ONE_WAY_VIDEO:
        return Todo("Record your answers.", _only_link(facts), matter.deadline)
    if matter.scheduling_url and (verdict.slot is None or not verdict.answered_in_words):
        return Todo("Book a time on their page.", matter.scheduling_url, matter.deadline)
    if verdict.answered_in_words:
        return None
    return Todo(_unanswerable(verdict, facts), None, matter.deadline)


def _only_link(facts: Facts) -> str | None:
    """The page of a test or a recording, where the mail has one link and so leaves no doubt."""
    urls = {link.url for link in facts.message.links}
    return facts.matter.scheduling_url or (urls.pop() if len(urls) == 1 else None)


def _unanswerable(verdict: Verdict, facts: Facts) -> str:
    """What to do where nobody reads a reply: what for, then by which way."""
    page = facts.matter.scheduling_url
    if verdict.questions:
        asked = "; ".join(_TO_FIND_OUT[question] for question in verdict.questions)
        first = f"Before you {'book a time on their page' if page else 'answer'}, find out {asked}."
    else:
        first = _TO_DO[verdict.action]
    if facts.contact:
        way = f"write to {facts.contact} yourself"
    else:
        way = "answer on their page" if page and not verdict.questions else "use the contact on their own website"
    return f"{first} Nobody reads replies to this mail: {way}."


_TO_DO = {
    Action.ACCEPT: "Tell them that you accept.",
    Action.DECLINE: "Tell them that you decline.",
    Action.HOLD: "Think it over, then tell them.",
    Action.CLARIFY: "Ask what you need to know.",
}

_TO_FIND_OUT = {
    "company": "which company the job is with",
    "role": "which role it is",
    "sponsorship": "whether they sponsor a work permit",
    "pay": "what it pays",
    "work_mode": "whether the job is remote, hybrid or on site",
    "place": "where the job is",
    "time": "which day and time they mean",
    "zone": "which time zone they mean",
    "format": "what form the talk takes",
}


def _is_done_alone(facts: Facts) -> bool:
    """True for what takes no meeting: a test, a recording."""
    return facts.kind is Kind.ASSESSMENT or facts.stage is Stage.ONE_WAY_VIDEO


# ------------------------------------------------------------------------------------------------ small parts


def _of(fired: tuple[Fired, ...], *pulls: Pull) -> tuple[Fired, ...]:
    return tuple(rule for rule in fired if rule.pull in pulls)


def _reason(rules: tuple[Fired, ...]) -> Reason:
    """The reason of the heaviest rule, NONE where there is no rule."""
    return min(rules, key=lambda rule: rule.weight).reason if rules else Reason.NONE


def _told(fired: tuple[Fired, ...], choice: Choice) -> tuple[Fired, ...]:
    """The rules as the user is told them: what settled it when all were weighed together first, then by weight.

    A reason to talk anyway names the lens it overrules, if any.

    Where no draft is made, what would have spoken for or against one is not told.
    """
    lost = _lost_lenses(fired)
    overruled = lost[0] if len(lost) == 1 and choice.action is not Action.DECLINE else None
    spoke = _of(fired, Pull.SILENT, Pull.NOTE) if choice.action is Action.NONE else fired
    return choice.added + tuple(sorted((_anyway_told(rule, overruled) for rule in spoke), key=_weight))


def _anyway_told(rule: Fired, overruled: Lens | None) -> Fired:
    if rule.pull is not Pull.ANYWAY:
        return rule
    if overruled is None:
        return replace(rule, pull=Pull.YES)
    return replace(rule, because=f"{rule.because} This overrules the {overruled.value} lens.")


def _weight(rule: Fired) -> tuple[int, float]:
    """Where a rule stands in the list: by what it can decide, then by how much it weighs."""
    return _RANK[rule.pull], -abs(rule.weight)


_RANK = {
    Pull.SILENT: 0,
    Pull.DEAL_BREAKER: 1,
    Pull.ASK: 2,
    Pull.HOLD: 3,
    Pull.NO: 4,
    Pull.ANYWAY: 4,
    Pull.YES: 5,
    Pull.NOTE: 6,
}


def _score(lens: Lens, rules: tuple[Fired, ...]) -> LensScore:
    """One lens, -1 to 1, explained by its rules."""
    own = [rule for rule in rules if rule.lens is lens]
    score = max(-1.0, min(1.0, sum(rule.weight for rule in own)))
    return LensScore(lens, round(score, 3), tuple(rule.because for rule in own))


def _digest(profile: Profile) -> str:
    """A short name for exactly this profile, the same in every process."""
    return sha256(_canonical(profile).encode()).hexdigest()[:12]


def _canonical(value: object) -> str:
    """The value as text; sets are sorted, since their own order changes from process to process."""
    if is_dataclass(value):
        parts = [f"{field.name}={_canonical(getattr(value, field.name))}" for field in fields(value)]
    elif isinstance(value, frozenset):
        parts = sorted(map(_canonical, value))
    elif isinstance(value, tuple):
        parts = list(map(_canonical, value))
    else:
        return repr(value.value if isinstance(value, Enum) else value)
    return f"({','.join(parts)})"

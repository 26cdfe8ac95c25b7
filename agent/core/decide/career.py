"""Career: does it move the user toward what they wrote down they want?"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from agent.core.decide.facts import Facts, fitting_role, mentioned, named_company, terms_are_open
from agent.core.decide.words import word_list
from agent.core.model import Fired, Kind, Lens, Pay, Period, Pull, Reason
from agent.core.profile import Status

_A_YEAR: dict[Period, Decimal] = {
    Period.YEAR: Decimal(1),
    Period.MONTH: Decimal(12),
    Period.DAY: Decimal(260),
    Period.HOUR: Decimal(2080),
}
"""How many of a period make a working year (52 weeks of five days of eight hours), to set two pays side by side."""

LEVELS = ("intern", "junior", "mid", "senior", "staff", "principal", "lead", "head")
"""The levels a title may name: those of the config, and the one below them."""

_TELLING_LENGTH = 5
"""Letters of a word of a goal before it tells one goal from another."""


def accepted_another_offer(facts: Facts) -> Fired | None:
    """Decline everything once the user has accepted another offer."""
    if facts.profile.status is not Status.ACCEPTED_OFFER:
        return None
    because = "You have accepted another offer."
    return _deal_breaker("accepted-another-offer", Reason.ACCEPTED_OFFER, because)


def current_role_improved(facts: Facts) -> Fired | None:
    """Decline everything while the user stays where they are, since it got better there."""
    if facts.profile.status is not Status.IMPROVED_CURRENT_ROLE:
        return None
    because = "Your current role improved and you are staying."
    return _deal_breaker("current-role-improved", Reason.IMPROVED_CURRENT_ROLE, because)


def role_avoided(facts: Facts) -> Fired | None:
    """Decline a role whose title holds the words of one the user avoids."""
    role = fitting_role(facts.profile.roles_avoided, facts)
    if role is None:
        return None
    because = f"{role!r} is a role you avoid."
    return _deal_breaker("role-avoided", Reason.ROLE_MISMATCH, because, _role_words(facts))


def field_avoided(facts: Facts) -> Fired | None:
    """Decline work in a field the user avoids, when the mail names it."""
    if not (found := mentioned(facts.profile.fields_avoided, facts)):
        return None
    phrase, said = found
    return _deal_breaker("field-avoided", Reason.GOALS, f"{phrase!r} is a field you avoid.", said)


def company_avoided(facts: Facts) -> Fired | None:
    """Decline, without a reason, a company the user avoids."""
    company = named_company(facts.profile.companies_avoided, facts)
    if company is None:
        return None
    return _deal_breaker("company-avoided", Reason.NONE, f"{company} is a company you avoid.", _company_words(facts))


def pay_below_floor(facts: Facts) -> Fired | None:
    """Decline where the most they state is below the user's floor; the floor itself is never told."""
    most = facts.matter.pay.maximum if facts.matter.pay else None
    floor = _floor_in_terms_of(facts)
    if most is None or floor is None or most >= floor:
        return None
    because = "The most they state is below your pay floor."
    return _deal_breaker("pay-below-floor", Reason.PAY, because, facts.matter.quote("pay"))


def pay_unsaid(facts: Facts) -> Fired | None:
    """Ask where the user has a floor and the mail gives no pay, or only a lower bound beneath the floor."""
    if facts.profile.pay_floor is None or not terms_are_open(facts) or _floor_is_met_or_missed(facts):
        return None
    return _ask(
        "pay-unsaid", "pay", "You have a pay floor, and the mail does not say enough about the pay.", rests_on_wish=True
    )


def pay_in_other_currency(facts: Facts) -> Fired | None:
    """Point out a pay that cannot be set beside the floor without a rate of exchange."""
    pay, floor = facts.matter.pay, facts.profile.pay_floor
    if pay is None or floor is None or pay.currency == floor.currency:
        return None
    because = f"The pay is in {pay.currency} and your floor in {floor.currency}: please compare them yourself."
    return Fired("pay-in-other-currency", Lens.CAREER, Pull.NOTE, because, facts.matter.quote("pay"))


def pay_reaches_floor(facts: Facts) -> Fired | None:
    """Speak for it where the stated pay reaches the floor."""
    floor, pay = _floor_in_terms_of(facts), facts.matter.pay
    if floor is None or pay is None or max(pay.minimum or Decimal(0), pay.maximum or Decimal(0)) < floor:
        return None
    because = "The pay they state reaches your floor."
    return Fired("pay-reaches-floor", Lens.CAREER, Pull.NOTE, because, facts.matter.quote("pay"), weight=0.2)


def employer_unsaid(facts: Facts) -> Fired | None:
    """Ask who the employer is where an agency or a cold approach keeps it hidden."""
    hidden = facts.company is None and (facts.matter.agency or facts.kind is Kind.OUTREACH)
    if not hidden or not terms_are_open(facts):
        return None
    return _ask("employer-unsaid", "company", "The mail does not say which company the job is with.")


def role_unsaid(facts: Facts) -> Fired | None:
    """Ask which role a cold approach is about where it names none."""
    if facts.kind is not Kind.OUTREACH or facts.role is not None or not terms_are_open(facts):
        return None
    return _ask("role-unsaid", "role", "The mail does not say which role it is about.")


def approach_is_vague(facts: Facts) -> Fired | None:
    """Ask a cold approach about pay where it gives neither pay, place nor work mode and nothing in it speaks for it."""
    matter = facts.matter
    told = matter.pay or matter.place or matter.work_mode
    if facts.kind is not Kind.OUTREACH or told or not terms_are_open(facts) or _speaks_for_it(facts):
        return None
    return _ask("approach-is-vague", "pay", "The mail names neither pay nor place nor work mode.")


def approach_gives_no_place(facts: Facts) -> Fired | None:
    """Ask a vague approach about the place too."""
    if approach_is_vague(facts) is None:
        return None
    return _ask("approach-gives-no-place", "place", "The mail does not say where the work would be done.")


def role_wanted(facts: Facts) -> Fired | None:
    """Speak for a role whose title holds the words of one the user wants."""
    role = fitting_role(facts.profile.roles_wanted, facts)
    if role is None:
        return None
    return _yes("role-wanted", f"{role!r} is a role you want.", _role_words(facts), 0.5)


def role_not_wanted(facts: Facts) -> Fired | None:
    """Speak against a stated role that is none of those the user wants."""
    wanted = facts.profile.roles_wanted
    if not wanted or facts.role is None or fitting_role(wanted, facts) or not terms_are_open(facts):
        return None
    because = f"The title fits none of the roles you want ({', '.join(wanted)})."
    return _no("role-not-wanted", Reason.ROLE_MISMATCH, because, _role_words(facts), -0.5)


def level_wanted(facts: Facts) -> Fired | None:
    """Speak for a title at a level the user wants."""
    level = fitting_role(facts.profile.levels, facts)
    if level is None:
        return None
    return _yes("level-wanted", f"{level!r} is a level you want.", _role_words(facts), 0.2)


def level_not_wanted(facts: Facts) -> Fired | None:
    """Speak against a title that names a level and none the user would take ("Junior Platform Engineer")."""
    wanted = facts.profile.levels
    named = fitting_role(LEVELS, facts)
    if not wanted or named is None or fitting_role(wanted, facts) or not terms_are_open(facts):
        return None
    because = f"{named!r} is none of the levels you want ({', '.join(wanted)})."
    return _no("level-not-wanted", Reason.ROLE_MISMATCH, because, _role_words(facts), -1.0)


def field_preferred(facts: Facts) -> Fired | None:
    """Speak for a field the user prefers."""
    if not (found := mentioned(facts.profile.fields_preferred, facts)):
        return None
    phrase, said = found
    return _yes("field-preferred", f"{phrase!r} is a field you prefer.", said, 0.4)


def goal_touched(facts: Facts) -> Fired | None:
    """Speak for a mail that shares the telling words of a goal: two of them, or the only one."""
    text = f"{facts.role or ''} {facts.message.subject} {facts.message.text}"
    words = set(word_list(text))
    for goal in facts.profile.goals:
        telling = [word for word in dict.fromkeys(word_list(goal)) if len(word) >= _TELLING_LENGTH]
        shared = [word for word in telling if word in words]
        if telling and len(shared) >= min(2, len(telling)):
            return _yes("goal-touched", f"It touches your goal {goal!r}.", ", ".join(shared), 0.3)
    return None


def company_preferred(facts: Facts) -> Fired | None:
    """Speak for a company the user would like to work for."""
    company = named_company(facts.profile.companies_preferred, facts)
    if company is None:
        return None
    return _yes("company-preferred", f"{company} is a company you prefer.", _company_words(facts), 0.5)


def company_noted_good(facts: Facts) -> Fired | None:
    """Speak for a company the user noted well of."""
    if not (because := _noted(facts, "good")):
        return None
    return _yes("company-noted-good", because, _company_words(facts), 0.4)


def company_noted_bad(facts: Facts) -> Fired | None:
    """Speak against a company the user noted ill of, however well the job fits; the sender is given no reason."""
    if not (because := _noted(facts, "bad")):
        return None
    return _no("company-noted-bad", Reason.NONE, because, _company_words(facts), -1.0)


def company_noted_mixed(facts: Facts) -> Fired | None:
    """Show the user a mixed note of their own."""
    if not (because := _noted(facts, "mixed")):
        return None
    return Fired("company-noted-mixed", Lens.CAREER, Pull.NOTE, because, _company_words(facts), weight=-0.1)


def quiet_and_unmoved(facts: Facts) -> Fired | None:
    """Decline a clear approach while the user is not looking and nothing they wrote down speaks for it."""
    is_clear = facts.role is not None and facts.company is not None
    if facts.profile.status is not Status.QUIET or facts.kind is not Kind.OUTREACH or not is_clear:
        return None
    if _speaks_for_it(facts):
        return None
    because = "You are not looking, and nothing in your profile speaks for it."
    return _no("quiet-and-unmoved", Reason.TIMING, because, _role_words(facts), -0.2)


def door_to_a_new_field(facts: Facts) -> Fired | None:
    """Talk anyway where the mail opens a door to a field the user is curious about."""
    if not (found := mentioned(facts.profile.doors, facts)):
        return None
    phrase, said = found
    return Fired(
        "door-to-a-new-field",
        Lens.CAREER,
        Pull.ANYWAY,
        f"{phrase!r} is a field you are curious about.",
        said,
        weight=0.3,
    )


RULES: tuple[Callable[[Facts], Fired | None], ...] = (
    accepted_another_offer,
    current_role_improved,
    role_avoided,
    field_avoided,
    company_avoided,
    pay_below_floor,
    pay_unsaid,
    pay_in_other_currency,
    pay_reaches_floor,
    employer_unsaid,
    role_unsaid,
    approach_is_vague,
    approach_gives_no_place,
    role_wanted,
    role_not_wanted,
    level_wanted,
    level_not_wanted,
    field_preferred,
    goal_touched,
    company_preferred,
    company_noted_good,
    company_noted_bad,
    company_noted_mixed,
    quiet_and_unmoved,
    door_to_a_new_field,
)


def pay_reaches(facts: Facts) -> bool:
    """True where pay is stated and is not known to stay below the floor."""
    return facts.matter.pay is not None and pay_below_floor(facts) is None


def _floor_in_terms_of(facts: Facts) -> Decimal | None:
    """The user's floor in the period of the stated pay; None where the two cannot be set side by side."""
    pay, floor = facts.matter.pay, facts.profile.pay_floor
    if pay is None or floor is None or floor.minimum is None or pay.currency != floor.currency:
        return None
    return floor.minimum * _A_YEAR[floor.period] / _A_YEAR[pay.period]


def _floor_is_met_or_missed(facts: Facts) -> bool:
    """True where the stated pay answers the question of the floor, or only the user can (another currency)."""
    pay: Pay | None = facts.matter.pay
    if pay is None:
        return False
    floor = _floor_in_terms_of(facts)
    return floor is None or pay.maximum is not None or (pay.minimum is not None and pay.minimum >= floor)


def _speaks_for_it(facts: Facts) -> bool:
    yes = (role_wanted, field_preferred, goal_touched, company_preferred, company_noted_good, door_to_a_new_field)
    return any(rule(facts) for rule in yes)


def _noted(facts: Facts, verdict: str) -> str:
    """The user's own note of that verdict on the employer, and where they read it; empty where there is none."""
    for note in facts.profile.company_notes:
        if note.verdict == verdict and named_company((note.company,), facts):
            source = f" ({note.source})" if note.source else ""
            return f"Your note on {note.company}: {note.note or note.verdict}{source}."
    return ""


def _role_words(facts: Facts) -> str:
    return facts.matter.quote("role") or facts.role or ""


def _company_words(facts: Facts) -> str:
    return facts.matter.quote("company") or facts.company or ""


def _deal_breaker(rule: str, reason: Reason, because: str, quote: str = "") -> Fired:
    return Fired(rule, Lens.CAREER, Pull.DEAL_BREAKER, because, quote, reason, weight=-1.0)


def _no(rule: str, reason: Reason, because: str, quote: str, weight: float) -> Fired:
    return Fired(rule, Lens.CAREER, Pull.NO, because, quote, reason, weight=weight)


def _yes(rule: str, because: str, quote: str, weight: float) -> Fired:
    return Fired(rule, Lens.CAREER, Pull.YES, because, quote, weight=weight)


def _ask(rule: str, question: str, because: str, *, rests_on_wish: bool = False) -> Fired:
    weight = -0.2 if rests_on_wish else -0.1
    return Fired(rule, Lens.CAREER, Pull.ASK, because, question=question, weight=weight)

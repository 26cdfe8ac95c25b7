"""Reputation: what the answer and its timing do to the relationship, and whether the sender is to be trusted at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from agent.core.decide.facts import Facts, kept_warm
from agent.core.model import Action, Fired, Kind, Lens, Pull, Reason
from agent.core.profile import Status

FRAUD = "scam."
RED_FLAG = "red_flag."
NOTED = "note."

_FLAG_WORDS = {
    "asks_money": "it asks for money",
    "cheque": "it sends a cheque or money to pass on",
    "personal_data": "it asks for bank or identity data",
    "chat_interview": "the interview is held in a chat",
    "offer_without_talk": "it offers a job without an interview",
    "task_work": "it pays for small online tasks",
    "runs_code": "it asks you to run code on your machine",
    "high_pay": "the pay is very high for the work",
    "urgency": "it presses for an answer at once",
    "generic_greeting": "it does not greet you by name",
    "moves_channel": "it moves the talk to another channel",
    "refuses_call": "it refuses a call",
    "unknown_tool": "it asks you to install a tool",
    "unpaid_task": "a long unpaid task",
    "discriminatory_demand": "a discriminatory demand",
    "discriminatory_question": "a discriminatory question",
    "pay_refused": "they will not speak about pay",
    "exploding_deadline": "a deadline that leaves no time to think",
    "repeated_moves": "the interview was moved again and again",
    "false_sender": "the address is not the one of the firm it names",
    "pay_history": "a question about your past pay",
}

_LATE = timedelta(hours=48)
"""An answer within 24 hours is good, within 48 still fine; later ones are late."""


def looks_fraudulent(facts: Facts) -> Fired | None:
    """Draft nothing where the mail looks fraudulent; the user is shown the sign and how to check."""
    flags = _flags(facts, FRAUD)
    if not flags:
        return None
    because = (
        f"Signs of fraud: {_in_words(flags)}. Nothing is drafted. To check, ask the firm itself through the contact on "
        "its own website; until then give no data, no money and no access."
    )
    return Fired("looks-fraudulent", Lens.REPUTATION, Pull.SILENT, because, _quote(facts, FRAUD), weight=-1.0)


def employer_shows_red_flags(facts: Facts) -> Fired | None:
    """Speak against an employer with red flags; they are shown to the user and never told to the sender."""
    flags = _flags(facts, RED_FLAG)
    if not flags:
        return None
    because = f"Red flags: {_in_words(flags)}."
    weight = max(-0.8, -0.4 * len(flags))
    return Fired(
        "employer-shows-red-flags",
        Lens.REPUTATION,
        Pull.NO,
        because,
        _quote(facts, RED_FLAG),
        Reason.RED_FLAG,
        weight=weight,
    )


def softer_signs(facts: Facts) -> Fired | None:
    """Show the softer signs that were found; they move nothing."""
    flags = _flags(facts, NOTED)
    if not flags:
        return None
    return Fired("softer-signs", Lens.REPUTATION, Pull.NOTE, f"Worth a look: {_in_words(flags)}.", _quote(facts, NOTED))


def kept_warm_contact(facts: Facts) -> Fired | None:
    """Talk anyway to a company or a person the user keeps warm."""
    name = kept_warm(facts.profile.keep_warm, facts.matter, facts.message)
    if name is None:
        return None
    because = f"You want to stay in touch with {name}."
    return Fired(
        "kept-warm-contact", Lens.REPUTATION, Pull.ANYWAY, because, facts.matter.quote("contact_name"), weight=0.4
    )


def answer_is_late(facts: Facts) -> Fired | None:
    """Show how late the answer already is."""
    late = facts.now - facts.message.dated_at
    if late <= _LATE:
        return None
    because = f"The mail is {late.days} days old; most expect an answer within two."
    return Fired("answer-is-late", Lens.REPUTATION, Pull.NOTE, because, weight=-0.1)


def declined_before(facts: Facts) -> Fired | None:
    """Show that a no would be the second to the same people."""
    if facts.earlier.last_action is not Action.DECLINE:
        return None
    return Fired(
        "declined-before", Lens.REPUTATION, Pull.NOTE, "You declined in this conversation before.", weight=-0.1
    )


def interview_still_agreed(facts: Facts) -> Fired | None:
    """Show an interview that is still agreed though the user has accepted another offer."""
    if facts.kind is not Kind.CONFIRMATION or facts.profile.status is not Status.ACCEPTED_OFFER:
        return None
    because = "This interview is still agreed though you accepted another offer: withdraw in good time."
    return Fired(
        "interview-still-agreed", Lens.REPUTATION, Pull.NOTE, because, facts.matter.quote("slots"), weight=-0.2
    )


RULES: tuple[Callable[[Facts], Fired | None], ...] = (
    looks_fraudulent,
    employer_shows_red_flags,
    softer_signs,
    kept_warm_contact,
    answer_is_late,
    declined_before,
    interview_still_agreed,
)


def _in_words(flags: tuple[str, ...]) -> str:
    """Flags as people read them: in a few words each, else by the part behind the dot."""
    return "; ".join(
        _FLAG_WORDS.get(name, name.replace("_", " ")) for _, _, name in (flag.partition(".") for flag in flags)
    )


def _flags(facts: Facts, prefix: str) -> tuple[str, ...]:
    return tuple(flag for flag in facts.matter.flags if flag.startswith(prefix))


def _quote(facts: Facts, prefix: str) -> str:
    """The words of the mail behind the first flag of a kind."""
    names = (*_flags(facts, prefix), "flags")
    return next((words for name in names if (words := facts.matter.quote(name))), "")

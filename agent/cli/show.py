"""What people read on the terminal: plain lines of at most 80 columns, the same in a log without colours."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from agent.cli.noticed import in_words, of_field
from agent.core.model import (
    Action,
    Address,
    Case,
    Classification,
    DraftProposal,
    Evidence,
    Fired,
    Kind,
    LensScore,
    Matter,
    Nudge,
    NudgeKind,
    ParsedMessage,
    Pay,
    Pull,
    Reason,
    Relocation,
    Slot,
    Stage,
    Todo,
    Verdict,
)

WIDTH = 78
_LABEL = 11
_RULES_SHOWN = 4
_SPAN_SHOWN = 60
_QUOTE_SHOWN = 90

_MARKS = {
    Pull.DEAL_BREAKER: "deal-breaker",
    Pull.NO: "against",
    Pull.YES: "for",
    Pull.ASK: "to ask",
    Pull.HOLD: "must wait",
    Pull.ANYWAY: "talk anyway",
    Pull.SILENT: "no draft",
    Pull.NOTE: "note",
}
_KINDS = {Kind.OTHER: "other mail"}
_ACTIONS = {Action.NONE: "no draft"}
_RELOCATION = {
    Relocation.REQUIRED: "asks for a move",
    Relocation.OFFERED: "helps with a move",
    Relocation.NONE: "no move needed",
}
_NUDGES = {NudgeKind.REPLY_OWED: "a reminder, unless it is answered by then"}
_SELF_EVIDENT = frozenset({"nothing-asked"})
"""Rules that only repeat the kind of the mail."""


# ------------------------------------------------------------------------------------------------ whole mails


def told_reading(
    message: ParsedMessage, seen: Classification, matter: Matter | None, reply_to: str | None
) -> Iterator[str]:
    """One file as ``classify`` reads it: what it is, the facts in it, and the words that led there."""
    yield from _sender(message)
    yield from labelled("found", found(seen))
    yield from labelled("language", seen.language)
    yield from _facts(matter or Matter(source=message.ref, reply_to=reply_to))
    yield from _evidence(seen, matter)


def told_case(case: Case, zone: str) -> Iterator[str]:
    """One mail followed as far as it went, in short: what it is, the decision, the first reasons, the draft's words."""
    yield from _sender(case.message)
    yield from labelled("found", found(case.classification))
    if case.matter and case.classification.kind is not Kind.OTHER:
        yield from labelled("about", about(case.matter, zone))
    yield from decided(case.verdict, case.stopped, most=_RULES_SHOWN)
    yield from letter(case.proposal)
    yield from ahead(case.nudges, zone)


def explained_case(case: Case, zone: str) -> Iterator[str]:
    """One mail followed as far as it went, with every reason, the lenses and the words that were noticed."""
    yield from _sender(case.message)
    yield from explained(case.classification, case.matter, case.verdict, case.stopped, zone)
    yield from letter(case.proposal)
    yield from ahead(case.nudges, zone)


def explained(
    seen: Classification, matter: Matter | None, verdict: Verdict | None, stopped: str, zone: str
) -> Iterator[str]:
    """What a mail is, what was decided, and every reason: the lenses, the rules, and the words of the mail."""
    yield from labelled("found", found(seen))
    if matter:
        yield from labelled("about", about(matter, zone))
    yield from decided(verdict, stopped)
    if verdict and verdict.action is not Action.NONE:
        yield from labelled("lenses", ", ".join(map(_score, verdict.lenses)))
    yield from _evidence(seen, matter)


def is_quiet(case: Case) -> bool:
    """True for a mail in which nothing is asked and of which nothing more is to be told."""
    rules = case.verdict.rules if case.verdict else ()
    return not case.nudges and all(fired.rule in _SELF_EVIDENT for fired in rules)


# ------------------------------------------------------------------------------------------------ parts of them


def found(seen: Classification) -> str:
    """The kind of a mail with its stage, and how sure that is; nothing a machine reads is ever quite sure."""
    finer = seen.stage if seen.kind is Kind.INVITATION else seen.subkind if seen.kind is Kind.FOLLOWUP else None
    in_full = f" ({finer.replace('_', ' ')})" if finer and finer is not Stage.UNSPECIFIED else ""
    return f"{kind_of(seen)}{in_full}, {min(seen.confidence, 0.99):.0%} sure"


def kind_of(seen: Classification) -> str:
    """The kind of a mail in plain words."""
    return "perhaps " * seen.unsure + _KINDS.get(seen.kind, seen.kind.replace("_", " "))


def about(matter: Matter, zone: str) -> str:
    """The facts of a mail that weigh, in one sentence without a verb."""
    facts = [
        matter.company or ("an employer not named" if matter.agency else None),
        matter.role,
        matter.work_mode.value if matter.work_mode else None,
        matter.place,
        _RELOCATION[matter.relocation] if matter.relocation else None,
        f"sponsorship {matter.sponsorship.value}" if matter.sponsorship else None,
        pay(matter.pay) if matter.pay else None,
        " or ".join(time(slot, zone) for slot in matter.slots) or None,
        f"agreed for {time(matter.agreed, zone)}" if matter.agreed else None,
        f"by {day(matter.deadline)}" if matter.deadline else None,
    ]
    return "; ".join(fact for fact in facts if fact)


def decided(verdict: Verdict | None, stopped: str, *, most: int | None = None) -> Iterator[str]:
    """What is done about a mail and why: each rule that fired, the weightiest first, with the words that led to it."""
    if verdict is None:
        yield from labelled("decision", f"no draft: {stopped}")
        return
    yield from labelled("decision", decision(verdict))
    rules = [fired for fired in verdict.rules if fired.rule not in _SELF_EVIDENT]
    for position, fired in enumerate(rules[:most]):
        yield from labelled("" if position else "why", rule(fired))
    if verdict.todo:
        yield from labelled("to do", _todo(verdict.todo))


def decision(verdict: Verdict) -> str:
    """The action and its reason in a few words."""
    reason = f" ({verdict.reason.replace('_', ' ')})" if verdict.reason is not Reason.NONE else ""
    second = f"; second choice: {verdict.runner_up.action}" if verdict.runner_up else ""
    return f"{_ACTIONS.get(verdict.action, verdict.action.value)}{reason}{second}"


def rule(fired: Fired) -> str:
    """One rule: its lens, which way it pulls, and why, with the words of the mail."""
    quote = f' "{cut(fired.quote, _QUOTE_SHOWN)}"' if fired.quote else ""
    return f"[{fired.lens}: {_MARKS[fired.pull]}] {fired.because}{quote}"


def letter(proposal: DraftProposal | None) -> Iterator[str]:
    """The draft as the user will find it, set off by a bar on the left."""
    if proposal is None:
        return
    yield from labelled("draft to", ", ".join(address.email for address in proposal.to))
    yield from labelled("subject", proposal.subject)
    for line in proposal.body.rstrip("\n").split("\n"):
        for part in textwrap.wrap(line, WIDTH - 4) or [""]:
            yield f"  | {part}".rstrip()


def ahead(nudges: Iterable[Nudge], zone: str) -> Iterator[str]:
    """The nudges that lie ahead: each text once, with its first time in the user's zone and how many more come."""
    moments: dict[str, list[datetime]] = {}
    for nudge in nudges:
        moments.setdefault(_NUDGES.get(nudge.kind, nudge.text), []).append(nudge.due_at)
    for text, due in moments.items():
        again = f" (and {len(due) - 1} more)" if len(due) > 1 else ""
        yield from labelled("nudge", f"{moment(due[0], zone)}{again}: {text}")


def pay(stated: Pay) -> str:
    """A pay range as people write it."""
    bounds = list(dict.fromkeys(_amount(bound) for bound in (stated.minimum, stated.maximum) if bound is not None))
    bound = "" if stated.minimum is not None and stated.maximum is not None else "from " if stated.minimum else "up to "
    return f"{bound}{' to '.join(bounds)} {stated.currency} {'an' if stated.period == 'hour' else 'a'} {stated.period}"


def time(slot: Slot, zone: str) -> str:
    """When a talk would begin, in the user's zone, and by the clock of those who wrote where that is another."""
    starts_at = slot.starts_at
    differs = starts_at.utcoffset() != starts_at.astimezone(ZoneInfo(zone)).utcoffset()
    return moment(starts_at, zone) + (f" ({starts_at:%H:%M} there)" if differs else "")


def day(when: date) -> str:
    """A day, weekday first."""
    return f"{when:%a} {when.day} {when:%b}"


def moment(when: datetime, zone: str) -> str:
    """A moment in the user's zone, weekday and day first."""
    local = when.astimezone(ZoneInfo(zone))
    return f"{day(local)} {local:%H:%M}"


def labelled(label: str, words: str) -> list[str]:
    """Words behind a label, wrapped under themselves; a link stays whole, so that it can be copied."""
    return textwrap.wrap(
        words,
        WIDTH,
        initial_indent=f"  {label:<{_LABEL}}",
        subsequent_indent=" " * (2 + _LABEL),
        break_on_hyphens=False,
        break_long_words=False,
    )


def counted(number: int, thing: str) -> str:
    """How many there are of a thing, as people say it."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def cut(words: str, width: int = WIDTH) -> str:
    """The words on one line, shortened where they are longer than that."""
    line = " ".join(words.split())
    return line if len(line) <= width else f"{line[: width - 3].rstrip()}..."


# ------------------------------------------------------------------------------------------------ small parts


def _sender(message: ParsedMessage) -> list[str]:
    return labelled("from", _address(message.sender)) if message.sender else []


def _address(one: Address) -> str:
    return f"{one.name} <{one.email}>" if one.name else one.email


def _facts(matter: Matter) -> Iterator[str]:
    """The facts of a mail, those that are there, one a line."""
    for label, fact in (
        ("company", matter.company),
        ("role", matter.role),
        ("contact", matter.contact_name),
        ("reply to", matter.reply_to or "nobody reads a reply"),
        ("times", ", ".join(_period(slot) for slot in matter.slots)),
        ("deadline", matter.deadline.isoformat() if matter.deadline else None),
        ("book at", matter.scheduling_url),
        ("meet at", matter.meeting_url),
        ("work mode", matter.work_mode),
        ("relocation", matter.relocation),
        ("visa", f"sponsorship {matter.sponsorship}" if matter.sponsorship else None),
        ("pay", pay(matter.pay) if matter.pay else None),
    ):
        if fact:
            yield from labelled(label, fact)
    yield from _flags(matter.flags)


def _flags(flags: Iterable[str]) -> Iterator[str]:
    """What looks fraudulent, what a real employer should not do, and what is worth a look, a line each."""
    for group, label in (("scam", "fraud?"), ("red_flag", "red flags"), ("note", "look at")):
        names = [name.replace("_", " ") for flag in flags for sort, _, name in [flag.partition(".")] if sort == group]
        if names:
            yield from labelled(label, ", ".join(names))


def _period(slot: Slot) -> str:
    """A time on offer as the mail gives it, with its own offset."""
    end = f" to {slot.ends_at:%H:%M}" if slot.ends_at else ""
    return f"{day(slot.starts_at)} {slot.starts_at:%Y} {slot.starts_at:%H:%M}{end} ({slot.starts_at:%Z})"


def _evidence(seen: Classification, matter: Matter | None) -> Iterator[str]:
    """The words that were noticed, gathered by what they are taken to say."""
    noticed: dict[str, dict[str, None]] = {}
    for words in seen.evidence:
        noticed.setdefault(in_words(words.why), {})[_span(words)] = None
    for field, words in matter.quotes if matter else ():
        noticed.setdefault(of_field(field, words.why), {})[_span(words)] = None
    for position, (why, spans) in enumerate(noticed.items()):
        yield from labelled("" if position else "noticed", f"{why}: {', '.join(spans)}")


def _span(words: Evidence) -> str:
    return f'"{cut(words.span, _SPAN_SHOWN)}"'


def _score(lens: LensScore) -> str:
    return f"{lens.lens} {lens.score:+.1f}"


def _todo(todo: Todo) -> str:
    by = f" (by {day(todo.by)})" if todo.by else ""
    return f"{todo.what}{by}{f' {todo.url}' if todo.url else ''}"


def _amount(value: Decimal) -> str:
    return f"{value.normalize():,f}"

"""What looks fraudulent, and what a real employer had better not ask.

An alarm (``scam.*``) takes one hard cue, or two soft ones of different kinds; a soft cue alone is a quiet ``note.*``.
Hard cues are demands: money, data, a chat in place of a talk, code to run. Soft ones are manners. Genuine mail shares
some of both, so that each hard cue has its innocent twins, words that lift it in the same sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from agent.core.facts.names import registrable_label
from agent.core.facts.page import Page
from agent.core.facts.people import squashed
from agent.core.facts.places import sender_country
from agent.core.model import Evidence, Kind

Flag = tuple[str, Evidence]

HARD = ("asks_money", "cheque", "personal_data", "chat_interview", "offer_without_talk", "task_work", "runs_code")
"""Cues in words that alarm alone; each is a group ``scam.<name>`` with its twins ``innocent.<name>``."""
SOFT = ("high_pay", "urgency", "generic_greeting", "moves_channel", "refuses_call", "unknown_tool")
"""Cues in words that alarm in twos: groups ``soft.<name>``."""
RED = ("unpaid_task", "discriminatory_demand", "pay_refused", "exploding_deadline", "repeated_moves")
"""What real employers do, but for questions: groups ``red_flag.<name>`` with their twins ``innocent.<name>``."""

_CHAT_IS_NORMAL = frozenset({"BR", "IN", "ES", "NL"})
"""Where WhatsApp is an ordinary way for recruiters to write."""
_PAY_HISTORY_BANNED = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IE",
        "IT",
        "LV",
        "LT",
        "LU",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
    ]
)
"""Directive (EU) 2023/970, art. 5(2): applicants must not be asked what they earn or earned."""
_SHORT = timedelta(days=3)


def flags(page: Page, company: str | None, agency: bool, deadline: date | None) -> tuple[Flag, ...]:
    """Every flag of the mail with the words that raise it, alarms first."""
    hard = list(_hard(page, company))
    soft = list(_soft(page, company, agency))
    alarmed = bool(hard) or len(soft) > 1
    return (*hard, *((f"{'scam' if alarmed else 'note'}.{name}", words) for name, words in soft), *_red(page, deadline))


def baits(page: Page) -> bool:
    """True for a mail that speaks of a job to the reader and makes a demand no employer makes, whatever its kind."""
    return page.new.says("bait.job") and any(_said(page, f"scam.{name}", f"innocent.{name}") for name in HARD)


def _hard(page: Page, company: str | None) -> Iterator[Flag]:
    for name in HARD:
        if words := _said(page, f"scam.{name}", f"innocent.{name}"):
            yield f"scam.{name}", words
    if words := _false_sender(page, company):
        yield "scam.false_sender", words


def _soft(page: Page, company: str | None, agency: bool) -> Iterator[Flag]:
    for name in SOFT:
        if name == "moves_channel" and sender_country(page) in _CHAT_IS_NORMAL:
            continue
        if words := _said(page, f"soft.{name}", f"innocent.{name}"):
            yield name, words
    sender = page.message.sender
    if sender and company and not agency and page.lexicon.senders.is_freemail(sender.email):
        yield "free_mail", Evidence(sender.email, None, None, "a firm that writes from free mail")


def _said(page: Page, group: str, twins: str, asked: bool = False) -> Evidence | None:
    """The first words of a group whose sentence holds none of its innocent twins and, where it must, asks."""
    for passage, hit in page.hits(group):
        if (passage.asks(hit) or not asked) and not passage.said_in(hit.sentence, twins):
            return passage.evidence(hit.start, hit.end, group)
    return None


def _false_sender(page: Page, company: str | None) -> Evidence | None:
    """A firm's name over an address that is not its own, where answers leave that address too, or DMARC fails."""
    sender = page.message.sender
    if sender is None or not sender.domain or page.lexicon.senders.find(sender.email):
        return None
    borrowed = company is not None and (
        page.lexicon.senders.is_freemail(sender.email)
        or _looks_like(registrable_label(sender.domain), squashed(company))
    )
    if borrowed and _answers_leave(page):
        return Evidence(sender.email, None, None, "the name of a firm over another address, and answers go elsewhere")
    if company is not None and "dmarc=fail" in page.message.authentication.lower() and not page.message.list_id:
        return Evidence("dmarc=fail", None, None, "the sender's domain says that this mail is not its own")
    return None


def _answers_leave(page: Page) -> bool:
    """True where Reply-To is at another firm's domain than From, and no hiring system's."""
    sender = page.message.sender
    return sender is not None and any(
        address.domain
        and registrable_label(address.domain) != registrable_label(sender.domain)
        and page.lexicon.senders.find(address.email) is None
        for address in page.message.reply_to
    )


def _looks_like(label: str, company: str) -> bool:
    """True for a domain that is nearly a firm's: a word added, a letter swapped, foreign letters in code."""
    plain = squashed(label)
    if label.startswith("xn--"):
        return True
    if len(company) < 4 or plain == company:
        return False
    if company in plain and "-" in label:
        return True
    return _undisguised(plain) == _undisguised(company) or _one_letter_off(plain, company)


def _undisguised(label: str) -> str:
    return label.translate(str.maketrans("013457", "oleast")).replace("rn", "m").replace("vv", "w")


def _one_letter_off(left: str, right: str) -> bool:
    """True where two words of the same length differ in one letter, or one has a letter more."""
    if abs(len(left) - len(right)) > 1 or min(len(left), len(right)) < 5:
        return False
    shared = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    rests = {
        (left[shared + 1 :], right[shared + 1 :]),
        (left[shared + 1 :], right[shared:]),
        (left[shared:], right[shared + 1 :]),
    }
    return any(one == other for one, other in rests)


def _red(page: Page, deadline: date | None) -> Iterator[Flag]:
    for name in RED:
        if words := _said(page, f"red_flag.{name}", f"innocent.{name}"):
            yield f"red_flag.{name}", words
    if words := _said(page, "red_flag.discriminatory_question", "innocent.discriminatory_question", asked=True):
        yield "red_flag.discriminatory_question", words
    if words := _said(page, "red_flag.pay_history", "innocent.pay_history"):
        banned = sender_country(page) in _PAY_HISTORY_BANNED
        yield ("red_flag.pay_history" if banned else "note.pay_history"), words
    due = deadline - page.message.dated_at.date() if deadline else None
    if page.classification.kind is Kind.OFFER and due is not None and due < _SHORT:
        first = next(iter(page.new.hits("deadline.by", "deadline.firm")), None)
        words = page.new.evidence(first.start, first.end, "less than three days") if first else None
        yield "red_flag.exploding_deadline", words or Evidence(str(deadline), None, None, "less than three days")

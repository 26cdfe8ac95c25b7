"""What a job pays: a grammar of amounts, and the words around them that tell pay from other money."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from agent.core.facts.page import Page, Passage, Read
from agent.core.facts.places import sender_country
from agent.core.model import Pay, Period

_SIGNS = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "¥": "JPY",
    "zł": "PLN",
    "kč": "CZK",
    "rs": "INR",
    "rs.": "INR",
    "kr": "SEK",
    "euro": "EUR",
    "euros": "EUR",
    "pound": "GBP",
    "pounds": "GBP",
    "quid": "GBP",
    "r$": "BRL",
    "r": "ZAR",
}
_CODES = frozenset(
    [
        "USD",
        "EUR",
        "GBP",
        "CHF",
        "INR",
        "CAD",
        "AUD",
        "NZD",
        "SGD",
        "HKD",
        "JPY",
        "CNY",
        "SEK",
        "NOK",
        "DKK",
        "PLN",
        "CZK",
        "HUF",
        "RON",
        "BGN",
        "TRY",
        "BRL",
        "MXN",
        "ARS",
        "CLP",
        "COP",
        "ZAR",
        "AED",
        "SAR",
        "ILS",
        "KRW",
        "MYR",
        "PHP",
        "THB",
        "IDR",
    ]
)
_DOLLARS = {
    "us": "USD",
    "ca": "CAD",
    "c": "CAD",
    "au": "AUD",
    "a": "AUD",
    "nz": "NZD",
    "s": "SGD",
    "sg": "SGD",
    "hk": "HKD",
}
_DOLLAR_OF = {"CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "US": "USD"}
_CROWN_OF = {"DK": "DKK", "NO": "NOK", "SE": "SEK"}
_TIMES = {
    "k": 1_000,
    "tsd": 1_000,
    "mil": 1_000,
    "grand": 1_000,
    "m": 1_000_000,
    "lakh": 100_000,
    "lac": 100_000,
    "l": 100_000,
    "lpa": 100_000,
}
_INDIAN = frozenset({"lakh", "lac", "lpa", "l"})
_ROUND_YEAR = {"INR": 100_000, "JPY": 1_000_000, "KRW": 10_000_000, "HUF": 2_000_000}
"""From where on a bare figure can only be a year's pay; 15,000 for most currencies."""

_MONEY = re.compile(
    r"(?<![\w.,/#])(?:(?P<before>(?:us|ca|au|nz|sg|hk|[acsr])?\$|[€£₹¥]|rs\.?(?=\s?\d)|r(?=\d)|[a-z]{3}(?=\s?[\d€£$]))\s{0,2}[€£$]?)?"
    r"(?P<number>\d{1,3}(?:[.,'’ \u00a0\u202f]\d{2,3}){1,3}(?:[.,]\d{1,2})?(?!\d)|\d{1,9}(?:[.,]\d{1,2})?(?!\d))"
    r"\s?(?P<times>(?:k|tsd|mil|grand|m|lakhs?|lacs?|lpa)(?![a-z])|l(?=\s?p\.?a))?(?![a-z]*\d)"
    r"(?:\s{0,2}(?P<after>[€£₹¥$]|zł|kč|kr|euros?\b|pounds?\b|quid\b|[a-z]{3}))?(?P<more>\s?\+)?(?!\s?%|\d)",
    re.IGNORECASE,
)
_GATE = re.compile(
    r"[$€£₹¥]|(?i:\beuros?\b|\bpounds?\b)|\bR\d|\d\s?[kK]\b|\b(?:lakhs?|lacs?|lpa|LPA|zł|Kč|kr)\b|\b[A-Z]{3}\b"
)
_DASH = re.compile(r"\s{0,3}[-–—−]\s{0,3}$|^\s{0,3}[-–—−/]\s{0,3}$")
_NO_MONTH = 60_000
"""From where on nobody is paid so much a month, whatever month is spoken of nearby."""
_NO_PAY = 400_000
"""From where on a bare figure in euros or dollars is hardly what somebody is paid."""
_NEAR = 90
"""Characters around an amount in which words say what it is."""
_AMOUNTS_READ = 30


@dataclass(frozen=True, slots=True)
class _Amount:
    figure: Decimal
    times: int
    indian: bool
    currency: str | None
    open_end: bool
    start: int
    end: int

    @property
    def value(self) -> Decimal:
        return self.figure * self.times


@dataclass(frozen=True, slots=True)
class _Range:
    minimum: Decimal | None
    maximum: Decimal | None
    currency: str
    scaled: bool
    start: int
    end: int

    @property
    def size(self) -> Decimal:
        return self.maximum if self.maximum is not None else self.minimum or Decimal(0)

    @property
    def has_both(self) -> bool:
        return self.minimum is not None and self.maximum is not None and self.minimum != self.maximum


def pay(page: Page) -> Read[Pay] | None:
    """The pay the mail states: a range or a figure with its currency and period; other money in a mail is not pay."""
    for passage in (page.new, page.subject):
        if not _GATE.search(passage.text):
            continue
        for stated in _ranges(passage, page):
            if _is_other_money(passage, stated):
                continue
            period = _period(passage, stated)
            if period and _is_pay(passage, stated):
                value = Pay(stated.minimum, stated.maximum, stated.currency, period)
                return Read(value, passage.evidence(stated.start, stated.end, "the pay"))
    return None


def _ranges(passage: Passage, page: Page) -> Iterator[_Range]:
    """The amounts of a passage, two of them as one range where a dash or a word joins them."""
    amounts = [amount for _, amount in zip(range(_AMOUNTS_READ), _amounts(passage.text, page), strict=False)]
    index = 0
    while index < len(amounts):
        first = amounts[index]
        second = amounts[index + 1] if index + 1 < len(amounts) else None
        if second and _joined(passage, first, second) and (first.currency or second.currency):
            yield _range_of(passage, first, second)
            index += 2
        else:
            if first.currency:
                yield _single(passage, first)
            index += 1


def _amounts(text: str, page: Page) -> Iterator[_Amount]:
    for match in _MONEY.finditer(text):
        times = (match["times"] or "").lower().rstrip("s")
        before, after = match["before"], match["after"]
        currency = _currency(before, page) or _currency(after, page)
        indian = times in _INDIAN
        figure = _number(match["number"])
        if figure is None:
            continue
        end = (
            match.end()
            if _currency(after, page) or match["more"]
            else match.end("times")
            if times
            else match.end("number")
        )
        start = match.start() if _currency(before, page) else match.start("number")
        yield _Amount(
            figure,
            _TIMES.get(times, 1),
            indian,
            currency or ("INR" if indian else None),
            bool(match["more"]),
            start,
            end,
        )


def _currency(written: str | None, page: Page) -> str | None:
    """The ISO 4217 code of a sign or code; a bare $ is the sender's country's."""
    if not written:
        return None
    if written.upper() in _CODES and written.isalpha():
        return written.upper() if written.isupper() or written.islower() else None
    lowered = written.lower()
    if lowered == "kr":
        return _CROWN_OF.get(sender_country(page) or "", "SEK")
    if lowered in _SIGNS:
        return _SIGNS[lowered]
    if lowered == "$":
        return _DOLLAR_OF.get(sender_country(page) or "", "USD")
    return _DOLLARS.get(lowered[:-1]) if lowered.endswith("$") else None


def _number(written: str) -> Decimal | None:
    """A figure in any country's way of grouping: the last sign is a decimal one only before one or two digits."""
    parts = re.split(r"[.,'’ \u00a0\u202f]", written)
    signs = re.findall(r"[.,'’ \u00a0\u202f]", written)
    if signs and len(parts[-1]) < 3 and signs[-1] in ".,":
        return Decimal("".join(parts[:-1]) + "." + parts[-1])
    if any(len(part) != 3 for part in parts[-1:] if signs):
        return None
    return Decimal("".join(parts))


def _joined(passage: Passage, first: _Amount, second: _Amount) -> bool:
    between = passage.text[first.end : second.start]
    if len(between) > 12 or "\n\n" in between:
        return False
    if _DASH.search(between) and between.strip() in "-–—−":
        return True
    return any(
        between.strip() == passage.text[hit.start : hit.end] for hit in passage.hits("pay.to") if hit.start >= first.end
    )


def _range_of(passage: Passage, first: _Amount, second: _Amount) -> _Range:
    """Both ends in the currency and the thousands that one of them carries: "120-140k GBP"."""
    currency = first.currency or second.currency or ""
    low, high = first.value, second.value
    if first.times == 1 and second.times > 1 and first.figure < second.figure * 10 and low < second.times:
        low = first.figure * second.times
    if second.times == 1 and first.times > 1 and second.figure < 1000:
        high = second.figure * first.times
    start, end = first.start, second.end
    if _just_before(passage, start, "pay.raised"):
        return _Range(high, high, currency, True, second.start, end)
    return _Range(min(low, high), max(low, high), currency, first.times > 1 or second.times > 1, start, end)


def _single(passage: Passage, amount: _Amount) -> _Range:
    """A single figure is both bounds, unless "up to" or "from" makes it one of them."""
    value, currency = amount.value, amount.currency or ""
    scaled = amount.times > 1
    if _just_before(passage, amount.start, "pay.up_to"):
        return _Range(None, value, currency, scaled, amount.start, amount.end)
    if (
        amount.open_end
        or _just_before(passage, amount.start, "pay.at_least")
        or _just_after(passage, amount, "pay.or_more")
    ):
        return _Range(value, None, currency, scaled, amount.start, amount.end)
    return _Range(value, value, currency, scaled, amount.start, amount.end)


def _just_before(passage: Passage, position: int, group: str) -> bool:
    return any(0 <= position - hit.end <= 12 for hit in passage.hits(group))


def _just_after(passage: Passage, amount: _Amount, group: str) -> bool:
    return any(0 <= hit.start - amount.end <= 12 for hit in passage.hits(group))


def _is_other_money(passage: Passage, stated: _Range) -> bool:
    """True for a bonus, funding, a fee, a budget, what the reader asked for: money in the mail that is not the pay."""
    after = any(
        0 <= hit.start - stated.end <= 30 and not _is_apart(passage, stated.end, hit.start)
        for hit in passage.hits("pay.other_after")
    )
    before = any(0 <= stated.start - hit.end <= 25 for hit in passage.hits("pay.other_before"))
    sentence = passage.words.sentence(stated.start)
    return after or before or passage.said_in(sentence, "pay.not_pay")


def _is_apart(passage: Passage, start: int, end: int) -> bool:
    """True where a sign or a word such as "plus" parts what stands behind a figure from it."""
    parted = any(sign in passage.text[start:end] for sign in ",;+.(\n")
    return parted or any(start <= hit.start < end for hit in passage.hits("pay.plus"))


def _is_pay(passage: Passage, stated: _Range) -> bool:
    """True where words nearby say so, or where a range or a figure in thousands speaks for itself."""
    if any(abs(hit.start - stated.start) <= _NEAR for hit in passage.hits("pay.words")):
        return True
    if _period_said(passage, stated):
        return True
    told = stated.has_both or stated.scaled or passage.says("pay.words") or stated.size < _NO_PAY
    return stated.size >= _year_from(stated.currency) and told


def _year_from(currency: str) -> int:
    return _ROUND_YEAR.get(currency, 15_000)


def _period(passage: Passage, stated: _Range) -> Period | None:
    """The period as written near the figure, else the only one its size allows."""
    said = _period_said(passage, stated)
    if said is Period.MONTH and stated.size >= _NO_MONTH and stated.currency not in _ROUND_YEAR:
        return Period.YEAR
    if said:
        return said
    if stated.size >= _year_from(stated.currency):
        return Period.YEAR
    if any(abs(hit.start - stated.start) <= _NEAR for hit in passage.hits("pay.rate")):
        return Period.HOUR if stated.size < 150 else Period.DAY if stated.size < 1_800 else None
    return Period.MONTH if stated.size >= 1_000 and stated.currency not in _ROUND_YEAR else None


def _period_said(passage: Passage, stated: _Range) -> Period | None:
    """The period whose words follow the figure, or stand shortly before it; marks as short as "hr" must touch it."""
    nearest: tuple[int, Period] | None = None
    for period in Period:
        for group, reach in ((period.value, 45), (f"{period.value}_mark", 4)):
            for hit in passage.hits(f"pay.{group}"):
                distance = hit.start - stated.end if hit.start >= stated.end else stated.start - hit.end + 8
                if 0 <= distance <= reach and (nearest is None or distance < nearest[0]):
                    nearest = (distance, period)
    return nearest[1] if nearest else None

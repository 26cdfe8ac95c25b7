"""Where a sender writes from: needed to read 03/04 and a bare $, never shown as the place of the job."""

from __future__ import annotations

import re
from datetime import timedelta

from agent.core.facts.page import Page
from agent.core.model import ParsedMessage

_FREE_FOR_ALL = frozenset(
    ["io", "ai", "co", "me", "tv", "eu", "fm", "gg", "ly", "to", "so", "sh", "vc", "cc", "ws", "im"]
)
"""Country domains that firms everywhere use for their looks."""

_CODES = {
    "1": "US", "7": "RU", "20": "EG", "27": "ZA", "30": "GR", "31": "NL", "32": "BE", "33": "FR", "34": "ES",
    "351": "PT", "352": "LU", "353": "IE", "358": "FI", "36": "HU", "370": "LT", "371": "LV", "372": "EE",
    "380": "UA", "39": "IT", "40": "RO", "41": "CH", "420": "CZ", "421": "SK", "43": "AT", "44": "GB", "45": "DK",
    "46": "SE", "47": "NO", "48": "PL", "49": "DE", "52": "MX", "54": "AR", "55": "BR", "56": "CL", "57": "CO",
    "61": "AU", "63": "PH", "64": "NZ", "65": "SG", "81": "JP", "82": "KR", "852": "HK", "86": "CN", "90": "TR",
    "91": "IN", "92": "PK", "971": "AE", "972": "IL",
}  # fmt: skip

_OFFSETS = {
    -10: "US", -9: "US", -8: "US", -7: "US", -6: "US", -5: "US", -4: "US", 1: "DE", 2: "DE", 5.5: "IN",
    9: "JP", 10: "AU", 11: "AU", 12: "NZ", 13: "NZ",
}  # fmt: skip
"""One country for each offset whose countries write dates the same way; the weakest sign of all, and +0000 is none:
servers everywhere write it."""

_PHONE = re.compile(r"(?<![\w+])\+\s?(\d{1,3})[\s().-]{0,2}\d")
_PHONES_READ = 3
_AMERICAN = re.compile(r"\b(?:E[SD]T|P[SD]T|CDT|MDT)\b|(?:[ap]m|[AP]M) (?:ET|PT|CT)\b")


def sender_country(page: Page) -> str | None:
    """The sender's country (ISO 3166-1 alpha-2): by domain, by a phone number, by the zone, by the offset of Date."""
    told = country_by_domain(page) or _country_by_phone(page)
    return told or _country_by_zone(page) or _country_by_offset(page.message)


def country_by_domain(page: Page) -> str | None:
    """The country whose top-level domain the sender's own address uses."""
    senders = page.lexicon.senders
    for address in (*page.message.reply_to, *((page.message.sender,) if page.message.sender else ())):
        label = address.domain.rpartition(".")[2]
        if len(label) == 2 and label.isascii() and label not in _FREE_FOR_ALL and senders.find(address.email) is None:
            return "GB" if label == "uk" else label.upper()
    return None


def _country_by_phone(page: Page) -> str | None:
    tail = page.signature.text + page.new.text[-600:]
    for _, match in zip(range(_PHONES_READ), _PHONE.finditer(tail), strict=False):
        digits = match[1]
        for length in (3, 2, 1):
            if digits[:length] in _CODES:
                return _CODES[digits[:length]]
    return None


def _country_by_zone(page: Page) -> str | None:
    """The United States where the mail tells the time as only North America does."""
    return "US" if _AMERICAN.search(page.new.text) else None


def _country_by_offset(message: ParsedMessage) -> str | None:
    offset = message.sent_at.utcoffset() if message.sent_at else None
    return _OFFSETS.get(offset / timedelta(hours=1)) if offset is not None else None

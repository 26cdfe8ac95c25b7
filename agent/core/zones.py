"""Zones by the names people write: abbreviations, offsets, IANA keys, and the country an address belongs to.

People write "EST" all year and mean the place, so an abbreviation stands for a place and never for a fixed offset; only
UTC, GMT and plain offsets are what they say. An abbreviation that several countries use is decided by the sender's
country or by the offset of the sender's clock, and by nothing else. Zone names in words ("Eastern Time", "hora de
Madrid") are a language's and stand in its ``times`` table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

UTC_NAMES = frozenset({"UTC", "GMT", "Z"})
"""What stands for offset zero and may be followed by an offset."""

_PLACES = {
    "ET": "America/New_York", "EST": "America/New_York", "EDT": "America/New_York",
    "CT": "America/Chicago", "CDT": "America/Chicago",
    "MT": "America/Denver", "MST": "America/Denver", "MDT": "America/Denver",
    "PT": "America/Los_Angeles", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles",
    "AKST": "America/Anchorage", "AKDT": "America/Anchorage", "HST": "Pacific/Honolulu",
    "ADT": "America/Halifax", "NST": "America/St_Johns", "NDT": "America/St_Johns",
    "BRT": "America/Sao_Paulo", "ART": "America/Argentina/Buenos_Aires", "COT": "America/Bogota", "PET": "America/Lima",
    "WET": "Europe/Lisbon", "WEST": "Europe/Lisbon",
    "CET": "Europe/Berlin", "CEST": "Europe/Berlin", "MEZ": "Europe/Berlin", "MESZ": "Europe/Berlin",
    "EET": "Europe/Athens", "EEST": "Europe/Athens", "MSK": "Europe/Moscow", "TRT": "Europe/Istanbul",
    "IDT": "Asia/Jerusalem", "GST": "Asia/Dubai", "PKT": "Asia/Karachi", "NPT": "Asia/Kathmandu", "ICT": "Asia/Bangkok",
    "SGT": "Asia/Singapore", "HKT": "Asia/Hong_Kong", "PHT": "Asia/Manila", "WIB": "Asia/Jakarta",
    "JST": "Asia/Tokyo", "KST": "Asia/Seoul",
    "WAT": "Africa/Lagos", "CAT": "Africa/Johannesburg", "EAT": "Africa/Nairobi", "SAST": "Africa/Johannesburg",
    "AET": "Australia/Sydney", "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney",
    "ACST": "Australia/Adelaide", "ACDT": "Australia/Adelaide", "AWST": "Australia/Perth",
    "NZT": "Pacific/Auckland", "NZST": "Pacific/Auckland", "NZDT": "Pacific/Auckland",
}  # fmt: skip

_SHARED = {
    "IST": (("Asia/Kolkata", "IN"), ("Asia/Jerusalem", "IL"), ("Europe/Dublin", "IE")),
    "CST": (("America/Chicago", "US CA MX"), ("Asia/Shanghai", "CN TW"), ("America/Havana", "CU")),
    "BST": (("Europe/London", "GB"), ("Asia/Dhaka", "BD")),
    "AST": (("America/Halifax", "CA US PR BM BB TT"), ("Asia/Riyadh", "SA KW QA BH IQ YE")),
}
"""Abbreviations of more than one place, each with the countries that use it so."""

ABBREVIATIONS = frozenset({*_PLACES, *_SHARED, *UTC_NAMES})
"""Every zone abbreviation that is read, in upper case."""

MONTH_FIRST = frozenset({"US", "PH", "PR", "GU", "FM", "PW", "MH", "BZ"})
"""Countries where 03/04 is March 4th."""

UNSETTLED = frozenset({"CA", "KE", "ZA"})
"""Countries where 03/04 is written both ways."""

_GENERIC = frozenset({"ac", "ai", "cc", "co", "eu", "fm", "gg", "im", "io", "is", "la", "ly", "me", "to", "tv", "ws"})
"""Two-letter domains that are sold to the whole world and tell no country."""

_KEY = re.compile(r"[A-Z][A-Za-z]{1,20}/[A-Z][A-Za-z_-]{1,30}(?:/[A-Z][A-Za-z_-]{1,30})?")


def country_of_email(email: str) -> str | None:
    """The country (ISO 3166-1 alpha-2) of an address by its national domain; None where the domain tells none."""
    domain = email.rpartition(".")[2].lower()
    if len(domain) != 2 or not domain.isascii() or not domain.isalpha() or domain in _GENERIC:
        return None
    return {"uk": "GB"}.get(domain, domain.upper())


def day_first(country: str | None) -> bool | None:
    """True where the country writes the day before the month in 03/04, False where it does not, None if unsettled."""
    if country is None or country.upper() in UNSETTLED:
        return None
    return country.upper() not in MONTH_FIRST


@lru_cache(maxsize=256)
def zone_of_key(key: str) -> tzinfo | None:
    """The zone of an IANA key, None where there is no such zone."""
    try:
        return ZoneInfo(key)
    except (KeyError, ValueError, OSError):  # an unknown key, a key that is a path, a key that names a folder
        return None


def key_at(text: str, position: int) -> str | None:
    """The IANA key that is written at a position ("Europe/Berlin"), None where none is."""
    match = _KEY.match(text, position)
    return match.group() if match and zone_of_key(match.group()) else None


def fixed_zone(minutes: int) -> tzinfo | None:
    """The zone of an offset in minutes, None beyond the fourteen hours that exist."""
    return timezone(timedelta(minutes=minutes)) if abs(minutes) <= 14 * 60 else None


def zone_of_abbreviation(name: str, *, country: str | None, anchor: datetime) -> tzinfo | None:
    """The zone an abbreviation stands for; None where several places use it and nothing tells which."""
    if name in UTC_NAMES:
        return fixed_zone(0)
    if name in _PLACES:
        return zone_of_key(_PLACES[name])
    readings = _SHARED.get(name, ())
    return _only(key for key, users in readings if country and country.upper() in users.split()) or _only(
        key for key, _ in readings if _keeps_clock_of(key, anchor)
    )


def readings_of(name: str) -> tuple[str, ...]:
    """The IANA keys a shared abbreviation may stand for."""
    return tuple(key for key, _ in _SHARED.get(name, ()))


def _keeps_clock_of(key: str, anchor: datetime) -> bool:
    """True where the anchor's offset speaks for a zone; offset zero is what servers write and speaks for none."""
    offset, zone = anchor.utcoffset(), zone_of_key(key)
    return bool(offset) and zone is not None and anchor.replace(tzinfo=zone).utcoffset() == offset


def _only(keys: Iterable[str]) -> tzinfo | None:
    """The zone of the only key; None where there are several or none."""
    found = tuple(keys)
    return zone_of_key(found[0]) if len(found) == 1 else None

"""Calendar parts of a mail (RFC 5545, RFC 5546) as events with times that can be trusted, or marked where they cannot.

The calendar is taken apart line by line first, so that one broken event does not spoil the next, and each event is read
by the icalendar library on its own. Zones are resolved here, not there: the library caches by name what one sender's
VTIMEZONE says for the next sender's mail, and unfolds recurrence rules without end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Protocol, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent.core.charset import clean, decode
from agent.core.links import bare_links
from agent.core.model import Address, Attendee, ItipEvent

if TYPE_CHECKING:
    import icalendar

LONGEST_CALENDAR = 256 * 1024
MOST_EVENTS = 20
MOST_ATTENDEES = 200
_MOST_ZONES = 8
_MOST_ZONE_LINES = 120
_LONGEST_FIELD = 20_000
_LONGEST_LINE = 40_000

_YEARLY = re.compile(
    r"RRULE:(?:(?:FREQ=YEARLY|BYMONTH=\d{1,2}|BYDAY=[+-]?\d?[A-Z]{2}|BYMONTHDAY=-?\d{1,2}(?:,\d{1,2}){0,6}|UNTIL=\w{8,16}"
    r"|INTERVAL=1|WKST=[A-Z]{2})(?:;|\Z))+\Z",
    re.IGNORECASE,
)
"""The recurrence rules of a VTIMEZONE that are unfolded: one day a year. Others may have millions of instances."""
_NAME = re.compile(r"[A-Za-z0-9-]+")
_ZONED_LINE = re.compile(r"(DTSTART|DTEND|RECURRENCE-ID)(;[^\n]*)?:(\d{8}(?:T\d{4,6})?)(Z?)\s*\Z", re.IGNORECASE)
_ZONE_PARAMETER = re.compile(r";TZID=(?:\"([^\"]*)\"|([^;]*))", re.IGNORECASE)
_GLOBAL_ID = re.compile(r".*?/([A-Z]\w+/[A-Z][\w+-]+(?:/[A-Z]\w+)?)\Z")
_DISPLAY_NAME = re.compile(r"\((?:UTC|GMT)(?:([+-])(\d{2}):(\d{2}))?\)\s*(.*)\Z")
_AREAS = ("Europe", "America", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian")
_UTC_NAMES = frozenset(
    {
        "utc",
        "gmt",
        "z",
        "etc/utc",
        "tzone://microsoft/utc",
        "coordinated universal time",
        "(utc) coordinated universal time",
    }
)
_WINTER = datetime(2025, 1, 15, 12, tzinfo=UTC)
_SUMMER = datetime(2025, 7, 15, 12, tzinfo=UTC)

_MEETING_FIELDS = (
    "X-MICROSOFT-SKYPETEAMSMEETINGURL",
    "X-MICROSOFT-ONLINEMEETINGCONFLINK",
    "X-GOOGLE-CONFERENCE",
    "CONFERENCE",
    "URL",
)


class CalendarBroken(ValueError):
    """The octets hold no calendar with an event that can be read."""


class _Value(Protocol):
    """What icalendar makes of a property: parameters beside a value that differs by type."""

    params: Mapping[str, str]


@dataclass(slots=True)
class _Calendar:
    """A calendar taken apart: its method, its zone, and the lines of its events and zones."""

    method: str = ""
    zone: str = ""
    events: list[list[str]] = field(default_factory=list)
    zones: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Zones:
    """The zones an event may name: those of the world, and those its calendar describes."""

    described: Mapping[str, tzinfo]
    default: str

    def find(self, name: str) -> tzinfo | None:
        """The zone of that name; None where it can neither be mapped nor is described."""
        return _world_zone(name) or self.described.get(name) or _displayed_zone(name)


def read_events(calendar: bytes | str, method: str = "") -> tuple[ItipEvent, ...]:
    """The events of a calendar part; ``method`` is the one its Content-Type names. Raises CalendarBroken only."""
    text = clean(calendar) if isinstance(calendar, str) else decode(calendar[:LONGEST_CALENDAR], "utf-8")[0]
    parts = _take_apart(text[:LONGEST_CALENDAR])
    if not parts.events:
        raise CalendarBroken("no event")
    zones = _Zones(dict(_described_zones(parts.zones)), parts.zone)
    events = [
        event for lines in parts.events if (event := _event(lines, parts.method or method.upper(), zones)) is not None
    ]
    if not events:
        raise CalendarBroken("no event that can be read")
    return tuple(events)


# ------------------------------------------------------------------------------------------------ taking apart


def _take_apart(text: str) -> _Calendar:
    """Sort the unfolded lines (RFC 5545 section 3.1) into events and zones; alarms and what is broken are left out."""
    calendar = _Calendar()
    open_parts: list[str] = []
    for line in text.replace("\n ", "").replace("\n\t", "").split("\n"):
        name, _, value = line.partition(":")
        upper = name.strip().upper()
        if upper == "BEGIN":
            open_parts = [*open_parts[:4], value.strip().upper()]
            _begin(calendar, open_parts)
        elif upper == "END":
            _end(open_parts, value.strip().upper(), calendar)
        elif "VEVENT" in open_parts:
            if open_parts[-1] == "VEVENT" and _NAME.match(line) and len(line) <= _LONGEST_LINE and calendar.events:
                calendar.events[-1].append(line)
        elif "VTIMEZONE" in open_parts:
            if calendar.zones:
                calendar.zones[-1].append(line.strip())
        elif upper == "METHOD":
            calendar.method = value.strip().upper()
        elif upper == "X-WR-TIMEZONE":
            calendar.zone = value.strip()
    del calendar.events[MOST_EVENTS:]
    return calendar


def _begin(calendar: _Calendar, open_parts: list[str]) -> None:
    if open_parts[-1] == "VEVENT":
        calendar.events.append([])
    elif open_parts[-1] == "VTIMEZONE":
        calendar.zones.append([])
    elif "VTIMEZONE" in open_parts and calendar.zones:
        calendar.zones[-1].append(f"BEGIN:{open_parts[-1]}")


def _end(open_parts: list[str], name: str, calendar: _Calendar) -> None:
    """Close a component; the zone's own parts keep their closing line."""
    if name not in open_parts:
        return
    while open_parts.pop() != name:
        pass
    if "VTIMEZONE" in open_parts and calendar.zones:
        calendar.zones[-1].append(f"END:{name}")


# ------------------------------------------------------------------------------------------------ zones


def _world_zone(name: str) -> tzinfo | None:
    """The zone of an IANA name, a Windows name, or either with a vendor's prefix."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    plain = name.strip().strip("\"'")
    if plain.lower() in _UTC_NAMES:
        return UTC
    prefixed = _GLOBAL_ID.match(plain)
    return _iana(WINDOWS_TO_OLSON.get(plain, prefixed[1] if prefixed else plain))


def _iana(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name and len(name) < 64 else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _displayed_zone(name: str) -> tzinfo | None:
    """The zone of a name as Windows shows it, "(UTC+01:00) Amsterdam, Berlin": a city listed there with that offset."""
    match = _DISPLAY_NAME.match(name.strip())
    if match is None:
        return None
    offset = timedelta(hours=int(match[2] or 0), minutes=int(match[3] or 0)) * (-1 if match[1] == "-" else 1)
    for city in match[4].split(",")[:8]:
        for area in _AREAS:
            zone = _iana(f"{area}/{city.strip().replace(' ', '_')}")
            if zone is not None and offset in (
                _WINTER.replace(tzinfo=zone).utcoffset(),
                _SUMMER.replace(tzinfo=zone).utcoffset(),
            ):
                return zone
    return None


def _described_zones(zones: list[list[str]]) -> Iterator[tuple[str, tzinfo]]:
    """The zones that VTIMEZONE components describe (RFC 5545 section 3.6.5), as far as they are sane."""
    for lines in zones[:_MOST_ZONES]:
        name = next((line.partition(":")[2].strip() for line in lines if line.upper().startswith("TZID")), "")
        rules = [line for line in lines if line.upper().startswith(("RRULE", "EXRULE"))]
        if not name or len(lines) > _MOST_ZONE_LINES or not all(_YEARLY.match(rule) for rule in rules):
            continue
        if (zone := _described_zone(lines)) is not None:
            yield name, zone


def _described_zone(lines: list[str]) -> tzinfo | None:
    import icalendar
    from icalendar.timezone import tzp

    text = "\r\n".join(("BEGIN:VTIMEZONE", *lines, "END:VTIMEZONE", ""))
    tzp.use_default()
    try:
        zone = icalendar.Timezone.from_ical(text).to_tz(lookup_tzid=False)
        zone.utcoffset(_WINTER)
    except Exception:
        return None
    finally:
        tzp.use_default()
    return cast(tzinfo, zone)


# ------------------------------------------------------------------------------------------------ one event


def _event(lines: list[str], method: str, zones: _Zones) -> ItipEvent | None:
    """One event; None where it has no start and no UID, or cannot be read at all."""
    import icalendar

    named: dict[str, str] = {}
    plain = [_without_zone(line, named) for line in lines]
    text = "\r\n".join(("BEGIN:VEVENT", *plain, "END:VEVENT", ""))
    try:
        return _read_event(icalendar.Event.from_ical(text), method, zones, named)
    except Exception:
        return None


def _without_zone(line: str, named: dict[str, str]) -> str:
    """A line with a time without the zone it names, which is noted: senders leave out the quotes that names need."""
    match = _ZONED_LINE.match(line)
    if match is None or not match[2]:
        return line
    zone = _ZONE_PARAMETER.search(match[2])
    if zone is not None and not match[4]:
        named.setdefault(match[1].upper(), (zone[1] or zone[2] or "").strip())
    return f"{match[1]}{';VALUE=DATE' if len(match[3]) == 8 else ''}:{match[3]}{match[4]}"


def _read_event(event: icalendar.Event, method: str, zones: _Zones, named: Mapping[str, str]) -> ItipEvent | None:
    starts_at, zone, start_known = _moment(_one(event, "DTSTART"), named.get("DTSTART", ""), zones)
    ends_at, _, end_known = _moment(_one(event, "DTEND"), named.get("DTEND", ""), zones)
    event_uid = _text(event, "UID")
    if not event_uid and starts_at is None:
        return None
    all_day = _is_date(_one(event, "DTSTART"))
    duration = getattr(_one(event, "DURATION"), "dt", None)
    if ends_at is None and starts_at is not None and isinstance(duration, timedelta):
        ends_at = starts_at + duration
    elif ends_at is None and starts_at is not None and all_day:
        ends_at = starts_at + timedelta(days=1)
    location, description = _text(event, "LOCATION"), _text(event, "DESCRIPTION")
    return ItipEvent(
        method=method,
        event_uid=event_uid,
        sequence=_number(event, "SEQUENCE"),
        stamp=_moment(_one(event, "DTSTAMP"), "UTC", zones)[0],
        recurrence_id=_written(_one(event, "RECURRENCE-ID")),
        starts_at=starts_at,
        ends_at=ends_at,
        zone=zone,
        zone_known=start_known and end_known,
        all_day=all_day,
        status=_text(event, "STATUS").upper(),
        summary=_text(event, "SUMMARY"),
        location=location,
        description=description,
        organizer=_address(_one(event, "ORGANIZER")),
        sent_by=_sent_by(event),
        attendees=tuple(_attendees(event)),
        urls=_urls(event, location, description),
    )


def _every(event: icalendar.Event, name: str) -> list[_Value]:
    """All properties of that name."""
    values = event.get(name)
    return values if isinstance(values, list) else [] if values is None else [values]


def _one(event: icalendar.Event, name: str) -> _Value | None:
    return next(iter(_every(event, name)), None)


def _text(event: icalendar.Event, name: str) -> str:
    return clean(str(_one(event, name) or ""))[:_LONGEST_FIELD].strip()


def _number(event: icalendar.Event, name: str) -> int:
    text = _text(event, name)
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _is_date(value: _Value | None) -> bool:
    moment = getattr(value, "dt", None)
    return isinstance(moment, date) and not isinstance(moment, datetime)


def _written(value: _Value | None) -> str | None:
    """A recurrence id as it is written, which is how two of them are compared."""
    octets = getattr(value, "to_ical", lambda: b"")()
    return octets.decode("utf-8", "replace") or None


def _moment(value: _Value | None, name: str, zones: _Zones) -> tuple[datetime | None, str | None, bool]:
    """The aware moment a property tells, the zone it names, and whether that zone is known; floating times are not."""
    written = getattr(value, "dt", None)
    if not isinstance(written, date):
        return None, None, True
    moment = written if isinstance(written, datetime) else datetime.combine(written, time())
    if moment.tzinfo is not None:
        return moment.astimezone(UTC), "UTC", True
    name = name or zones.default
    zone = zones.find(name) if name else None
    if zone is None:
        return moment.replace(tzinfo=UTC), name or None, False
    return _in_zone(moment, zone), getattr(zone, "key", name), True


def _in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """The moment in a zone of the world, or, where only the sender describes the zone, at its offset."""
    if isinstance(zone, ZoneInfo) or zone is UTC:
        return moment.replace(tzinfo=zone)
    return moment.replace(tzinfo=timezone(moment.replace(tzinfo=zone).utcoffset() or timedelta()))


# ------------------------------------------------------------------------------------------------ people and places


def _address(value: _Value | None) -> Address | None:
    """The address of a calendar user; None where it is no mail address."""
    if value is None:
        return None
    email = _email(str(value)) or _email(str(value.params.get("EMAIL", "")))
    return Address(clean(str(value.params.get("CN", ""))).strip(" \"'"), email) if email else None


def _email(value: str) -> str:
    plain = clean(value).strip(" <>\"'")
    plain = plain[7:] if plain[:7].lower() == "mailto:" else plain
    return plain if "@" in plain and not any(each.isspace() for each in plain) else ""


def _sent_by(event: icalendar.Event) -> Address | None:
    """Who acts for the organizer: SENT-BY of RFC 5545 section 3.2.18, or Exchange's own property."""
    organizer = _one(event, "ORGANIZER")
    named = _email(str(organizer.params.get("SENT-BY", ""))) if organizer is not None else ""
    return Address("", named) if named else _address(_one(event, "X-MS-OLK-SENDER"))


def _attendees(event: icalendar.Event) -> Iterator[Attendee]:
    for value in _every(event, "ATTENDEE")[:MOST_ATTENDEES]:
        if (address := _address(value)) is not None:
            partstat = str(value.params.get("PARTSTAT", "NEEDS-ACTION")).upper()
            yield Attendee(address, partstat, str(value.params.get("ROLE", "REQ-PARTICIPANT")).upper())


def _urls(event: icalendar.Event, location: str, description: str) -> tuple[str, ...]:
    """Where the meeting may be joined, likeliest first: the place, the vendors' own properties, the description."""
    fields = (clean(str(value)) for name in _MEETING_FIELDS for value in _every(event, name)[:4])
    texts = (location, *fields, description)
    return tuple(dict.fromkeys(link.url for text in texts for link in bare_links(text)))

"""What is new in the folders of an account, in bounded batches.

A message is known by folder, UIDVALIDITY and UID (RFC 3501 section 2.3.1.1). The cursor holds for each folder its
UIDVALIDITY and the lowest UID that has not been given; it moves only past what was given or passed over on purpose.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from connectors.base import LARGEST_MESSAGE, Cursor, MessageRef, Opening, RawMessage
from connectors.imap.answers import Found, Place
from connectors.imap.errors import Lost
from connectors.imap.session import PART, Session

MOST_MESSAGES = 50
MOST_OCTETS = 16 * 1024 * 1024
"""What one batch holds at the most."""

FACTS = "(UID INTERNALDATE RFC822.SIZE FLAGS)"

Positions = dict[str, Place]
"""For each folder its UIDVALIDITY and the lowest UID that has not been given."""


def positions_in(cursor: Cursor | None) -> Positions | None:
    """What a cursor says; empty for None, None where it is no cursor of this connector."""
    if cursor is None:
        return {}
    try:
        return {str(folder): Place(int(at[0]), int(at[1])) for folder, at in json.loads(cursor).items()}
    except (ValueError, TypeError, LookupError, AttributeError):
        return None


def cursor_at(positions: Mapping[str, Place]) -> Cursor:
    """The cursor for these positions."""
    return Cursor(json.dumps({folder: [at.validity, at.message_uid] for folder, at in positions.items()}))


def key_of(place: Place) -> str:
    """The key of a MessageRef."""
    return f"{place.validity}:{place.message_uid}"


def place_in(key: str) -> Place | None:
    """Where a message lies that a key names; None for a key of another connector."""
    validity, _, uid = key.partition(":")
    return Place(int(validity), int(uid)) if validity.isdecimal() and uid.isdecimal() else None


@dataclass(frozen=True, slots=True)
class News:
    """What has come in one folder, by UID, rising; ``restarted`` says that the position it was asked from is lost."""

    folder: str
    validity: int
    found: Mapping[int, Found]
    next_uid: int
    restarted: bool = False

    def parts(self) -> Iterator[list[Found]]:
        """The messages in parts that fit into one batch each, oldest first; without drafts (as in Gmail's All Mail)."""
        part: list[Found] = []
        octets = 0
        for found in (each for each in self.found.values() if "\\Draft" not in each.flags):
            size = min(found.size, LARGEST_MESSAGE)
            if part and (len(part) == MOST_MESSAGES or octets + size > MOST_OCTETS):
                yield part
                part, octets = [], 0
            part.append(found)
            octets += size
        if part:
            yield part

    def messages(self, session: Session, part: Sequence[Found], opening: Opening) -> tuple[RawMessage, ...]:
        """The messages themselves; one that was removed meanwhile is left out."""
        if not session.is_open(self.folder):
            session.select(self.folder)
        if session.validity != self.validity:
            raise Lost(f'the folder "{self.folder}" was made anew while it was read')
        bodies = session.fetch([found.message_uid for found in part], f"(UID {PART})")
        return tuple(
            self._message(found, body.octets, opening)
            for found in part
            if (body := bodies.get(found.message_uid)) and body.octets is not None
        )

    def _message(self, found: Found, octets: bytes, opening: Opening) -> RawMessage:
        key = key_of(Place(self.validity, found.message_uid))
        return RawMessage(
            MessageRef(opening.account, self.folder, key),
            found.received_at or opening.clock().astimezone(UTC),
            found.flags,
            octets[:LARGEST_MESSAGE],
            len(octets) if len(octets) < LARGEST_MESSAGE else max(found.size, len(octets)),
        )


def news(session: Session, folder: str, since: Place | None, opening: Opening) -> News:
    """What has come in a folder since a position, or since the look-back where that position no longer holds."""
    if since is not None and (found := _following(session, folder, since)) is not None:
        return News(folder, since.validity, found, max([since.message_uid, *(uid + 1 for uid in found)]))
    stand = session.select(folder)
    found = _since(session, opening.clock() - opening.look_back, stand.exists)
    next_uid = max([stand.next_uid, *(uid + 1 for uid in found)])
    return News(folder, stand.validity, found, next_uid, restarted=since is not None)


def _following(session: Session, folder: str, since: Place) -> dict[int, Found] | None:
    """The messages from a position on, at the same cost however full the folder; None where it was made anew."""
    if not session.is_open(folder):
        session.select(folder)
    elif not session.woken:
        session.noop()
    session.woken = False
    return session.fetch_from(since.message_uid, FACTS) if session.validity == since.validity else None


def _since(session: Session, moment: datetime, exists: int) -> dict[int, Found]:
    """The messages received since a moment. SEARCH knows days only, each in the zone of the message (section 6.4.4)."""
    if not exists:
        return {}
    uids = session.search(f"SINCE {imap_date(moment - timedelta(days=1))}")
    if uids or session.can_search():
        found: dict[int, Found] = {}
        for first in range(0, len(uids), 500):
            found |= session.fetch(uids[first : first + 500], FACTS)
    else:
        found = session.fetch_from(1, FACTS)
    return {uid: each for uid, each in found.items() if each.received_at is None or each.received_at >= moment}


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def imap_date(moment: datetime) -> str:
    """A day as SEARCH wants it, whatever language the machine speaks."""
    day = moment.astimezone(UTC)
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"

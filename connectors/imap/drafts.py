"""What becomes of a draft: placing it once, finding it again, telling its fate, taking it back.

A message never changes on an IMAP server: an edit is another message with another UID. So a draft that lies where the
server said it stored it is as we left it, and one that lies elsewhere is known again as :mod:`connectors.fate` tells.
The last messages of a folder are looked at besides what SEARCH finds, since some servers index late and some wrongly.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from connectors.base import Answering, DraftState, Handle, Mark, MessageRef, Opening, Refused, Trace
from connectors.fate import Head, Look, answered, bare, find, head_of, look_at
from connectors.imap.answers import Found, Place, Stand
from connectors.imap.folders import Role, drafts_folder, folder_for
from connectors.imap.reading import imap_date, place_in
from connectors.imap.session import HEADS, PART, Session
from connectors.imap.settings import Settings

LOOKED_AT_ANYWAY = 30
"""The last messages of a folder whose headers are read whatever SEARCH says."""

LONGEST_SOUGHT = 500
"""Characters of a Message-ID that SEARCH is asked for; a longer one is found among the last messages only."""

FLAGS = ("\\Draft", "\\Seen")

_SOUGHT = re.compile(r"[\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class Placed:
    """What a handle holds: where the draft lies (None where the server did not tell), and what it looked like.

    ``untouched`` is False for a draft that was not ours any more when it was found.
    """

    look: Look
    place: Place | None = None
    untouched: bool = True

    @property
    def state(self) -> DraftState:
        """What a draft that lies there is."""
        return DraftState.WAITING if self.untouched else DraftState.EDITED

    @property
    def handle(self) -> Handle:
        """The handle as it is stored."""
        at = self.place
        facts = {
            "at": [at.validity, at.message_uid] if at else None,
            "id": self.look.head.message_id,
            "digest": self.look.digest,
            "ours": self.untouched,
        }
        return Handle(json.dumps(facts))


NOTHING = Placed(Look(Head(), ""), None, untouched=False)
"""What a handle of another connector comes to."""


def placed_in(handle: Handle) -> Placed:
    """What a handle says."""
    try:
        told = json.loads(handle)
        place = Place(int(told["at"][0]), int(told["at"][1])) if told["at"] else None
        return Placed(Look(Head(told["id"]), str(told["digest"])), place, untouched=bool(told["ours"]))
    except (ValueError, TypeError, LookupError):
        return NOTHING


class Drafts:
    """The drafts of one account, over one session."""

    def __init__(self, session: Session, settings: Settings, opening: Opening) -> None:
        self._session = session
        self._settings = settings
        self._opening = opening

    # ---------------------------------------------------------------------------------------------- placing

    def mark(self) -> Mark:
        """UIDVALIDITY and UIDNEXT of the drafts folder: the UIDs that are given from now on."""
        stand = self._session.status(self._drafts_folder())
        return Mark(json.dumps([stand.validity, stand.next_uid]))

    def lying(self, octets: bytes) -> Handle | None:
        """The handle of this very draft where it lies in the drafts folder already."""
        found = self._find(look_at(octets), None, self._session.select(self._drafts_folder()))
        return found.handle if found else None

    def store(self, octets: bytes) -> Handle:
        """Store the draft. Whoever loses the connection here must look before storing it again."""
        folder = self._drafts_folder()
        look = look_at(octets)
        told = self._session.append(folder, octets, FLAGS)
        if told and self._session.is_open(folder) and told.validity == self._session.validity:
            return Placed(look, told).handle
        return (self._find(look, None, self._session.select(folder)) or Placed(look)).handle

    # ---------------------------------------------------------------------------------------------- its fate

    def trace(self, octets: bytes, answering: Answering, since: Mark | None) -> Trace:
        """What became of a draft that may never have been stored (see ``_may_be_deleted`` for the doubtful case)."""
        ours = look_at(octets)
        was_answered = self._was_answered(ours.head, answering)
        stand = self._session.select(self._drafts_folder())
        found = self._find(ours, answering.message_id, stand)
        if was_answered:
            return Trace(DraftState.SENT, found.handle if found else None)
        if found:
            return Trace(found.state, found.handle)
        if (since is not None and self._may_be_deleted(since, stand)) or self._lies_in_the_trash(ours.head):
            return Trace(DraftState.GONE)
        return Trace(DraftState.ABSENT)

    def state(self, handle: Handle, answering: Answering) -> DraftState:
        """What became of a draft that was stored."""
        placed = placed_in(handle)
        if self._was_answered(placed.look.head, answering):
            return DraftState.SENT
        stand = self._session.select(self._drafts_folder())
        if self._still_lies(placed.place, stand):
            return placed.state
        found = self._find(placed.look, answering.message_id, stand)
        return found.state if found else DraftState.GONE

    def removable(self, handle: Handle) -> Place | None:
        """Where a draft lies that is as we left it; None where it is not, or not there."""
        placed = placed_in(handle)
        if not placed.untouched:
            return None
        stand = self._session.select(self._drafts_folder())
        there = placed if self._still_lies(placed.place, stand) else self._find(placed.look, None, stand)
        return there.place if there and there.untouched else None

    def remove(self, place: Place) -> None:
        """Remove the draft that lies there, if it still does."""
        if self._still_lies(place, self._session.select(self._drafts_folder(), writable=True)):
            self._session.remove(place.message_uid)

    # ---------------------------------------------------------------------------------------------- looking

    def _drafts_folder(self) -> str:
        """The drafts folder, also where it was made since the connection was."""
        try:
            return drafts_folder(self._session.folders(), self._settings.drafts)
        except Refused:
            return drafts_folder(self._session.folders(anew=True), self._settings.drafts)

    def _still_lies(self, place: Place | None, stand: Stand) -> bool:
        """True where the message with this UID is there and nobody has marked it deleted."""
        if place is None or place.validity != stand.validity:
            return False
        found = self._session.fetch([place.message_uid], "(UID FLAGS)").get(place.message_uid)
        return found is not None and not found.is_deleted

    def _find(self, ours: Look, source_id: str | None, stand: Stand) -> Placed | None:
        """Our draft in the selected drafts folder, untouched or edited, else the user's own to the same message."""
        heads = self._heads(stand, (ours.head.message_id, source_id))
        kept = ((uid, head) for uid, (found, head) in heads.items() if not found.is_deleted)
        near = [uid for uid, head in kept if _is_named(head, ours.head.message_id) or head.answers(source_id)]
        bodies = self._session.fetch(near, f"(UID {PART})").values()
        looks = ((body.message_uid, look_at(body.octets or b"")) for body in bodies)
        lying = find(ours, _answering(source_id), looks)
        return lying and Placed(ours, Place(stand.validity, lying[0]), untouched=lying[1] is DraftState.WAITING)

    def _heads(
        self, stand: Stand, ids: Sequence[str | None], since: datetime | None = None
    ) -> dict[int, tuple[Found, Head]]:
        """The messages of the selected folder that may have to do with these ids, and the ids they bear."""
        found = {each.message_uid: each for each in self._session.newest(LOOKED_AT_ANYWAY, stand.exists, HEADS)}
        if stand.exists > len(found) and (criteria := _criteria(ids, since)):
            found |= self._session.fetch([uid for uid in self._session.search(criteria) if uid not in found], HEADS)
        return {uid: (each, head_of(each.octets or b"")) for uid, each in found.items()}

    def _was_answered(self, ours: Head, answering: Answering) -> bool:
        """True where the sent folder holds our draft or another answer, or the source is flagged so."""
        sent = folder_for(Role.SENT, self._session.folders(), self._settings.sent)
        if sent is not None:
            since = answering.received_at - timedelta(days=1)
            heads = self._heads(self._session.select(sent), (ours.message_id, answering.message_id), since)
            if answered(ours, answering, (head for _, head in heads.values())):
                return True
        return self._is_flagged_answered(answering)

    def _is_flagged_answered(self, answering: Answering) -> bool:
        """True where the source bears \\Answered. Not every program sets it; one that was moved is not looked for."""
        place = place_in(answering.ref.key)
        if place is None or answering.ref.account != self._opening.account:
            return False
        try:
            stand = self._session.select(answering.ref.folder)
        except Refused:
            return False
        if stand.validity == place.validity:
            sources = self._session.fetch([place.message_uid], "(UID FLAGS)").values()
            return any(source.is_answered for source in sources)
        heads = self._heads(stand, (answering.message_id,))
        return any(found.is_answered for found, head in heads.values() if _is_named(head, answering.message_id))

    def _lies_in_the_trash(self, ours: Head) -> bool:
        trash = folder_for(Role.TRASH, self._session.folders(), self._settings.trash)
        if trash is None:
            return False
        heads = self._heads(self._session.select(trash), (ours.message_id,))
        return any(_is_named(head, ours.message_id) for _, head in heads.values())

    def _may_be_deleted(self, since: Mark, stand: Stand) -> bool:
        """True where a message that was stored in the drafts folder after the mark is no longer there.

        Each stored message takes a UID and none is given twice. Where UIDNEXT has not moved, or every UID since the
        mark is still there and none is ours, ours was never stored. Where one is missing, it may have been ours and
        deleted by the user, or one of the many versions a program saves while the user writes. This errs on the side
        of not making again what the user deleted; the user is told of it. The same where the folder was made anew.
        """
        try:
            validity, first = map(int, json.loads(since))
        except (ValueError, TypeError):
            return True
        if validity != stand.validity:
            return True
        there = self._session.fetch_from(first, "(UID FLAGS)") if stand.next_uid > first else {}
        kept = [uid for uid, found in there.items() if uid < stand.next_uid and not found.is_deleted]
        return len(kept) < stand.next_uid - first


def _answering(source_id: str | None) -> Answering:
    return Answering(MessageRef("", "", ""), source_id, datetime.min.replace(tzinfo=UTC))


def _is_named(head: Head, message_id: str | None) -> bool:
    return message_id is not None and head.message_id == bare(message_id)


def _criteria(ids: Sequence[str | None], since: datetime | None) -> str:
    """What SEARCH is asked for; empty where no id can be put into a question."""
    asked = [_in_quotes(each) for each in ids if each and len(each) <= LONGEST_SOUGHT and _SOUGHT.fullmatch(each)]
    keys = [f"HEADER {name} {each}" for each in asked for name in ("Message-ID", "In-Reply-To", "References")]
    day = f"SINCE {imap_date(since)} " if since else ""
    return day + "".join(f"OR {key} " for key in keys[:-1]) + keys[-1] if keys else ""


def _in_quotes(message_id: str) -> str:
    """A quoted string (RFC 3501 section 4.3)."""
    return '"' + message_id.replace("\\", "\\\\").replace('"', '\\"') + '"'

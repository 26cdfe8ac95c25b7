"""What the store writes into its journal: one line for each thing that happened, in words for people."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert

from agent.core.model import Action, Kind, Reason
from agent.store.schema import journal
from connectors.base import DraftState


class Event(StrEnum):
    """What can happen to a case."""

    LETTER = "letter"
    UNSURE = "unsure"
    REPEATED = "repeated"
    OVERTAKEN = "overtaken"
    DRAFTED = "drafted"
    RENEWED = "renewed"
    GAVE_WAY = "gave_way"
    MERGED = "merged"
    PLACED = "placed"
    EDITED = "edited"
    SENT = "sent"
    GONE = "gone"
    WITHDRAWN = "withdrawn"
    TOLD = "told"
    STUCK = "stuck"


WORDS = {
    Event.LETTER: "A letter came: {kind}.",
    Event.UNSURE: "A letter came that may be: {kind}. It is unsure, so nothing was drafted.",
    Event.REPEATED: "It asks what an earlier letter asked; the first draft stands.",
    Event.OVERTAKEN: "It is older than what is known already; it changes nothing.",
    Event.DRAFTED: "A draft was written: {action}{reason}.",
    Event.RENEWED: "The draft had gone stale before it was placed and was weighed again.",
    Event.GAVE_WAY: "The earlier draft gave way.",
    Event.MERGED: "Two cases turned out to be one; what was kept of the other is here now.",
    Event.PLACED: "The draft was left in the drafts folder.",
    Event.EDITED: "You changed the draft; it is yours now.",
    Event.SENT: "You answered.",
    Event.GONE: "You deleted the draft; it is not made again.",
    Event.WITHDRAWN: "The draft that gave way is out of the drafts folder.",
    Event.TOLD: "You were reminded: {nudge}.",
    Event.STUCK: "A letter could not be read ({why}); it is set aside.",
}
"""The words of each event."""

EVENT_OF_FATE = {
    DraftState.WAITING: Event.PLACED,
    DraftState.EDITED: Event.EDITED,
    DraftState.SENT: Event.SENT,
    DraftState.GONE: Event.GONE,
    DraftState.SUPERSEDED: Event.WITHDRAWN,
}


def note(work: Connection, event: Event, *, account: str, case_id: int | None, at: datetime, **said: str) -> None:
    """Write one line into the journal."""
    line = WORDS[event].format(**said)
    work.execute(insert(journal).values(at=at, account=account, case_id=case_id, event=event, text=line))


def in_words(word: Kind | Action | Reason) -> str:
    """A word of the contract as people read it."""
    return word.value.replace("_", " ")

"""What the story asks of the world, gathered in a Desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agent.core.lexicon import Lexicons
from agent.core.model import (
    Case,
    Draft,
    DraftProposal,
    Earlier,
    Matter,
    Nudge,
    ParsedMessage,
    Slot,
    Verdict,
    Wording,
)
from agent.core.profile import Profile
from connectors.base import Cursor, DraftState, Handle, Mark, RawMessage


class StoreError(Exception):
    """The store cannot be used; the text says what is wrong and what to do, and holds nothing of any mail."""


class Store(Protocol):
    """What Cordially remembers. Each call is one transaction; each may be repeated and then changes nothing."""

    def cursor(self, account: str) -> Cursor | None:
        """How far the account was read; None before the first sweep."""

    def thread(self, message: ParsedMessage) -> Earlier:
        """What is known of the conversation the message belongs to; NO_EARLIER where it begins one."""

    def agreed(self, *, since: datetime, until: datetime) -> tuple[Slot, ...]:
        """The interviews that are agreed in these days: confirmed, or accepted by a draft that was sent."""

    def keep(self, case: Case, *, at: datetime) -> Case | None:
        """Record one message and what came of it: first writer wins, by Message-ID, else by where it lies.

        Finds the case (conversation, event UID, or company and start time) or opens one, gives the proposal its key,
        and lets an earlier unsent proposal of the same case and purpose give way (``superseded``). Gives the case as it
        was kept (without its proposal where the letter asks nothing new), None where the message was kept before.
        """

    def renew(self, old: DraftProposal, case: Case, *, at: datetime) -> DraftProposal | None:
        """Let a proposal that went stale before it was placed give way to what is right now; the new one, if any."""

    def source(self, proposal: DraftProposal) -> RawMessage:
        """The message a proposal answers, as it came."""

    def stuck(self, raw: RawMessage, *, why: str, at: datetime) -> None:
        """Record a letter that broke a stage, so that it blocks no other and the user can be told."""

    def advance(self, account: str, cursor: Cursor) -> None:
        """Move the account's cursor."""

    def unplaced(self, account: str) -> tuple[DraftProposal, ...]:
        """The proposals that wait to be placed, oldest first, with the mark of a placing that was begun."""

    def intend(self, proposal: DraftProposal, mark: Mark) -> None:
        """Record, before it is placed, how the drafts stood; the first mark is kept until ``refused``."""

    def refused(self, proposal: DraftProposal) -> None:
        """Take back the mark of a placing that the mail system refused: nothing came to lie there."""

    def settle(self, proposal: DraftProposal, state: DraftState, handle: Handle | None, *, at: datetime) -> None:
        """Record what became of a proposal (WAITING with its handle once placed) and cancel nudges it makes void."""

    def superseded(self, account: str) -> tuple[Draft, ...]:
        """Proposals that gave way to a newer one and may still lie in the drafts folder."""

    def waiting(self, account: str) -> tuple[Draft, ...]:
        """The drafts that lie in the account's drafts folder as far as is known (WAITING or EDITED)."""

    def claim_nudges(self, *, now: datetime) -> tuple[Nudge, ...]:
        """The nudges that are due and not told, claimed so that no other process tells them too."""


class Drafter(Protocol):
    """Words a verdict."""

    def word(
        self, message: ParsedMessage, matter: Matter, verdict: Verdict, profile: Profile, now: datetime
    ) -> Wording:
        """The text of the reply, without greeting left out or facts made up; raises on a fact that is missing."""


class Availability(Protocol):
    """Knows when the user is busy."""

    def busy(self, matter: Matter) -> tuple[Slot, ...]:
        """The times in which the user is not free, around the times the matter names."""


class Messenger(Protocol):
    """Tells the user."""

    def tell(self, nudges: tuple[Nudge, ...]) -> None:
        """Tell the nudges that are due, several as one."""


@dataclass(frozen=True, slots=True)
class Desk:
    """All the story works with besides the mailbox itself."""

    store: Store
    drafter: Drafter
    availability: Availability
    messenger: Messenger
    lexicons: Lexicons
    now: Callable[[], datetime]
    seen: Callable[[Case], None]
    """Told of each message that was kept for the first time."""

"""The store over SQLAlchemy Core: each call is one transaction, each may be repeated."""

from __future__ import annotations

from datetime import datetime
from types import TracebackType

from sqlalchemy import Connection, insert, select, update

from agent.core.model import Case, Draft, DraftProposal, Earlier, Nudge, ParsedMessage, Slot
from agent.store import cases as case_rows
from agent.store import drafts, keeping
from agent.store import journal as people
from agent.store.database import Database
from agent.store.forget import Forgotten, forget_company, forget_everything
from agent.store.journal import CaseFile, CaseSummary, Entry, Letter, StuckLetter
from agent.store.schema import accounts
from connectors.base import Cursor, DraftState, Handle, Mark, RawMessage


class SqlStore:
    """What Cordially remembers, in a database. Safe to share between threads and between processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def close(self) -> None:
        """Let go of the database; may be called twice."""
        self._database.close()

    def __enter__(self) -> SqlStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -------------------------------------------------------------------------------------------- the story

    def cursor(self, account: str) -> Cursor | None:
        """How far the account was read; None before the first sweep."""
        stands = select(accounts.c.cursor).where(accounts.c.name == account)
        found = self._database.read(lambda work: work.execute(stands).scalar())
        return None if found is None else Cursor(found)

    def advance(self, account: str, cursor: Cursor) -> None:
        """Move the account's cursor."""

        def move(work: Connection) -> None:
            moved = work.execute(update(accounts).where(accounts.c.name == account).values(cursor=cursor))
            if moved.rowcount == 0:
                work.execute(insert(accounts).values(name=account, cursor=cursor))

        self._database.write(move)

    def thread(self, message: ParsedMessage) -> Earlier:
        """What is known of the conversation; for a letter that was kept, what was known before it came."""
        return self._database.read(lambda work: case_rows.earlier(work, message))

    def agreed(self, *, since: datetime, until: datetime) -> tuple[Slot, ...]:
        """The interviews that are agreed in these days: confirmed, or accepted by a draft that was sent."""
        return self._database.read(lambda work: case_rows.agreed(work, since, until))

    def keep(self, case: Case, *, at: datetime) -> Case | None:
        """Record one message and what came of it, first writer wins; the case as it was kept, None for a repeat."""
        return self._database.write(lambda work: keeping.keep(work, case, at))

    def renew(self, old: DraftProposal, case: Case, *, at: datetime) -> DraftProposal | None:
        """Let a proposal that went stale before it was placed give way to what is right now; the new one, if any."""

        def deed(work: Connection) -> DraftProposal | None:
            key = keeping.renew(work, old, case, at)
            return drafts.by_key(work, key) if key else None

        return self._database.write(deed)

    def source(self, proposal: DraftProposal) -> RawMessage:
        """The message a proposal answers, as it came."""
        return self._database.read(lambda work: case_rows.source(work, proposal.key))

    def stuck(self, raw: RawMessage, *, why: str, at: datetime) -> None:
        """Record a letter that broke a stage, so that it blocks no other and the user can be told."""
        self._database.write(lambda work: keeping.set_aside(work, raw, why, at))

    def unplaced(self, account: str) -> tuple[DraftProposal, ...]:
        """The proposals that wait to be placed, oldest first, with the mark of a placing that was begun."""
        return self._database.read(lambda work: drafts.unplaced(work, account))

    def intend(self, proposal: DraftProposal, mark: Mark) -> None:
        """Record, before it is placed, how the drafts stood; the first mark is kept."""
        self._database.write(lambda work: drafts.intend(work, proposal.key, mark))

    def refused(self, proposal: DraftProposal) -> None:
        """Take back the mark of a placing that the mail system refused: nothing came to lie there."""
        self._database.write(lambda work: drafts.refused(work, proposal.key))

    def settle(self, proposal: DraftProposal, state: DraftState, handle: Handle | None, *, at: datetime) -> None:
        """Record what became of a proposal (WAITING with its handle once placed) and cancel nudges it makes void."""
        self._database.write(lambda work: drafts.settle(work, proposal.key, state, handle, at))

    def superseded(self, account: str) -> tuple[Draft, ...]:
        """Proposals that gave way to a newer one and may still lie in the drafts folder."""
        return self._database.read(lambda work: drafts.superseded(work, account))

    def waiting(self, account: str) -> tuple[Draft, ...]:
        """The drafts that lie in the account's drafts folder as far as is known (WAITING or EDITED)."""
        return self._database.read(lambda work: drafts.waiting(work, account))

    def claim_nudges(self, *, now: datetime) -> tuple[Nudge, ...]:
        """The nudges that are due and not told, claimed so that no other process tells them too."""
        return self._database.write(lambda work: drafts.claim_nudges(work, now))

    # -------------------------------------------------------------------------------------------- people

    def cases(self, *, open_only: bool = False) -> tuple[CaseSummary, ...]:
        """The cases, the one that last moved first."""
        return self._database.read(lambda work: people.case_summaries(work, open_only=open_only))

    def case(self, case_id: int) -> CaseFile | None:
        """All that is known of one case, with the rules that fired and the words they fired on."""
        return self._database.read(lambda work: people.case_file(work, case_id))

    def journal(self, *, since: datetime | None = None) -> tuple[Entry, ...]:
        """What happened, the oldest line first."""
        return self._database.read(lambda work: people.entries(work, since=since))

    def nudges_ahead(self) -> tuple[Nudge, ...]:
        """The nudges that were not told yet, the next one first."""
        return self._database.read(people.nudges_ahead)

    def unsure(self) -> tuple[Letter, ...]:
        """The letters the reader abstained from judging, the newest first."""
        return self._database.read(people.unsure_letters)

    def stuck_letters(self) -> tuple[StuckLetter, ...]:
        """The letters that broke a stage and were set aside, the newest first."""
        return self._database.read(people.stuck_letters)

    def forget(self, *, company: str) -> Forgotten:
        """Erase all that is kept of a company; the drafts in mailboxes are the user's: they are counted and left."""
        erased = self._database.write(lambda work: forget_company(work, company))
        self._database.scrub()
        return erased

    def forget_all(self) -> Forgotten:
        """Erase all that is kept of every letter; only how far each account was read stays known."""
        erased = self._database.write(forget_everything)
        self._database.scrub()
        return erased

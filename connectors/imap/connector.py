"""The connector: one account on one IMAP server, with a connection that is made anew when it turns out dead."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import TypeVar

from connectors.base import Answering, Batch, Cursor, DraftState, Handle, Mark, Opening, Trace, Unavailable
from connectors.imap.answers import Place
from connectors.imap.drafts import Drafts
from connectors.imap.errors import Lost
from connectors.imap.folders import Role, folder_for, same_folder
from connectors.imap.reading import Positions, cursor_at, news, positions_in
from connectors.imap.session import Session
from connectors.imap.settings import Settings, settings_from
from connectors.imap.signing_in import sign_in

T = TypeVar("T")

LONGEST_PAUSE = 60.0
"""Seconds between two attempts to wait on a server that ends every wait at once."""


class ImapConnector:
    """A :class:`connectors.base.Connector` over IMAP; its first call connects, ``close`` may come from any thread."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._alerts: list[str] = []
        self._session: Session | None = None
        self._read: Positions = {}
        self._is_waiting = False
        self._waits_cut_short = 0
        self._closed = threading.Event()

    @property
    def alerts(self) -> tuple[str, ...]:
        """What the server wants the user to be told (ALERT, RFC 3501 section 7.1)."""
        return tuple(self._alerts)

    @cached_property
    def _settings(self) -> Settings:
        return settings_from(self._opening)

    # ---------------------------------------------------------------------------------------------- the connection

    def _signed_in(self) -> Session:
        if self._closed.is_set():
            raise Unavailable("the connection was closed")
        if self._session is None:
            self._session = sign_in(self._settings, self._opening.account, self._opening.secret(), self._alerts)
        return self._session

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.end(politely=False)

    def _once_more(self, work: Callable[[Session], T]) -> T:
        """Do what may be done twice; where the connection turns out dead, once more over a new one."""
        try:
            return work(self._signed_in())
        except Lost:
            self._drop()
        return self._only_once(work)

    def _only_once(self, work: Callable[[Session], T]) -> T:
        try:
            return work(self._signed_in())
        except Lost:
            self._drop()
            raise

    def _with_drafts(self, work: Callable[[Drafts], T]) -> Callable[[Session], T]:
        return lambda session: work(Drafts(session, self._settings, self._opening))

    # ---------------------------------------------------------------------------------------------- reading

    def changes(self, since: Cursor | None) -> Iterator[Batch]:
        """What has come since the cursor, folder by folder; no flag is set by reading."""
        known = positions_in(since)
        restarted = known is None
        folders = self._once_more(self._folders_to_read)
        at = {folder: known[folder] for folder in folders if known and folder in known}
        for folder in folders:
            new = self._once_more(partial(news, folder=folder, since=at.get(folder), opening=self._opening))
            restarted = restarted or new.restarted
            for part in new.parts():
                messages = self._once_more(partial(new.messages, part=part, opening=self._opening))
                at[folder] = Place(new.validity, part[-1].message_uid + 1)
                yield Batch(messages, cursor_at(at), restarted)
            at[folder] = Place(new.validity, new.next_uid)
        self._read = dict(at)
        yield Batch((), cursor_at(at), restarted)

    def _folders_to_read(self, session: Session) -> tuple[str, ...]:
        """The folders the user named, without the drafts and the sent mail, should they be among them."""
        named = self._settings.folders
        if len(named) == 1 and same_folder(named[0], "INBOX"):
            return named
        passed_over = [
            folder_for(Role.DRAFTS, session.folders(), self._settings.drafts),
            folder_for(Role.SENT, session.folders(), self._settings.sent),
        ]
        return tuple(name for name in named if not any(other and same_folder(name, other) for other in passed_over))

    # ---------------------------------------------------------------------------------------------- drafts

    def mark(self) -> Mark:
        """UIDVALIDITY and UIDNEXT of the drafts folder."""
        return self._once_more(self._with_drafts(lambda drafts: drafts.mark()))

    def put_draft(self, octets: bytes, *, key: str, answering: Answering) -> Handle:  # noqa: ARG002
        """Store the draft where it does not lie yet.

        Where the connection is lost while it is stored, it is looked for, but not stored again in this call: the server
        may still be at it. ``trace`` will tell later.
        """
        look = self._with_drafts(lambda drafts: drafts.lying(octets))
        if lying := self._once_more(look):
            return lying
        try:
            return self._only_once(self._with_drafts(lambda drafts: drafts.store(octets)))
        except Lost as lost:
            if lying := self._once_more(look):
                return lying
            raise Unavailable(f"{lost}; whether the draft was stored will be looked up next time") from lost

    def trace(self, octets: bytes, *, key: str, answering: Answering, since: Mark | None) -> Trace:  # noqa: ARG002
        """What the sent, drafts and trash folders show of the draft."""
        return self._once_more(self._with_drafts(lambda drafts: drafts.trace(octets, answering, since)))

    def draft_state(self, handle: Handle, *, answering: Answering) -> DraftState:
        """What became of a stored draft."""
        return self._once_more(self._with_drafts(lambda drafts: drafts.state(handle, answering)))

    def withdraw(self, handle: Handle) -> bool:
        """Remove a draft that is as we left it."""
        place = self._once_more(self._with_drafts(lambda drafts: drafts.removable(handle)))
        if place is None:
            return False
        self._once_more(self._with_drafts(lambda drafts: drafts.remove(place)))
        return True

    # ---------------------------------------------------------------------------------------------- waiting

    def wait(self, seconds: float) -> None:
        """Wait in IDLE on the first folder, or ask now and then where there is no IDLE. A hint, no more.

        Only one folder is watched: where there are several, the wait is short, and the next reading looks at them all.
        """
        until = time.monotonic() + seconds
        if len(self._settings.folders) > 1:
            until = min(until, time.monotonic() + self._settings.timeouts.poll)
        session = self._signed_in()
        self._is_waiting = True
        try:
            self._watch(session, until)
            self._waits_cut_short = 0
        except Lost:
            self._drop()
            self._pause(until)
        finally:
            self._is_waiting = False

    def _watch(self, session: Session, until: float) -> None:
        if self._came_meanwhile(session):
            return
        timeouts = self._settings.timeouts
        longest = timeouts.first_idle if session.offers("IDLE") else timeouts.poll
        while not self._closed.is_set() and (left := until - time.monotonic()) > 0:
            if self._listen(session, min(left, longest)):
                return
            longest = timeouts.idle if session.offers("IDLE") else timeouts.poll

    def _listen(self, session: Session, seconds: float) -> bool:
        if session.offers("IDLE"):
            return session.idle(seconds)
        self._closed.wait(seconds)
        return session.noop()

    def _came_meanwhile(self, session: Session) -> bool:
        """True where something came between the last reading and now: IDLE does not announce it again."""
        folder = self._settings.folders[0]
        if not session.is_open(folder):
            session.select(folder)
        session.forget_news()
        at = self._read.get(folder)
        if at is None:
            return False
        if at.validity != session.validity or session.fetch_from(at.message_uid, "(UID)"):
            return True
        return session.has_news()

    def _pause(self, until: float) -> None:
        """Let a server that ends every wait at once be asked less and less often."""
        left = max(0.0, until - time.monotonic())
        self._closed.wait(min(left, LONGEST_PAUSE, 2.0**self._waits_cut_short - 1))
        self._waits_cut_short = min(self._waits_cut_short + 1, 10)

    def close(self) -> None:
        """End the connection; a wait in another thread returns."""
        self._closed.set()
        session = self._session
        if session is not None and self._is_waiting:
            session.wake()
        elif session is not None:
            self._session = None
            session.end(politely=True)

"""What a mail system must do for Cordially: all that the author of a connector has to read.

A connector knows mail and nothing of interviews. It blocks; each account has a connector and a thread of its own.
There is no method that sends, and a connector never opens a way to send (no SMTP, no ``send`` endpoint).
The laws every connector keeps stand as tests in :mod:`connectors.conformance`.

Cursors, handles and marks are opaque to everyone but the connector that made them: strings it can read again after a
restart, at most 64 KiB long, with no secret in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NewType, Protocol

Cursor = NewType("Cursor", str)
"""How far an account has been read (UIDVALIDITY and UID, a history id, a delta link, names seen)."""

Handle = NewType("Handle", str)
"""Where one draft lies and what it looked like when it was placed, so that an edit can be told."""

Mark = NewType("Mark", str)
"""How the drafts stood at one moment, taken before a draft is placed, so that its fate can be told after a crash."""

LARGEST_MESSAGE = 4 * 1024 * 1024
"""Octets of one message that a connector fetches at the most; a longer message is cut there."""


class ConnectorError(Exception):
    """One of the three errors that cross this border; the text says what is wrong and never holds a secret."""


class Unavailable(ConnectorError):
    """Not now: the network, the server or its quota stands in the way. Try again later."""

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SignInNeeded(ConnectorError):
    """The user's turn: the password, token or permission is no longer good. Do not try again by yourself."""


class Refused(ConnectorError):
    """The mail system understood and said no (folder missing, too large, over quota). Do not repeat the same call."""


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where one message lies. ``key`` is opaque: UIDVALIDITY and UID, a Gmail id, a Graph id, a Maildir name."""

    account: str
    folder: str
    key: str


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One message as it came: octets untouched (at most ``LARGEST_MESSAGE`` of them; ``size`` is the whole).

    ``received_at`` is when the mail system took it in (INTERNALDATE, Maildir file time), aware. ``flags`` are the
    mail system's own words for the message (``\\Seen``, ``\\Answered``, keywords), unchanged.
    """

    ref: MessageRef
    received_at: datetime
    flags: frozenset[str]
    octets: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Some new messages, oldest first, and the cursor that stands behind them.

    ``restarted`` says that the old cursor was lost (UIDVALIDITY changed, history expired) and that messages which were
    read before may come again.
    """

    messages: tuple[RawMessage, ...]
    cursor: Cursor
    restarted: bool = False


@dataclass(frozen=True, slots=True)
class Answering:
    """The message a draft answers: where it lies and its Message-ID (with brackets), if it has one."""

    ref: MessageRef
    message_id: str | None
    received_at: datetime


class DraftState(StrEnum):
    """What became of one draft of ours."""

    ABSENT = "absent"  #: never placed: nothing of it and no answer to its source is found
    WAITING = "waiting"  #: lies in the drafts folder as we left it
    EDITED = "edited"  #: lies there, changed by the user (or the user's own draft answers the same message)
    SENT = "sent"  #: the source was answered: this draft or another answer of the user's was sent
    GONE = "gone"  #: was placed and is no longer there, and nothing shows that it was sent: the user deleted it
    SUPERSEDED = "superseded"  #: taken back by us; never said by a connector


@dataclass(frozen=True, slots=True)
class Trace:
    """What an account shows of one draft.

    ``handle`` is there while the draft lies in the drafts folder: WAITING, EDITED, and SENT where an answer by hand
    made it void and it was not withdrawn yet.
    """

    state: DraftState
    handle: Handle | None = None


class Connector(Protocol):
    """One account of one mail system. Every method may raise the three errors and no other."""

    def changes(self, since: Cursor | None) -> Iterator[Batch]:
        """Give what has come since the cursor (None: since the look-back), oldest first, in bounded batches.

        Each message is given once as long as the returned cursors are used; reading sets no ``\\Seen``. After the last
        message a batch that may be empty carries the newest cursor. Messages in the drafts folder are never given.
        """

    def mark(self) -> Mark:
        """Say how the drafts stand now. Stored before ``put_draft``, given back to ``trace`` after a crash."""

    def put_draft(self, octets: bytes, *, key: str, answering: Answering) -> Handle:
        """Leave one draft in the drafts folder, in the thread of the message it answers; return its handle.

        The same key (which always comes with the same octets) leaves one draft however often this is called, as long
        as that draft has not been edited, sent or deleted; ``trace`` is asked first where that may have happened.
        """

    def trace(self, octets: bytes, *, key: str, answering: Answering, since: Mark | None) -> Trace:
        """Say what became of a draft that may or may not have been placed, and whether its source was answered.

        Looks in the drafts, sent and trash folders by Message-ID and by In-Reply-To. With the mark that was taken
        before the first ``put_draft``, a draft placed and then deleted without a trace is told (GONE) from one that
        never came to lie there (ABSENT). With None, ``put_draft`` is known never to have been called.
        """

    def draft_state(self, handle: Handle, *, answering: Answering) -> DraftState:
        """Say what became of a placed draft: WAITING, EDITED, SENT or GONE (never ABSENT)."""

    def withdraw(self, handle: Handle) -> bool:
        """Remove a draft of ours that is still as we left it; False where the user changed, sent or removed it."""

    def wait(self, seconds: float) -> None:
        """Return when something may have changed, or after so many seconds."""

    def close(self) -> None:
        """End the connection and free what it holds; never raises, may be called twice."""


@dataclass(frozen=True, slots=True)
class Opening:
    """All that a connector is given to begin with.

    ``settings`` are the account's own keys from the config, checked by the connector's ``Settings`` model;
    ``secret`` fetches the password or token when it is needed (raises SignInNeeded where there is none);
    ``clock`` tells the time (aware); ``look_back`` is how far a first reading goes.
    """

    account: str
    addresses: tuple[str, ...]
    settings: Mapping[str, Any]
    secret: Callable[[], str]
    clock: Callable[[], datetime]
    look_back: timedelta = timedelta(days=14)


class ConnectorFactory(Protocol):
    """What an entry point of the group ``cordially.connectors`` names: a call that makes a connector.

    The call itself does no input or output: the first method call connects.
    """

    def __call__(self, opening: Opening) -> Connector: ...

"""The tables of what Cordially remembers, and the few column types they need.

Nothing here knows SQLite: the same tables serve PostgreSQL. Every promise of :class:`agent.ports.Store` that can be a
constraint is one, so that two threads, two processes or a bug cannot break it:

* ``messages.identity`` is unique: the first writer wins.
* ``names`` gives each name of a case (conversation, event UID, company and start time) to one case only.
* ``one_live_draft`` lets a case have one live draft of ours for each purpose.
* ``nudges`` are unique by case, kind and due time: the same reminder never comes twice.

What a letter says lies in rows that hang on their case and go with it (``ON DELETE CASCADE``); a letter that is not
about a job leaves only its identity and kind. All times are UTC and aware, see :class:`UtcDateTime`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from agent.store.values import clean

REVISION = "0001"
"""The newest revision under ``migrations``: a database that names it is opened without alembic."""

LIVE = text("state IN ('absent', 'waiting') AND gave_way_at IS NULL")
"""A proposal that is still ours and still meant: not placed yet, or placed and untouched."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Naive values are refused; SQLite loses zones, so UTC is stored and UTC comes back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone cannot be stored")
        moment = as_utc(value)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Shown(TypeDecorator[str]):
    """Text for people. Mail can hold NUL and lone surrogates, which databases refuse: they are replaced."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _: Dialect) -> str | None:
        return None if value is None else clean(value)


class Opaque(TypeDecorator[str]):
    """A string that must come back exactly as it was given, whatever it holds: keys, ids, cursors, handles, marks."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, _: Dialect) -> bytes | None:
        return None if value is None else value.encode("utf-8", "surrogatepass")

    def process_result_value(self, value: bytes | None, _: Dialect) -> str | None:
        return None if value is None else bytes(value).decode("utf-8", "surrogatepass")


class Word(TypeDecorator[str]):
    """A word of a closed list, such as a kind or a state."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: str | None, _: Dialect) -> str | None:
        return None if value is None else str(value)


DIGEST = String(64)
WORD = Word()
DRAFT_KEY = String(128)
PLAIN = JSON(none_as_null=True)


def as_utc(moment: datetime) -> datetime:
    """The same moment in UTC; at the two ends of the calendar, where no other zone fits, as it is written."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

accounts = Table(
    "accounts",
    metadata,
    Column("name", Shown, primary_key=True),
    Column("cursor", Opaque, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("company", Shown),
    Column("role", Shown),
    Column("contact_name", Shown),
    Column("starts_at", UtcDateTime),  # the first time on offer, or the time agreed
    Column("status", WORD, nullable=False),
    Column("decision", WORD),
    Column("reason", WORD),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,  # a number once given is never given again: draft keys lie in mailboxes
)

names = Table(
    "names",
    metadata,
    Column("sort", WORD, primary_key=True),
    Column("digest", DIGEST, primary_key=True),
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("identity", DIGEST, nullable=False, unique=True),
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), index=True),
    Column("account", Shown, nullable=False),
    Column("folder", Opaque, nullable=False),
    Column("key", Opaque, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("kept_at", UtcDateTime, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("stage", WORD),
    Column("subkind", WORD),
    Column("confidence", Float, nullable=False),
    Column("unsure", Boolean, nullable=False),
    Column("language", WORD, nullable=False),
    Column("stopped", Shown, nullable=False),  # why it was followed no further; empty where it led to a draft
    Column("draft_key", DRAFT_KEY, index=True),  # the draft that answers it
    Column("message_id", Opaque),
    Column("event_uid", Opaque),
    Column("sequence", Integer),
    Column("agreed_at", UtcDateTime),
    Column("sent_at", UtcDateTime),
    Column("subject", Shown),
    Column("sender", Shown),
    Column("flags", PLAIN),
    Column("size", BigInteger),
    Column("evidence", PLAIN),
    Column("matter", PLAIN),
    Column("verdict", PLAIN),
)

sources = Table(
    "sources",
    metadata,
    Column("message", ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("octets", LargeBinary, nullable=False),  # deflated
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", DRAFT_KEY, nullable=False, unique=True),
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("message", ForeignKey("messages.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("purpose", WORD, nullable=False),
    Column("round", Integer, nullable=False),
    Column("account", Shown, nullable=False),
    Column("answered_id", Opaque),
    Column("answered_received_at", UtcDateTime, nullable=False),
    Column("sender", PLAIN, nullable=False),
    Column("to", PLAIN, nullable=False),
    Column("cc", PLAIN, nullable=False),
    Column("subject", Shown, nullable=False),
    Column("message_id", Opaque, nullable=False),
    Column("in_reply_to", Opaque),
    Column("references", PLAIN, nullable=False),
    Column("language", WORD, nullable=False),
    Column("template", Shown, nullable=False),
    Column("body", Shown, nullable=False),
    Column("octets", LargeBinary, nullable=False),
    Column("good_until", UtcDateTime),
    Column("mark", Opaque),
    Column("handle", Opaque),
    Column("state", WORD, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("placed_at", UtcDateTime),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("gave_way_at", UtcDateTime),  # a newer one took its place, or the question it answers has ended
    Index("one_live_draft", "case_id", "purpose", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
)

nudges = Table(
    "nudges",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("draft_key", DRAFT_KEY, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("due_at", UtcDateTime, nullable=False, index=True),
    Column("until", UtcDateTime, comment="after this it says nothing any more"),
    Column("text", Shown, nullable=False),
    Column("told_at", UtcDateTime),
    UniqueConstraint("case_id", "kind", "due_at"),
)

stuck = Table(
    "stuck",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", Shown, nullable=False),
    Column("folder", Opaque, nullable=False),
    Column("key", Opaque, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("why", Shown, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("account", "folder", "key"),
)

journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("account", Shown, nullable=False),
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), index=True),
    Column("event", WORD, nullable=False),
    Column("text", Shown, nullable=False),
)

forgotten = Table(
    "forgotten",
    metadata,
    Column("identity", DIGEST, primary_key=True),
)

"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

WORD = sa.String(32)
DIGEST = sa.String(64)
DRAFT_KEY = sa.String(128)
OPAQUE = sa.LargeBinary()
MOMENT = sa.DateTime(timezone=True)
LIVE = sa.text("state IN ('absent', 'waiting') AND gave_way_at IS NULL")


def upgrade() -> None:
    """Make what a store needs from its first day."""
    make_accounts_and_cases()
    make_letters()
    make_drafts()
    make_books()


def make_accounts_and_cases() -> None:
    """How far each account was read; the cases and the names they are known by."""
    op.create_table(
        "accounts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("cursor", OPAQUE, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_accounts"),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company", sa.Text()),
        sa.Column("role", sa.Text()),
        sa.Column("contact_name", sa.Text()),
        sa.Column("starts_at", MOMENT),
        sa.Column("status", WORD, nullable=False),
        sa.Column("decision", WORD),
        sa.Column("reason", WORD),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "names",
        sa.Column("sort", WORD, nullable=False),
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_names_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sort", "digest", name="pk_names"),
    )
    op.create_index("ix_names_case_id", "names", ["case_id"])


def make_letters() -> None:
    """What was read, and the letters as they came."""
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identity", DIGEST, nullable=False),
        sa.Column("case_id", sa.Integer()),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("folder", OPAQUE, nullable=False),
        sa.Column("key", OPAQUE, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("stage", WORD),
        sa.Column("subkind", WORD),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("unsure", sa.Boolean(), nullable=False),
        sa.Column("language", WORD, nullable=False),
        sa.Column("stopped", sa.Text(), nullable=False),
        sa.Column("draft_key", DRAFT_KEY),
        sa.Column("message_id", OPAQUE),
        sa.Column("event_uid", OPAQUE),
        sa.Column("sequence", sa.Integer()),
        sa.Column("agreed_at", MOMENT),
        sa.Column("sent_at", MOMENT),
        sa.Column("subject", sa.Text()),
        sa.Column("sender", sa.Text()),
        sa.Column("flags", sa.JSON()),
        sa.Column("size", sa.BigInteger()),
        sa.Column("evidence", sa.JSON()),
        sa.Column("matter", sa.JSON()),
        sa.Column("verdict", sa.JSON()),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_messages_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("identity", name="uq_messages_identity"),
    )
    op.create_index("ix_messages_case_id", "messages", ["case_id"])
    op.create_index("ix_messages_draft_key", "messages", ["draft_key"])
    op.create_table(
        "sources",
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], name="fk_sources_message", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message", name="pk_sources"),
    )
    op.create_table(
        "stuck",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("folder", OPAQUE, nullable=False),
        sa.Column("key", OPAQUE, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stuck"),
        sa.UniqueConstraint("account", "folder", "key", name="uq_stuck_account_folder_key"),
    )


def make_drafts() -> None:
    """What we wish to leave, what became of it, and what is to be told."""
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", DRAFT_KEY, nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("purpose", WORD, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("answered_id", OPAQUE),
        sa.Column("answered_received_at", MOMENT, nullable=False),
        sa.Column("sender", sa.JSON(), nullable=False),
        sa.Column("to", sa.JSON(), nullable=False),
        sa.Column("cc", sa.JSON(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message_id", OPAQUE, nullable=False),
        sa.Column("in_reply_to", OPAQUE),
        sa.Column("references", sa.JSON(), nullable=False),
        sa.Column("language", WORD, nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.Column("good_until", MOMENT),
        sa.Column("mark", OPAQUE),
        sa.Column("handle", OPAQUE),
        sa.Column("state", WORD, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("placed_at", MOMENT),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("gave_way_at", MOMENT),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_proposals_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], name="fk_proposals_message", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
        sa.UniqueConstraint("key", name="uq_proposals_key"),
    )
    op.create_index("ix_proposals_case_id", "proposals", ["case_id"])
    op.create_index("ix_proposals_message", "proposals", ["message"])
    op.create_index(
        "one_live_draft", "proposals", ["case_id", "purpose"], unique=True, sqlite_where=LIVE, postgresql_where=LIVE
    )
    op.create_table(
        "nudges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("draft_key", DRAFT_KEY, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("told_at", MOMENT),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_nudges_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_nudges"),
        sa.UniqueConstraint("case_id", "kind", "due_at", name="uq_nudges_case_id_kind_due_at"),
    )
    op.create_index("ix_nudges_due_at", "nudges", ["due_at"])


def make_books() -> None:
    """The journal for people, and what was forgotten."""
    op.create_table(
        "journal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Integer()),
        sa.Column("event", WORD, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_journal_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
    )
    op.create_index("ix_journal_case_id", "journal", ["case_id"])
    op.create_table(
        "forgotten",
        sa.Column("identity", DIGEST, nullable=False),
        sa.PrimaryKeyConstraint("identity", name="pk_forgotten"),
    )

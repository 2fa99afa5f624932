"""Quick replies of an agent's own with their pictures, and what becomes of each quick reply that is used."""

import sqlalchemy as sa
from alembic import op

# SQLite numbers rows by itself only for a column whose type is literally INTEGER.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("conversations", sa.Column("using", KEY, nullable=True))
    op.create_table(
        "personal_shelves",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("pinned", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "agent", name="pk_personal_shelves"),
    )
    _personal_replies()
    op.create_table(
        "images",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "hash", name="pk_images"),
    )
    _uses()


def _personal_replies() -> None:
    op.create_table(
        "personal_replies",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("shortcut", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("image", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_personal_replies"),
    )
    op.create_index("ix_personal_replies_shop_agent_place", "personal_replies", ["shop", "agent", "place"])
    has_image = sa.text("image IS NOT NULL")
    op.create_index(
        "ix_personal_replies_shop_image",
        "personal_replies",
        ["shop", "image"],
        sqlite_where=has_image,
        postgresql_where=has_image,
    )


def _uses() -> None:
    op.create_table(
        "quick_reply_uses",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("conversation", KEY, nullable=False),
        sa.Column("buyer", KEY, nullable=False),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("inserted_at", sa.BigInteger(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("edited", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name="pk_quick_reply_uses"),
    )
    op.create_index("ix_quick_reply_uses_shop_at", "quick_reply_uses", ["shop", "at"])

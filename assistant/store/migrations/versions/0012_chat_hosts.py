"""Connections of shops to chat hosts, and what agents send through them."""

import sqlalchemy as sa
from alembic import op

# SQLite numbers rows by itself only for a column whose type is literally INTEGER.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("state IN ('waiting', 'taken', 'failed', 'unclear')")
NEXT = sa.text("state IN ('waiting', 'taken')")

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "host_connections",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("sends", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("heard_at", sa.BigInteger(), nullable=True),
        sa.Column("heard", KEY, nullable=False, server_default="0"),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("held_by", sa.Text(), nullable=True),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_host_connections"),
        sa.UniqueConstraint("shop", "host", name="uq_host_connections_shop_host"),
    )
    op.create_table(
        "host_sendings",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("connection", KEY, nullable=False),
        sa.Column("conversation", KEY, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("external", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_host_sendings"),
        sa.UniqueConstraint("shop", "key", name="uq_host_sendings_shop_key"),
    )
    op.create_index(
        "ix_host_sendings_open", "host_sendings", ["conversation"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_host_sendings_next", "host_sendings", ["next_at"], sqlite_where=NEXT, postgresql_where=NEXT)

"""Wordings on trial, and which of them a card had."""

import sqlalchemy as sa
from alembic import op

# SQLite numbers rows by itself only for a column whose type is literally INTEGER.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("suggestions", sa.Column("trial", KEY, nullable=True))
    op.add_column("suggestions", sa.Column("arm", sa.Integer(), nullable=True))
    on_trial = sa.text("trial IS NOT NULL")
    op.create_index(
        "ix_suggestions_trial", "suggestions", ["trial", "buyer"], sqlite_where=on_trial, postgresql_where=on_trial
    )
    op.create_table(
        "trials",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("kept", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_trials"),
    )
    running = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_trials_running",
        "trials",
        ["shop", "situation", "reply"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )
    op.create_index("ix_trials_shop_started_at", "trials", ["shop", "started_at"])

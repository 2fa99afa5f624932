"""Back-tests that trainers start on their page: how far each is, and its report."""

import sqlalchemy as sa
from alembic import op

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "back_tests",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_back_tests"),
    )
    running = sa.text("state = 'running'")
    op.create_index(
        "ix_back_tests_running", "back_tests", ["shop"], unique=True, sqlite_where=running, postgresql_where=running
    )
    op.create_index("ix_back_tests_latest", "back_tests", ["shop", "asked_at"])

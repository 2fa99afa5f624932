"""Moments at which something becomes so by itself: a balance opens, a promotion begins and ends."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "awaited",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("shop", "fact", "platform", "subject")),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "fact", "platform", "subject", name="pk_awaited"),
    )
    op.create_index("ix_awaited_at", "awaited", ["at"])

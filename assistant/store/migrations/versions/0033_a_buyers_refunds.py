"""Find the refund a buyer talks about."""

from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_index("ix_refunds_buyer_modified_at", "refunds", ["buyer", "modified_at"])

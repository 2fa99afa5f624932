"""Find the refund a buyer talks about."""

from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_index("ix_refunds_buyer_modified_at", "refunds", ["buyer", "modified_at"])

"""Find the quick replies an agent has sent without looking at all other facts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index(
        "ix_facts_quick_replies",
        "facts",
        ["shop", "agent", "at"],
        sqlite_where=sa.text("name = 'quick_reply.sent'"),
        postgresql_where=sa.text("name = 'quick_reply.sent'"),
    )

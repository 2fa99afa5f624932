"""Find what a buyer was sent, what was handed over and a chat by its name without reading all rows of a shop."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

SENT = sa.text("state = 'done' AND reason = 'sent'")
HANDED = sa.text("handed_by IS NOT NULL AND state IN ('armed', 'due')")


def upgrade() -> None:
    op.create_index("ix_follow_ups_sent", "follow_ups", ["buyer"], sqlite_where=SENT, postgresql_where=SENT)
    op.drop_index("ix_follow_ups_handed", "follow_ups")
    op.create_index(
        "ix_follow_ups_handed", "follow_ups", ["shop", "due_at"], sqlite_where=HANDED, postgresql_where=HANDED
    )
    op.create_index("ix_conversations_shop_external", "conversations", ["shop", "external"])

"""Find what has been kept for long enough without looking at everything, each day anew."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

HELD = {
    "messages": ("at", "text <> ''"),
    "suggestions": ("closed_at", "closed_at IS NOT NULL AND (text <> '' OR why <> '')"),
    "follow_ups": ("closed_at", "closed_at IS NOT NULL AND (text IS NOT NULL OR promised IS NOT NULL)"),
    "quick_reply_uses": ("at", "text <> ''"),
}
TRACES = {"events": "received_at", "operations": "at", "views": "at", "shipments": "modified_at"}


def upgrade() -> None:
    for table, (time, held) in HELD.items():
        op.create_index(f"ix_{table}_held", table, [time], sqlite_where=sa.text(held), postgresql_where=sa.text(held))
    for table, time in TRACES.items():
        op.create_index(f"ix_{table}_{time}", table, [time])

"""Keep what was promised and by whom with a follow-up, and from whom it was taken over."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

COLUMNS = ("promised", "promised_by", "handed_by")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("follow_ups", sa.Column(name, sa.Text(), nullable=True))
    op.create_index(
        "ix_follow_ups_withheld",
        "follow_ups",
        ["buyer"],
        sqlite_where=sa.text("state = 'withheld'"),
        postgresql_where=sa.text("state = 'withheld'"),
    )
    op.create_index(
        "ix_follow_ups_handed",
        "follow_ups",
        ["shop"],
        sqlite_where=sa.text("handed_by IS NOT NULL AND state IN ('armed', 'due')"),
        postgresql_where=sa.text("handed_by IS NOT NULL AND state IN ('armed', 'due')"),
    )

"""What leaders want to be told of, what they were told, and what leaves the house by mail or webhook."""

import sqlalchemy as sa
from alembic import op

# SQLite numbers rows by itself only for a column whose type is literally INTEGER.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "alert_wishes",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("wishes", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("shop", name="pk_alert_wishes"),
    )
    op.create_table(
        "alerts",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("threshold", sa.Float(), nullable=True),
        sa.Column("of", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("shop", "name", "period", name="pk_alerts"),
    )
    op.create_index("ix_alerts_shop_at", "alerts", ["shop", "at"])
    op.create_table(
        "outgoing",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outgoing"),
    )
    on_its_way = sa.text("state IN ('waiting', 'taken')")
    op.create_index("ix_outgoing_next", "outgoing", ["next_at"], sqlite_where=on_its_way, postgresql_where=on_its_way)
    op.create_index("ix_outgoing_shop_made_at", "outgoing", ["shop", "made_at"])

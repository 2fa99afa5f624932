"""Keep the sums of past days, and find orders by their time and refunds by their order."""

import sqlalchemy as sa
from alembic import op

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "kpi_rollups",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("shop", "grain", "day", "section", "platform")),
        sa.Column("sums", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "grain", "day", "section", "platform", name="pk_kpi_rollups"),
    )
    op.create_table(
        "kpi_days",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("shop", "day", "section")),
        sa.Column("definition", sa.Integer(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("settles_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("shop", "day", "section", name="pk_kpi_days"),
    )
    op.create_table(
        "kpi_marks",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("buyer", KEY, nullable=True),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kpi_marks"),
    )
    op.create_index("ix_orders_shop_created_at", "orders", ["shop", "created_at"])
    op.create_index("ix_orders_shop_paid_at", "orders", ["shop", "paid_at"])
    op.create_index("ix_refunds_shop_platform_order", "refunds", ["shop", "platform", "order"])

"""Teams of a shop, and from which day on people belong to them."""

import sqlalchemy as sa
from alembic import op

# SQLite numbers rows by itself only for a column whose type is literally INTEGER.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "teams",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_teams"),
        sa.UniqueConstraint("shop", "name", name="uq_teams_shop_name"),
    )
    op.create_table(
        "team_moves",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("team", KEY, nullable=True),
        sa.Column("moved_by", sa.Text(), nullable=False),
        sa.Column("moved_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "agent", "since", name="pk_team_moves"),
    )

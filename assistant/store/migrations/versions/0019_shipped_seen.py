"""Which shipped tables a shop was told of and put away."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "shipped_seen",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shop", name="pk_shipped_seen"),
    )

"""Which message a card's words became, and whether the agent had changed them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("suggestions", sa.Column("message", sa.Text(), nullable=True))
    op.add_column("suggestions", sa.Column("edited", sa.Boolean(), nullable=False, server_default=sa.false()))

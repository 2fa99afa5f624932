"""Keep what checks found in the agent's last message of a conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("conversations", sa.Column("checked", sa.Text(), nullable=False, server_default="[]"))

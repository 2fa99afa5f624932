"""Keep how often a waiting buyer has pressed for an answer, and whether they asked for a person."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("conversations", sa.Column("urged", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("conversations", sa.Column("wants_person", sa.Boolean(), nullable=False, server_default=sa.false()))

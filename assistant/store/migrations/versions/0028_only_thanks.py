"""Which waiting buyers have only said thanks."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.add_column("conversations", sa.Column("thanks", sa.Boolean(), nullable=False, server_default=sa.false()))

"""Pictures that the team's quick replies may name."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.add_column("images", sa.Column("team", sa.Boolean(), nullable=False, server_default=sa.false()))

"""What people call a key: where a program has done something, they read who it was."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.add_column("keys", sa.Column("name", sa.Text(), nullable=False, server_default=""))

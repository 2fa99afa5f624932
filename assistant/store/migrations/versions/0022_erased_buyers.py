"""Know which buyers were erased."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("buyers", sa.Column("erased_at", sa.BigInteger(), nullable=True))

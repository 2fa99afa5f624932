"""Know who somebody is at the sign-in service."""

import sqlalchemy as sa
from alembic import op

# SQLite numbers rows by itself only for a column whose type is literally INTEGER.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "identities",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("user", KEY, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "kind", "value", name="pk_identities"),
    )
    op.create_index("ix_identities_user", "identities", ["user"])

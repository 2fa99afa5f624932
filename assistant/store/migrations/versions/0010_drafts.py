"""What trainers have changed and not yet published, who said yes to a version, and which one was put back."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("scripts", sa.Column("approved_by", sa.Text(), nullable=True))
    op.add_column("scripts", sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("scripts", sa.Column("back_to", sa.Integer(), nullable=True))
    op.create_table(
        "drafts",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("of_table", sa.Text(), nullable=False),
        sa.Column("row", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "of_table", "row", name="pk_drafts"),
    )
    op.create_table(
        "proposals",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop", name="pk_proposals"),
    )

"""By which rules a shop's platforms count from which day on; who moved to which team is written down, too."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AUDITED = sa.text(
    "name IN ('access.revealed', 'access.viewed', 'access.exported', 'access.downloaded', 'buyer.erased',"
    " 'person.added', 'person.role_changed', 'person.removed', 'person.disabled', 'person.enabled',"
    " 'person.password_given', 'person.linked', 'person.unlinked', 'key.made', 'key.revoked', 'connection.made',"
    " 'connection.removed', 'subscription.made', 'subscription.removed', 'alerts.changed', 'scripts.published',"
    " 'scripts.rolled_back', 'retention.changed', 'team.made', 'team.renamed', 'team.moved', 'team.move_undone',"
    " 'platform.changed')"
)


def upgrade() -> None:
    op.create_table(
        "platform_changes",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("shop", "platform", "name", "since")),
        sa.Column("value", sa.Text(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("source", "as_of", "changed_by")),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "platform", "name", "since", name="pk_platform_changes"),
    )
    op.create_table(
        "round_rebuilds",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("shop", "platform", "since")),
        sa.Column("done_to", KEY, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "platform", name="pk_round_rebuilds"),
    )
    op.drop_index("ix_facts_audit", "facts")
    op.create_index("ix_facts_audit", "facts", ["shop", "at"], sqlite_where=AUDITED, postgresql_where=AUDITED)

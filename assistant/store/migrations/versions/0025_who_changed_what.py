"""Know when people last signed in, which passwords were given by others, and who looked at and changed what."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

AUDITED = sa.text(
    "name IN ('access.revealed', 'access.viewed', 'access.exported', 'access.downloaded', 'buyer.erased',"
    " 'person.added', 'person.role_changed', 'person.removed', 'person.disabled', 'person.enabled',"
    " 'person.password_given', 'person.linked', 'person.unlinked', 'key.made', 'key.revoked', 'connection.made',"
    " 'connection.removed', 'subscription.made', 'subscription.removed', 'alerts.changed', 'scripts.published',"
    " 'scripts.rolled_back', 'retention.changed')"
)


def upgrade() -> None:
    op.add_column("users", sa.Column("signed_in_at", sa.BigInteger(), nullable=True))
    op.add_column("users", sa.Column("must_change", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("users", sa.Column("version", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_facts_audit", "facts", ["shop", "at"], sqlite_where=AUDITED, postgresql_where=AUDITED)

"""Find who looked into whose chats without reading all facts."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    looks = sa.text("name = 'access.viewed'")
    op.create_index("ix_facts_looks", "facts", ["shop", "at"], sqlite_where=looks, postgresql_where=looks)

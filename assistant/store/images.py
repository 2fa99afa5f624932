"""Pictures, each once a shop, by the hash of their content. Not for who may see one (the rows that name it decide)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, exists, select
from sqlalchemy.dialects.postgresql import insert

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import images, personal_replies

_this = (images.c.shop == bindparam("shop"), images.c.hash == bindparam("hash"))
_used = exists().where(personal_replies.c.shop == images.c.shop, personal_replies.c.image == images.c.hash)
_ADD = Statement[int](
    insert(images).values({column.name: bindparam(column.name) for column in images.c}).on_conflict_do_nothing()
)
_OF_AGENT = Statement[tuple[str, bytes]](
    select(images.c.kind, images.c.content).where(
        *_this,
        exists().where(
            personal_replies.c.shop == images.c.shop,
            personal_replies.c.image == images.c.hash,
            personal_replies.c.agent == bindparam("agent"),
        ),
    ),
    lambda kind, content: (kind, bytes(content)),
)
_DROP_UNUSED = Statement[int](delete(images).where(*_this, ~_used))


def add(tx: Transaction, shop: str, hash: str, kind: str, content: bytes, now: datetime) -> None:
    """Keep a picture; one that is there already stays."""
    _ADD.run(tx, shop=shop, hash=hash, kind=kind, content=content, added_at=now)


def of_agent(tx: Transaction, shop: str, agent: str, hash: str) -> tuple[str, bytes] | None:
    """Its media type and content, if it goes with a quick reply of this agent's own."""
    return _OF_AGENT.one(tx, shop=shop, agent=agent, hash=hash)


def drop_unused(tx: Transaction, shop: str, hash: str) -> None:
    """Forget a picture that no quick reply has any more."""
    _DROP_UNUSED.run(tx, shop=shop, hash=hash)

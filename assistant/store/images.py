"""Pictures, each once a shop, by the hash of their content. Not for who may see one (the rows that name it decide)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, exists, func, or_, select, true
from sqlalchemy.dialects.postgresql import insert

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import images, personal_replies

_this = (images.c.shop == bindparam("shop"), images.c.hash == bindparam("hash"))
_used = exists().where(personal_replies.c.shop == images.c.shop, personal_replies.c.image == images.c.hash)
_adding = insert(images).values({column.name: bindparam(column.name) for column in images.c})
_ADD = Statement[int](_adding.on_conflict_do_nothing())
_SHARE = Statement[int](
    _adding.on_conflict_do_update(index_elements=[images.c.shop, images.c.hash], set_={"team": true()})
)
_SHARED = Statement[int](
    select(func.count()).select_from(images).where(images.c.shop == bindparam("shop"), images.c.team)
)
_OF_AGENT = Statement[tuple[str, bytes]](
    select(images.c.kind, images.c.content).where(
        *_this,
        or_(
            images.c.team,
            exists().where(
                personal_replies.c.shop == images.c.shop,
                personal_replies.c.image == images.c.hash,
                personal_replies.c.agent == bindparam("agent"),
            ),
        ),
    ),
    lambda kind, content: (kind, bytes(content)),
)
_DROP_UNUSED = Statement[int](delete(images).where(*_this, ~images.c.team, ~_used))


def add(tx: Transaction, shop: str, hash: str, kind: str, content: bytes, now: datetime, *, team: bool = False) -> None:
    """Keep a picture; one that is there already stays, and is the `team`'s from then on if that is said."""
    (_SHARE if team else _ADD).run(tx, shop=shop, hash=hash, kind=kind, content=content, added_at=now, team=team)


def shared(tx: Transaction, shop: str) -> int:
    """How many pictures are the team's."""
    return _SHARED.one(tx, shop=shop) or 0


def of_agent(tx: Transaction, shop: str, agent: str, hash: str) -> tuple[str, bytes] | None:
    """Its media type and content, if it is the team's or goes with a quick reply of this agent's own."""
    return _OF_AGENT.one(tx, shop=shop, agent=agent, hash=hash)


def drop_unused(tx: Transaction, shop: str, hash: str) -> None:
    """Forget a picture that no quick reply has any more and no version may name."""
    _DROP_UNUSED.run(tx, shop=shop, hash=hash)

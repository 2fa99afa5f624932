"""How late orders come in, while they do: what was seen of each platform last, for restarts and for other processes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from assistant.domain.order_news import News
from assistant.store.statements import Statement, Transaction
from assistant.store.tables import order_news

_new = insert(order_news).values({column.name: bindparam(column.name) for column in order_news.c})
_SAVE = Statement[int](
    _new.on_conflict_do_update(index_elements=["shop", "platform"], set_={"news": _new.excluded.news})
)
_ALL = Statement[tuple[str, str, list[list[str]]]](select(order_news.c.shop, order_news.c.platform, order_news.c.news))


def save(tx: Transaction, shop: str, platform: str, news: Sequence[News]) -> None:
    """Keep the last events about orders of a platform, in place of those kept before."""
    _SAVE.run(tx, shop=shop, platform=platform, news=[[one.at.isoformat(), one.came.isoformat()] for one in news])


def every(tx: Transaction) -> dict[tuple[str, str], tuple[News, ...]]:
    """What is kept, by shop and platform: as many rows as platforms were ever late."""
    return {
        (shop, platform): tuple(News(*map(datetime.fromisoformat, one)) for one in news)
        for shop, platform, news in _ALL.all(tx)
    }

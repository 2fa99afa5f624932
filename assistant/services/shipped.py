"""Proposes the rows that a newer release ships to a shop that began with an older one: a draft, if somebody agrees."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from assistant import store
from assistant.domain import shipped
from assistant.domain.drafts import Draft, mark
from assistant.domain.script_rows import Name, rows
from assistant.domain.scripts import Scripts
from assistant.domain.shipped import News
from assistant.services import drafts
from assistant.services.desk import Desk


@lru_cache(maxsize=2)
def _rows(content: str) -> Mapping[Name, str]:
    return rows(Scripts.model_validate_json(content))


def news(tx: store.Transaction, shop: str, draft: Draft, tables: Scripts) -> list[News]:
    """What of the shipped `tables` the draft lacks. Nothing for a shop that began with tables of its own, and nothing
    that somebody has put away."""
    began = store.scripts.shipped(tx, shop)
    content = tables.content()
    if began is None or began == content or store.shipped.seen(tx, shop) == mark(content):
        return []
    return list(shipped.news(_rows(began), draft.texts, _rows(content)))


def take(desk: Desk, tables: Scripts, chosen: Collection[Name], seen: str, *, author: str) -> int:
    """Keep the chosen rows as a draft; returns how many. Raises Conflict if the draft is no longer the one `seen`."""
    draft = drafts.take(desk.tx, desk.shop.id)
    drafts.refuse_moved(draft, seen)
    wanted = {one.name: one.text for one in news(desk.tx, desk.shop.id, draft, tables) if one.name in chosen}
    drafts.write_over(desk, draft, wanted, author=author)
    return len(wanted)


def put_away(desk: Desk, tables: Scripts) -> None:
    """Propose nothing more of these tables; of the next release's again."""
    store.shipped.see(desk.tx, desk.shop.id, mark(tables.content()))

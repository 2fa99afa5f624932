"""Notes a batch of events and reads in the same journey what they will ask for one by one (PostgreSQL), once their
buyers are held.

What is read goes where those who ask look first (`kept.py`); what is not here they read themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Text, bindparam, func, lateral, literal_column, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from assistant.store import promotions
from assistant.store.buyers import Buyer
from assistant.store.columns import to_microseconds
from assistant.store.conversations import Conversation
from assistant.store.follow_ups import FollowUp
from assistant.store.locks import About, Named
from assistant.store.messages import RUN, Said, unanswered
from assistant.store.orders import Order
from assistant.store.statements import NEXT_KEYS, Statement, Transaction
from assistant.store.suggestions import Suggestion
from assistant.store.tables import buyers, conversations, follow_ups, messages, orders, suggestions, tags
from assistant.store.tags import Tag
from assistant.store.together import Together

T = TypeVar("T")

_SHOP = bindparam("shop", type_=Text)
_CHAT = (conversations.c.shop == _SHOP, conversations.c.external == func.any(bindparam("chats", type_=ARRAY(Text))))
_BUYER = (buyers.c.shop == _SHOP, buyers.c.external == func.any(bindparam("buyers", type_=ARRAY(Text))))
_chats, _whose = select(conversations.c.id).where(*_CHAT), select(buyers.c.id).where(*_BUYER)

_BUYERS = Statement[Buyer](select(buyers).where(*_BUYER), Buyer)
_CONVERSATIONS = Statement[Conversation](select(conversations).where(*_CHAT), Conversation)
_TAGS = Statement[tuple[int, Tag]](
    select(tags.c.buyer, tags.c.group, tags.c.tag).where(tags.c.buyer.in_(_whose)).order_by(tags.c.at, tags.c.tag),
    lambda buyer, *tag: (buyer, Tag(*tag)),
)
_FOLLOW_UPS = Statement[tuple[int, FollowUp]](
    # The state is written out: only so does the planner see that the partial index serves this.
    select(follow_ups.c.buyer.label("whose"), follow_ups)
    .where(follow_ups.c.buyer.in_(_whose), text("follow_ups.state IN ('armed', 'due')"))
    .order_by(follow_ups.c.due_at, follow_ups.c.id),
    lambda buyer, *row: (buyer, FollowUp(*row)),
)
_NEWEST_ORDERS = Statement[tuple[int, Order]](
    select(orders.c.buyer.label("whose"), orders)
    .where(orders.c.buyer.in_(_whose))
    .ext(distinct_on(orders.c.buyer))
    .order_by(orders.c.buyer, orders.c.created_at.desc(), orders.c.id.desc()),
    lambda buyer, *row: (buyer, Order(*row)),
)
_CARDS = Statement[tuple[int, Suggestion]](
    select(suggestions.c.conversation.label("chat"), suggestions)
    .where(suggestions.c.conversation.in_(_chats), suggestions.c.closed_at.is_(None))
    .order_by(suggestions.c.score.desc(), suggestions.c.id),
    lambda chat, *row: (chat, Suggestion(*row)),
)
# Of each chat what its buyer has said since a person answered: `messages.run_after` for many.
_run = lateral(
    select(messages.c.at, messages.c.id, messages.c.text)
    .where(
        messages.c.conversation == conversations.c.id,
        messages.c.side == bindparam("side", "buyer"),
        unanswered(conversations.c.id, func.coalesce(conversations.c.answered_at, literal_column("0"))),
    )
    .order_by(messages.c.at.desc(), messages.c.id.desc())
    .limit(RUN)
)
_RUNS = Statement[tuple[int, Said]](
    select(conversations.c.id, _run.c.at, _run.c.text)
    .select_from(conversations.join(_run, true()))
    .where(*_CHAT)
    .order_by(_run.c.at, _run.c.id),
    lambda chat, *said: (chat, Said(*said)),
)
# One answer for all of them: a statement of its own costs the driver and the server more than the few rows it brings.
_READ = Together(_CONVERSATIONS, _RUNS, _CARDS, _BUYERS, _TAGS, _FOLLOW_UPS, _NEWEST_ORDERS)
# In the order of their keys: two batches that bring the same events do not wait for each other in a circle.
_ARRIVE = """
INSERT INTO events (shop, platform, id, received_at)
SELECT * FROM unnest(%(shops)s::text[], %(platforms)s::text[], %(ids)s::text[], %(at)s::bigint[]) ORDER BY 1, 2, 3
ON CONFLICT DO NOTHING RETURNING shop, platform, id
"""

# Of what most events make new rows: their keys come along.
NEW = ("suggestions", "follow_ups")
# Takes the answer to a question that is under way.
Take = Callable[[], None]
# What belongs to a chat or a buyer, beside their key.
Pairs = Iterable[tuple[int, T]]


def read(tx: Transaction, requests: Iterable[About], by_shop: Mapping[str, Sequence[Named]]) -> None:
    """Note the events of all requests; read the chats and buyers they name, and what is open with them."""
    with tx.driver.pipeline():
        takes = [_note(tx, requests), *map(partial(_ask_keys, tx), NEW)]
        for shop, found in by_shop.items():
            takes.append(_ask(tx, shop, found))
        for take in takes:
            take()


def _note(tx: Transaction, requests: Iterable[About]) -> Take:
    rows = [(about.shop, *event, to_microseconds(about.now)) for about in requests for event in about.what.events]
    columns = zip(*rows, strict=True) if rows else [()] * 4
    cursor = tx.driver.cursor()
    cursor.execute(_ARRIVE, dict(zip(("shops", "platforms", "ids", "at"), map(list, columns), strict=True)))

    def take() -> None:
        tx.arrived.update(dict.fromkeys((row[:3] for row in rows), False))
        tx.arrived.update(dict.fromkeys(cursor.fetchall(), True))

    return take


def _ask_keys(tx: Transaction, table: str) -> Take:
    assert tx.behind is not None
    behind, keys = tx.behind, NEXT_KEYS.ask(tx, table=table, many=tx.behind.wanted)
    return lambda: behind.expect(table, keys())


def _ask(tx: Transaction, shop: str, found: Sequence[Named]) -> Take:
    """What a shop's requests name: chats with what is open in them, buyers with what is open with them."""
    chats = {pair for what in found for pair in what.conversations}
    named = {pair for what in found for pair in what.buyers}
    offers = {platform: promotions.ask(tx, shop, platform) for platform in {platform for platform, _ in chats}}
    ids = {"chats": sorted({id for _, id in chats}), "buyers": sorted({id for _, id in named})}
    answers = _READ.ask(tx, shop=shop, **ids)

    def take() -> None:
        talks, runs, cards, people, labels, waiting, bought = answers()
        _keep_chats(tx, [chat for chat in talks if (chat.platform, chat.external) in chats], runs, cards)
        whose = [buyer for buyer in people if (buyer.platform, buyer.external) in named]
        _keep_buyers(tx, whose, labels, waiting, dict(bought))
        tx.kept.rows("promotions").update({(shop, platform): found() for platform, found in offers.items()})

    return take


def _keep_chats(tx: Transaction, found: Sequence[Conversation], runs: Pairs[Said], cards: Pairs[Suggestion]) -> None:
    for chat in found:
        tx.kept.rows("conversations").update({chat.id: chat, (chat.shop, chat.platform, chat.external): chat})
    ids = [chat.id for chat in found]
    tx.kept.rows("messages").update(_lists(ids, runs))
    tx.kept.rows("suggestions").update(_lists(ids, cards))


def _keep_buyers(
    tx: Transaction, found: Sequence[Buyer], labels: Pairs[Tag], waiting: Pairs[FollowUp], newest: Mapping[int, Order]
) -> None:
    for buyer in found:
        tx.kept.rows("buyers").update({buyer.id: buyer, (buyer.shop, buyer.platform, buyer.external): buyer})
    ids = [buyer.id for buyer in found]
    tx.kept.rows("tags").update(_lists(ids, labels))
    tx.kept.rows("follow_ups").update(_lists(ids, waiting))
    tx.kept.rows("orders").update({id: newest.get(id) for id in ids})


def _lists(ids: Iterable[int], found: Pairs[Any]) -> dict[int, list[Any]]:
    """What was found by key, an empty list where there was nothing."""
    lists: dict[int, list[Any]] = {id: [] for id in ids}
    for id, row in found:
        if id in lists:
            lists[id].append(row)
    return lists

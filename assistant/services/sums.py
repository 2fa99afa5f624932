"""Works out prices in hand and refunds by the shop's promotions, for a buyer and a day.

Not for how it is done (`domain/sums.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from assistant import store
from assistant.domain import return_sums
from assistant.domain.baskets import MOST_LINES, Basket, Return, lines_of, rules_without
from assistant.domain.context import condition_values
from assistant.domain.errors import InvalidInput
from assistant.domain.orders import title, yuan_text
from assistant.domain.promotion_rules import PromotionRules
from assistant.domain.promotions import promotion_for
from assistant.domain.return_sums import Earlier, Refund
from assistant.domain.scripts import Promotion
from assistant.domain.sums import Price, price_in_hand
from assistant.services import context, conversations, orders
from assistant.services.desk import Shop
from assistant.store.conversations import Conversation
from assistant.store.orders import Order

# So long an item that was looked at before the chat is taken for the one asked about.
LOOKED_AT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LineView:
    """A line to begin with; `price` is yuan as text, None where nobody told us."""

    title: str
    price: str | None
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class OrderBasket:
    """One of the buyer's last orders; `cut` says how many of its lines are left out."""

    id: str
    title: str
    status: str
    amount: str
    created_at: float
    lines: tuple[LineView, ...]
    cut: int = 0


@dataclass(frozen=True, slots=True)
class Start:
    """What a sum may begin with: the item talked about or looked at, and the last orders."""

    item: LineView | None
    orders: tuple[OrderBasket, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """The rules that count, and where the parcel goes."""

    promotion: Promotion | None
    rules: PromotionRules
    region: str | None


def start(tx: store.Transaction, shop: Shop, conversation: Conversation, now: datetime) -> Start:
    """What a sum in this conversation begins with."""
    item = None
    id = conversation.item or store.views.last(tx, conversation.buyer, now - LOOKED_AT)
    if id is not None:
        item = _item(id, store.items.find(tx, shop.id, conversation.platform, id))
    newest = store.orders.of(tx, conversation.buyer)[: store.orders.SHOWN]
    return Start(item, tuple(_order(tx, shop, order) for order in newest))


def _item(id: str, item: store.items.Item | None) -> LineView:
    price = None if item is None or item.price is None else yuan_text(item.price)
    return LineView((item.title if item else None) or id, price)


def _order(tx: store.Transaction, shop: Shop, order: Order) -> OrderBasket:
    lines = tuple(_line(tx, shop, order, part) for part in order.items[:MOST_LINES])
    cut = max(0, len(order.items) - MOST_LINES)
    amount, at = yuan_text(order.amount), order.created_at.timestamp()
    return OrderBasket(order.external, title(order.items), order.status, amount, at, lines, cut)


def _line(tx: store.Transaction, shop: Shop, order: Order, part: dict[str, Any]) -> LineView:
    """As ordered; a price the platform did not tell is that of the item today."""
    price = part.get("price")
    if price is None:
        item = store.items.find(tx, shop.id, order.platform, str(part["sku"]))
        price = None if item is None or item.price is None else yuan_text(item.price)
    return LineView(str(part.get("title") or part["sku"]), price, int(part.get("quantity", 1)))


def price(tx: store.Transaction, shop: Shop, now: datetime, basket: Basket) -> tuple[Price, Promotion | None]:
    """The price in hand, and the promotion by which it was worked out."""
    case = _case(tx, shop, now, basket)
    return price_in_hand(lines_of(basket), case.rules, region=case.region), case.promotion


@dataclass(frozen=True, slots=True)
class Back:
    """What comes back, what came back before it, and the price of the order both belong to."""

    refund: Refund
    before: tuple[Refund, ...]
    order: Price
    promotion: Promotion | None


def refund(tx: store.Transaction, shop: Shop, now: datetime, asked: Return) -> Back:
    """What comes back of an order, after what came back before."""
    case = _case(tx, shop, now, asked)
    whole = price_in_hand(lines_of(asked), case.rules, region=case.region)
    if asked.paid is not None:
        whole = return_sums.as_paid(whole, asked.paid)
    policy = asked.policy or (case.promotion.returns if case.promotion else "proportional")
    back = [line.back for line in asked.lines]
    earlier = [Earlier(tuple(one.pieces), one.goods, one.freight) for one in asked.before]
    before = return_sums.made_before(whole, earlier, policy)
    found = return_sums.refund(whole, back, policy=policy, before=before, fault=asked.fault)
    return Back(found, tuple(before), whole, case.promotion)


def _case(tx: store.Transaction, shop: Shop, now: datetime, asked: Basket | Return) -> _Case:
    """Of a shop without promotions for this buyer and day the list price is left."""
    conditions: dict[str, object] = {}
    day, region = now, asked.region
    if asked.conversation is not None:
        conversation = conversations.find(tx, shop.id, asked.conversation, asked.platform)
        buyer = store.buyers.get(tx, conversation.buyer)
        assert buyer is not None
        order = None if asked.order is None else orders.named(tx, conversation.buyer, asked.order)
        conditions = condition_values(context.known(tx, shop, now, buyer, conversation))
        day = order.created_at if order else now
        region = region or (order.province if order else None) or buyer.province
    elif asked.order is not None:
        raise InvalidInput("an order is looked for among those of a buyer: name the `conversation` too")
    promotion = promotion_for(shop.scripts.promotions, shop.day(day), conditions)
    return _Case(promotion, rules_without(promotion or PromotionRules(), asked.without), region)

"""What is known right now about a buyer, an order and a shop, by the names conditions and templates use.

Not for fetching (services do) and not for deciding (`conditions.py`) or filling (`templates.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Protocol

from assistant.domain import segments
from assistant.domain.buyers import TIER_NAMES, purchases
from assistant.domain.moments import shop_day
from assistant.domain.orders import deadline_of, title
from assistant.domain.refunds import KIND_NAMES
from assistant.domain.templates import yuan


class BuyerLike(Protocol):
    """What is asked of a buyer here."""

    nickname: str | None
    tier: str
    province: str | None
    paid_orders: int
    spent: int
    last_paid_at: datetime | None


class OrderLike(Protocol):
    """What is asked of an order here; amounts in whole fen."""

    external: str
    status: str
    amount: int
    created_at: datetime
    pay_deadline: datetime | None
    source: str | None
    cod: bool
    stages: list[dict[str, Any]]
    items: list[dict[str, Any]]


class PromotionLike(Protocol):
    @property
    def title(self) -> str | None: ...
    @property
    def text(self) -> str | None: ...
    @property
    def ends_at(self) -> datetime | None: ...


class ItemLike(Protocol):
    @property
    def title(self) -> str | None: ...
    @property
    def stock(self) -> int | None: ...
    @property
    def price(self) -> int | None: ...
    @property
    def url(self) -> str | None: ...


class ParcelLike(Protocol):
    @property
    def carrier(self) -> str: ...
    @property
    def tracking_no(self) -> str: ...


class RefundLike(Protocol):
    """What is asked of a refund here; its amount in whole fen."""

    @property
    def amount(self) -> int | None: ...
    @property
    def kind(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that may matter for one moment of one conversation.

    `orders` are those meant: the latest, or the unpaid ones a reminder is about; empty = the buyer has none. `shop` are
    the handbook's template values of the day. Parcels of these orders and the buyer's newest refund are looked up
    when a text first asks for them: few do.
    """

    now: datetime
    timezone: tzinfo
    platform: str
    buyer: BuyerLike
    orders: Sequence[OrderLike] = ()
    tags: Sequence[str] = ()
    told: Sequence[str] = ()
    waiting_since: datetime | None = None
    agent: str | None = None
    promotion: PromotionLike | None = None
    item: ItemLike | None = None
    shop: Mapping[str, object] = field(default_factory=dict)
    parcels: Callable[[], Sequence[ParcelLike]] = tuple
    refund: Callable[[], RefundLike | None] = lambda: None


def condition_values(known: Known) -> dict[str, object]:
    """Values by condition path (CONTRACT.md vocabulary); unknown ones are absent."""
    buyer, local = known.buyer, known.now.astimezone(known.timezone)
    values: dict[str, object] = {
        "buyer.purchases": purchases(buyer.paid_orders),
        "buyer.tier": buyer.tier,
        "buyer.tags": list(known.tags),
        "buyer.province": buyer.province,
        "buyer.spent": buyer.spent / 100,
        "conversation.platform": known.platform,
        "conversation.told": list(known.told),
        "shop.campaign": known.promotion.title if known.promotion else "none",
        "now.hour": local.hour,
        "now.weekday": local.isoweekday(),
        "order.state": "none",
    }
    groups = segments.limits(known.shop)
    values["buyer.stage"] = segments.stage(buyer, groups)
    values["buyer.rfm"] = segments.rfm(buyer, groups, known.now, known.timezone)
    if buyer.last_paid_at is not None:
        paid_on = shop_day(buyer.last_paid_at, known.timezone)
        values["buyer.last_paid_days"] = (shop_day(known.now, known.timezone) - paid_on).days
    if known.waiting_since is not None:
        values["conversation.waiting_seconds"] = (known.now - known.waiting_since).total_seconds()
    if known.orders:
        values.update(_order_conditions(known.orders, known.now))
    return values


def _order_conditions(orders: Sequence[OrderLike], now: datetime) -> dict[str, object]:
    order = orders[0]
    values: dict[str, object] = {
        "order.state": order.status,
        "order.amount": sum(o.amount for o in orders) / 100,
        "order.source": order.source,
        "order.cod": order.cod,
        "order.presale": bool(order.stages),
        "order.age_minutes": (now - order.created_at).total_seconds() / 60,
        "order.item.kind": sorted({i["kind"] for o in orders for i in o.items if i.get("kind")}),
        "order.item.category": sorted({i["category"] for o in orders for i in o.items if i.get("category")}),
    }
    deadline = earliest_deadline(orders)
    if deadline is not None:
        values["order.minutes_to_deadline"] = (deadline - now).total_seconds() / 60
    return values


def earliest_deadline(orders: Sequence[OrderLike]) -> datetime | None:
    """When the first of these orders must be paid, None if none says so."""
    return min((at for order in orders if (at := deadline_of(order)) is not None), default=None)


# What moves other text about, or cannot be seen at all.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


def _one_line(name: str | None) -> str | None:
    """A name as it can be said within a sentence: buyers choose their own, line breaks and turned text included."""
    return None if name is None else " ".join(_UNSEEN.sub(" ", name).split())


class _Values(Mapping[str, object]):
    """Values by name; what stands under a first word in `later` is worked out when it is first asked for."""

    def __init__(self, plain: dict[str, object], later: dict[str, Callable[[], dict[str, object]]]) -> None:
        self._plain, self._later = plain, later

    def __getitem__(self, name: str) -> object:
        work_out = self._later.pop(name.partition(".")[0], None)
        if work_out is not None:
            self._plain.update(work_out())
        return self._plain[name]

    def __iter__(self) -> Iterator[str]:
        while self._later:
            self._plain.update(self._later.popitem()[1]())
        return iter(self._plain)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def template_values(known: Known) -> Mapping[str, object]:
    """Values by template variable; times in the shop's zone, amounts as yuan text."""
    return _Values(_plain_values(known), {"shipment": lambda: _parcels(known), "refund": lambda: _refund(known)})


def _parcels(known: Known) -> dict[str, object]:
    """Several parcels of one order are all named."""
    parcels = known.parcels()
    return {
        "shipment.carrier": list(dict.fromkeys(parcel.carrier for parcel in parcels)),
        "shipment.tracking_no": [parcel.tracking_no for parcel in parcels],
    }


def _refund(known: Known) -> dict[str, object]:
    refund = known.refund()
    if refund is None:
        return {}
    return {
        "refund.amount": None if refund.amount is None else yuan(refund.amount),
        "refund.kind": KIND_NAMES.get(refund.kind or ""),
    }


def _plain_values(known: Known) -> dict[str, object]:
    values: dict[str, object] = {
        "buyer.nickname": _one_line(known.buyer.nickname),
        "buyer.tier_name": TIER_NAMES.get(known.buyer.tier),
        "buyer.spent": yuan(known.buyer.spent),
        "agent.name": known.agent,
        "now": known.now.astimezone(known.timezone),
        **known.shop,
    }
    if known.orders:
        values.update(_order_values(known))
    if known.promotion is not None:
        values["promotion.title"] = known.promotion.title
        values["promotion.text"] = known.promotion.text
        values["promotion.ends_at"] = _local(known.promotion.ends_at, known.timezone)
    if known.item is not None:
        values["item.title"] = known.item.title
        values["item.stock"] = known.item.stock
        values["item.url"] = known.item.url
        values["item.price"] = None if known.item.price is None else yuan(known.item.price)
    return values


def _order_values(known: Known) -> dict[str, object]:
    return {
        "order.id": known.orders[0].external,
        "order.amount": yuan(sum(o.amount for o in known.orders)),
        "order.count": len(known.orders),
        "order.items": [name for name in (title(o.items) for o in known.orders) if name],
        "order.deadline": _local(earliest_deadline(known.orders), known.timezone),
    }


def _local(at: datetime | None, timezone: tzinfo) -> datetime | None:
    return None if at is None else at.astimezone(timezone)

"""How a row would look to an agent beside some sample buyers: which reply, filled, and what it lacks.

The samples are made up; nobody's data is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from assistant.domain.buyers import purchases
from assistant.domain.conditions import holds
from assistant.domain.context import Known, OrderLike, condition_values, template_values
from assistant.domain.errors import InvalidInput
from assistant.domain.handbook import shop_values
from assistant.domain.orders import title, yuan_text
from assistant.domain.replies import find_reply, sendable_reply
from assistant.domain.scripts import QuickReply, Scripts, Situation, Touchpoint
from assistant.domain.suggestions import because
from assistant.domain.templates import Rendered, render
from assistant.services import handbook
from assistant.services.desk import Shop
from assistant.services.sidebar_view import (
    BuyerView,
    ConversationView,
    FollowUpView,
    LackView,
    OrderView,
    SidebarView,
    SuggestionView,
    TodayView,
)
from assistant.store.refunds import Refund
from assistant.store.shipments import Parcel

Previewed = Situation | QuickReply | Touchpoint
SAMPLES = ("new", "vip", "unpaid", "shipped", "nothing")
# What a sample's last order may be instead of what the sample brings along.
ORDERS = ("none", "unpaid", "paid", "shipped", "signed", "done", "closed_unpaid", "closed_refunded")


@dataclass
class _Buyer:
    nickname: str | None
    tier: str = "none"
    province: str | None = None
    paid_orders: int = 0
    spent: int = 0
    last_paid_at: datetime | None = None


@dataclass
class _Order:
    external: str
    status: str
    amount: int
    created_at: datetime
    pay_deadline: datetime | None = None
    source: str | None = None
    cod: bool = False
    stages: list[dict[str, Any]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class _Item:
    title: str = "纯棉圆领T恤"
    stock: int = 36
    price: int = 8900
    url: str = "https://shop.example.com/t-shirt"


@dataclass(frozen=True)
class _Promotion:
    title: str
    text: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class PreviewView:
    """A sample buyer: `fits` says whether the row comes up for them at all, `reply` which of its replies is meant, the
    `nth` of several (0: there is no choice), `text` as it would be inserted, `lacks` what keeps it from being sent;
    `sidebar` what the agent sees."""

    sample: str
    fits: bool
    reply: str
    nth: int
    text: str
    lacks: tuple[LackView, ...]
    sidebar: SidebarView


def known(sample: str, shop: Shop, scripts: Scripts, now: datetime, order: str = "") -> Known:
    """What is known of a sample buyer at this moment; `order` is the state of their order, else the sample's own."""
    found = _known(sample, shop, scripts, now)
    found = replace(found, orders=[] if order == "none" else [_order(order, now)]) if order else found
    states = {one.status for one in found.orders}
    if states & _SENT:
        found = replace(found, parcels=lambda: (_PARCEL,))
    return replace(found, refund=lambda: _REFUND) if "closed_refunded" in states else found


_SENT = {"part_shipped", "shipped", "signed", "done"}
_PARCEL = Parcel("中通快递", "73100042871203")
_REFUND = Refund(8900, "return_refund")


def _known(sample: str, shop: Shop, scripts: Scripts, now: datetime) -> Known:
    today = shop.day(now)
    values = shop_values(scripts.shop, today)
    nobody = Known(now, shop.timezone, "taobao", _Buyer(None), shop=values, agent="小雨")
    if sample == "nothing":
        return nobody
    full = replace(nobody, item=_Item(), promotion=_Promotion("秋冬焕新", "满300减40", now + timedelta(days=3)))
    if sample == "new":
        return replace(full, buyer=_Buyer("晴天", province="浙江省"))
    loyal = _Buyer("老朋友阿岚", "vip", "广东省", 7, 182_600, now - timedelta(days=21))
    if sample == "vip":
        return replace(full, buyer=loyal)
    once = _Buyer("小满", "regular", "四川省", 1, 12_900, now - timedelta(days=40))
    return replace(full, buyer=once, orders=[_order(sample, now)])


def _order(state: str, now: datetime) -> _Order:
    made = now - (timedelta(minutes=12) if state == "unpaid" else timedelta(days=2))
    deadline = made + timedelta(minutes=30) if state == "unpaid" else None
    items = [{"title": "纯棉圆领T恤", "sku": "T-L", "quantity": 1, "price": "89.00", "kind": "traffic"}]
    return _Order("202611110001", state, 8900, made, deadline, items=items)


def of_row(row: Previewed, shop: Shop, scripts: Scripts, now: datetime, order: str = "") -> list[PreviewView]:
    """The row beside every sample buyer; `scripts` are the tables around it. Raises InvalidInput."""
    if order and order not in ORDERS:
        raise InvalidInput(f"{order!r} is no state of an order")
    return [_preview(row, sample, known(sample, shop, scripts, now, order), shop, scripts) for sample in SAMPLES]


class _Chosen(NamedTuple):
    """Whether a row comes up for a buyer, the reply that is meant, and that reply filled."""

    fits: bool
    reply: str = ""
    filled: Rendered = Rendered("")


def _preview(row: Previewed, sample: str, about: Known, shop: Shop, scripts: Scripts) -> PreviewView:
    chosen = _chosen(row, scripts, condition_values(about), template_values(about))
    lacks = handbook.lacks(shop, chosen.filled.missing)
    return PreviewView(
        sample=sample,
        fits=chosen.fits,
        reply=chosen.reply,
        nth=_nth(row, chosen.reply),
        text=chosen.filled.text,
        lacks=lacks,
        sidebar=_sidebar(row, about, chosen, lacks),
    )


def _nth(row: Previewed, reply: str) -> int:
    ids = [one.id for one in row.replies] if isinstance(row, Situation) else []
    return ids.index(reply) + 1 if len(ids) > 1 and reply in ids else 0


def _chosen(
    row: Previewed, scripts: Scripts, conditions: Mapping[str, object], values: Mapping[str, object]
) -> _Chosen:
    if isinstance(row, QuickReply):
        return _Chosen(not row.when or holds(row.when, conditions), row.id, render(row.text, values))
    if isinstance(row, Touchpoint):
        fits, found = holds(row.audience, conditions), find_reply(scripts, row.reply, conditions)
        return _Chosen(fits, found.script, render(found.reply.text, values)) if found else _Chosen(fits)
    if (meant := sendable_reply(row, conditions, values)) is None:
        return _Chosen(fits=False)
    reply, filled = meant
    return _Chosen(holds(row.when, conditions), reply.id, filled)


# --- as the sidebar shows it ---------------------------------------------------------------------------------------


def _sidebar(row: Previewed, about: Known, chosen: _Chosen, lacks: tuple[LackView, ...]) -> SidebarView:
    return SidebarView(
        version=1,
        now=about.now.timestamp(),
        speed=0.0,
        conversation=ConversationView("preview", "taobao", "assigned", None),
        buyer=_buyer(about),
        tag_groups=(),
        waiting=None,
        follow_ups=(_due(row, about, chosen, lacks),) if isinstance(row, Touchpoint) and chosen.fits else (),
        suggestions=(_card(row, chosen, lacks),) if isinstance(row, Situation) and chosen.fits else (),
        records=(),
        orders=tuple(_order_view(order) for order in about.orders),
        today=TodayView(),
    )


def _card(row: Situation, chosen: _Chosen, lacks: tuple[LackView, ...]) -> SuggestionView:
    return SuggestionView(
        id="preview",
        situation=row.id,
        name=row.name,
        stage=row.stage,
        goal=row.goal,
        script=f"{row.id}/{chosen.reply}",
        text=chosen.filled.text,
        missing=chosen.filled.missing,
        score=0.9,
        why=because(row.phrases[0] if row.phrases else "", row),
        state="shown",
        lacks=lacks,
    )


def _due(row: Touchpoint, about: Known, chosen: _Chosen, lacks: tuple[LackView, ...]) -> FollowUpView:
    return FollowUpView(
        id="preview",
        touchpoint=row.id,
        name=row.name,
        state="due",
        due_at=about.now.timestamp(),
        text=chosen.filled.text or None,
        script=chosen.reply,
        missing=chosen.filled.missing,
        lacks=lacks,
    )


def _buyer(about: Known) -> BuyerView:
    buyer = about.buyer
    return BuyerView(
        id="tb8806231",
        nickname=buyer.nickname or "",
        tier=buyer.tier,
        purchases=purchases(buyer.paid_orders),
        paid_orders=buyer.paid_orders,
        spent=yuan_text(buyer.spent),
        phone=None,
        place=buyer.province or "",
        tags=(),
        notes=(),
    )


def _order_view(order: OrderLike) -> OrderView:
    return OrderView(
        id=order.external,
        status=order.status,
        amount=yuan_text(order.amount),
        title=title(order.items),
        more=0,
        quantity=1,
        created_at=order.created_at.timestamp(),
        deadline=order.pay_deadline.timestamp() if order.pay_deadline else None,
        reminded=False,
    )

"""What may happen to two buyers of a shop on one day, as platforms tell of it; each happening at a time of its own."""

from __future__ import annotations

from typing import Any

from tests.services.shop import ASKS, HOLDS, POSTPONES, REFUSES, TELLS

Happening = dict[str, Any]
SHIRT = [{"sku": "s1", "title": "衬衫", "quantity": 1, "price": "59.00"}]
BEGAN = "2026-11-11T10:00:30+08:00"


def said(text: str, chat: str = "c1", **more: Any) -> Happening:
    return {"type": "message", "side": "buyer", "text": text, "conversation": chat, **more}


def answered(text: str, by: str = "a1", chat: str = "c1", **more: Any) -> Happening:
    return {"type": "message", "side": "agent", "agent": by, "text": text, "conversation": chat, **more}


def ordered(order: str, status: str, amount: str = "59.00", **more: Any) -> Happening:
    return {"type": "order", "order": order, "status": status, "amount": amount, **more}


def became(state: str, chat: str = "c1", **more: Any) -> Happening:
    return {"type": "conversation", "conversation": chat, "state": state, **more}


HAPPENINGS: tuple[Happening, ...] = (
    said("嗯"),
    said("能便宜点嘛"),
    said(REFUSES),
    said(POSTPONES),
    said("在吗", "c2"),
    said("谢谢", "c2"),
    said("有人吗？转人工"),
    answered("在的，亲"),
    answered(ASKS),
    answered(ASKS, "a2", "c2"),
    answered(TELLS),
    answered(HOLDS),
    answered("您好", "bot", origin="robot"),
    answered("我去问下仓库，20分钟内回您", "a2", "c2"),
    answered("亲，满两件打9折", script="price/bundle"),
    ordered("o1", "unpaid"),
    ordered("o2", "unpaid", created_at=BEGAN),
    ordered("o2", "paid", created_at=BEGAN),
    ordered("o3", "shipped", city="杭州", items=SHIRT),
    ordered("o3", "signed", province="浙江"),
    ordered("o4", "closed_unpaid", items=SHIRT),
    became("open"),
    became("closed"),
    became("closed", "c2"),
    became("assigned", agent="a2"),
    became("transferred", agent="a3"),
    became("transferred", "c2", agent="a1"),
    {"type": "buyer", "nickname": "小鱼", "attributes": {"source": "live"}, "tags": ["犹豫型"]},
    {"type": "buyer", "phone": "13800002046", "consent": {"sms": True}},
    {"type": "buyer", "province": "浙江", "consent": {"sms": False}, "attributes": {"level": "3"}},
    {"type": "shipment", "order": "o3", "carrier": "SF", "tracking_no": "SF1", "trace": []},
    {"type": "refund", "refund": "r1", "order": "o3", "status": "WAIT_SELLER_AGREE", "amount": "1.00"},
    {"type": "refund", "refund": "r1", "order": "o3", "status": "SUCCESS", "reason": "七天无理由"},
    {"type": "review", "review": "v1", "order": "o3", "stars": 5, "text": "好"},
    {"type": "rating", "conversation": "c1", "score": 5},
    {"type": "view", "item": "i1"},
    {"type": "item", "item": "i1", "title": "衬衫", "stock": 3},
    {"type": "item", "item": "i1", "price": "59.00", "stock": 2},
    {"type": "promotion", "promotion": "p1", "title": "双十一", "text": "满减"},
)

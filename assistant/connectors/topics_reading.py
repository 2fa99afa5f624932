"""What the platforms' topics mean here. Tables say which state a topic stands for; a code in the payload decides.

Platforms tell an order's number and little else: what is missing (buyer, amount) is taken from what we know of it. Not
for who may send topics (`topics.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from pydantic_core import from_json

from assistant.domain import orders, refunds
from assistant.domain.hosts import fitting_id, not_ahead

Read = tuple[list[dict[str, Any]], list[str]]
_BEIJING = ZoneInfo("Asia/Shanghai")
_DIGITS = re.compile(r"\d{10,16}")
# A closed trade does not say whether money went back: what we knew before decides (`orders.state_of`).
TAOBAO_TRADES: Mapping[str, str] = MappingProxyType(
    {
        "TradeCreate": "WAIT_BUYER_PAY",
        "TradeBuyerPay": "WAIT_SELLER_SEND_GOODS",
        "TradePartlySellerShip": "SELLER_CONSIGNED_PART",
        "TradeSellerShip": "WAIT_BUYER_CONFIRM_GOODS",
        "TradeSuccess": "TRADE_FINISHED",
        "TradeClose": "TradeClose",
    }
)
TAOBAO_REFUNDS: Mapping[str, str] = MappingProxyType(
    {
        "RefundCreated": "WAIT_SELLER_AGREE",
        "RefundSellerRefuseAgreement": "SELLER_REFUSE_BUYER",
        "RefundBuyerReturnGoods": "WAIT_SELLER_CONFIRM_GOODS",
        "RefundClosed": "CLOSED",
        "RefundSuccess": "SUCCESS",
    }
)
PDD_TRADES: Mapping[str, str] = MappingProxyType({"TradeConfirmed": "1", "TradeSellerShip": "2", "TradeSuccess": "3"})
PDD_REFUNDS: Mapping[str, str] = MappingProxyType(
    {"RefundCreated": "requested", "RefundAgreeAgreement": "refunding", "RefundClosed": "closed"}
)
# Known, and nothing that we keep follows from them.
SILENT = frozenset(
    """TradeModifyFee TradeCloseAndModifyDetailOrder TradeBuyerStepPay TradeDelayConfirmPay TradePartlyRefund
    TradePartlyConfirmPay TradeTimeoutRemind TradeRated TradeMemoModified TradeLogisticsAddressChanged TradeChanged
    TradeAlipayCreate RefundBuyerModifyAgreement RefundCreateMessage RefundBlockMessage RefundTimeoutRemind
    RefundableMarked RefundableCanceled TaobaoInterApplied TaobaoIntervened LogsticDetailTrace TradeRiskChanged
    BuyerMemoModified OrderPromise""".split()
)


@dataclass(frozen=True, slots=True)
class Topic:
    """One message: `name` without the platform's prefix, its content, when it was said."""

    name: str
    id: str
    at: datetime
    content: Mapping[str, Any]


def opened(found: Mapping[str, Any], now: datetime) -> Topic | None:
    """A message out of its envelope, whichever of the platforms' shapes that has; None for none of them."""
    inner = found["message"] if isinstance(found.get("message"), dict) else found
    name = _first(inner, "topic", "type", "tag", "msg_type")
    content = inner.get("content", inner.get("data"))
    try:
        content = from_json(content) if isinstance(content, str) else content
    except ValueError:
        return None
    if name is None or not isinstance(content, dict):
        return None
    said = _first(content, "modified", "update_time") or _first(found, "pub_time", "pubTime", "sendTime", "time")
    at = _moment(said or _first(content, "create_time"))
    id = _first(found, "id", "msg_id", "message_id", "dataId") or ""
    return Topic(str(name).rpartition("_")[2], str(id), not_ahead(at or now, now), content)


def _first(found: Mapping[str, Any], *names: str) -> Any:
    return next((found[name] for name in names if found.get(name) not in (None, "")), None)


def _moment(value: Any) -> datetime | None:
    """Seconds or milliseconds since 1970, or Beijing's clock as the platforms write it."""
    text = str(value or "")
    if _DIGITS.fullmatch(text):
        return datetime.fromtimestamp(int(text) / (1000 if len(text) > 11 else 1), UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.replace(tzinfo=_BEIJING) if at.tzinfo is None else at


# --- each platform ---------------------------------------------------------------------------------------------------


def taobao(topic: Topic) -> Read:
    """TMC: tid, status, payment in yuan, the buyer as open uid or nick."""
    told = topic.content
    if topic.name.startswith("Item"):
        return _stock(topic)
    buyer = _first(told, "buyer_open_uid", "open_uid", "buyer_nick")
    if topic.name.startswith("Refund") or "refund_id" in told:
        code = _first(told, "refund_status", "status") if told.get("status") in refunds.CODES["taobao"] else None
        code, fee = code or TAOBAO_REFUNDS.get(topic.name), told.get("refund_fee")
        return _refund("taobao", topic, code, told.get("refund_id"), told.get("tid"), buyer, _yuan(fee), None)
    known = told.get("status") if told.get("status") not in TAOBAO_TRADES else None
    code = known or TAOBAO_TRADES.get(topic.name)
    return _order("taobao", topic, code, told.get("tid"), buyer, _yuan(told.get("payment")))


def _stock(topic: Topic) -> Read:
    """缺货: only the whole article; a single kind of it leaves the others."""
    if topic.name != "ItemZeroStock":
        return [], []
    item = str(topic.content["num_iid"])
    return [{**_base("taobao", topic, f"zero-{item}"), "type": "item", "item": item, "stock": 0}], []


def pdd(topic: Topic) -> Read:
    """Messages say the order's number; states come from the topic, amounts of refunds are fen."""
    told = topic.content
    if topic.name.startswith("Refund") or "refund_id" in told:
        code = _first(told, "after_sales_status") or PDD_REFUNDS.get(topic.name)
        kind = refunds.KINDS["pdd"].get(str(told.get("after_sales_type")))
        fee = _fen(told.get("refund_fee"))
        return _refund("pdd", topic, code, told.get("refund_id"), told.get("tid"), None, fee, kind)
    code = _first(told, "order_status") or PDD_TRADES.get(topic.name)
    return _order("pdd", topic, code, _first(told, "tid", "order_sn"), None, _yuan(told.get("pay_amount")))


def douyin(topic: Topic) -> Read:
    """Its tags are numbers: the code in the payload decides. Amounts are fen."""
    told = topic.content
    buyer = _first(told, "open_id", "doudian_open_id", "buyer_id")
    if "aftersale_id" in told or "aftersale_status" in told:
        kind = refunds.KINDS["douyin"].get(str(told.get("aftersale_type")))
        fee, order = _fen(told.get("refund_amount")), _first(told, "p_id", "s_id")
        return _refund("douyin", topic, told.get("aftersale_status"), told.get("aftersale_id"), order, buyer, fee, kind)
    if "p_id" not in told:
        return [], []
    amount = _fen(_first(told, "pay_amount", "order_amount"))
    return _order("douyin", topic, told.get("order_status"), told["p_id"], buyer, amount)


def jd(topic: Topic) -> Read:
    """A relay's words: orderId, orderState, pin, orderPayment in yuan; afsServiceId and auditStatus of a refund."""
    told = topic.content
    order, buyer = _first(told, "orderId", "order_id"), _first(told, "openIdBuyer", "open_id_buyer", "pin")
    if "auditStatus" in told:
        fee = _yuan(told.get("refundAmount"))
        return _refund("jd", topic, told["auditStatus"], told.get("afsServiceId"), order, buyer, fee, None)
    return _order("jd", topic, _first(told, "orderState", "order_state"), order, buyer, _yuan(told.get("orderPayment")))


READERS: Mapping[str, Callable[[Topic], Read]] = MappingProxyType(
    {"taobao": taobao, "pdd": pdd, "douyin": douyin, "jd": jd}
)


# --- events ----------------------------------------------------------------------------------------------------------


def _base(platform: str, topic: Topic, mark: str) -> dict[str, Any]:
    """By what it says, not by its envelope: the same news sent twice has the same id."""
    return {
        "id": fitting_id(f"topic-{mark}-{int(topic.at.timestamp())}"),
        "platform": platform,
        "at": topic.at.isoformat(),
    }


def _order(platform: str, topic: Topic, code: Any, order: Any, buyer: Any, amount: str | None) -> Read:
    if code is None and topic.name in SILENT:
        return [], []
    if order is None:
        return [], [f"{topic.name}: it names no order"]
    status = str(code) if code is not None else orders.UNKNOWN
    told = {"order": str(order), "status": status, "modified": topic.at.isoformat()}
    given = {"buyer": str(buyer) if buyer is not None else None, "amount": amount}
    event = {**_base(platform, topic, f"{order}-{status}"), "type": "order", **told, **_known(given)}
    unknown = code is None or orders.state_of(platform, status, "created") == orders.UNKNOWN
    return [event], [f"{topic.name}: {status!r} is no state we know of {platform}"] if unknown else []


def _refund(
    platform: str, topic: Topic, code: Any, refund: Any, order: Any, buyer: Any, amount: str | None, kind: str | None
) -> Read:
    if code is None and topic.name in SILENT:
        return [], []
    if refund is None or order is None:
        return [], [f"{topic.name}: it names no refund or no order"]
    state = refunds.state_of(platform, str(code))
    told = {"refund": str(refund), "order": str(order), "status": state}
    given = {"buyer": str(buyer) if buyer is not None else None, "amount": amount, "kind": kind}
    event = {**_base(platform, topic, f"{refund}-{state}"), "type": "refund", **told, **_known(given)}
    known = state != refunds.UNKNOWN
    return [event], [] if known else [f"{topic.name}: {str(code)!r} is no step we know of a refund of {platform}"]


def _known(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _yuan(value: Any) -> str | None:
    return None if value in (None, "") else f"{Decimal(str(value)):.2f}"


def _fen(value: Any) -> str | None:
    return None if value in (None, "") else f"{Decimal(str(value)) / 100:.2f}"

"""How orders stand: every platform's codes mapped to our states, and the facts that follow from a change of state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, Protocol

STATES = (
    "created",
    "unpaid",
    "paid",
    "part_shipped",
    "shipped",
    "signed",
    "done",
    "closed_unpaid",
    "closed_refunded",
    "locked",
)
UNKNOWN = "unknown"
FLASH_SALE_CLOSES: Final = timedelta(minutes=30)
CLOSED = ("closed_unpaid", "closed_refunded")


class Payable(Protocol):
    """What is asked of an order that is to be paid."""

    created_at: datetime
    pay_deadline: datetime | None
    source: str | None
    stages: list[dict[str, Any]]


# DOMAIN.md §5. A code that is not here is never guessed.
CODES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "taobao": {
            "TRADE_NO_CREATE_PAY": "created",
            "WAIT_BUYER_PAY": "unpaid",
            "PAY_PENDING": "unpaid",
            "WAIT_PRE_AUTH_CONFIRM": "unpaid",
            "PAID_FORBID_CONSIGN": "paid",
            "WAIT_SELLER_SEND_GOODS": "paid",
            "SELLER_CONSIGNED_PART": "part_shipped",
            "WAIT_BUYER_CONFIRM_GOODS": "shipped",
            "TRADE_BUYER_SIGNED": "signed",
            "TRADE_FINISHED": "done",
            "TRADE_CLOSED": "closed_refunded",
            "TRADE_CLOSED_BY_TAOBAO": "closed_unpaid",
        },
        "douyin": {
            "1": "unpaid",
            "105": "paid",
            "2": "paid",
            "101": "part_shipped",
            "3": "shipped",
            "5": "done",
        },
        "pdd": {"1": "paid", "2": "shipped", "3": "signed"},
        "jd": {
            "WAIT_SELLER_STOCK_OUT": "paid",
            "WAIT_SELLER_DELIVERY": "paid",
            "SEND_TO_DISTRIBUTION_CENER": "shipped",
            "DISTRIBUTION_CENTER_RECEIVED": "shipped",
            "WAIT_GOODS_RECEIVE_CONFIRM": "shipped",
            "RECEIPTS_CONFIRM": "signed",
            "FINISHED_L": "done",
            "TRADE_CANCELED": "closed_unpaid",
            "LOCKED": "locked",
            "PAUSE": "locked",
        },
    }
)
# 抖店's 4 (已取消) and 淘宝's topic TradeClose do not say whether money went back; what we knew before decides.
_CANCELLED = {("douyin", "4"), ("taobao", "TradeClose")}

_PATH = ("created", "unpaid", "paid", "part_shipped", "shipped", "signed", "done")
_FACT = MappingProxyType(
    {
        "unpaid": "order.unpaid",
        "paid": "order.paid",
        "part_shipped": "order.part_shipped",
        "shipped": "order.shipped",
        "signed": "order.signed",
        "done": "order.done",
        "closed_unpaid": "order.closed",
        "closed_refunded": "order.closed",
        UNKNOWN: "order.unknown_status",
    }
)


def state_of(platform: str, code: str, before: str | None = None) -> str:
    """Our state for a platform's code or for one of our own names; `unknown` for any other."""
    if code in STATES:
        return code
    if (platform, code) in _CANCELLED:
        return "closed_refunded" if is_paid(before or "created") else "closed_unpaid"
    return CODES.get(platform, {}).get(code, UNKNOWN)


def is_paid(state: str) -> bool:
    """Whether money has come in and stayed."""
    return state in _PATH and _PATH.index(state) >= _PATH.index("paid")


def pieces_of(items: Iterable[Mapping[str, Any]]) -> int:
    """How many pieces were ordered; an item that does not say is one."""
    return sum(int(item.get("quantity") or 1) for item in items)


def facts_between(before: str | None, after: str, *, cod: bool = False) -> list[str]:
    """Names of the facts a change of state means, in order; `before` None = the order is new.

    A platform may skip states: an order first seen as shipped was paid all the same, unless it is paid on delivery.
    """
    names = [] if before is not None else ["order.created"]
    if before == after:
        return names
    if is_paid(after) and not is_paid(before or "created") and after != "paid" and not cod:
        names.append("order.paid")
    if after in _FACT:
        names.append(_FACT[after])
    return names


def balance_opens(status: str, stages: Iterable[Mapping[str, Any]]) -> datetime | None:
    """When the balance of a presale order can be paid, its deposit being paid; None: never as things stand."""
    if status not in ("created", "unpaid"):
        return None
    kinds = {str(stage["kind"]): stage for stage in stages if not stage.get("paid_at")}
    balance = kinds.get("balance", {})
    if "deposit" in kinds or not balance.get("opens_at"):
        return None
    opens, closes = datetime.fromisoformat(balance["opens_at"]), balance.get("closes_at")
    return opens if closes is None or opens < datetime.fromisoformat(closes) else None


def balance_closed(stages: Iterable[Mapping[str, Any]], at: datetime) -> bool:
    """Whether the time in which the balance could be paid is over."""
    ends = [stage["closes_at"] for stage in stages if stage["kind"] == "balance" and stage.get("closes_at")]
    return any(datetime.fromisoformat(end) <= at for end in ends)


def is_flash_sale(source: str | None) -> bool:
    """Whether an order came from 聚划算, as platforms write it in small or capital letters."""
    return (source or "").lower() == "jhs"


def deadline_of(order: Payable) -> datetime | None:
    """When an order must be paid; 聚划算 closes it after half an hour whatever the platform says (DOMAIN.md 0-7)."""
    if order.pay_deadline is None and is_flash_sale(order.source):
        return order.created_at + FLASH_SALE_CLOSES
    return order.pay_deadline


def can_be_paid(order: Payable, now: datetime) -> bool:
    """Whether there is still time to pay: of a presale order the balance, of any other the whole."""
    if order.stages:
        return not balance_closed(order.stages, now)
    deadline = deadline_of(order)
    return deadline is None or now < deadline


def title(items: Sequence[Mapping[str, object]]) -> str:
    """The first item's name, or its SKU."""
    return str(items[0].get("title") or items[0].get("sku") or "") if items else ""


def to_fen(yuan: Decimal) -> int:
    """Decimal yuan to whole fen, exact (two decimals were validated)."""
    return int(yuan * 100)


def yuan_text(fen: int) -> str:
    """12900 → "129.00", as amounts are printed in answers."""
    return f"{fen // 100}.{fen % 100:02d}"

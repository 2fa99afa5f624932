"""How refunds stand, by every platform's codes; when one counts, and how many pieces of an order it takes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

UNKNOWN = "unknown"
STATES = (
    "requested", "reviewing", "await_return", "await_receipt", "refunding", "exchanging", "done", "refused", "closed",
    "platform_in",
)  # fmt: skip
# What people read of a refund's kind: agents on pages, buyers in replies.
KIND_NAMES: Mapping[str, str] = MappingProxyType(
    {"refund_only": "仅退款", "return_refund": "退货退款", "exchange": "换货"}
)
# DOMAIN.md §5; a code that is not here is never guessed. 拼多多's steps of repairs (21 to 27) have no step of ours.
CODES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "taobao": {
            "WAIT_SELLER_AGREE": "requested",
            "WAIT_BUYER_RETURN_GOODS": "await_return",
            "WAIT_SELLER_CONFIRM_GOODS": "await_receipt",
            "SELLER_REFUSE_BUYER": "refused",
            "CLOSED": "closed",
            "SUCCESS": "done",
        },
        "douyin": {
            "6": "requested", "7": "await_return", "11": "await_receipt", "8": "exchanging", "3": "exchanging",
            "12": "done", "14": "done", "27": "refused", "29": "refused", "28": "closed",
        },
        "pdd": {
            "2": "requested", "3": "requested", "4": "refunding", "5": "refunding", "6": "refused", "7": "await_return",
            "8": "platform_in", "9": "closed", "10": "done", "11": "closed", "12": "closed", "13": "closed",
            "14": "exchanging", "15": "exchanging", "16": "exchanging", "17": "exchanging", "18": "exchanging",
            "31": "refunding", "32": "exchanging",
        },
        "jd": {"0": "requested", "1": "refunding", "2": "refused", "3": "refunding", "4": "refused", "5": "refunding"},
    }
)  # fmt: skip
KINDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "douyin": {"0": "return_refund", "1": "refund_only", "2": "refund_only", "3": "exchange"},
        # As answers number them: requests count from another beginning.
        "pdd": {"1": "refund_only", "2": "return_refund", "3": "exchange"},
    }
)


def state_of(platform: str, code: str) -> str:
    """Our step for a platform's code or for one of our own names; `unknown` for any other."""
    return code if code in STATES else CODES.get(platform, {}).get(code, UNKNOWN)


# --- what counts as one ----------------------------------------------------------------------------------------------

REFUNDED: Final = frozenset({"SUCCESS", "success", "done", "refunded"})
# What a rate of refunds leaves out: the shop's or the carrier's doing, and deposits paid anew (DOMAIN 8.22).
LEFT_OUT: Final = ("缺货", "物流", "退定金", "重拍")


class Refund(NamedTuple):
    """A refund of an order as the platform last told it; `amount` is fen, None: all of it."""

    status: str
    amount: int | None
    reason: str | None
    kind: str | None = None


def is_refunded(status: str) -> bool:
    """Whether the money has gone back."""
    return status in REFUNDED


def pieces_back(status: str, amount: int, pieces: int, found: Iterable[Refund]) -> int:
    """How many pieces of a paid order were refunded. A refund names no pieces: its share of the amount is taken, at
    least one. An order closed as refunded without any refund told of is refunded whole."""
    known = list(found)
    if not known:
        return pieces if status == "closed_refunded" else 0
    counted = [one for one in known if is_refunded(one.status) and one.kind != "exchange" and not _left_out(one.reason)]
    return min(pieces, sum(_pieces(one, amount, pieces) for one in counted))


def _left_out(reason: str | None) -> bool:
    return any(words in (reason or "") for words in LEFT_OUT)


def _pieces(refund: Refund, amount: int, pieces: int) -> int:
    if refund.amount is None or amount <= 0:
        return pieces
    return max(1, round(pieces * refund.amount / amount))

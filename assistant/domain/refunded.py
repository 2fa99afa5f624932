"""When a refund counts as one, and how many pieces of an order it takes back. Not for codes (`refunds.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

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

"""What starts a follow-up: a question, something told, an order without payment."""

from __future__ import annotations

from collections.abc import Callable

from tests.services.shop import ASKS, TELLS, Shop

Start = Callable[[Shop], None]


def asks(shop: Shop) -> None:
    shop.agent_says(ASKS, at="10:00:00")


def tells(shop: Shop) -> None:
    shop.agent_says(TELLS, at="10:00:00")


def orders(shop: Shop) -> None:
    shop.order("o1", "unpaid", at="10:00:00")


STARTS: dict[str, tuple[Start, str]] = {
    "no-answer": (asks, "10:05:00"),
    "told": (tells, "10:15:00"),
    "unpaid": (orders, "10:15:00"),
}

"""What the demo's buyers pay is what an agent works out for them with Alt+S."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from assistant.domain.promotions import promotion_for
from assistant.domain.sums import Line, price_in_hand
from assistant.services.demo import read_play
from assistant.settings import read_settings
from tests.fitted import shipped

FOLDER = read_settings().scenarios / "demo"
ORDINARY = date(2026, 11, 11)


def ordered(file: str) -> list[tuple[str, str, str]]:
    """(tier, list price, amount) of every order that is placed in the demo."""
    play = read_play((FOLDER / file).read_text(encoding="utf-8"))
    prices = {item["id"]: item["price"] for item in play["items"]}
    return [_told(buyer, step, prices) for buyer in play["buyers"] for step in buyer["steps"] if "order" in step]


def _told(buyer: dict[str, Any], step: dict[str, Any], prices: dict[str, str]) -> tuple[str, str, str]:
    return buyer["tier"], prices[step["item"]], step["amount"]


@pytest.mark.parametrize("file", ["buyers.yaml", "chatwoot.yaml"])
def test_the_demos_buyers_pay_what_the_sums_say(file: str) -> None:
    assert ordered(file)
    for tier, price, amount in ordered(file):
        rules = promotion_for(shipped().scripts.promotions, ORDINARY, {"buyer.tier": tier})
        assert rules is not None
        worked_out = price_in_hand([Line("", Decimal(price))], rules)
        assert worked_out.total == Decimal(amount), (tier, price)

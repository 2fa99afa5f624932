"""What of structured values may stay when a person is erased: what figures are made of, without a word about anybody.

Not for finding the rows (`store/personal_data.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

_OF_ITEMS: Final = ("sku", "quantity", "price", "kind", "category")
# Words in the reason of a refund by which a rate of refunds leaves it out (DOMAIN 8.22).
_OF_REASONS: Final = ("缺货", "物流", "退定金", "重拍")
# The platform's id of a message, and a tag in an agent's own words.
_OF_MESSAGES: Final = "message"
_TAGGED: Final = frozenset({"buyer.tagged", "buyer.untagged"})
# Why a follow-up ended is a person's own words, but for these.
_PUT_AWAY: Final = frozenset({"follow_up.done", "follow_up.dismissed"})
OWN_WORDS_BUT: Final = ("sent", "agent")


def bare_items(items: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The items of an order without their titles: people have their names printed on things."""
    return [{"title": "", **{name: item[name] for name in _OF_ITEMS if name in item}} for item in items]


def bare_reason(reason: str | None) -> str | None:
    """Of the reason of a refund the words that figures go by, None if there are none."""
    return "、".join(word for word in _OF_REASONS if word in (reason or "")) or None


def bare_data(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a fact without ids of messages and without what was written by hand: tags, reasons."""
    kept = {key: value for key, value in data.items() if key != _OF_MESSAGES}
    if name in _TAGGED and kept.get("group") == "free":
        kept["tag"] = ""
    if name in _PUT_AWAY and kept.get("reason") not in OWN_WORDS_BUT:
        kept["reason"] = "agent"
    return kept

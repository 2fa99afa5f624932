"""What platforms tell of the orders of scripted buyers: the demo's, and those one practises with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

Event = dict[str, Any]
# Past orders lie so far apart, the youngest so long ago.
APART = timedelta(days=40)
# How the lines of their chats begin, by what the order is; pages say it in the reader's language.
NOTICES = {"unpaid": "买家已下单，待付款", "paid": "买家已付款"}
AMOUNT = " ¥"


def made(place: Mapping[str, str], chat: str, id: str, order: Event, title: str) -> list[Event]:
    """An order and, as platforms do, what the chat says of it; `place` is the buyer's platform and id, `order` what is
    told of the order, unpaid or paid."""
    notice = f"{NOTICES[order['status']]}{AMOUNT}{order['amount']} · {title}"
    return [
        {**place, "type": "order", "id": id, **order},
        {**place, "type": "message", "conversation": chat, "id": f"{id}-notice", "side": "system", "text": notice},
    ]


def made_before(
    place: Mapping[str, str], order: str, line: Mapping[str, str], amount: str, nth: int, now: datetime
) -> Event:
    """The nth order, from 0 for the youngest, that was done with before the buyer comes."""
    at = (now - APART * (nth + 1)).isoformat()
    told = {"order": order, "amount": amount, "status": "done", "items": [line], "modified": at, "created_at": at}
    return {**place, "type": "order", "id": order, **told}

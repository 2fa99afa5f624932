"""News that comes late, shuffled, twice, one by one or together.

Equal in the end, whatever the order of arrival: which events we have had; every message; every round and figure made of
them; since when a buyer waits, how often she pressed, who holds the chat, whether it is open; what is known of buyers,
orders, purchases, refunds, parcels, reviews, ratings, items, promotions; the follow-ups that run, their clocks, orders
and promises; the facts of what was said, asked, promised, objected, handed over, closed, rated, reviewed, viewed, as a
set.

Different by right:
- Numbers of rows and of versions, and when something was recorded: they count arrivals.
- Cards beside the chat, what was recognised as sent from one, the item talked about: they are offered for what was
  known then, and a card that an agent has seen is not unmade.
- The holder named in facts that name none themselves (`conversation.closed`, facts of orders), and the order named in
  `review.received`: what was known then. Facts are never rewritten.
- Facts of states that were overtaken: news of an unpaid order that come after those of its payment are not "an order
  waits for payment". Instead `order.changed` says that old news have filled in something.
- That a conversation began (`conversation.opened`) is told when it is first heard of.
- Follow-ups that have ended: one armed and cancelled in one order of arrival is never armed in the other, and one that
  has come up has been seen.
- Of three tellings where the newest leaves something out that both older ones tell, the one that came first stays; a
  buyer's tier is never taken from older news, since "none" is a tier that may have been told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.domain.errors import InvalidEvent
from tests.conftest import SOAK
from tests.services.shop import Shop
from tests.soak.happenings import HAPPENINGS
from tests.soak.ledger import complaints
from tests.soak.outcome import outcome

numbers = st.lists(st.sampled_from(range(len(HAPPENINGS))), min_size=2, max_size=9, unique=True)


def told(chosen: Iterable[int]) -> list[dict[str, Any]]:
    """The happenings of these numbers as events, a minute apart from 10:01."""
    return [event(f"e{kind}", f"10:{n + 1:02}:00", **HAPPENINGS[kind]) for n, kind in enumerate(chosen)]


def event(id: str, clock: str, **fields: Any) -> dict[str, Any]:
    whose = {} if fields["type"] in ("item", "promotion", "rating", "shipment") else {"buyer": "b1"}
    return {"id": id, "at": f"2026-11-11T{clock}+08:00", "platform": "taobao", **whose, **fields}


def receive(shop: Shop, events: Iterable[dict[str, Any]]) -> None:
    """One request an event. What is refused because its conversation is not known yet is sent again at the end."""
    refused = []
    for one in events:
        try:
            shop.receives(one)
        except InvalidEvent:
            refused.append(one)
    for one in refused:
        try:
            shop.receives(one)
        except InvalidEvent:
            assert one["type"] == "rating"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=1000 if SOAK else 15)
@given(chosen=numbers, data=st.data())
def test_any_order_of_arrival_ends_the_same(
    new_shop: Callable[[], Shop], chosen: list[int], data: st.DataObject
) -> None:
    with closing(new_shop()) as straight, closing(new_shop()) as shuffled:
        events = told(chosen)
        for shop in (straight, shuffled):
            shop.passes_until("10:12:00")
        receive(straight, events)
        twice = data.draw(st.lists(st.sampled_from(events), max_size=3))
        receive(shuffled, data.draw(st.permutations([*events, *twice])))
        assert outcome(shuffled) == outcome(straight)
        assert complaints(shuffled.desks.store.engine) == []

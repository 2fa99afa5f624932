"""Remembers how late each platform's orders come in, in this process only: after a restart the next events tell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from assistant.domain import data_age, events
from assistant.domain.data_age import News


class OrderNews:
    """The latest news of orders by shop and platform. `most` is how late they may come; zero: it does not matter."""

    def __init__(self, most: timedelta = timedelta()) -> None:
        self._most = most
        self._kept: dict[tuple[str, str], tuple[News, ...]] = {}

    def came(self, shop: str, found: Iterable[events.Event], now: datetime) -> None:
        """Events have come in at the live door; replays say nothing of when theirs did."""
        for event in found:
            if isinstance(event, events.Order):
                place = shop, event.platform
                self._kept[place] = data_age.kept(self._kept.get(place, ()), News(event.at, now))

    def delay(self, shop: str, platform: str, now: datetime) -> timedelta | None:
        """How late they come by now; None: as they should, or nobody knows."""
        return data_age.delay(self._kept.get((shop, platform), ()), now, self._most)


ON_TIME = OrderNews()

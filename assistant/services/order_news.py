"""Remembers how late each platform's orders come in. While they are late it stands in the store as well, so that a
restart or another process knows it too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial

from assistant import store
from assistant.domain import events
from assistant.domain import order_news as rules
from assistant.domain.order_news import News

Place = tuple[str, str]


class OrderNews:
    """The latest news of orders by shop and platform. `most` is how late they may come; zero: it does not matter."""

    def __init__(self, most: timedelta = timedelta()) -> None:
        self._most = most
        self._kept: dict[Place, tuple[News, ...]] = {}
        # What the store says of places that are late.
        self._stored: dict[Place, tuple[News, ...]] = {}

    def came(self, shop: str, found: Iterable[events.Event], now: datetime) -> None:
        """Events have come in at the live door; replays say nothing of when theirs did."""
        for event in found:
            if event.type == "order":  # asking a model's class takes longer than all else here
                place = shop, event.platform
                self._kept[place] = rules.kept(self._kept.get(place, ()), News(event.at, now))

    def delay(self, shop: str, platform: str, now: datetime) -> timedelta | None:
        """How late they come by now; None: as they should, or nobody knows."""
        return rules.delay(self._kept.get((shop, platform), ()), now, self._most)

    async def share(self, database: store.Store, now: datetime) -> None:
        """Store what is late, and what is late no more; most of the time that is nothing, and nothing is written."""
        for place, news in tuple(self._kept.items()):
            late = self.delay(*place, now) is not None
            stored = self._stored.get(place)
            if (late and stored != news) or (not late and stored is not None):
                await database.write(partial(store.order_news.save, shop=place[0], platform=place[1], news=news))
                self._stored.pop(place, None)
                if late:
                    self._stored[place] = news

    def learn(self, told: Mapping[Place, tuple[News, ...]], now: datetime) -> None:
        """Take over what the store knows better: before a restart, or at the door of another process."""
        for place, news in told.items():
            known = self._kept.get(place, ())
            if news and (not known or news[-1].came > known[-1].came):
                self._kept[place] = news
            if self.delay(*place, now) is not None:
                self._stored[place] = news


# Where nobody watches how late orders come.
NEVER_LATE = OrderNews()

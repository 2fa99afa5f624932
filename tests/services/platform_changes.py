"""Changes of a platform's rules, as a leader makes them."""

from __future__ import annotations

from datetime import date, timedelta

from assistant.domain.platforms import Source
from assistant.services import platforms
from tests.services.shop import Shop

BY, SOURCE = "leader", Source("规则中心 2026-11", "2026-11")
TODAY, DAY = date(2026, 11, 11), timedelta(days=1)


def change(
    shop: Shop, name: str, value: str | None, since: date = TODAY, *, platform: str = "taobao", past: bool = False
) -> None:
    shop.works(lambda desk: platforms.change(desk, platform, name, value, since, SOURCE, by=BY, past=past))

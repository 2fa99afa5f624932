"""A shop that gives something along, and notices that the gift has run out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from assistant.domain.notices import Withdraws
from assistant.domain.scripts import Scripts
from assistant.services import notices
from assistant.services import sidebar as sidebars
from assistant.services.sidebar_view import AgentView, SidebarView
from tests.services.shop import TABLES, Shop

ASKS_GIFT = "有赠品吗"
PHRASES = [ASKS_GIFT, "送不送礼物", "有小礼品吗", "买了送什么", "赠品是什么"]
RULE, PLAIN = "亲，{{ shop.gift_rule }}", "亲，我去问一下仓库"


def tables(*replies: dict[str, object]) -> Scripts:
    gift = {"id": "gift", "name": "问赠品", "goal": "说清赠品", "phrases": PHRASES, "replies": list(replies)}
    others = [row.model_dump(by_alias=True) for row in TABLES.situations]
    return Scripts.model_validate(
        {
            "situations": [gift, *others],
            "small_talk": TABLES.small_talk,
            "touchpoints": TABLES.touchpoints,
            "quick_replies": [
                {"id": "gift", "title": "赠品", "text": RULE},
                {"id": "hello", "title": "你好", "text": "亲，在的"},
            ],
            "shop": {"gift_rule": {"label": "赠品规则", "value": "买一送一"}},
        }
    )


GIFTS = tables({"id": "rule", "text": RULE})


def post(shop: Shop, text: str = "赠品已送完", ends_at: datetime | None = None, **gone: Any) -> int:
    withdraws = Withdraws.model_validate(gone)
    return shop.works(lambda desk: notices.post(desk, text, author="店长", ends_at=ends_at, withdraws=withdraws))


def end(shop: Shop, id: int) -> None:
    shop.works(lambda desk: notices.end(desk, id, by="店长"))


def view(shop: Shop, agent: str = "a1") -> SidebarView:
    at = shop.works(lambda desk: desk.shop)
    viewer = AgentView(agent, notices=notices.views(at, agent, shop.now))
    return shop.read(lambda tx: sidebars.view(tx, at, shop.conversation(), shop.now, viewer))


def withdrawn(shop: Shop) -> list[str | None]:
    return [card.withdrawn for card in view(shop).suggestions]

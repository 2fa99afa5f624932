"""What a trainer does to the rows of a shop: writes them, has them judged, publishes them."""

from __future__ import annotations

from datetime import date

from assistant.domain.drafts import Draft, Judgement, judge, mark
from assistant.domain.script_rows import Name
from assistant.domain.scripts import Scripts
from assistant.services import drafts
from assistant.services.scripts import prepare
from tests.services.shop import TABLES, Shop

PRICE = Name("situations", "price")
NEW = Name("quick_replies", "new-1")
CHEAPER = "亲，价格实在改不了，两件一起拍会更划算哦"
HELLO = "id: hello\ntitle: 打招呼\ntext: 亲，在的\n"
TODAY = date(2026, 11, 11)


def take(shop: Shop) -> Draft:
    return shop.read(lambda tx: drafts.take(tx, shop.id))


def write(shop: Shop, name: Name, text: str | None, *, by: str = "t1", seen: str | None = None) -> str:
    had = mark(take(shop).text(name)) if seen is None else seen
    return shop.works(lambda desk: drafts.write(desk, name, text, seen=had, author=by))


def rewrite(shop: Shop, old: str = "单件价格我这边改不了", new: str = "价格实在改不了", *, by: str = "t1") -> None:
    text = take(shop).texts[PRICE]
    assert old in text
    write(shop, PRICE, text.replace(old, new), by=by)


def judged(shop: Shop) -> Judgement:
    return judge(take(shop), TABLES, TODAY)


def publish(shop: Shop, *, by: str = "t1", note: str = "改价", urgent: bool = False) -> int:
    draft = take(shop)
    prepared = prepare(judge(draft, TABLES, TODAY).scripts)
    return shop.works(lambda desk: drafts.publish(desk, draft, prepared, author=by, note=note, urgent=urgent))


def used(shop: Shop) -> Scripts:
    """The tables the shop works by, once this process has heard of the newest."""
    for fresh in shop.read(lambda tx: shop.desks.library.outdated(tx, shop.now)):
        shop.desks.library.keep(fresh)
    return shop.works(lambda desk: desk.shop.scripts)


def reply_to_price(scripts: Scripts) -> str:
    found = scripts.situation("price")
    assert found is not None
    return found.replies[0].text

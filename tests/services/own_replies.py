"""A shop whose agents keep quick replies of their own beside the team's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from assistant import store
from assistant.domain.check_rows import Check
from assistant.domain.personal_replies import Wanted
from assistant.domain.scripts import QuickReply, Scripts
from assistant.services import personal_replies, quick_replies
from assistant.services.personal_replies import Shelves
from assistant.services.quick_replies import Habits
from tests.services.shop import TABLES, Shop

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
HEADS = ("标题", "内容", "分组", "快捷码")
TEAM = (
    QuickReply(id="postage", title="运费谁出", text="亲，满99包邮哦", shortcut="yf"),
    QuickReply(id="stays", title="我在的", text="亲，我在的，您接着说"),
)
STOPS = Check(
    id="cashback", code="C01", name="好评返现", severity="block", words=("好评返现",), reason="平台不允许",
    instead="不提返现",
)  # fmt: skip
DOUBTS = Check(id="promise", code="C09", name="保证", severity="warn", words=("保证",), reason="别说满", instead="尽快")


def opened(new_shop: Callable[[Scripts], Shop]) -> Shop:
    """The shop, with its tables in memory."""
    made = new_shop(TABLES.model_copy(update={"quick_replies": TEAM, "checks": (STOPS, DOUBTS)}))
    made.works(lambda desk: None)
    return made


def add(shop: Shop, text: str, agent: str = "a1", **more: str) -> int:
    return shop.works(lambda desk: personal_replies.add(desk, agent, Wanted(text=text, **more))).id


def mine(shop: Shop, agent: str = "a1", where: str | None = None) -> list[str]:
    found = shop.read(lambda tx: personal_replies.mine(tx, where or shop.id, agent))
    return [one.title for one in found.replies]


def found(shop: Shop, typed: str = "", agent: str = "a1", shelves: Shelves | None = None) -> list[str]:
    """Titles as the search lists them."""
    known = shop.desks.library.known(shop.id)
    assert known is not None

    def look(tx: store.Transaction) -> list[str]:
        uses = Habits().of(tx, shop.id, agent, shop.now)
        own = partial((shelves or Shelves()).search, tx, known, agent, typed, uses, limit=8)
        page = quick_replies.search(tx, known, shop.now, typed, None, 8, uses, own)
        assert page.total == len(page.items)
        return [offer.reply.title for offer in page.items]

    return shop.read(look)

"""One person's data: all of it is handed out, none of it is left after erasing, and no figure notices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Text, select

from assistant import store
from assistant.domain.errors import InvalidInput
from assistant.services import buyers, kpi, personal_data
from assistant.store.personal_data import HOLDINGS, RENAMED
from assistant.store.quick_reply_uses import Use
from assistant.store.tables import events, metadata
from tests.services.shop import ASKS, REMINDS, TELLS, Shop, moment

# Each stands somewhere in what is known of her, and nowhere once she is erased.
SECRETS = ("秘密", "secret", "13899997777")
HER = {"buyer": "secret-buyer", "conversation": "secret-chat"}
WHO = {"buyer": "secret-buyer"}
# These hold nothing of buyers, or only what no figure and no page could lead back to one.
NOT_OF_BUYERS = {
    "shops", "keys", "users", "memberships", "identities", "sessions", "secrets", "operations", "items", "promotions",
    "order_news", "awaited", "teams", "team_moves", "platform_changes", "round_rebuilds",
    "scripts", "drafts", "proposals", "refused_phrases", "practices", "notices", "notice_receipts",
    "host_connections", "personal_shelves", "personal_replies", "images", "alert_wishes", "alerts", "outgoing",
    "trials", "shipped_seen", "subscriptions", "dead_letters", "kpi_rollups", "kpi_days", "kpi_marks",
    # Ids of what has arrived, so that it never arrives twice; they go when their time is over.
    "events",
    # Reports that quote a chat of hers are deleted whole.
    "back_tests",
}  # fmt: skip
FIGURED_BY = ("all", "agent", "day", "hour", "situation", "touchpoint")


def buys(shop: Shop, who: dict[str, str]) -> None:
    """Something of every kind becomes known of a buyer."""
    whose = {"buyer": who["buyer"]}
    name = who["buyer"]
    shop.hears(
        "10:00:00", type="buyer", **whose, nickname=f"秘密小美{name}", phone="13899997777", province="秘密省",
        city="秘密市", birthday="1990-01-02", tags=["秘密标签"], consent={"sms": True}, attributes={"x": "秘密"},
        registered_at=moment("09:00:00").isoformat(), tier="vip",
    )  # fmt: skip
    shop.buyer_says("能便宜点嘛 我是秘密小美", "10:00:05", **who, id=f"secret-m1-{name}")
    shop.agent_says(ASKS, "10:00:20", **who, id=f"secret-m2-{name}")
    shop.buyer_says("我的电话13899997777", "10:01:00", **who, item=f"secret-item-{name}")
    shop.agent_says(TELLS, "10:01:30", **who, tells="promotion")
    shop.order(
        f"secret-o1-{name}", "unpaid", "10:03:00", **whose, province="秘密省", city="秘密市",
        items=[{"sku": "s1", "title": "刻名戒指 秘密", "quantity": 2, "price": "29.50"}],
    )  # fmt: skip
    shop.passes_until("10:20:00")
    shop.agent_says(REMINDS, "10:20:10", **who)
    shop.order(f"secret-o1-{name}", "paid", "10:25:00", **whose, paid_at=moment("10:24:00").isoformat())
    shop.order(f"secret-o2-{name}", "unpaid", "10:26:00", **whose)
    shop.hears(
        "10:30:00", type="shipment", order=f"secret-o1-{name}", carrier="秘密快递", tracking_no=f"secret-t-{name}",
        trace=[{"at": moment("10:29:00").isoformat(), "text": "秘密 签收"}],
    )  # fmt: skip
    shop.hears(
        "10:31:00", type="refund", refund=f"secret-r-{name}", order=f"secret-o1-{name}", status="SUCCESS", **whose,
        reason="缺货，秘密", amount="29.50",
    )  # fmt: skip
    shop.hears(
        "10:32:00", type="review", review=f"secret-v-{name}", order=f"secret-o1-{name}", stars=4, text="秘密", **whose,
    )  # fmt: skip
    shop.hears("10:33:00", type="view", item="mug", **whose)
    shop.hears("10:34:00", type="rating", conversation=who["conversation"], score=5)
    shop.buyer_says("人呢 秘密", "10:36:00", **who)
    shop.works(lambda desk: notes(desk, name))


@pytest.fixture
def known(shop: Shop) -> Shop:
    """A shop in which something of every kind is known of one buyer, and something of another."""
    for who in (HER, {"buyer": "y2", "conversation": "c2"}):
        buys(shop, who)
        shop.now = moment("10:00:00")
    shop.now = moment("10:38:00")
    return shop


def notes(desk: Any, name: str) -> None:
    buyer = buyers.find(desk, name)
    buyers.note(desk, buyer, "秘密的备注", author="a1")
    buyers.put_tag(desk, buyer, "free", "秘密标签二", author="a1")
    chat = desk.latest_conversation(buyer.id)
    use = Use(0, desk.shop.id, chat.id, buyer.id, "a1", "greeting", "秘密的快捷回复", desk.now, message="secret-m9")
    store.quick_reply_uses.add(desk.tx, use)
    sending = {"key": f"secret-{name}", "agent": "a1", "text": "秘密", "now": desk.now}
    store.host_sendings.add(desk.tx, shop=desk.shop.id, connection=1, conversation=chat.id, **sending)


def erase(shop: Shop, id: str = "secret-buyer") -> Any:
    return shop.desks.store.write_now(lambda tx: personal_data.erase(tx, id, shop.now, by="operator:x", shop=shop.id))


def figures(shop: Shop) -> dict[str, Any]:
    """Every figure, grouped in every way."""
    start, end = moment("00:00:00"), moment("00:00:00", 12)
    return {
        by: shop.read(lambda tx, by=by: kpi.rows(tx, shop.id, start, end, now=shop.now, by=by))  # type: ignore[misc]
        for by in FIGURED_BY
    }


def traces(shop: Shop, *words: str) -> list[str]:
    """Where in the whole database one of these words stands; ids of events are told apart from what they brought."""
    found = []
    for table in metadata.sorted_tables:
        if table is not events:
            for row in shop.read(lambda tx, table=table: tx.connection.execute(select(table)).all()):  # type: ignore[misc]
                found += [f"{table.name}: {row}" for word in words if word in str(row)]
    return found


def test_the_list_of_what_is_kept_of_buyers_knows_every_table_and_every_word_in_them() -> None:
    held = {holding.table.name for holding in HOLDINGS}
    assert held | NOT_OF_BUYERS == set(metadata.tables), "say in store/personal_data.py what erasing does with it"
    assert not held & NOT_OF_BUYERS
    for holding in HOLDINGS:
        if holding.blank is not None:
            worded = {c.name for c in holding.table.c if is_words(c)}
            renamed = {"external", "order"} if holding.table in RENAMED or holding.table.name == "messages" else set()
            assert worded <= holding.counted | set(holding.blank) | renamed, holding.table.name


def is_words(column: Any) -> bool:
    """Whether a column can hold what somebody wrote."""
    kind = getattr(column.type, "impl", column.type)
    return isinstance(kind, Text)


def test_all_that_is_known_of_a_buyer_is_handed_out_and_nothing_of_another(known: Shop) -> None:
    found = known.desks.store.write_now(
        lambda tx: personal_data.export(tx, "secret-buyer", known.now, by="operator:x", shop=known.id)
    )
    assert not {name for name, rows in found["tables"].items() if not rows}
    text = str(found)
    assert all(
        f"{word}-secret-buyer" in text for word in ("secret-o1", "secret-o2", "secret-t", "secret-r", "secret-v")
    )
    assert "秘密的备注" in text
    assert "-y2" not in text
    assert known.names("access.exported") == ["access.exported"]


def test_nothing_of_an_erased_buyer_is_left_anywhere(known: Shop) -> None:
    erase(known, "y2")
    assert not traces(known, "小美y2", "-y2", "'y2'", "'c2'")
    assert traces(known, *SECRETS)
    erase(known)
    assert traces(known, *SECRETS) == []


def test_every_figure_is_the_same_before_and_after(known: Shop) -> None:
    before = figures(known)
    erase(known)
    assert figures(known) == before
    known.now += timedelta(hours=3)
    later = figures(known)
    erase(known, "y2")
    assert figures(known) == later
    assert before["all"][0]["sales_amount"] == "118.00"
    assert before["all"][0]["buyers_received"] == 2


def test_erasing_leaves_a_record_that_names_nobody_and_a_second_time_changes_nothing(known: Shop) -> None:
    assert erase(known) is not None
    facts = known.names()
    assert erase(known) is None
    assert known.names() == facts
    (fact,) = known.facts("buyer.erased")
    assert (fact.buyer, fact.data, fact.platform) == (None, {"by": "operator:x"}, "taobao")
    assert {f.buyer for f in known.facts()} == {None, "y2"}


def test_what_was_open_with_an_erased_buyer_comes_up_no_more(known: Shop) -> None:
    assert [row.buyer for row in known.follow_ups() if row.state in ("armed", "due")] == ["secret-buyer", "y2"]
    erase(known)
    known.passes("2h")
    assert {row.buyer for row in known.follow_ups() if row.state in ("armed", "due")} <= {"y2"}
    assert {row.reason for row in known.follow_ups() if row.buyer is None and row.state == "cancelled"} >= {
        personal_data.REASON
    }


def test_who_writes_under_the_same_id_later_is_a_new_buyer(known: Shop) -> None:
    old = known.buyer("secret-buyer").id
    erase(known)
    said = known.hears("10:45:00", type="message", side="buyer", text="又来了", **HER)
    assert said.accepted == 1
    new = known.buyer("secret-buyer")
    assert (new.id != old, new.nickname, new.paid_orders) == (True, None, 0)
    assert known.conversation("secret-chat").buyer == new.id
    known.hears("10:45:00", type="message", side="buyer", text="x", platform="jd", **HER)
    with pytest.raises(InvalidInput, match="--platform jd"):
        erase(known)
    known.works(lambda desk: personal_data.erase(desk.tx, "secret-buyer", known.now, by="x", platform="jd"))
    known.agent_says(ASKS, "10:45:10", **HER)
    known.passes("10m")
    assert erase(known) is not None
    assert not traces(known, "又来了", "secret-chat")

"""What a leader sees of this moment, over real rows: waits at each platform's levels, loads, follow-ups that are up."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from assistant import store
from assistant.domain.errors import InvalidInput, NotFound
from assistant.domain.staff import OPERATOR
from assistant.services import handovers, staff, wallboard
from assistant.services.wallboard import LoadView, WallboardView
from tests.services.shop import ASKS, Shop


def now(shop: Shop, agent: str = "", here: frozenset[str] = frozenset()) -> WallboardView:
    def read(tx: store.Transaction) -> WallboardView:
        at = shop.desks.library.known(shop.id)
        assert at is not None
        return wallboard.view(tx, at, here, shop.now, agent)

    return shop.read(read)


def loads(view: WallboardView) -> dict[str, LoadView]:
    return {one.agent: one for one in view.agents}


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """c1 (a1, Taobao) waits 60 s, c2 (a2, JD) 40 s, c3 (nobody) 10 s; a1 asked in c4."""
    shop.agent_says("您好", at="09:58:00")
    shop.agent_says("您好", at="09:58:00", conversation="c2", buyer="b2", by="a2", platform="jd")
    shop.agent_says(ASKS, at="09:58:30", conversation="c4", buyer="b4")
    shop.buyer_says("多久发货", at="10:00:00")
    shop.buyer_says("人呢", at="10:00:20", conversation="c2", buyer="b2", platform="jd")
    shop.buyer_says("人呢", at="10:00:30", conversation="c2", buyer="b2", platform="jd")
    shop.buyer_says("在吗", at="10:00:50", conversation="c3", buyer="小红")
    shop.now = shop.now.replace(minute=1, second=0)
    return shop


def test_who_waits_stands_with_the_level_of_their_platform_worst_first_and_masked(busy: Shop) -> None:
    found = now(busy)
    assert [(one.conversation, one.level, one.agent, one.buyer) for one in found.waiting] == [
        ("c2", "late", "a2", "b***"),
        ("c1", "notice", "a1", "b***"),
        ("c3", "ok", "", "小***"),
    ]
    assert found.waiting[0].clock.urged == 1
    assert (found.total.waiting, found.total.open, found.more) == ((1, 1, 0, 1), 4, False)


def test_each_agents_load_is_counted_and_who_is_here(busy: Shop) -> None:
    about: dict[str, Any] = {"shop": busy.id, "role": "agent", "by": OPERATOR, "name": "小九"}
    busy.desks.store.write_now(lambda tx: staff.add(tx, "a9", "no password", busy.now, **about))
    found = now(busy, here=frozenset({"a1"}))
    agents = loads(found)
    assert list(agents) == ["a2", "a1", "", "a9"]
    assert (agents["a1"].open, agents["a1"].waiting, agents["a1"].here) == (2, (0, 1, 0, 0), True)
    assert (agents[""].open, agents[""].waiting) == (1, (1, 0, 0, 0))
    assert (agents["a9"].name, agents["a9"].open, agents["a9"].here) == ("小九", 0, False)
    busy.now = busy.now.replace(hour=13)
    assert loads(now(busy))["a1"].open == 0


def test_time_alone_outdates_it_at_the_next_threshold_and_not_before(busy: Shop) -> None:
    found = now(busy)
    assert not wallboard.outdated(found, frozenset(), busy.now)
    busy.now = busy.now.replace(second=5)  # c3 has waited for 15 seconds
    assert wallboard.outdated(found, frozenset(), busy.now)
    assert wallboard.outdated(found, frozenset({"a1"}), busy.now.replace(second=0))


def test_a_follow_up_that_is_up_is_late_after_five_minutes_and_is_handed_over_with_its_chat(busy: Shop) -> None:
    busy.passes_until("10:03:30")
    (card,) = now(busy).up
    assert (card.conversation, card.agent, card.what, card.late) == ("c4", "a1", "无应答", False)
    busy.passes_until("10:08:31")
    (card,) = now(busy, "a1").up
    assert card.late
    passed = busy.works(partial(handovers.pass_one, id=card.id, to="a2", by="boss"))
    assert (passed.follow_ups, passed.chats) == ((card.id,), 1)
    assert now(busy, "a1").up == ()
    assert (loads(now(busy))["a2"].late, busy.conversation("c4").agent) == (1, "a2")
    assert [fact.data["by"] for fact in busy.facts("conversation.transferred")] == ["boss"]


def test_to_whom_it_cannot_go_is_refused_and_what_is_over_stays(busy: Shop) -> None:
    (row,) = busy.follow_ups("no-answer")
    for to in ("a1", "nobody-knows"):
        with pytest.raises(InvalidInput):
            busy.works(partial(handovers.pass_one, id=row.id, to=to, by="boss"))
    with pytest.raises(NotFound):
        busy.works(partial(handovers.pass_one, id=10**6, to="a2", by="boss"))
    busy.buyer_says("宽松的", at="10:01:00", conversation="c4", buyer="b4")
    assert busy.works(partial(handovers.pass_one, id=row.id, to="a2", by="boss")).follow_ups == ()
    assert busy.only("no-answer").agent == "a1"


def test_lists_are_limited_and_what_is_left_out_is_counted(shop: Shop) -> None:
    shop.receives(*(
        shop.event("10:00:00", type="message", side="buyer", text="在吗", conversation=f"w{n}", buyer=f"w{n}")
        for n in range(wallboard.LISTED + 3)
    ))  # fmt: skip
    found = now(shop)
    assert (len(found.waiting), sum(found.total.waiting)) == (wallboard.LISTED, wallboard.LISTED + 3)


def test_who_only_said_thanks_does_not_stand_among_those_who_wait(shop: Shop) -> None:
    shop.agent_says("亲，48小时内发出", at="09:59:00")
    shop.buyer_says("好的谢谢", at="10:00:00")
    assert shop.conversation().waiting_since is not None
    assert shop.read(lambda tx: store.wallboard.waiting(tx, "default")) == []

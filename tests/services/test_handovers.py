"""The end of a shift: open follow-ups, promises among them, go to a colleague, and the chats go along."""

from __future__ import annotations

from functools import partial

import pytest

from assistant import store
from assistant.domain.errors import InvalidInput
from assistant.domain.staff import OPERATOR
from assistant.services import handovers, queue, staff
from assistant.services.handovers import Colleague, Load, Passed
from tests.services.shop import ASKS, HOLDS, REMINDS, Shop, moment
from tests.services.test_sidebar import seen


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """a1 asked in c1, promised in c2, and reminds in c3; a2 promised in c4."""
    shop.buyer_says("在吗", at="09:59:00")
    shop.agent_says(ASKS, at="10:00:00")
    shop.agent_says(HOLDS, at="10:00:10", conversation="c2", buyer="b2")
    shop.agent_says("在的", at="10:00:20", conversation="c3", buyer="b3")
    shop.order("o3", at="10:00:30", buyer="b3")
    shop.agent_says(HOLDS, at="10:00:40", conversation="c4", buyer="b4", by="a2")
    return shop


def passed_on(shop: Shop, to: str | None, agent: str = "a1") -> Passed:
    return shop.works(partial(handovers.pass_on, agent=agent, to=to, by=agent))


def load(shop: Shop, agent: str) -> Load:
    return shop.read(lambda tx: handovers.load(tx, shop.id, agent))


def holders(shop: Shop) -> dict[str, str | None]:
    return {row.touchpoint + (row.buyer or ""): row.agent for row in shop.follow_ups()}


def test_an_agent_holds_what_is_open_in_all_her_chats(busy: Shop) -> None:
    assert (load(busy, "a1"), load(busy, "a2")) == (Load(3, 1, 0), Load(1, 1, 0))
    busy.passes("5m")
    assert load(busy, "a1") == Load(3, 1, 2)


def test_all_of_it_goes_to_the_colleague_and_nothing_of_hers_is_touched(busy: Shop) -> None:
    passed = passed_on(busy, "a2")
    assert (len(passed.follow_ups), passed.chats, passed.left) == (3, 3, 0)
    assert set(holders(busy).values()) == {"a2"}
    assert (load(busy, "a1"), load(busy, "a2")) == (Load(), Load(4, 2, 0))


def test_the_chats_go_along_with_a_fact_for_each(busy: Shop) -> None:
    passed_on(busy, "a2")
    assert [busy.conversation(chat).agent for chat in ("c1", "c2", "c3", "c4")] == ["a2"] * 4
    facts = busy.facts("conversation.transferred")
    assert [(fact.conversation, fact.agent, fact.data["by"], fact.data["follow_ups"]) for fact in facts] == [
        ("c2", "a2", "a1", 1),
        ("c1", "a2", "a1", 1),
        ("c3", "a2", "a1", 1),
    ]


def test_a_buyer_who_waits_waits_for_the_receiver_from_then_on(busy: Shop) -> None:
    busy.buyer_says("人呢", at="10:01:00", conversation="c2", buyer="b2")
    busy.passes("10s")
    passed_on(busy, "a2")
    (entry,) = [one for one in busy.read(lambda tx: queue.read(tx, busy.id)).waiting if one.conversation == "c2"]
    assert entry.agent == "a2"
    (open_round,) = busy.read(lambda tx: store.rounds.of_agent(tx, busy.id, "a2", moment("00:00:00")))
    assert (open_round.asked_at, open_round.held_at) == (moment("10:01:00"), busy.now)


def test_what_comes_due_later_comes_up_for_the_receiver(busy: Shop) -> None:
    passed_on(busy, "a2")
    busy.passes("20m")
    assert {(row.state, row.agent) for row in busy.follow_ups()} == {("due", "a2")}


def test_it_does_not_go_back_because_the_giver_wrote_once_more(busy: Shop) -> None:
    passed_on(busy, "a2")
    busy.agent_says("亲，接下来由同事为您服务", at="10:01:30", conversation="c3", buyer="b3")
    assert busy.conversation("c3").agent == "a1"
    assert (load(busy, "a1"), load(busy, "a2").open) == (Load(), 4)
    busy.passes("20m")
    assert busy.only("unpaid").agent == "a2"


def test_who_answers_in_the_chat_takes_it_from_the_receiver(busy: Shop) -> None:
    passed_on(busy, "a2")
    busy.agent_says("亲，我来", at="10:01:30", conversation="c3", buyer="b3", by="a3")
    busy.passes("20m")
    assert busy.only("unpaid").agent == "a3"


def test_what_is_given_to_nobody_is_everybodys(busy: Shop) -> None:
    passed_on(busy, None)
    busy.passes("20m")
    found = busy.read(lambda tx: queue.read(tx, busy.id))
    assert (found.of("a3", "", busy.now).due, found.of("a3", "", busy.now).handed) == (3, 3)
    assert busy.conversation("c2").agent is None


def test_the_receiver_sees_how_many_came_from_whom_and_the_giver_sees_none(busy: Shop) -> None:
    passed_on(busy, "a2")
    found = busy.read(lambda tx: queue.read(tx, busy.id))
    hers = found.of("a2", "c1", busy.now)
    assert (hers.handed, hers.handed_by, hers.next_handed) == (3, ("a1",), "c2")
    assert found.of("a1", "c1", busy.now).handed == 0
    assert [row.handed_by for row in seen(busy, "a2").follow_ups] == ["a1"]
    assert [row.handed_by for row in seen(busy, "a1").follow_ups] == [None]


def test_who_made_a_promise_is_told_whoever_keeps_it(busy: Shop) -> None:
    passed_on(busy, "a2")
    (row,) = busy.active("b2")
    assert (row.agent, row.promised_by, row.handed_by) == ("a2", "a1", "a1")
    busy.agent_says("M码有货的，亲", at="10:01:00", conversation="c2", buyer="b2", by="a2")
    assert busy.follow_ups("promise")[0].state == "done"


def test_taking_back_undoes_it_for_what_is_still_open(busy: Shop) -> None:
    before, passed = holders(busy), passed_on(busy, "a2")
    busy.order("o3", "paid", buyer="b3")
    back = busy.works(partial(handovers.take_back, agent="a1", ids=passed.follow_ups, by="a1"))
    assert (len(back.follow_ups), back.chats) == (2, 2)
    assert holders(busy) == {**before, "unpaidb3": "a2"}
    assert [busy.conversation(chat).agent for chat in ("c1", "c2", "c3")] == ["a1", "a1", "a2"]
    assert load(busy, "a1") == Load(2, 1, 0)
    assert busy.read(lambda tx: queue.read(tx, busy.id)).handed[1:] == []


def test_nobody_takes_back_what_another_gave(busy: Shop) -> None:
    passed = passed_on(busy, "a2")
    assert busy.works(partial(handovers.take_back, agent="a3", ids=passed.follow_ups, by="a3")) == Passed()
    assert load(busy, "a2").open == 4


def test_passing_on_twice_moves_nothing_the_second_time(busy: Shop) -> None:
    passed_on(busy, "a2")
    assert passed_on(busy, "a2") == Passed()
    assert len(busy.facts("conversation.transferred")) == 3


@pytest.mark.parametrize("to", ["a1", "nobody-known", ""])
def test_a_receiver_who_is_no_colleague_is_refused_and_nothing_moves(busy: Shop, to: str) -> None:
    before = holders(busy)
    with pytest.raises(InvalidInput) as refused:
        passed_on(busy, to)
    assert "a2" in refused.value.args[0] or "already" in refused.value.args[0]
    assert holders(busy) == before


def test_colleagues_are_the_shops_people_and_whoever_holds_its_chats(busy: Shop) -> None:
    def employ(tx: store.Transaction) -> None:
        for login, name in (("xiaoli", "小李"), ("gone", "小走")):
            staff.add(tx, login, "no password", busy.now, shop=busy.id, role="agent", by=OPERATOR, name=name)
        gone = store.users.find(tx, "gone")
        assert gone is not None
        store.users.disable(tx, gone.id, busy.now)

    busy.desks.store.write_now(employ)
    busy.agent_says("在的", conversation="c9", buyer="b9", by="gone")
    found = busy.read(lambda tx: handovers.colleagues(tx, busy.id, busy.now))
    assert found == [Colleague("a1", "a1"), Colleague("a2", "a2"), Colleague("xiaoli", "小李")]


def test_an_order_without_a_chat_changes_hands_too(shop: Shop) -> None:
    shop.agent_says("在的", at="10:00:00")
    shop.order("o1", at="10:00:10", buyer="b1")
    shop.agent_says("在的", at="10:00:20", conversation="c2", buyer="b2", by="a2")
    passed_on(shop, "a2")
    shop.passes("20m")
    shop.agent_says(REMINDS, by="a2", script="unpaid/remind")
    assert (shop.only("unpaid").state, shop.only("unpaid").agent) == ("done", "a2")

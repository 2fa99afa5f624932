"""The wall around a practice: nothing of it counts in the real shop, each sees their own, nothing is left."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import func, select

from assistant import store
from assistant.domain.errors import InvalidInput, NotFound
from assistant.domain.practice import place_of
from assistant.services import buyers, kpi, practice, practice_view, queue
from assistant.services.desk import Desk
from assistant.services.keys import add as add_key
from tests.domain.practice_samples import CAST
from tests.services.rehearsal import TELLS, Rehearsal
from tests.services.shop import Shop, moment


def test_nothing_of_it_counts_in_the_real_shop(shop: Shop) -> None:
    shop.buyer_says("能便宜点嘛")
    before = everything_a_leader_reads(shop)
    rehearsal = Rehearsal(shop, "price", "chat", at_once=2)
    rehearsal.passes(20)
    rehearsal.says(TELLS)
    rehearsal.passes(30)
    assert shop.read(lambda tx: store.facts.between(tx, rehearsal.place, moment("00:00:00"), moment("23:00:00")))
    during = shop.read(lambda tx: queue.read(tx, rehearsal.place))
    assert [entry.conversation for entry in during.waiting] == ["chat-chat", "chat-price"]
    assert everything_a_leader_reads(shop) == before
    rehearsal.works(lambda desk: practice.end(desk, CAST))
    assert everything_a_leader_reads(shop) == before


def everything_a_leader_reads(shop: Shop) -> list[object]:
    """Figures, facts, lists and queues: of the shop, and of all shops together."""
    start, end, now = moment("00:00:00"), moment("23:00:00"), moment("22:00:00")

    def read(tx: store.Transaction) -> list[object]:
        found: list[object] = [
            store.shops.every(tx),
            queue.read(tx, shop.id),
            store.conversations.overview(tx, shop.id),
        ]
        found += [store.kpi.fact_counts(tx), store.kpi.follow_up_counts(tx)]
        for whose in (shop.id, None):
            found.append(store.facts.between(tx, whose, start, end))
            found.append(store.kpi.follow_up_list(tx, whose))
            found += [kpi.rows(tx, whose, start, end, now=now, by=by) for by in ("all", "agent", "touchpoint")]
        return found

    return shop.read(read)


def test_two_agents_do_not_see_each_others_buyers(shop: Shop) -> None:
    first, second = Rehearsal(shop), Rehearsal(shop, "chat", agent="a2")
    first.passes(20)
    second.passes(20)
    listed = [shop.read(partial(store.conversations.overview, shop=one.place)) for one in (first, second)]
    assert [[entry.conversation.external for entry in rows] for rows in listed] == [["chat-price"], ["chat-chat"]]


def test_outside_a_practice_no_time_of_writing_is_kept(shop: Shop) -> None:
    shop.works(lambda desk: practice.note_writing(desk, "m1", 12.0))
    shop.works(practice.refuse_if_over)


def test_agents_see_their_own_and_leaders_everybodys(shop: Shop) -> None:
    mine, other = Rehearsal(shop), Rehearsal(shop, agent="a2")
    own = shop.read(lambda tx: practice_view.page(tx, CAST, shop.id, agent="a1", everybody=False))
    assert ([row.id for row in own.own], own.others) == ([mine.id], None)
    assert own.running is not None
    all_of_them = shop.read(lambda tx: practice_view.page(tx, CAST, shop.id, agent="a1", everybody=True))
    assert [row.id for row in all_of_them.others or ()] == [other.id]
    with pytest.raises(NotFound):
        shop.read(lambda tx: practice.find(tx, shop.id, other.id, agent="a1"))
    assert shop.read(lambda tx: practice.find(tx, shop.id, other.id, agent="a1", everybody=True)).agent == "a2"
    with pytest.raises(NotFound):
        shop.read(lambda tx: practice.find(tx, "elsewhere", mine.id, agent="a1", everybody=True))


def test_no_real_shop_may_be_named_like_a_practices(shop: Shop) -> None:
    with pytest.raises(InvalidInput, match="name this one otherwise"):
        shop.desks.store.write_now(lambda tx: add_key(tx, place_of("default", 1), shop.now))


def rows_of(shop: Shop, name: str) -> dict[str, int]:
    """How many rows of each table belong to a shop; buyers' notes and tags of all shops together."""
    everywhere = [store.tables.notes, store.tables.tags]

    def count(tx: store.Transaction) -> dict[str, int]:
        found = {}
        for table in store.tables.metadata.sorted_tables:
            if "shop" in table.c or table in everywhere:
                query = select(func.count()).select_from(table)
                meant = query if table in everywhere else query.where(table.c.shop == name)
                found[table.name] = tx.connection.execute(meant).scalar_one()
        return {table: many for table, many in found.items() if many}

    return shop.read(count)


def test_thirty_days_after_its_end_nothing_of_a_practice_is_left(shop: Shop) -> None:
    shop.buyer_says("能便宜点嘛")
    rehearsal = Rehearsal(shop)
    rehearsal.passes(15)
    rehearsal.says(TELLS, wrote=8.5)
    rehearsal.works(lambda desk: practice.end(desk, CAST))
    rehearsal.works(annotate)
    assert {"notes", "tags", "messages", "facts", "events"} <= rows_of(shop, rehearsal.place).keys()
    shop.passes("30d")
    assert shop.read(lambda tx: practice.out_of_date(tx, shop.now)) == []
    shop.passes("1s")
    assert shop.read(lambda tx: practice.out_of_date(tx, shop.now)) == [(shop.id, rehearsal.id)]
    before = rows_of(shop, shop.id)
    shop.desks.store.write_now(lambda tx: practice.forget(tx, shop.id, rehearsal.id))
    assert rows_of(shop, rehearsal.place) == {}
    after = rows_of(shop, shop.id)
    assert {table: before[table] - after.get(table, 0) for table in before if before[table] != after.get(table)} == {
        "notes": 1, "tags": 1, "practices": 1,
    }  # fmt: skip
    with pytest.raises(NotFound):
        assert rehearsal.row.state == "stopped"


def annotate(desk: Desk) -> None:
    (conversation,) = (c for b in CAST.buyers if (c := desk.conversation(b.platform, f"chat-{b.id}")))
    buyer = desk.buyer_of(conversation.buyer)
    buyers.note(desk, buyer, "要回头找她", author="a1", name="小雨")
    buyers.put_tag(desk, buyer, "free", "讲价", author="a1")


def test_a_practice_that_runs_is_never_deleted(shop: Shop) -> None:
    rehearsal = Rehearsal(shop)
    shop.passes("60d")
    assert shop.read(lambda tx: practice.out_of_date(tx, shop.now)) == []
    shop.desks.store.write_now(lambda tx: practice.forget(tx, shop.id, rehearsal.id))
    assert rehearsal.row.state == "running"

"""Conditions: when they hold, which is more specific, and what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.condition_checks import check
from assistant.domain.conditions import CONDITION_PATHS, best_reply, holds, specificity, ties
from assistant.domain.scripts import Reply, Situation

Condition = dict[str, object]


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        ({}, {}, True),
        ({"order.state": "unpaid"}, {"order.state": "unpaid"}, True),
        ({"order.state": "unpaid"}, {"order.state": "paid"}, False),
        ({"order.state": ["none", "unpaid"]}, {"order.state": "unpaid"}, True),
        ({"order.state": {"not": "none"}}, {"order.state": "unpaid"}, True),
        ({"order.state": {"not": ["none", "unpaid"]}}, {"order.state": "unpaid"}, False),
        ({"order.amount": {"min": 5}}, {"order.amount": 5}, True),
        ({"order.amount": {"min": 5}}, {"order.amount": Decimal("4.99")}, False),
        ({"order.amount": {"max": 5.1}}, {"order.amount": Decimal("5.10")}, True),
        ({"order.amount": {"min": 1, "max": 3}}, {"order.amount": 4}, False),
        ({"order.amount": {"not": {"min": 5}}}, {"order.amount": 4}, True),
        ({"order.amount": {"min": 5}}, {"order.amount": "many"}, False),
        ({"order.cod": False}, {"order.cod": False}, True),
        ({"order.cod": False}, {"order.cod": 0}, False),
        ({"buyer.tags": "款式"}, {"buyer.tags": ["尺寸", "款式"]}, True),
        ({"buyer.tags": {"not": "款式"}}, {"buyer.tags": ["尺寸", "款式"]}, False),
        ({"buyer.tags": {"not": "款式"}}, {"buyer.tags": []}, True),
        ({"conversation.told": "promotion"}, {"conversation.told": {"promotion"}}, True),
        ({"buyer.tier": "vip", "buyer.rfm": "A"}, {"buyer.tier": "vip", "buyer.rfm": "B"}, False),
    ],
)
def test_a_condition_holds_when_all_its_paths_do(condition: Condition, facts: Condition, expected: bool) -> None:
    assert holds(condition, facts) is expected


@pytest.mark.parametrize("asked", ["unpaid", ["unpaid"], {"not": "unpaid"}])
@pytest.mark.parametrize("facts", [{}, {"order.state": None}])
def test_what_nobody_knows_does_not_hold_unless_asked_to(asked: object, facts: Condition) -> None:
    assert holds({"order.state": asked}, facts) is False
    assert holds({"order.state": asked}, facts, unknown_holds=True) is True


NUMBERS = [path for path, known in CONDITION_PATHS.items() if known.kind == "number"]
number = st.integers(-5, 5) | st.decimals(-5, 5, places=2)
closed = [(path, known.values) for path, known in CONDITION_PATHS.items() if known.kind == "word"]


def _asked(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    plain = values | st.lists(values, min_size=1, max_size=2)
    return plain | st.builds(lambda one: {"not": one}, plain)


def _for_path(path: str, values: tuple[str, ...]) -> st.SearchStrategy[Condition]:
    return st.builds(lambda asked: {path: asked}, _asked(st.sampled_from(values)))


ranges = st.builds(
    lambda path, low, size: {path: {"min": low, "max": low + size}},
    st.sampled_from(NUMBERS), st.integers(1, 3), st.integers(0, 4),
)  # fmt: skip
words = st.one_of([_for_path(path, values) for path, values in closed])
conditions = st.lists(words | ranges, max_size=3).map(lambda parts: {k: v for part in parts for k, v in part.items()})
contexts = st.fixed_dictionaries(
    {path: st.sampled_from(values) for path, values in closed} | dict.fromkeys(NUMBERS, number)
)


@given(conditions)
def test_every_condition_made_of_the_vocabulary_is_accepted(condition: Condition) -> None:
    assert check(condition) == []


@given(conditions, contexts)
def test_not_is_the_opposite_of_what_it_denies(condition: Condition, context: Condition) -> None:
    for path, asked in condition.items():
        assert holds({path: asked}, context) is not holds({path: {"not": asked}}, context)


@given(conditions, conditions, contexts)
def test_a_condition_with_more_to_ask_holds_less_often_and_is_more_specific(
    one: Condition, other: Condition, context: Condition
) -> None:
    both = other | one
    if holds(both, context):
        assert holds(one, context)
    if both.keys() > one.keys():
        assert specificity(both) > specificity(one)


@given(st.lists(conditions, min_size=2, max_size=5), contexts)
def test_without_ties_only_one_of_the_most_specific_ever_holds(rows: list[Condition], context: Condition) -> None:
    if not ties(rows):
        fitting = [specificity(row) for row in rows if holds(row, context)]
        assert fitting.count(max(fitting, default=0)) <= 1


def _situation(*conditions: Condition) -> Situation:
    replies = tuple(Reply(id=f"r{at}", text="亲", for_=one) for at, one in enumerate(conditions))
    return Situation(id="s", name="情境", goal="目标", replies=replies)


def _best(situation: Situation, **context: object) -> str | None:
    found = best_reply(situation, {key.replace("_", "."): value for key, value in context.items()})
    return found.id if found else None


def test_the_most_specific_reply_wins() -> None:
    row = _situation(
        {}, {"buyer.tier": ["vip", "supreme"]}, {"buyer.tier": "vip"}, {"buyer.tier": "vip", "buyer.rfm": "A"}
    )
    assert _best(row) == "r0"
    assert _best(row, buyer_tier="supreme") == "r1"
    assert _best(row, buyer_tier="vip") == "r2"
    assert _best(row, buyer_tier="vip", buyer_rfm="A") == "r3"


def test_without_a_fitting_reply_there_is_none() -> None:
    assert _best(_situation({"buyer.tier": "vip"}), buyer_tier="none") is None


TIERS = ("none", "regular", "senior", "vip", "supreme")
KINDS = ("traffic", "profit", "campaign", "exclusive")
CATEGORIES = ("内衣夏", "内衣春秋", "内衣冬", "应季", "无缝内衣", "羽绒", "毛衣")


def test_every_cell_of_tiers_kinds_and_categories_has_its_reply_and_falls_back_to_the_row_and_then_to_all() -> None:
    every = [(tier, kind, one) for tier in TIERS for kind in KINDS for one in CATEGORIES]
    written = every[::3]
    cells: list[Condition] = [{"buyer.tier": t, "order.item.kind": k, "order.item.category": c} for t, k, c in written]
    rows: list[Condition] = [{"buyer.tier": tier} for tier in TIERS[1:]]
    all_of_them: list[Condition] = [*cells, *rows, {}]
    situation = _situation(*all_of_them)
    assert (len(every), ties([reply.for_ for reply in situation.replies])) == (140, [])
    for tier, kind, category in every:
        found = _best(situation, buyer_tier=tier, order_item_kind=[kind], order_item_category=[category])
        if (tier, kind, category) in written:
            expected = written.index((tier, kind, category))
        else:
            expected = len(cells) + (TIERS.index(tier) - 1 if tier != "none" else len(rows))
        assert found == f"r{expected}"


def test_of_an_order_with_two_kinds_of_goods_the_row_listed_first_is_meant() -> None:
    situation = _situation({"order.item.kind": "profit"}, {"order.item.kind": "traffic"})
    assert _best(situation, order_item_kind=["traffic", "profit"]) == "r0"
    assert _best(situation, order_item_kind=["traffic"]) == "r1"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{}, {}], [(0, 1)]),
        ([{"buyer.tier": "vip"}, {"buyer.tier": "none"}], []),
        ([{"buyer.tier": "vip"}, {"buyer.rfm": "A"}], [(0, 1)]),
        ([{"buyer.tier": "vip"}, {"buyer.rfm": "A"}, {"buyer.tier": "vip", "buyer.rfm": "A"}], []),
        ([{"order.amount": {"min": 1, "max": 5}}, {"order.amount": {"min": 5, "max": 9}}], [(0, 1)]),
        ([{"order.amount": {"min": 1, "max": 4}}, {"order.amount": {"min": 5, "max": 9}}], []),
        ([{"order.amount": {"max": 9}}, {"order.amount": {"min": 5}}], [(0, 1)]),
        ([{"buyer.tier": {"not": "vip"}}, {"buyer.tier": {"not": "none"}}], [(0, 1)]),
        ([{"buyer.tags": "a"}, {"buyer.tags": "b"}], [(0, 1)]),
        ([{"order.item.kind": "traffic"}, {"order.item.kind": "profit"}], []),
        ([{"order.item.kind": ["traffic", "profit"]}, {"order.item.kind": ["profit", "campaign"]}], [(0, 1)]),
        ([{"order.item.kind": "traffic"}, {"order.item.kind": {"not": "profit"}}], []),
        ([{"order.item.kind": "traffic"}, {"order.item.category": "毛衣"}], [(0, 1)]),
        ([{"buyer.province": "浙江"}, {"buyer.province": "江苏"}], []),
        ([{"buyer.province": {"not": "浙江"}}, {"buyer.province": {"not": "江苏"}}], [(0, 1)]),
        ([{"order.cod": True}, {"order.cod": False}], []),
    ],
)
def test_ties_are_pairs_that_can_meet_and_that_nothing_decides(
    rows: list[Condition], expected: list[tuple[int, int]]
) -> None:
    assert ties(rows) == expected


@pytest.mark.parametrize("path", ["now.hour", "now.weekday", "order.amount", "buyer.last_paid_days"])
def test_the_least_and_the_greatest_value_there_is_can_be_asked(path: str) -> None:
    known = CONDITION_PATHS[path]
    edges = [edge for edge in (known.least, known.most) if edge is not None]
    for edge in edges:
        assert check({path: edge}) == check({path: {"min": edge}}) == check({path: {"max": edge}}) == []


def test_what_is_left_of_a_deadline_may_be_less_than_nothing() -> None:
    assert check({"order.minutes_to_deadline": {"max": -5}}) == []


@pytest.mark.parametrize(
    ("condition", "place", "advice"),
    [
        ({"order.stat": "none"}, ("order.stat",), "`order.state`"),
        ({"buyer.tier": "VPI"}, ("buyer.tier",), "`vip`"),
        ({"buyer.tier": ["vip", 3]}, ("buyer.tier", 1), "quotes"),
        ({"buyer.tier": []}, ("buyer.tier",), "at least one"),
        ({"buyer.tier": {}}, ("buyer.tier",), "{not: …}"),
        ({"buyer.tier": {"min": 3}}, ("buyer.tier",), "a list or {not: …}"),
        ({"buyer.tier": {"not": {"not": "vpi"}}}, ("buyer.tier", "not", "not"), "`vip`"),
        ({"order.amount": "5"}, ("order.amount",), "{min: 5}"),
        ({"order.amount": {"min": "5"}}, ("order.amount", "min"), "{min: 5, max: 100}"),
        ({"order.amount": {"min": 1, "not": 2}}, ("order.amount",), "{not: {min: …, max: …}}"),
        ({"order.amount": True}, ("order.amount",), "{min: 5}"),
        ({"order.cod": "yes"}, ("order.cod",), "true or false"),
        ({"order.item.kind": "profits"}, ("order.item.kind",), "`profit`"),
        ({"buyer.tier": None}, ("buyer.tier",), "quotes"),
        ({"now.hour": {"min": 25}}, ("now.hour", "min"), "from 0 to 23"),
        ({"now.hour": {"min": 22, "max": 24}}, ("now.hour", "max"), "from 0 to 23"),
        ({"now.hour": [9, -1]}, ("now.hour", 1), "from 0 to 23"),
        ({"now.hour": 9.5}, ("now.hour",), "from 0 to 23"),
        ({"now.hour": {"not": {"min": 0, "max": 23}}}, ("now.hour",), "ask for less"),
        ({"now.weekday": 0}, ("now.weekday",), "from 1 to 7"),
        ({"now.weekday": {"not": 8}}, ("now.weekday", "not"), "from 1 to 7"),
        ({"order.amount": {"max": -1}}, ("order.amount", "max"), "0 or more"),
        ({"order.cod": {"not": [True, False]}}, ("order.cod",), "ask for less"),
        ({"buyer.purchases": {"not": ["new", "second", "repeat"]}}, ("buyer.purchases",), "ask for less"),
        ({"order.state": "none", "order.amount": {"min": 5}}, ("order.amount",), "one of the two"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_an_advice(
    condition: Condition, place: tuple[str | int, ...], advice: str
) -> None:
    (problem,) = check(condition)
    assert problem.place == place
    assert advice in problem.advice

"""Wordings on trial: each buyer sees one of them, buyers are counted, and the one that is kept becomes a draft."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.domain.errors import Conflict, InvalidInput, NotFound
from assistant.domain.script_rows import Name
from assistant.domain.trials import NO_TRIALS, arm_of
from assistant.services import drafts, trials
from assistant.services.trials import ReportView
from tests.services.shop import OFFERS, Shop

NAME, OTHER = "price/bundle", "亲，多买一件能便宜不少，我帮您算算？"


@pytest.fixture
def shop(new_shop: Callable[[], Shop]) -> Shop:
    made = new_shop()
    made.works(lambda desk: None)
    return made


def begin(shop: Shop, *others: str, measure: str = "unchanged") -> int:
    return shop.works(lambda desk: trials.start(desk, NAME, others or (OTHER,), measure, by="t1"))


def asks(shop: Shop, n: int) -> str:
    """The words on the card of buyer n."""
    shop.buyer_says("能便宜点嘛", buyer=f"b{n}", conversation=f"c{n}")
    (card,) = shop.cards(f"c{n}")
    return card.text


def says(shop: Shop, n: int, text: str) -> None:
    shop.agent_says(text, buyer=f"b{n}", conversation=f"c{n}")


def report(shop: Shop, id: int) -> ReportView:
    known = shop.desks.library.known(shop.id)
    assert known is not None
    return shop.read(lambda tx: trials.report(tx, known, id, shop.now))


def test_each_buyer_sees_the_words_of_their_arm_and_always_the_same(shop: Shop) -> None:
    id = begin(shop)
    seen = {n: asks(shop, n) for n in range(1, 9)}
    assert set(seen.values()) == {OFFERS, OTHER}
    for n, text in seen.items():
        arm = arm_of(id, shop.buyer(f"b{n}").id, 2)
        assert text == (OFFERS, OTHER)[arm]
        says(shop, n, "稍等")
        shop.passes("1m")
        assert asks(shop, n) == text
    shown = shop.facts("suggestion.shown")
    assert {(fact.data["trial"], fact.data["arm"]) for fact in shown} == {(id, 0), (id, 1)}
    assert [one.cards for one in report(shop, id).seen] == [
        list(seen.values()).count(text) * 2 for text in (OFFERS, OTHER)
    ]


def test_buyers_are_counted_once_and_only_when_it_is_settled(shop: Shop) -> None:
    id = begin(shop)
    words = {n: asks(shop, n) for n in range(1, 7)}
    assert [one.arm.counted for one in report(shop, id).results] == [0, 0]
    for n, text in words.items():
        says(shop, n, text if n % 2 else f"{text}～")
        shop.passes("1m")
        asks(shop, n)
    found = report(shop, id)
    both = [[n for n in words if words[n] == text] for text in (OFFERS, OTHER)]
    assert [one.arm.counted for one in found.results] == [len(arm) for arm in both]
    assert [one.arm.reached for one in found.results] == [sum(n % 2 for n in arm) for arm in both]
    assert [one.verdict for one in found.results] == ["first", "too_few"]
    assert sum(one.edited for one in found.seen) == 3


@pytest.mark.parametrize(("measure", "passes"), [("answered", "30m"), ("ordered", "24h"), ("paid", "72h")])
def test_what_buyers_do_is_counted_from_the_first_card_on(shop: Shop, measure: str, passes: str) -> None:
    id = begin(shop, measure=measure)
    words = {n: asks(shop, n) for n in range(1, 5)}
    for n, text in words.items():
        says(shop, n, text)
    shop.passes("1m")
    shop.buyer_says("好的", buyer="b1", conversation="c1")
    shop.order("o1", "paid", buyer="b1")
    assert sum(one.arm.counted for one in report(shop, id).results) == 0
    shop.passes(passes)
    found = report(shop, id).results
    assert sum(one.arm.counted for one in found) == 4
    arm = (OFFERS, OTHER).index(words[1])
    assert [one.arm.reached for one in found] == [int(arm == 0), int(arm == 1)]


@pytest.mark.parametrize(
    ("others", "reason"),
    [
        (("  ",), "trial_arms"),
        (("一", "二", "三", "四"), "trial_arms"),
        ((OFFERS,), "trial_same"),
        (("{{ item.title }}现在很划算",), "trial_variable"),
        (("{{ nobody.knows }}",), "reply_variable"),
    ],
)
def test_what_cannot_be_compared_is_refused(shop: Shop, others: tuple[str, ...], reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        begin(shop, *others)
    assert refused.value.reason == reason
    with pytest.raises(NotFound):
        shop.works(lambda desk: trials.start(desk, "price/none", (OTHER,), "paid", by="t1"))
    with pytest.raises(InvalidInput):
        begin(shop, measure="liked")
    begin(shop)
    with pytest.raises(Conflict):
        begin(shop)


def test_the_words_that_are_kept_become_a_draft_and_nobody_sees_the_others_any_more(shop: Shop) -> None:
    id = begin(shop)
    shop.works(lambda desk: trials.end(desk, id, 1, by="t1"))
    known = shop.desks.library.known(shop.id)
    assert known is not None
    assert known.trials == NO_TRIALS
    assert {asks(shop, n) for n in range(1, 9)} == {OFFERS}
    draft = shop.read(lambda tx: drafts.take(tx, shop.id))
    assert OTHER in (draft.text(Name("situations", "price")) or "")
    assert report(shop, id).of.trial.kept == 1
    with pytest.raises(Conflict):
        shop.works(lambda desk: trials.end(desk, id, None, by="t1"))


def test_another_node_hears_of_it_and_a_reply_that_was_changed_is_left_alone(shop: Shop) -> None:
    other = Shop(shop.url)
    try:
        assert other.works(lambda desk: desk.shop.trials) == NO_TRIALS
        other.read(lambda tx: other.desks.library.outdated(tx, other.now))
        begin(shop)
        (fresh,) = other.read(lambda tx: other.desks.library.outdated(tx, other.now))
        assert list(fresh.trials) == [NAME]
    finally:
        other.desks.store.close()
    trial = fresh.trials[NAME]
    assert trial.fits(OFFERS)
    assert not trial.fits("亲，换了说法")

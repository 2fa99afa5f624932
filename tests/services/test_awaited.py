"""What becomes so by itself is observed at its moment: a balance that can be paid, a promotion that begins and ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from assistant import store
from assistant.domain.scripts import Scripts
from assistant.services.timekeeper import keep_observing
from tests.services.shop import TABLES, Shop, Stopped, clock, moment
from tests.until import until

DEPOSIT = "2026-11-11T10:01:00+08:00"
PAY_THE_BALANCE = {
    "id": "balance", "name": "尾款", "on": "order.balance_open", "after": "15m", "reply": "unpaid",
    "until": ["order.paid", "order.closed"],
}  # fmt: skip
WITH_BALANCE = Scripts.model_validate(
    {
        **TABLES.model_dump(by_alias=True),
        "touchpoints": [*TABLES.model_dump(by_alias=True)["touchpoints"], PAY_THE_BALANCE],
    }
)


def presale(
    shop: Shop, at: str, *, status: str = "unpaid", opens: str = "13:00:00", deposit: str | None = DEPOSIT
) -> None:
    stages = [
        {"kind": "deposit", "amount": "10", **({"paid_at": deposit} if deposit else {})},
        {
            "kind": "balance", "amount": "80",
            "opens_at": moment(opens).isoformat(), "closes_at": moment("20:00:00").isoformat(),
        },
    ]  # fmt: skip
    shop.hears(at, type="order", order="o1", status=status, amount="90", stages=stages)


def opened(shop: Shop) -> list[str]:
    return [clock(fact.at) for fact in shop.facts("order.balance_open")]


def test_a_balance_is_open_at_its_second_though_nobody_sends_news(shop: Shop) -> None:
    shop.agent_says(at="10:00:30", by="a2")
    presale(shop, "10:01:00")
    shop.passes_until("12:59:59")
    assert opened(shop) == []
    shop.passes_until("13:00:00")
    (fact,) = shop.facts("order.balance_open")
    assert (clock(fact.at), fact.agent, fact.order) == ("13:00:00", "a2", "o1")


def test_news_that_come_afterwards_tell_of_it_no_second_time(shop: Shop) -> None:
    presale(shop, "10:01:00")
    presale(shop, "13:30:00")
    shop.passes_until("19:00:00")
    assert opened(shop) == ["13:00:00"]


def test_a_reminder_of_the_balance_comes_by_the_touchpoint_table(new_shop: Callable[[Scripts], Shop]) -> None:
    shop = new_shop(WITH_BALANCE)
    presale(shop, "10:01:00")
    shop.passes_until("13:14:59")
    assert shop.only("balance").state == "armed"
    shop.passes_until("13:15:00")
    assert shop.only("balance").state == "due"
    presale(shop, "13:16:00", status="paid")
    assert (shop.only("balance").state, shop.only("balance").reason) == ("cancelled", "order.paid")


def test_who_has_not_paid_the_deposit_or_has_paid_all_is_told_of_no_balance(shop: Shop) -> None:
    presale(shop, "10:00:00", deposit=None)
    shop.passes_until("13:30:00")
    presale(shop, "13:31:00", status="paid")
    shop.passes_until("19:00:00")
    assert opened(shop) == []


def test_a_deposit_paid_after_the_opening_opens_the_balance_with_it(shop: Shop) -> None:
    presale(shop, "10:00:00", deposit=None)
    presale(shop, "13:20:00")
    assert opened(shop) == ["13:20:00"]


def test_a_balance_that_is_put_off_opens_at_the_new_time_only(shop: Shop) -> None:
    presale(shop, "10:01:00")
    presale(shop, "11:00:00", opens="15:00:00")
    shop.passes_until("19:00:00")
    assert opened(shop) == ["15:00:00"]


def test_an_order_closed_before_is_waited_for_no_longer(shop: Shop) -> None:
    presale(shop, "10:01:00")
    presale(shop, "11:00:00", status="closed_unpaid")
    shop.passes_until("19:00:00")
    assert opened(shop) == []
    assert shop.read(store.awaited.next_at) is None


def test_news_that_come_late_give_the_moment_it_really_opened(shop: Shop) -> None:
    shop.passes_until("13:10:00")
    presale(shop, "10:01:00")
    assert opened(shop) == ["13:00:00"]


def test_after_an_outage_it_is_observed_with_its_own_time_unless_it_is_over(shop: Shop) -> None:
    presale(shop, "10:01:00")
    shop.is_down_for("4h")
    assert opened(shop) == ["13:00:00"]


def test_what_was_open_only_during_an_outage_is_nothing_to_come_back_to(shop: Shop) -> None:
    presale(shop, "10:01:00")
    shop.is_down_for("10h")
    assert opened(shop) == []


# --- promotions ----------------------------------------------------------------------------------------------------


def promotes(
    shop: Shop, at: str, begins: str | None = "12:00:00", ends: str | None = "18:00:00", text: str = "满300减40"
) -> None:
    times = {name: moment(when).isoformat() for name, when in (("starts_at", begins), ("ends_at", ends)) if when}
    shop.hears(at, type="promotion", promotion="p1", title="秋冬满减", text=text, **times)


def run(shop: Shop) -> list[tuple[str, str]]:
    return [(fact.name.removeprefix("promotion."), clock(fact.at)) for fact in shop.facts("promotion.")]


def test_a_promotion_told_beforehand_begins_and_ends_at_its_seconds(shop: Shop) -> None:
    promotes(shop, "10:00:00")
    shop.passes_until("11:59:59")
    assert run(shop) == []
    shop.passes_until("12:00:00")
    assert run(shop) == [("started", "12:00:00")]
    shop.passes_until("17:59:59")
    assert run(shop) == [("started", "12:00:00")]
    shop.passes_until("18:00:00")
    assert run(shop) == [("started", "12:00:00"), ("ended", "18:00:00")]


def test_one_that_runs_already_has_begun_when_it_is_told_of(shop: Shop) -> None:
    promotes(shop, "12:30:00")
    assert run(shop) == [("started", "12:30:00")]


def test_telling_it_again_in_other_words_begins_nothing(shop: Shop) -> None:
    promotes(shop, "11:00:00")
    promotes(shop, "12:30:00", text="满300减50")
    promotes(shop, "13:00:00", text="满300减60")
    shop.passes_until("19:00:00")
    promotes(shop, "19:30:00", text="满300减70")
    assert run(shop) == [("started", "12:00:00"), ("ended", "18:00:00")]


def test_one_without_an_end_is_over_when_that_is_told(shop: Shop) -> None:
    promotes(shop, "10:00:00", begins=None, ends=None)
    promotes(shop, "14:00:00", begins=None, ends="14:00:00")
    shop.passes_until("19:00:00")
    assert run(shop) == [("started", "10:00:00"), ("ended", "14:00:00")]


def test_one_that_goes_on_longer_ends_once_and_one_that_is_taken_up_again_begins_again(shop: Shop) -> None:
    promotes(shop, "12:00:00")
    promotes(shop, "17:00:00", ends="19:00:00")
    shop.passes_until("19:30:00")
    promotes(shop, "20:00:00", ends="21:00:00")
    shop.passes_until("22:00:00")
    assert run(shop) == [("started", "12:00:00"), ("ended", "19:00:00"), ("started", "20:00:00"), ("ended", "21:00:00")]


async def test_a_service_observes_it_by_itself(shop: Shop) -> None:
    presale(shop, "10:01:00")
    shop.now = moment("13:00:00") + timedelta(seconds=2)
    looking = asyncio.create_task(keep_observing(shop.desks, Stopped(shop)))
    try:
        await until(lambda: opened(shop) == ["13:00:00"])
    finally:
        looking.cancel()

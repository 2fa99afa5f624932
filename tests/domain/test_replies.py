"""Finding the reply that is meant."""

from __future__ import annotations

from assistant.domain.replies import completed, find_reply, sendable_reply
from assistant.domain.scripts import HandbookEntry, Reply, Scripts, Situation, Touchpoint

PRICE = Situation(
    id="price",
    name="贵",
    goal="优惠",
    replies=(
        Reply(id="general", text="亲，{{ shop.multi_buy }}"),
        Reply(id="coupon", text="亲，{{ promotion.title }}", for_={"buyer.purchases": "new"}),
    ),
)
UNPAID = Situation(
    id="unpaid",
    name="未付",
    goal="问",
    replies=(Reply(id="reminder", text="亲"), Reply(id="coupon", text="亲", for_={"buyer.tier": "vip"})),
)
SCRIPTS = Scripts(situations=(PRICE, UNPAID))


def script(scripts: Scripts, name: str, **context: object) -> str | None:
    found = find_reply(scripts, name, {key.replace("_", "."): value for key, value in context.items()})
    return found.script if found else None


def test_a_reply_is_found_by_situation_and_reply() -> None:
    assert script(SCRIPTS, "price/coupon") == "price/coupon"


def test_a_situation_stands_for_its_best_reply() -> None:
    assert script(SCRIPTS, "price") == "price/general"
    assert script(SCRIPTS, "price", buyer_purchases="new") == "price/coupon"


def test_a_reply_id_is_enough_when_only_one_situation_has_it() -> None:
    assert script(SCRIPTS, "reminder") == "unpaid/reminder"
    assert script(SCRIPTS, "coupon") is None
    assert script(SCRIPTS, "nothing") is None


def test_the_most_specific_sendable_reply_is_chosen() -> None:
    context = {"buyer.purchases": "new"}
    values = {"shop.multi_buy": "两件9折", "promotion.title": "满减"}
    best = sendable_reply(PRICE, context, values)
    assert best is not None
    assert best[0].id == "coupon"
    without = sendable_reply(PRICE, context, {"shop.multi_buy": "两件9折"})
    assert without is not None
    assert (without[0].id, without[1].text) == ("general", "亲，两件9折")


def test_when_nothing_can_be_sent_the_most_specific_says_what_is_missing() -> None:
    found = sendable_reply(PRICE, {"buyer.purchases": "new"}, {})
    assert found is not None
    assert (found[0].id, found[1].missing) == ("coupon", ("promotion.title",))


def test_a_folder_gets_what_it_lacks_and_shipped_touchpoints_find_their_replies() -> None:
    touchpoint = Touchpoint(id="t", name="跟进", on="order.unpaid", reply="unpaid")
    shipped = Scripts(
        situations=(UNPAID,),
        touchpoints=(touchpoint,),
        small_talk=("好的",),
        shop={"a": HandbookEntry(value="1")},
    )
    whole = completed(Scripts(situations=(PRICE,), shop={"b": HandbookEntry(value="2")}), shipped)
    assert [row.id for row in whole.situations] == ["price"]
    assert (whole.touchpoints, whole.small_talk, list(whole.shop)) == ((touchpoint,), ("好的",), ["b"])
    assert script(whole, touchpoint.reply) == "unpaid/reminder"


def test_own_situations_come_before_the_shipped_ones() -> None:
    own = UNPAID.model_copy(update={"replies": (Reply(id="ours", text="亲"),)})
    whole = completed(Scripts(situations=(own,)), Scripts(situations=(UNPAID,)))
    assert script(whole, "unpaid") == "unpaid/ours"

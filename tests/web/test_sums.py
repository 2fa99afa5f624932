"""Prices in hand, refunds and order notes over HTTP: whose rules count, what is said, what is refused and how."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.web.service import Service, message

_numbers = itertools.count()
LINES = [{"title": "衬衫", "price": "129.00", "quantity": 1}, {"title": "裤子", "price": "159", "quantity": "1"}]


async def buyer(service: Service, name: str, **profile: Any) -> None:
    said = message(f"sums-{next(_numbers)}", "在吗", conversation=name, buyer=name)
    about = {"id": f"sums-{next(_numbers)}", "type": "buyer", "at": said["at"], "buyer": name, **profile}
    assert (await service.send(said, about))[0] == 200


async def order(service: Service, name: str, id: str, amount: str, **more: Any) -> None:
    at = message("x")["at"]
    items = [{"sku": "s1", "title": "大衣", "price": "399.00"}, {"sku": "s2", "title": "裤子", "price": "129.00"}]
    told = {"id": f"sums-{next(_numbers)}", "type": "order", "at": at, "order": id, "buyer": name, "status": "paid"}
    assert (await service.send({**told, "amount": amount, "items": items, **more}))[0] == 200


async def post(service: Service, path: str, headers: dict[str, str] | None = None, **asked: Any) -> dict[str, Any]:
    status, found = await service.call("POST", f"/api/v1/{path}", headers, json=asked)
    assert status == 200, found
    return dict(found)


async def test_a_price_is_a_sum_to_paste_with_every_step(service: Service) -> None:
    found = await post(service, "prices", lines=LINES)
    assert found["text"] == "衬衫 129 + 裤子 159 = 288，两件9.5折 → 273.60，包邮，到手273.60元"
    assert (found["original"], found["goods"], found["freight"], found["total"]) == (
        "288.00", "273.60", "0.00", "273.60",
    )  # fmt: skip
    assert found["steps"] == [{"rule": "per_piece", "label": "两件9.5折", "discount": "14.40", "left": "273.60"}]
    assert [line["paid"] for line in found["lines"]] == ["122.55", "151.05"]
    assert "满300减40：还差 12.00" in found["lacking"]
    assert found["promotion"]["id"] == "everyday"
    assert {rule["rule"]: rule["label"] for rule in found["promotion"]["rules"]} == {
        "per_piece": "两件9.5折、三件9折", "tiers": "满300减40",
    }  # fmt: skip


async def test_the_rules_are_those_for_this_buyer(service: Service) -> None:
    await buyer(service, "sums-vip", tier="vip")
    found = await post(service, "prices", lines=LINES, conversation="sums-vip")
    assert found["text"] == "衬衫 129 + 裤子 159 = 288，两件9.5折 → 273.60，券 15 → 258.60，包邮，到手258.60元"
    without = await post(service, "prices", lines=LINES, conversation="sums-vip", without=["coupon", "per_piece"])
    assert without["total"] == "288.00"
    assert [rule["rule"] for rule in without["promotion"]["rules"]] == ["per_piece", "tiers", "coupon"]


async def test_a_sum_begins_with_the_item_and_the_last_orders(service: Service) -> None:
    await buyer(service, "sums-start")
    at = message("x")["at"]
    item = {"id": "sums-item", "type": "item", "at": at, "item": "s9", "title": "针织开衫", "price": "239.00"}
    view = {"id": "sums-view", "type": "view", "at": at, "buyer": "sums-start", "item": "s9"}
    assert (await service.send(item, {**view, "conversation": "sums-start"}))[0] == 200
    await order(service, "sums-start", "start-1", "100.00", items=[{"sku": "s9", "quantity": 2}, {"sku": "unknown"}])
    status, found = await service.call("GET", "/api/v1/conversations/sums-start/basket")
    assert status == 200
    assert found["item"] == {"title": "针织开衫", "price": "239.00", "quantity": 1}
    (first,) = found["orders"]
    assert (first["id"], first["amount"], first["cut"]) == ("start-1", "100.00", 0)
    assert first["lines"] == [
        {"title": "s9", "price": "239.00", "quantity": 2},
        {"title": "unknown", "price": None, "quantity": 1},
    ]
    assert found["note_kinds"] == ["改码", "改颜色", "改地址", "加赠品", "备注"]


async def test_an_item_looked_at_before_the_chat_is_taken_for_the_one_asked_about(service: Service) -> None:
    at = datetime.now(UTC)
    for name, ago in (("sums-looked", timedelta(hours=23)), ("sums-forgotten", timedelta(hours=25))):
        seen = {"id": name, "type": "view", "at": (at - ago).isoformat(), "buyer": name, "item": "s8"}
        assert (await service.send(seen))[0] == 200
        await buyer(service, name)
    _, looked = await service.call("GET", "/api/v1/conversations/sums-looked/basket")
    _, forgotten = await service.call("GET", "/api/v1/conversations/sums-forgotten/basket")
    assert (looked["item"], forgotten["item"]) == ({"title": "s8", "price": None, "quantity": 1}, None)


async def test_a_long_order_says_how_many_lines_are_left_out(service: Service) -> None:
    await buyer(service, "sums-long")
    items = [{"sku": f"s{n}", "price": "1.00"} for n in range(53)]
    await order(service, "sums-long", "long-1", "53.00", items=items)
    _, found = await service.call("GET", "/api/v1/conversations/sums-long/basket")
    assert (len(found["orders"][0]["lines"]), found["orders"][0]["cut"]) == (50, 3)


RETURNED = [{"title": "大衣", "price": "399", "back": 0}, {"title": "裤子", "price": "129", "back": 1}]


async def test_a_refund_is_the_share_really_paid(service: Service) -> None:
    found = await post(service, "refunds", lines=RETURNED)
    assert (found["goods"], found["text"]) == ("119.23", "退裤子：原价 129 - 分摊的优惠 9.77 = 应退 119.23 元")
    paid = await post(service, "refunds", lines=RETURNED, paid="450.00")
    assert (paid["goods"], paid["order"]["total"]) == ("109.94", "450.00")
    assert "实付 450.00，按店铺规则算是 488.00：按实付的算" in paid["reasons"]


async def test_a_second_return_takes_the_first_into_account(service: Service) -> None:
    lines = [{**RETURNED[0], "back": 1}, {**RETURNED[1], "back": 0}]
    first = await post(service, "refunds", lines=RETURNED)
    assert first["before"] == []
    second = await post(service, "refunds", lines=lines, before=[{"pieces": [0, 1]}])
    assert second["before"] == [{"pieces": [0, 1], "goods": first["goods"], "freight": "0.00"}]
    assert float(first["goods"]) + float(second["goods"]) == float(second["order"]["goods"])
    told = await post(service, "refunds", lines=lines, before=[{"pieces": ["0", "1件"], "goods": "150元"}])
    assert told["text"].endswith("前面已退 150，最多还能退 338 元")


async def test_a_fault_also_returns_the_freight(service: Service) -> None:
    lines = [{"title": "袜子", "price": "20", "back": 1}]
    assert (await post(service, "refunds", lines=lines))["total"] == "20.00"
    found = await post(service, "refunds", lines=lines, fault=True)
    assert (found["freight"], found["total"]) == ("8.00", "28.00")


async def test_a_refund_is_counted_by_the_rules_of_the_day_of_the_order(service: Service) -> None:
    await buyer(service, "sums-old")
    june = "2026-06-17T12:00:00+08:00"
    await order(service, "sums-old", "june-1", "478.00", created_at=june)
    now = await post(service, "refunds", lines=RETURNED, conversation="sums-old")
    then = await post(service, "refunds", lines=RETURNED, conversation="sums-old", order="june-1")
    assert (now["promotion"]["id"], then["promotion"]["id"]) == ("everyday", "june-18")
    assert then["order"]["total"] == "463.00"  # 每满300减50, 券 15


@pytest.mark.parametrize(
    ("path", "asked", "fields"),
    [
        ("prices", {"lines": [{"price": "1.234"}]}, ["lines.0.price"]),
        ("prices", {"lines": [{"price": "-5", "quantity": "两件"}]}, ["lines.0.price", "lines.0.quantity"]),
        ("prices", {"lines": [{}]}, ["lines.0.price"]),
        ("prices", {"lines": []}, ["lines"]),
        ("prices", {"lines": [{"price": "1"}], "without": ["freight"]}, ["without.0"]),
        ("refunds", {"lines": [{"price": "1", "back": "一"}]}, ["lines.0.back"]),
        ("refunds", {"lines": [{"price": "1", "back": 2}]}, ["pieces"]),
        ("refunds", {"lines": [{"price": "1"}]}, ["pieces"]),
        ("refunds", {"lines": [{"price": "1", "back": 1}], "paid": "一百"}, ["paid"]),
        ("refunds", {"lines": [{"price": "1", "back": 1}], "paid": "100"}, ["paid"]),
        ("refunds", {"lines": [{"price": "1", "back": 1}], "before": [{"pieces": [1]}]}, ["pieces"]),
        ("refunds", {"lines": [{"price": "1", "back": 1}], "before": [{"pieces": [2]}]}, ["before.0.pieces"]),
        ("refunds", {"lines": [{"price": "1", "back": 1}], "before": [{"pieces": ["一"]}]}, ["before.0.pieces.0"]),
        ("refunds", {"lines": [{"price": "1"}], "before": [{"pieces": [0], "goods": "-"}]}, ["before.0.goods"]),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_named_field_by_field(
    service: Service, path: str, asked: dict[str, Any], fields: list[str]
) -> None:
    status, found = await service.call("POST", f"/api/v1/{path}", json=asked)
    assert (status, found["error"]["code"]) == (422, "invalid_request")
    assert [detail["field"] for detail in found["error"]["details"]] == fields
    assert all(
        detail["message"] and not detail["message"].startswith("Value error") for detail in found["error"]["details"]
    )


async def test_another_buyers_order_is_none(service: Service) -> None:
    await buyer(service, "sums-a")
    await buyer(service, "sums-b")
    await order(service, "sums-b", "b-1", "1.00")
    asked = {"lines": RETURNED, "conversation": "sums-a", "order": "b-1"}
    assert (await service.call("POST", "/api/v1/refunds", json=asked))[0] == 404
    assert (await service.call("POST", "/api/v1/refunds", json={"lines": RETURNED, "order": "b-1"}))[0] == 422


# --- order notes ---------------------------------------------------------------------------------------------------


def note(id: str, **changed: Any) -> dict[str, Any]:
    return {"order": id, "kind": "改码", "change": "黑L->XL", "key": f"note-key-{next(_numbers)}", **changed}


async def notes(service: Service, name: str) -> list[dict[str, Any]]:
    _, found = await service.call("GET", f"/api/v1/conversations/{name}/sidebar")
    return list(found["buyer"]["notes"])


async def test_an_order_note_is_kept_in_the_form_it_is_pasted_in(service: Service) -> None:
    await buyer(service, "noted")
    await order(service, "noted", "n-1", "1.00")
    sidebar = {"Authorization": f"Bearer {service.bearer()}"}
    found = await post(service, "conversations/noted/order-notes", sidebar, **note("n-1"))
    (kept,) = await notes(service, "noted")
    at = datetime.fromisoformat(kept["at"])
    assert found["text"] == kept["text"] == f"改码 黑L→XL 小雨 {at:%m/%d %H:%M}"
    assert (found["id"], kept["author"]) == (kept["id"], "小雨")
    _, facts = await service.call("GET", "/api/v1/facts?limit=5000")
    told = [f for f in facts["facts"] if f["name"] == "buyer.noted" and f["order"] == "n-1"]
    assert [fact["data"] for fact in told] == [{"kind": "改码"}]


async def test_a_repeat_of_an_order_note_writes_nothing_and_is_answered_the_same(service: Service) -> None:
    await buyer(service, "repeated")
    await order(service, "repeated", "r-1", "1.00")
    said = note("r-1")
    first = await post(service, "conversations/repeated/order-notes", **said)
    assert await post(service, "conversations/repeated/order-notes", **said) == first
    assert len(await notes(service, "repeated")) == 1


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"order": "nowhere"}, 404), ({"change": " "}, 422), ({"kind": ""}, 422), ({"key": "x"}, 422), ({"more": 1}, 422)],
)
async def test_a_wrong_order_note_leaves_nothing(service: Service, changed: dict[str, Any], status: int) -> None:
    name = f"wrong-{next(_numbers)}"
    await buyer(service, name)
    await order(service, name, f"{name}-1", "1.00")
    said = note(f"{name}-1", **changed)
    assert (await service.call("POST", f"/api/v1/conversations/{name}/order-notes", json=said))[0] == status
    assert await notes(service, name) == []

"""What an inbound event may look like, where a plain reading of pydantic would let more through."""

from typing import Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from assistant.domain import events

EVENT: TypeAdapter[events.Event] = TypeAdapter(events.AnyEvent)
AT = "2026-11-11T10:00:00+08:00"
ORDER = {"id": "1", "type": "order", "at": AT, "order": "o1", "buyer": "b1", "status": "paid", "amount": "129.00"}
BUYER = {"id": "1", "type": "buyer", "at": AT, "buyer": "b1"}


@pytest.mark.parametrize("at", [1_700_000_000, "1700000000", "-1", "2026-11-11T10:00:00", "", None])
def test_a_time_is_text_with_an_offset(at: Any) -> None:
    with pytest.raises(ValidationError):
        EVENT.validate_python({**ORDER, "at": at})


@pytest.mark.parametrize("amount", ["1e9", "1_0", "１２", "-1", "NaN", "1.234", 129, 1.5, None])
def test_an_amount_is_plain_yuan_with_two_decimals_at_most(amount: Any) -> None:
    with pytest.raises(ValidationError):
        EVENT.validate_python({**ORDER, "amount": amount})


@pytest.mark.parametrize("value", ["a\x00b", float("nan"), float("inf"), ["a"], {"a": 1}])
def test_an_attribute_is_a_plain_value(value: Any) -> None:
    with pytest.raises(ValidationError):
        EVENT.validate_python({**BUYER, "attributes": {"size": value}})


def test_an_attribute_keeps_its_kind() -> None:
    given = {"a": "L", "b": 3, "c": 1.5, "d": True, "e": None}
    read = EVENT.validate_python({**BUYER, "attributes": given})
    assert isinstance(read, events.Buyer)
    assert read.attributes == given
    assert read.attributes is not None
    assert read.attributes["d"] is True


MODELS = {get_args(model.model_fields["type"].annotation)[0]: model for model in get_args(events.Event)}
NEEDED: dict[str, dict[str, Any]] = {
    "message": {"conversation": "c1", "buyer": "b1", "side": "buyer", "text": ""},
    "conversation": {"conversation": "c1", "state": "open"},
    "buyer": {"buyer": "b1"},
    "order": {"order": "o1", "buyer": "b1", "status": "paid", "amount": "1"},
    "shipment": {"order": "o1", "carrier": "顺丰", "tracking_no": "1"},
    "refund": {"refund": "r1", "order": "o1", "buyer": "b1", "status": "requested"},
    "review": {"review": "v1", "order": "o1", "buyer": "b1", "stars": 5},
    "rating": {"conversation": "c1"},
    "view": {"buyer": "b1", "item": "i1"},
    "item": {"item": "i1"},
    "promotion": {"promotion": "p1"},
}


@pytest.mark.parametrize("type", MODELS)
def test_a_field_that_may_be_left_out_may_be_null_instead(type: str) -> None:
    needed = {"id": "1", "type": type, "at": AT, **NEEDED[type]}
    nulls = dict.fromkeys(MODELS[type].model_fields, None)
    assert EVENT.validate_python({**nulls, **needed}) == EVENT.validate_python(needed)


def test_parts_of_an_order_may_have_nulls_too() -> None:
    bare = {**ORDER, "items": [{"sku": "s1"}]}
    nulls = dict.fromkeys(events.OrderItem.model_fields, None)
    assert EVENT.validate_python({**ORDER, "items": [{**nulls, "sku": "s1"}]}) == EVENT.validate_python(bare)

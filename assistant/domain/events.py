"""What platforms tell us: one pydantic model per inbound event type. Not for deciding what follows from an event.

Times must carry an offset, amounts are yuan as strings, ids are the platform's own.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
)

from assistant.domain.buyers import LONGEST_TAG

Platform = Literal[
    "taobao", "jd", "pdd", "douyin", "kuaishou", "wecom", "chatwoot", "livechat", "zendesk", "matrix", "other"
]


# Digits alone would be read as seconds since 1970.
_DIGITS = re.compile(r"[-+]?[0-9.]*")


def _only_text(value: object) -> object:
    """Refuse numbers where a time is asked for: pydantic would read them as seconds since 1970."""
    if isinstance(value, datetime) or (isinstance(value, str) and _DIGITS.fullmatch(value) is None):
        return value
    raise ValueError("write the time as RFC 3339 text with an offset, e.g. 2026-11-11T10:00:00+08:00")


def _on_one_clock(at: datetime) -> datetime:
    """The same moment in UTC: comparing and subtracting times of different zones takes three times as long."""
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return at  # a year that nobody means; refused where all times of an event are looked at


# Decimal reads much more as a number: "1e9", "1_0", full-width digits.
_YUAN = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)


def _only_yuan(value: object) -> object:
    if isinstance(value, Decimal) or (isinstance(value, str) and _YUAN.fullmatch(value)):
        return value
    raise ValueError('write the amount in yuan as text, e.g. "129.00"')


# NUL cannot be stored by every database, and no buyer ever typed one.
_NO_NUL = r"^[^\x00]*$"
Id = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=_NO_NUL)]
Name = Annotated[str, StringConstraints(max_length=200, pattern=_NO_NUL)]
Text = Annotated[str, StringConstraints(max_length=10_000, pattern=_NO_NUL)]
Time = Annotated[AwareDatetime, BeforeValidator(_only_text), AfterValidator(_on_one_clock)]
Yuan = Annotated[
    Decimal, BeforeValidator(_only_yuan), Field(ge=0, max_digits=12, decimal_places=2, allow_inf_nan=False)
]


def _or(usual: object) -> BeforeValidator:
    """What stands for null: who writes records out often names every field, known or not."""
    return BeforeValidator(lambda found: usual if found is None else found)


Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TAG, pattern=_NO_NUL)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class _Event(_Model):
    id: Id
    at: Time
    shop: Annotated[Id, _or("default")] = "default"
    platform: Annotated[Platform, _or("other")] = "other"


def _named(agent: str | None, said: ValidationInfo) -> str | None:
    if agent is None and said.data.get("side") == "agent":
        raise ValueError("name the agent who sent this message")
    return agent


class Message(_Event):
    """Somebody said something in a conversation."""

    type: Literal["message"]
    conversation: Id
    buyer: Id
    side: Literal["buyer", "agent", "system"]
    text: Text
    agent: Annotated[Id | None, AfterValidator(_named), Field(validate_default=True)] = None
    origin: Annotated[Literal["human", "auto", "robot", "robot_assist"], _or("human")] = "human"
    script: Name | None = None
    item: Id | None = None
    tells: Name | None = None


class Conversation(_Event):
    """A conversation was opened, assigned, transferred or closed."""

    type: Literal["conversation"]
    conversation: Id
    state: Literal["open", "assigned", "transferred", "closed"]
    buyer: Id | None = None
    agent: Id | None = None


def _one_value(value: object) -> object:
    # Or the sender would be told four times, once for each kind that it is not.
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise ValueError("send a text, a number, true or false")


Attribute = Annotated[Text | bool | int | float | None, BeforeValidator(_one_value)]


class Consent(_Model):
    sms: bool | None = None
    email: bool | None = None


class Buyer(_Event):
    """What the platform knows about a buyer."""

    type: Literal["buyer"]
    buyer: Id
    nickname: Name | None = None
    phone: Name | None = None
    tier: Literal["none", "regular", "senior", "vip", "supreme"] | None = None
    province: Name | None = None
    city: Name | None = None
    registered_at: Time | None = None
    birthday: date | None = None
    baby_birthday: date | None = None
    tags: Annotated[list[Tag], Field(max_length=100)] | None = None
    consent: Consent | None = None
    attributes: dict[Name, Attribute] | None = None


class Stage(_Model):
    """One payment of a presale order."""

    kind: Literal["deposit", "balance"]
    amount: Yuan
    opens_at: Time | None = None
    closes_at: Time | None = None
    paid_at: Time | None = None


class OrderItem(_Model):
    sku: Id
    title: Annotated[Name, _or("")] = ""
    quantity: Annotated[int, Field(ge=1, le=1_000_000), _or(1)] = 1
    price: Yuan | None = None
    kind: Literal["traffic", "profit", "campaign", "exclusive"] | None = None
    category: Name | None = None


class Order(_Event):
    """An order, as it stands at `modified` (absent: at `at`). `status` is ours or the platform's own code."""

    type: Literal["order"]
    order: Id
    buyer: Id
    status: Name
    amount: Yuan
    created_at: Time | None = None
    modified: Time | None = None
    pay_deadline: Time | None = None
    paid_at: Time | None = None
    source: Name | None = None
    cod: Annotated[bool, _or(False)] = False
    stages: Annotated[list[Stage], Field(max_length=10), _or([])] = []
    province: Name | None = None
    city: Name | None = None
    items: Annotated[list[OrderItem], Field(max_length=200), _or([])] = []


class TraceStep(_Model):
    at: Time
    text: Text
    city: Name | None = None
    node: Name | None = None


class Shipment(_Event):
    type: Literal["shipment"]
    order: Id
    carrier: Name
    tracking_no: Id
    shipped_at: Time | None = None
    trace: Annotated[list[TraceStep], Field(max_length=200), _or([])] = []


class Refund(_Event):
    type: Literal["refund"]
    refund: Id
    order: Id
    buyer: Id
    status: Name
    amount: Yuan | None = None
    reason: Name | None = None
    kind: Literal["refund_only", "return_refund", "exchange"] | None = None


class Review(_Event):
    type: Literal["review"]
    review: Id
    order: Id
    buyer: Id
    stars: Annotated[int, Field(ge=1, le=5)]
    text: Annotated[Text, _or("")] = ""


class Rating(_Event):
    """The buyer was asked to rate a conversation (`score` absent) or did."""

    type: Literal["rating"]
    conversation: Id
    score: Annotated[int, Field(ge=1, le=5)] | None = None


class View(_Event):
    type: Literal["view"]
    buyer: Id
    item: Id
    conversation: Id | None = None


class Item(_Event):
    type: Literal["item"]
    item: Id
    title: Name | None = None
    stock: Annotated[int, Field(ge=0, le=10**9)] | None = None
    price: Yuan | None = None
    url: Text | None = None


class Promotion(_Event):
    type: Literal["promotion"]
    promotion: Id
    title: Name | None = None
    text: Text | None = None
    starts_at: Time | None = None
    ends_at: Time | None = None
    stock_item: Id | None = None


Event = Message | Conversation | Buyer | Order | Shipment | Refund | Review | Rating | View | Item | Promotion
AnyEvent = Annotated[Event, Field(discriminator="type")]

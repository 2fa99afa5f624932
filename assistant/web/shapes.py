"""The bodies of successful answers, for `/openapi.json`. Not for making them: `answers.py` and the handlers do that.

An answer may carry more than stands here; what stands here stays.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, create_model

from assistant.domain.kpi import NAMES
from assistant.domain.practice_findings import ChatReview, Finding

Moment = Annotated[str, Field(description="RFC 3339 with the shop's offset", json_schema_extra={"format": "date-time"})]
Yuan = Annotated[str, Field(description="yuan as text", examples=["239.00"])]


class Receipt(BaseModel):
    """Events are on disk; `duplicates` were had before and changed nothing."""

    accepted: int
    duplicates: int


class Done(BaseModel):
    ok: bool
    id: int | None = None


class LaunchAddress(BaseModel):
    address: str
    expires_in: int = Field(description="seconds")
    known: bool = Field(description="whether the agent is a person of the shop; others are let in as well")


class _Tag(BaseModel):
    group: str
    tag: str
    name: str


class _Note(BaseModel):
    id: int
    text: str
    author: str
    at: Moment


class _Segment(BaseModel):
    purchases: str
    tier: str


class _Buyer(BaseModel):
    id: str
    nickname: str
    tier: str
    paid_orders: int
    spent: Yuan
    phone: str | None
    place: str
    tags: list[_Tag]
    segment: _Segment
    notes: list[_Note]


class _Order(BaseModel):
    id: str
    status: str
    amount: Yuan
    title: str
    more: int = Field(description="kinds of items besides the one in the title")
    quantity: int
    created_at: Moment
    deadline: Moment | None
    reminded: bool = Field(description="whether a reminder of it was sent today")


class _Suggestion(BaseModel):
    id: str
    situation: str
    name: str
    goal: str
    reply: str
    text: str
    missing: list[str]
    score: float
    why: str


class _FollowUp(BaseModel):
    id: str
    touchpoint: str
    name: str
    state: str
    due_at: Moment
    text: str | None
    missing: list[str]


class _Waiting(BaseModel):
    since: Moment
    seconds: float
    level: str


class Sidebar(BaseModel):
    version: int
    buyer: _Buyer
    orders: list[_Order]
    suggestions: list[_Suggestion]
    follow_ups: list[_FollowUp]
    waiting: _Waiting | None


class _QuickReply(BaseModel):
    id: str
    title: str
    group: str | None
    shortcut: str | None
    text: str
    missing: list[str]


class QuickReplies(BaseModel):
    items: list[_QuickReply]
    total: int = Field(description="how many fit, also beyond `limit`")


# One row of figures: ratios 0..1, seconds, yuan as text; null without a denominator.
_FIGURES: Any = dict.fromkeys(NAMES, (float | int | str | None, ...))
_Row = create_model("_Row", key=(str, Field(description="`all`, or the group; empty: no agent")), **_FIGURES)


class Kpi(BaseModel):
    from_: Moment = Field(alias="from")
    to: Moment
    by: str
    rows: list[_Row]


class _Fact(BaseModel):
    id: int
    name: str
    at: Moment
    recorded_at: Moment
    shop: str
    platform: str | None
    conversation: str | None
    buyer: str | None
    order: str | None
    agent: str | None
    data: dict[str, Any]


class Facts(BaseModel):
    facts: list[_Fact]
    next: int | None = Field(description="`cursor` of the following page; null at the end")


class _Choice(BaseModel):
    id: str
    nickname: str
    about: str
    platform: str
    turns: int


class _Practice(BaseModel):
    id: int
    agent: str
    name: str
    state: str = Field(description="running, done, stopped, abandoned or too_long")
    buyers: list[str]
    left: int = Field(description="how many of the buyers have gone by now")
    at_once: int
    pace: str
    started_at: Moment
    ended_at: Moment | None
    sums: list[Finding] = Field(description="the review over all chats; empty while it runs")


class Practice(_Practice):
    chats: list[ChatReview]


class Practices(BaseModel):
    buyers: list[_Choice] = Field(description="whom one can practise with")
    practices: list[_Practice]
    cut: bool = Field(description="whether there are older ones than those listed")


class PracticeBegun(BaseModel):
    id: int
    address: str


class _StartLine(BaseModel):
    title: str
    price: Yuan | None = Field(description="null where nobody told it")
    quantity: int


class _StartOrder(BaseModel):
    id: str
    title: str
    status: str
    amount: Yuan
    created_at: Moment
    lines: list[_StartLine]
    cut: int = Field(description="how many further lines the order has")


class BasketStart(BaseModel):
    item: _StartLine | None
    orders: list[_StartOrder]
    note_kinds: list[str]


class _PricedLine(BaseModel):
    title: str
    price: Yuan
    quantity: int
    paid: Yuan


class _Step(BaseModel):
    rule: str
    label: str
    discount: Yuan
    left: Yuan


class _Priced(BaseModel):
    """In yuan: list price, what rules take off, goods and freight to pay."""

    lines: list[_PricedLine]
    steps: list[_Step]
    lacking: list[str]
    original: Yuan
    goods: Yuan
    freight: Yuan
    total: Yuan


class _Rule(BaseModel):
    rule: str
    label: str


class _Promotion(BaseModel):
    id: str
    name: str
    rules: list[_Rule]


class PriceInHand(_Priced):
    text: str = Field(description="the sum to paste")
    reasons: list[str]
    promotion: _Promotion | None


class Refunded(BaseModel):
    text: str = Field(description="the sum to paste")
    goods: Yuan
    freight: Yuan
    total: Yuan
    reasons: list[str]
    order: _Priced
    promotion: _Promotion | None


class OrderNoted(BaseModel):
    ok: bool
    id: int
    text: str = Field(description="the note as it is pasted into the platform's order")


ANSWERS: dict[tuple[str, str], type[BaseModel]] = {
    ("POST", "/api/v1/events"): Receipt,
    ("POST", "/api/v1/launches"): LaunchAddress,
    ("GET", "/api/v1/conversations/{id}/sidebar"): Sidebar,
    ("GET", "/api/v1/conversations/{id}/basket"): BasketStart,
    ("POST", "/api/v1/conversations/{id}/order-notes"): OrderNoted,
    ("POST", "/api/v1/prices"): PriceInHand,
    ("POST", "/api/v1/refunds"): Refunded,
    ("POST", "/api/v1/suggestions/{id}"): Done,
    ("POST", "/api/v1/follow-ups/{id}"): Done,
    ("GET", "/api/v1/quick-replies"): QuickReplies,
    ("PUT", "/api/v1/buyers/{id}/tags"): Done,
    ("POST", "/api/v1/buyers/{id}/notes"): Done,
    ("GET", "/api/v1/practices"): Practices,
    ("POST", "/api/v1/practices"): PracticeBegun,
    ("GET", "/api/v1/practices/{id}"): Practice,
    ("POST", "/api/v1/practices/{id}/end"): Practice,
    ("GET", "/api/v1/kpi"): Kpi,
    ("GET", "/api/v1/facts"): Facts,
}

"""The bodies of successful answers, for `/openapi.json`. Not for making them: `answers.py` and the handlers do that.

An answer may carry more than stands here; what stands here stays.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field, create_model

from assistant.domain.check_rows import Severity
from assistant.domain.kpi import NAMES
from assistant.domain.practice_findings import ChatReview, Finding
from assistant.web.reply_shapes import FileLooked, OwnReplies, OwnReplySaved, PictureGiven, QuickReplies
from assistant.web.sum_shapes import BasketStart, OrderNoted, PriceInHand, Refunded
from assistant.web.units import Moment, Yuan


class Receipt(BaseModel):
    """Events are on disk; `duplicates` were had before and changed nothing."""

    accepted: int
    duplicates: int


class Done(BaseModel):
    ok: bool
    id: int | None = None


class Revealed(BaseModel):
    phone: str | None = Field(description="as the platform told it; null if it told none")


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
    notes: list[_Note] = Field(description="the newest 20")
    older_notes: bool = Field(description="whether there are more")


class _Parcel(BaseModel):
    carrier: str
    tracking_no: str
    text: str | None = Field(description="the newest step, in the carrier's words")
    at: Moment | None = Field(description="when that was, or when it was sent off")


class _Refund(BaseModel):
    state: str = Field(description="requested, reviewing, await_return, …, done, refused, closed, or unknown")
    kind: str | None = Field(description="refund_only, return_refund or exchange")
    amount: Yuan | None = Field(description="nothing where the platform named none")


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
    parcel: _Parcel | None = Field(description="heard of last, of an order that was paid")
    refund: _Refund | None = Field(description="heard of last")


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
    orders: list[_Order] = Field(description="the newest 3")
    older_orders: bool = Field(description="whether there are more")
    suggestions: list[_Suggestion]
    follow_ups: list[_FollowUp]
    waiting: _Waiting | None


class _Hit(BaseModel):
    code: str
    severity: Severity
    words: str = Field(description="as they stand in the text")
    reason: str
    instead: str = Field(description="what to say instead")


class Checked(BaseModel):
    hits: list[_Hit]


# One row of figures: ratios 0..1, seconds, yuan as text; null without a denominator.
_FIGURES: Any = dict.fromkeys(NAMES, (float | int | str | None, ...))
_Row = create_model("_Row", key=(str, Field(description="`all`, or the group; empty: no agent")), **_FIGURES)


class Kpi(BaseModel):
    from_: Moment = Field(alias="from")
    to: Moment
    by: str
    rows: list[_Row]


class _Earned(BaseModel):
    key: str = Field(description="one of paid_own, paid_others, paid_silent_order, paid_silent")
    count: int
    share: float | None
    amount: Yuan


class _Bought(BaseModel):
    count: int
    bought: int
    rate: float | None


class _Followed(BaseModel):
    key: str = Field(description="the touchpoint")
    on_time: _Bought
    late: _Bought
    undone: _Bought
    settling: int
    difference: float | None = Field(description="on time less undone; null below 100 on either side")
    within: float | None = Field(description="by how much that may be wrong in 95 of 100 cases")


class _Situation(BaseModel):
    key: str = Field(description="the situation; empty: none was recognised")
    asked: int
    ordered: int
    lost: int
    settling: int
    rate: float | None


class Outcomes(BaseModel):
    from_: Moment = Field(alias="from")
    to: Moment
    earned: list[_Earned]
    follow_ups: list[_Followed]
    situations: list[_Situation]


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
    ("POST", "/api/v1/checks"): Checked,
    ("GET", "/api/v1/quick-replies"): QuickReplies,
    ("POST", "/api/v1/quick-replies/pins"): Done,
    ("GET", "/api/v1/quick-replies/own"): OwnReplies,
    ("POST", "/api/v1/quick-replies/own"): OwnReplySaved,
    ("POST", "/api/v1/quick-replies/own/order"): Done,
    ("POST", "/api/v1/quick-replies/own/file"): FileLooked,
    ("PUT", "/api/v1/quick-replies/own/{id}"): OwnReplySaved,
    ("DELETE", "/api/v1/quick-replies/own/{id}"): Done,
    ("PUT", "/api/v1/quick-replies/own/{id}/image"): PictureGiven,
    ("DELETE", "/api/v1/quick-replies/own/{id}/image"): Done,
    ("POST", "/api/v1/buyers/{id}/reveal"): Revealed,
    ("PUT", "/api/v1/buyers/{id}/tags"): Done,
    ("POST", "/api/v1/buyers/{id}/notes"): Done,
    ("GET", "/api/v1/practices"): Practices,
    ("POST", "/api/v1/practices"): PracticeBegun,
    ("GET", "/api/v1/practices/{id}"): Practice,
    ("POST", "/api/v1/practices/{id}/end"): Practice,
    ("GET", "/api/v1/kpi"): Kpi,
    ("GET", "/api/v1/kpi/orders"): Outcomes,
    ("GET", "/api/v1/facts"): Facts,
}

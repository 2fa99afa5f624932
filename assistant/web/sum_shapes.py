"""The bodies of answers about prices, refunds and order notes, for `/openapi.json`, as in `shapes.py`."""

from __future__ import annotations

from pydantic import BaseModel, Field

from assistant.web.units import Moment, Yuan


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


class _RefundedBefore(BaseModel):
    pieces: list[int] = Field(description="one count for each line of the order")
    goods: Yuan
    freight: Yuan


class Refunded(BaseModel):
    text: str = Field(description="the sum to paste")
    goods: Yuan
    freight: Yuan
    total: Yuan
    reasons: list[str]
    before: list[_RefundedBefore] = Field(description="earlier returns, with what the rules give where none was told")
    order: _Priced
    promotion: _Promotion | None


class OrderNoted(BaseModel):
    ok: bool
    id: int
    text: str = Field(description="the note as it is pasted into the platform's order")

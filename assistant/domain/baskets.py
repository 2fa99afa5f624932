"""What an agent typed to have a price or a refund worked out, read with patience and checked field by field.

Not for working it out (`sums.py`, `return_sums.py`).
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from assistant.domain.promotion_rules import Policy, PromotionRules, RuleName
from assistant.domain.sums import MOST_PIECES, Line

MOST_LINES = 50
_YUAN = re.compile(r"[¥￥]?\s*([0-9]{1,8}(?:\.[0-9]{1,2})?)\s*元?", re.ASCII)
_COUNT = re.compile(r"([0-9]{1,4})\s*[件个双套条]?")
_TYPED = {"type": ["string", "integer"]}


def _plain(value: object) -> str:
    """Text as typed or a whole number, in ordinary digits: input methods write １２９ and 。 as well."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ValueError(f'`{value}` is no text: write it in quotes, e.g. "129.00"')
    return unicodedata.normalize("NFKC", str(value)).strip().replace("。", ".")


def _yuan(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    found = _YUAN.fullmatch(_plain(value))
    if found is None:
        raise ValueError(f"`{value}` is no amount: write yuan from 0 with at most two places, e.g. 129 or 129.90")
    return Decimal(found[1]).quantize(Decimal("0.01"))


def _count(value: object) -> int:
    found = _COUNT.fullmatch(_plain(value))
    if found is None:
        raise ValueError(f"`{value}` is no number of pieces: write a whole number up to {MOST_PIECES}, e.g. 2")
    return int(found[1])


def _some(count: int) -> int:
    if count == 0:
        raise ValueError("0 pieces are nothing: write 1 or more, or leave the line out")
    return count


def _one_line(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


one_line = BeforeValidator(_one_line)
TypedYuan = Annotated[Decimal, BeforeValidator(_yuan), WithJsonSchema(_TYPED)]
TypedCount = Annotated[int, BeforeValidator(_count), WithJsonSchema(_TYPED)]
Title = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$"), one_line]
Id = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\x00]*$")]


class _Typed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class BasketLine(_Typed):
    """`quantity` pieces at `price` yuan each."""

    title: Title = ""
    price: TypedYuan
    quantity: Annotated[TypedCount, BeforeValidator(lambda value: _some(_count(value)))] = 1


class ReturnedLine(BasketLine):
    """A line of an order; `back` pieces of it are sent back."""

    back: TypedCount = 0


class EarlierReturn(_Typed):
    """Pieces that came back before, one count for each line of the order. `goods` and `freight` are yuan paid out for
    them; left out, `goods` is what the rules give."""

    pieces: Annotated[list[TypedCount], Field(max_length=MOST_LINES)]
    goods: TypedYuan | None = None
    freight: TypedYuan = Decimal("0.00")


class _About(_Typed):
    """Whom it is for: the buyer of a conversation (by the platform's id), and one of their orders, whose day counts."""

    conversation: Id | None = None
    platform: Id | None = None
    order: Id | None = None
    region: Title | None = None
    without: Annotated[list[RuleName], Field(max_length=4)] = []


class Basket(_About):
    """What is to be priced; rules named in `without` are left aside, e.g. a coupon the buyer does not have."""

    lines: Annotated[list[BasketLine], Field(min_length=1, max_length=MOST_LINES)]


class Return(_About):
    """An order and what comes back of it now, after what came back `before`, first to last. `paid` is what the whole
    order cost, freight included."""

    lines: Annotated[list[ReturnedLine], Field(min_length=1, max_length=MOST_LINES)]
    before: Annotated[list[EarlierReturn], Field(max_length=MOST_LINES)] = []
    paid: TypedYuan | None = None
    fault: bool = False
    policy: Policy | None = None


def lines_of(basket: Basket | Return) -> list[Line]:
    """The lines as sums take them."""
    return [Line(line.title, line.price, line.quantity) for line in basket.lines]


def rules_without(rules: PromotionRules, names: list[RuleName]) -> PromotionRules:
    """The rules as if those named were not written."""
    nothing = PromotionRules()
    return rules.model_copy(update={name: getattr(nothing, name) for name in names})

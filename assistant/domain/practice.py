"""Practising with scripted buyers: who they are, what they ask, what helps them; and the wall around it.

A practice has a shop of its own beside the real one: same tables, other chats. Not for how buyers behave from moment to
moment (`practice_play.py`) and not for judging the agent (`practice_review.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from assistant.domain.durations import Duration, parse_duration
from assistant.domain.events import Platform
from assistant.domain.scripts import Line, Scripts, Sentence, Slug, Touchpoint

# --- the wall ------------------------------------------------------------------------------------------------------

# No shop of the real world has this in its name (`services/keys.py`), and a practice's shop never stands in the list of
# shops: whatever asks for "all shops" asks for those in the list.
MARK = "/practice/"
# Nobody practises for a quarter of an hour until a reminder comes up.
FOLLOW_UPS_FASTER = 10


def place_of(shop: str, practice: int) -> str:
    """The shop of one practice's chats."""
    return f"{shop}{MARK}{practice}"


def practice_in(place: str) -> tuple[str, int] | None:
    """The real shop and the practice whose chats are in this shop; None for a real shop."""
    shop, mark, number = place.rpartition(MARK)
    return (shop, int(number)) if mark and number.isdecimal() else None


def real_shop(place: str) -> str:
    """The shop whose people are at work in this one: itself, unless it is a practice's."""
    found = practice_in(place)
    return found[0] if found else place


def practised(scripts: Scripts) -> Scripts:
    """The shop's tables as they are practised: reminders come ten times sooner, at any time of day, for everybody."""
    sooner = tuple(_sooner(touchpoint) for touchpoint in scripts.touchpoints)
    return Scripts(**{name: getattr(scripts, name) for name in Scripts.model_fields} | {"touchpoints": sooner})


def _sooner(touchpoint: Touchpoint) -> Touchpoint:
    changed: dict[str, Any] = {"window": None, "holdout": 0}
    for name in ("after", "before_deadline"):
        if (wait := getattr(touchpoint, name)) is not None:
            changed[name] = wait / FOLLOW_UPS_FASTER
    return touchpoint.model_copy(update=changed)


# --- the scripted buyers -------------------------------------------------------------------------------------------

Amount = Annotated[str, StringConstraints(pattern=r"^\d{1,7}(\.\d{1,2})?$")]
Several = Annotated[tuple[Line, ...], Field(min_length=1, max_length=20)]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Item(_Row):
    """Something the practice's shop sells."""

    id: Slug
    title: Line
    price: Amount
    stock: Annotated[int, Field(ge=0)] = 100


class PracticePromotion(_Row):
    """What runs in the practice's shop as long as one practises."""

    id: Slug
    title: Line
    text: Line


class Order(_Row):
    item: Slug
    amount: Amount


class Act(_Row):
    """One thing a buyer does after an answer that helped: says something, orders, or pays what was ordered."""

    say: Line | None = None
    order: Order | None = None
    pay: Literal[True] | None = None
    after: Duration | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if sum(one is not None for one in (self.say, self.order, self.pay)) != 1:
            raise ValueError("a buyer does one thing at a time: write one of `say`, `order`, `pay`")
        return self


class Help(_Row):
    """What an answer must hold to help; everything stated must hold. Recognised as in real chats: by the reply it
    came from, by what it announces, asks or promises, and by words read with the shop's synonyms."""

    situation: Slug | None = None
    tells: Literal["promotion"] | None = None
    asks: Literal[True] | None = None
    promises: Literal[True] | None = None
    words: tuple[Several, ...] = ()
    unless: tuple[Line, ...] = ()

    @model_validator(mode="after")
    def _states_something(self) -> Self:
        if not (self.situation or self.tells or self.asks or self.promises or self.words):
            raise ValueError("nothing is asked of the answer: write `words`, `situation`, `tells`, `asks`, `promises`")
        return self


class Turn(_Row):
    """A question, in one or more messages, or (`quiet`) a silence in which the agent is to come back by herself.

    Any one of `reached` will do, and without it any answer. `otherwise` are the words to answers that do not help, one
    after the other; then the buyer leaves.
    """

    goal: Line
    ask: tuple[Line, ...] = ()
    quiet: Duration | None = None
    reached: tuple[Help, ...] = ()
    otherwise: tuple[Line, ...] = ()
    then: tuple[Act, ...] = ()

    @model_validator(mode="after")
    def _asks_or_is_quiet(self) -> Self:
        if bool(self.ask) == (self.quiet is not None):
            raise ValueError("a turn asks something or waits quietly: write one of `ask` and `quiet`")
        return self


class Past(_Row):
    title: Line
    amount: Amount


class ScriptedBuyer(_Row):
    """A buyer to practise with. `about` is what the agent reads before choosing."""

    id: Slug
    nickname: Line
    about: Sentence
    turns: Annotated[tuple[Turn, ...], Field(min_length=1, max_length=20)]
    platform: Platform = "taobao"
    tier: Literal["none", "regular", "senior", "vip", "supreme"] = "none"
    province: Line | None = None
    city: Line | None = None
    tags: tuple[Line, ...] = ()
    past: Annotated[tuple[Past, ...], Field(max_length=10)] = ()
    item: Slug | None = None
    patience: Duration = parse_duration("60s")
    impatient: tuple[Line, ...] = ("在吗", "人呢？？")
    leaves: Line = "算了，我去别家看看"


class Cast(_Row):
    """Everybody one can practise with, and what their shop sells."""

    items: tuple[Item, ...] = ()
    promotions: tuple[PracticePromotion, ...] = ()
    buyers: tuple[ScriptedBuyer, ...] = ()

    def buyer(self, id: str) -> ScriptedBuyer | None:
        return self._buyers.get(id)

    @cached_property
    def titles(self) -> Mapping[str, str]:
        return {item.id: item.title for item in self.items}

    @cached_property
    def _buyers(self) -> Mapping[str, ScriptedBuyer]:
        return {buyer.id: buyer for buyer in self.buyers}

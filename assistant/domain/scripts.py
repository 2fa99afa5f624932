"""The trainers' tables as values: situations with their replies, touchpoints, quick replies, the shop's
handbook, promotions and checks.

Not for reading YAML (`yaml_tables.py`), nor for recognising (`recognition.py`) or rendering (`templates.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from assistant.domain.check_rows import Check
from assistant.domain.durations import Duration
from assistant.domain.promotion_rules import Policy, PromotionRules
from assistant.domain.series import Series, series_of

Stage = Literal["presale", "insale", "aftersale"]
STAGES: tuple[Stage, ...] = get_args(Stage)
# Ids stand in addresses and in `situation/reply`: no spaces, no slashes.
Slug = Annotated[str, StringConstraints(pattern=r"^\w[\w.-]*$", max_length=60)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
Scalar = str | int | float | bool


class _Row(BaseModel):
    # By either name: YAML and JSON say `for` and `from`, which Python code cannot.
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class Reply(_Row):
    """One way to say it. `for_` says whom it is for (see `conditions.py`); the most specific wins."""

    id: Slug
    text: Words
    for_: Mapping[str, object] = Field(default_factory=dict, validation_alias="for", serialization_alias="for")
    tells: Slug | None = None


class Situation(_Row):
    """A row of the situation-response table. Without phrases it is recognised by state alone."""

    id: Slug
    name: Line
    goal: Sentence
    replies: Annotated[tuple[Reply, ...], Field(min_length=1, max_length=200)]
    stage: Stage | None = None
    phrases: tuple[Sentence, ...] = ()
    when: Mapping[str, object] = Field(default_factory=dict)
    record: tuple[Literal["item", "size", "quantity", "alternative"], ...] = ()


class Window(_Row):
    """When a touchpoint may come up, in the shop's time zone; `to` before `from` reaches over midnight."""

    from_: str = Field(validation_alias="from", serialization_alias="from", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    to: str = Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")
    outside: Literal["next_window", "drop"] = "next_window"


class Cap(_Row):
    """At most `count` touches of one `key` within a time; only what was really sent counts."""

    per: Literal["buyer", "order", "conversation"] = "buyer"
    count: Annotated[int, Field(ge=1)]
    within: Duration
    key: Slug


class Goal(_Row):
    fact: str
    within: Duration


class Touchpoint(_Row):
    """A row of the touchpoint table: after a fact come back, unless something speaks against it.

    `on` names the fact. With `every` it comes up again and again (`series.py`), for each buyer from that fact on. On
    `agent.promised` without `after` it keeps promises: each comes up at the time that was said.
    """

    id: Slug
    name: Line
    on: str = ""
    every: Mapping[str, object] = Field(default_factory=dict)
    after: Duration | None = None
    before_deadline: Duration | None = None
    audience: Mapping[str, object] = Field(default_factory=dict)
    restart_on: tuple[str, ...] = ()
    until: tuple[str, ...] = ()
    window: Window | None = None
    cap: Cap | None = None
    merge: Literal["buyer"] | None = None
    channel: Literal["chat", "phone", "sms", "email"] = "chat"
    reply: str
    goal: Goal | None = None
    holdout: Annotated[float, Field(ge=0, le=1)] = 0

    @model_validator(mode="after")
    def _one_start(self) -> Self:
        if not self.on and not self.every:
            raise ValueError("a touchpoint starts with a fact: write it as `on`")
        if self.after is not None and self.before_deadline is not None:
            raise ValueError("write `after` or `before_deadline`, not both")
        return self

    @property
    def keeps_promises(self) -> bool:
        """Whether its time is what an agent named."""
        timed = self.after is not None or self.before_deadline is not None or bool(self.every)
        return self.on == "agent.promised" and not timed

    @cached_property
    def series(self) -> Series | None:
        """When it recurs; None for what comes up once."""
        return series_of(self.every) if self.on else None


class QuickReply(_Row):
    """A text an agent looks up by typing: title, shortcut and text are searched.

    `when` says for which moments it is meant: there it comes first, elsewhere last, and nowhere is it hidden.
    """

    id: Slug
    title: Line
    text: Words
    # Tables are read back as they were written, so what is left out must be allowed to be there.
    group: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] = ""
    shortcut: str | None = None
    stage: Stage | None = None
    when: Mapping[str, object] = Field(default_factory=dict)
    # The one that Alt+0 inserts: it says by when the agent will be back.
    holding: bool = False
    # The hash of a picture that the shop keeps: it is copied when the reply is chosen.
    image: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None


def _joined(value: object) -> object:
    """Several values (carriers, gifts) are read out as one."""
    if isinstance(value, (list, tuple)) and value and all(isinstance(one, str) for one in value):
        return "、".join(value)
    return value


class HandbookEntry(_Row):
    """One entry of the shop's handbook (口径表), `{{ shop.<key> }}` in replies; valid on both days too.

    `label` is what agents call it.
    """

    value: Annotated[Scalar, BeforeValidator(_joined)]
    label: Line | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError("`valid_from` is after `valid_to`: swap the two days")
        return self


class _Named(_Row):
    id: Slug
    name: Line
    for_: Mapping[str, object] = Field(default_factory=dict, validation_alias="for", serialization_alias="for")
    valid_from: date | None = None
    valid_to: date | None = None
    returns: Policy = "proportional"

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError("`valid_from` is after `valid_to`: swap the two days")
        return self


# The rules come last, so that tables are written with the name first.
class Promotion(PromotionRules, _Named):
    """A row of the promotions: the whole of what makes an order cheaper for some buyers, valid on both days too.

    `returns` is how the shop counts what comes back.
    """

    @property
    def dated(self) -> bool:
        return bool(self.valid_from or self.valid_to)

    def valid_on(self, day: date) -> bool:
        """Whether the rules hold on this day of the shop."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)


class Scripts(_Row):
    """One whole version of the trainers' tables.

    `spare` holds situations that are never suggested: touchpoints of other tables find their replies there.
    """

    situations: tuple[Situation, ...] = ()
    touchpoints: tuple[Touchpoint, ...] = ()
    quick_replies: tuple[QuickReply, ...] = ()
    shop: Mapping[str, HandbookEntry] = Field(default_factory=dict)
    small_talk: tuple[str, ...] = ()
    synonyms: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    promotions: tuple[Promotion, ...] = ()
    checks: tuple[Check, ...] = ()
    # Lists that the words of checks may name: <微信>.
    check_words: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    spare: tuple[Situation, ...] = ()

    def content(self) -> str:
        """The whole as it is kept and handed over: JSON text that reads back as the same tables."""
        return self.model_dump_json(by_alias=True)

    def situation(self, id: str) -> Situation | None:
        return self._situations.get(id)

    def touchpoint(self, id: str) -> Touchpoint | None:
        return self._touchpoints.get(id)

    def started_by(self, fact: str) -> tuple[Touchpoint, ...]:
        """The touchpoints whose clock this fact starts."""
        return self._started_by.get(fact, ())

    @cached_property
    def promise(self) -> Touchpoint | None:
        """The touchpoint that keeps promises."""
        return next((row for row in self.touchpoints if row.keeps_promises), None)

    @cached_property
    def holding(self) -> QuickReply | None:
        """What Alt+0 inserts."""
        return next((row for row in self.quick_replies if row.holding), None)

    # Looked up with every message: looking through the tables each time costs more than all the rest of it.

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The template of every reply by its name in full, `situation/reply`."""
        rows = (*self.spare, *self.situations)
        return {f"{row.id}/{reply.id}": reply.text for row in rows for reply in row.replies}

    @cached_property
    def _situations(self) -> Mapping[str, Situation]:
        return {row.id: row for row in self.situations}

    @cached_property
    def _touchpoints(self) -> Mapping[str, Touchpoint]:
        return {row.id: row for row in self.touchpoints}

    @cached_property
    def _started_by(self) -> Mapping[str, tuple[Touchpoint, ...]]:
        # Promises bring their own time, so their clocks are started elsewhere.
        started = [row for row in self.touchpoints if row.on and not row.keeps_promises]
        return {fact: tuple(row for row in started if row.on == fact) for fact in {row.on for row in started}}

    @cached_property
    def recording(self) -> Mapping[str, Situation]:
        """The situations whose fields the agent is asked to write down."""
        return {row.id: row for row in self.situations if row.record}

    @cached_property
    def watched(self) -> frozenset[str]:
        """The facts that stop or restart some touchpoint's clock."""
        return frozenset(name for row in self.touchpoints for name in (*row.until, *row.restart_on))

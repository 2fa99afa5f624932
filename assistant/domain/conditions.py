"""Conditions: for whom a reply is, when a situation is possible, which buyers a touchpoint is about.

A condition maps paths to what is asked of them: `value`, `[any of these]`, `{min: 1, max: 9}` (both
inclusive) or `{not: any of the former}`; all paths must hold. Not for collecting the values: the caller does.

A path whose value is absent or None is *unknown*: a condition on it does not hold, not even with `not`,
unless the caller says `unknown_holds`: then what nobody knows rules nothing out. An empty list is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Literal, get_args

from assistant.domain.events import Platform
from assistant.domain.scripts import Reply, Situation

Condition = Mapping[str, object]
Kind = Literal["word", "text", "number", "yesno", "words"]

MOST_TIES = 20
ORDER_STATES = (
    "created", "unpaid", "paid", "part_shipped", "shipped", "signed", "done", "closed_unpaid",
    "closed_refunded", "locked",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ConditionPath:
    """What a path means, and what its value is.

    `word`: one of `values`; `text`: any text; `words`: several at once, any of them counts. A number is never below
    `least` nor above `most`; one that has a `most` counts in whole steps. `first`: where
    several values are there at once, of rows for one each the one listed first is meant, and that is no tie.
    """

    meaning: str
    kind: Kind
    values: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    first: bool = False

    @property
    def every(self) -> tuple[object, ...]:
        """All values there can be; none where they are too many to name."""
        if self.kind == "yesno":
            return True, False
        if self.least is not None and self.most is not None:
            return tuple(range(self.least, self.most + 1))
        return self.values


CONDITION_PATHS: Mapping[str, ConditionPath] = {
    "order.state": ConditionPath(
        "state of the buyer's latest order, `none` without one", "word", ("none", *ORDER_STATES)
    ),
    "order.amount": ConditionPath("amount of the order in yuan", "number", least=0),
    "order.source": ConditionPath("where the order came from, e.g. jhs", "text"),
    "order.cod": ConditionPath("the order is paid on delivery", "yesno"),
    "order.presale": ConditionPath("the order is paid in stages (deposit, balance)", "yesno"),
    "order.age_minutes": ConditionPath("minutes since the order was made", "number", least=0),
    "order.minutes_to_deadline": ConditionPath("minutes left to pay", "number"),
    "order.item.kind": ConditionPath(
        "kinds of the order's items", "words", ("traffic", "profit", "campaign", "exclusive"), first=True
    ),
    "order.item.category": ConditionPath("categories of the order's items", "words", first=True),
    "buyer.purchases": ConditionPath("bought never before, once, or more often", "word", ("new", "second", "repeat")),
    "buyer.tier": ConditionPath("tier of membership", "word", ("none", "regular", "senior", "vip", "supreme")),
    "buyer.rfm": ConditionPath("RFM group: A regular, B active, C sleeping, D lost", "word", ("A", "B", "C", "D")),
    "buyer.stage": ConditionPath(
        "stage of the buyer's life with the shop", "word", ("potential", "new", "old", "loyal")
    ),
    "buyer.tags": ConditionPath("tags put on the buyer", "words"),
    "buyer.province": ConditionPath("province the buyer lives in", "text"),
    "buyer.spent": ConditionPath("yuan paid so far", "number", least=0),
    "buyer.last_paid_days": ConditionPath("days since the last payment", "number", least=0),
    "conversation.platform": ConditionPath("platform of the conversation", "word", get_args(Platform)),
    "conversation.told": ConditionPath("what was announced in this conversation, e.g. promotion", "words"),
    "conversation.waiting_seconds": ConditionPath("seconds the buyer has been waiting", "number", least=0),
    "shop.campaign": ConditionPath("title of the promotion running now, `none` without one", "text"),
    "now.hour": ConditionPath("hour of the shop's day, 0 to 23", "number", least=0, most=23),
    "now.weekday": ConditionPath("day of the week, 1 Monday to 7 Sunday", "number", least=1, most=7),
}


# --- does it hold? ---


def holds(condition: Condition, facts: Mapping[str, object], *, unknown_holds: bool = False) -> bool:
    """Whether every path of the condition holds for `facts`.

    `facts` are values by path: amounts in yuan, several values (tags, kinds) as a list.
    """
    for path, asked in condition.items():
        value = facts.get(path)
        if value is None:
            if not unknown_holds:
                return False
        elif not _meets(value, asked):
            return False
    return True


def can_hold(path: str, asked: object) -> bool:
    """Whether any value the path can have meets what is asked; where they are too many to try, yes."""
    known = CONDITION_PATHS[path]
    return known.kind == "words" or not known.every or any(_meets(value, asked) for value in known.every)


def _meets(value: object, asked: object) -> bool:
    if isinstance(asked, str) and isinstance(value, str):
        return value == asked
    if isinstance(asked, Mapping) and "not" in asked:
        return not _meets(value, asked["not"])
    if isinstance(value, (list, tuple, AbstractSet)):
        return any(_meets(one, asked) for one in value)
    if isinstance(asked, Mapping):
        return _in_range(value, asked.get("min"), asked.get("max"))
    if isinstance(asked, (list, tuple)):
        return any(_same(value, one) for one in asked)
    return _same(value, asked)


def _in_range(value: object, low: object, high: object) -> bool:
    number = number_of(value)
    if number is None:
        return False
    least, most = number_of(low), number_of(high)
    return (least is None or number >= least) and (most is None or number <= most)


def number_of(value: object) -> int | Decimal | None:
    """A value as a number that compares exactly, or None when it is none; true and false are none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        # 5.1 as a float is a little less than 5.10 yuan as a Decimal: compare what people wrote.
        return Decimal(str(value))
    return value if isinstance(value, (int, Decimal)) else None


def _same(value: object, asked: object) -> bool:
    # True == 1 in Python, but "cash on delivery" is not "one".
    if isinstance(value, bool) or isinstance(asked, bool):
        return value is asked
    left, right = number_of(value), number_of(asked)
    return left == right if left is not None and right is not None else value == asked


# --- which one is meant? ---


def specificity(condition: Condition) -> int:
    """How narrow a condition is: first the number of paths, then how little each of them lets through.

    A single value is narrower than a list, a short list than a long one, then ranges, then `not`.
    """
    return sum(100 + _narrowness(asked) for asked in condition.values())


def _narrowness(asked: object) -> int:
    if isinstance(asked, (list, tuple)):
        return max(3, 10 - len(asked))
    if isinstance(asked, Mapping):
        return 0 if "not" in asked else len(asked)
    return 9


def best_reply(situation: Situation, context: Mapping[str, object], *, unknown_holds: bool = False) -> Reply | None:
    """The most specific reply whose `for` holds, or None.

    Equal specificity cannot decide here: `ties` finds every pair that could meet, and the check refuses the
    table. Were it never checked, the reply listed first wins, so that the answer is always the same.
    """
    fitting = [reply for reply in situation.replies if holds(reply.for_, context, unknown_holds=unknown_holds)]
    return max(fitting, key=lambda reply: specificity(reply.for_), default=None)


def ties(conditions: Sequence[Condition]) -> list[tuple[int, int]]:
    """Pairs (earlier, later) that are equally specific and can hold at once.

    Left out are pairs for which a narrower third condition holds whenever both do: then that one decides.
    At most the first MOST_TIES are named.
    """
    return list(islice(_tied(conditions), MOST_TIES))


def _tied(conditions: Sequence[Condition]) -> Iterator[tuple[int, int]]:
    narrow = [specificity(condition) for condition in conditions]
    for b, later in enumerate(conditions):
        for a, earlier in enumerate(conditions[:b]):
            if narrow[a] == narrow[b] and _can_meet(earlier, later) and not _settled(earlier, later, conditions):
                yield a, b


def _settled(a: Condition, b: Condition, others: Sequence[Condition]) -> bool:
    """Whether some narrower condition holds whenever both a and b do."""
    floor = specificity(a)
    both = [*a.items(), *b.items()]
    return any(specificity(c) > floor and all(item in both for item in c.items()) for c in others)


def _can_meet(a: Condition, b: Condition) -> bool:
    return all(_overlap(path, a[path], b[path]) for path in a.keys() & b.keys())


def _overlap(path: str, one: object, other: object) -> bool:
    """Whether some value meets both; where that is hard to know, yes."""
    known = CONDITION_PATHS.get(path)
    if known is None or known.kind == "words":
        return known is None or not (known.first and _apart(one, other))
    if known.every:
        return any(_meets(value, one) and _meets(value, other) for value in known.every)
    return any(_meets(value, one) and _meets(value, other) for value in (*_samples(one), *_samples(other)))


def _apart(one: object, other: object) -> bool:
    """Whether two plain values, or lists of them, have none in common."""
    if isinstance(one, Mapping) or isinstance(other, Mapping):
        return False
    return not any(_same(a, b) for a in _samples(one) for b in _samples(other))


def _samples(asked: object) -> list[object]:
    """Values at the edges of what is asked: two ranges that overlap share one of their edges."""
    if isinstance(asked, Mapping):
        inner = _samples(asked["not"]) if "not" in asked else []
        edges = [edge for edge in (asked.get("min"), asked.get("max")) if edge is not None]
        return [*edges, *_beside(inner), "\0anything else", *_beside(edges)]
    return list(asked) if isinstance(asked, (list, tuple)) else [asked]


def _beside(values: Sequence[object]) -> list[object]:
    numbers = [number for value in values if (number := number_of(value)) is not None]
    step = Decimal("0.001")
    return [moved for number in numbers for moved in (number - step, number + step)]

"""Finds the reply that is meant by a name or by what is known now. Not for filling it (`templates.py`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from assistant.domain.conditions import best_reply, holds, specificity
from assistant.domain.scripts import Reply, Scripts, Situation
from assistant.domain.templates import Rendered, render


@dataclass(frozen=True, slots=True)
class Found:
    """A reply and the situation it belongs to; `script` is how a message event names it."""

    situation: Situation
    reply: Reply

    @property
    def script(self) -> str:
        return f"{self.situation.id}/{self.reply.id}"


def find_reply(scripts: Scripts, name: str, context: Mapping[str, object]) -> Found | None:
    """The reply a touchpoint names, or None.

    In this order: `situation/reply`, a situation (its best reply for `context`), a reply id that only one
    situation has. The spare situations are asked when the own ones know no such name.
    """
    return _among(scripts.situations, name, context) or _among(scripts.spare, name, context)


def _among(situations: Iterable[Situation], name: str, context: Mapping[str, object]) -> Found | None:
    rows = tuple(situations)
    row = next((row for row in rows if row.id == name), None)
    if row is not None and "/" not in name:  # no reply is called so: looking at all of them costs more than the rest
        return Found(row, best_reply(row, context) or row.replies[0])
    found = [Found(row, reply) for row in rows for reply in row.replies if name in (reply.id, f"{row.id}/{reply.id}")]
    exact = next((one for one in found if one.script == name), None)
    if exact or row is None:
        return exact or (found[0] if len(found) == 1 else None)
    return Found(row, best_reply(row, context) or row.replies[0])


def sendable_reply(
    situation: Situation,
    context: Mapping[str, object],
    values: Mapping[str, object],
    withdrawn: Callable[[Reply], bool] = lambda _: False,
) -> tuple[Reply, Rendered] | None:
    """The most specific reply that can be sent now, filled; else the most specific with what it misses.

    One that is `withdrawn` cannot be sent.
    """
    fitting = [reply for reply in situation.replies if holds(reply.for_, context)]
    best: tuple[Reply, Rendered] | None = None
    if len(fitting) > 1:
        fitting.sort(key=lambda reply: -specificity(reply.for_))
    for reply in fitting:
        filled = reply, render(reply.text, values)
        if filled[1].sendable and not withdrawn(reply):
            return filled
        best = best or filled
    return best


def completed(custom: Scripts, shipped: Scripts) -> Scripts:
    """`custom` with what it lacks from `shipped`; shipped touchpoints still find the shipped replies.

    A shop that wrote its own handbook has its own prices: the shipped promotions are not promised in its name.
    """
    return Scripts(
        touchpoints=custom.touchpoints or shipped.touchpoints,
        quick_replies=custom.quick_replies or shipped.quick_replies,
        shop=custom.shop or shipped.shop,
        promotions=custom.promotions or (() if custom.shop else shipped.promotions),
        small_talk=custom.small_talk or shipped.small_talk,
        synonyms=custom.synonyms or shipped.synonyms,
        checks=custom.checks or shipped.checks,
        # A list of one's own takes the place of the shipped one of that name, also in the shipped checks.
        check_words={**shipped.check_words, **custom.check_words},
        situations=custom.situations or shipped.situations,
        spare=shipped.situations if custom.situations else (),
    )

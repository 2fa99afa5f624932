"""What must be right inside the trainers' rows beyond their shape: names of facts, paths, variables, replies.

Not for reading files (`yaml_tables.py`): places start at the row, so that a page can use these checks too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from assistant.domain import condition_checks, conditions, promotions, series, template_checks
from assistant.domain.blanks import has_blank
from assistant.domain.facts import FACTS
from assistant.domain.problems import Problem, nearest
from assistant.domain.promises import promised_by
from assistant.domain.scripts import Promotion, QuickReply, Reply, Situation, Touchpoint

_SOME_DAY = datetime(2026, 1, 1, 12, tzinfo=UTC)


def situation_problems(row: Situation, shop: Iterable[str] = (), *, whole: bool = True) -> Iterator[Problem]:
    """What is wrong in a situation; `shop` are the handbook's keys, to find mistyped ones.

    A row that is not `whole` may have lost a `for`, so its ties are not judged.
    """
    yield from (problem.under("when") for problem in condition_checks.check(row.when))
    first: dict[str, int] = {}
    for at, reply in enumerate(row.replies):
        yield from (problem.under("replies", at) for problem in _reply_problems(reply, tuple(shop)))
        if first.setdefault(reply.id, at) != at:
            advice = "reply ids are unique within their situation: choose another"
            yield Problem(f"the reply id `{reply.id}` is used twice in `{row.id}`", advice, ("replies", at, "id"))
    if whole:
        yield from _tie_problems(row)


def _reply_problems(reply: Reply, shop: tuple[str, ...]) -> Iterator[Problem]:
    yield from (problem.under("for") for problem in condition_checks.check(reply.for_))
    yield from (problem.under("text") for problem in text_problems(reply.text, shop))


def text_problems(text: str, shop: Iterable[str] = ()) -> list[Problem]:
    """What is wrong in a template, mistyped handbook entries included."""
    found = template_checks.check(text)
    if found:
        return found
    known = {f"shop.{key}" for key in shop}
    used = [name for name in template_checks.variables(text) if name.startswith("shop.") and name not in known]
    near = [(name, nearest(name, known, at_least=80)) for name in used]
    return [Problem(f"the handbook has no `{name}`", f"did you mean `{one}`?", words=name) for name, one in near if one]


def _tie_problems(row: Situation) -> Iterator[Problem]:
    for earlier, later in conditions.ties([reply.for_ for reply in row.replies]):
        a, b = row.replies[earlier], row.replies[later]
        advice = "give one of them a narrower `for`, or add a reply for buyers both are meant for"
        if not a.for_ and not b.for_:
            advice = "only one reply of a situation can be for everybody: give the others a `for`"
        message = f"the replies `{a.id}` and `{b.id}` tie: both fit and neither is more specific"
        yield Problem(message, advice, ("replies", later, "for") if b.for_ else ("replies", later))


def quick_reply_problems(row: QuickReply, shop: Iterable[str] = ()) -> Iterator[Problem]:
    """What is wrong in a quick reply; the one that Alt+0 inserts goes in as it is, and must say a time."""
    yield from (problem.under("when") for problem in condition_checks.check(row.when))
    yield from (problem.under("text") for problem in text_problems(row.text, shop))
    if not row.holding:
        return
    if template_checks.variables(row.text) or has_blank(row.text):
        yield Problem(
            "the holding reply has something to fill in", "write plain words: Alt+0 inserts it at once", ("text",)
        )
    elif promised_by(row.text, _SOME_DAY, UTC) is None:
        advice = "write it into the text, e.g. 2分钟内回您: that time is the promise"
        yield Problem("the holding reply does not say by when the agent will be back", advice, ("text",))


def touchpoint_problems(row: Touchpoint, situations: Iterable[Situation]) -> Iterator[Problem]:
    """What is wrong in a touchpoint; its reply must be found among `situations`."""
    if row.on:
        yield from _fact_problems(row.on, "on")
    if row.keeps_promises and row.restart_on:
        yield Problem(
            "a promise is due when it was promised: nothing restarts it", "leave `restart_on` out", ("restart_on",)
        )
    if row.every:
        yield from _series_problems(row)
    for key, names in (("restart_on", row.restart_on), ("until", row.until)):
        for at, name in enumerate(names):
            yield from _fact_problems(name, key, at)
    if row.goal:
        yield from _fact_problems(row.goal.fact, "goal", "fact")
    yield from (problem.under("audience") for problem in condition_checks.check(row.audience))
    yield from _reply_name_problems(row.reply, tuple(situations))


def _series_problems(row: Touchpoint) -> Iterator[Problem]:
    yield from (problem.under("every") for problem in series.problems(row.every))
    if not row.on:
        yield Problem(
            "nothing starts this series", "write in `on` from which fact on it counts", ("every",), at_key=True
        )
    for key in ("after", "before_deadline", "restart_on", "merge"):
        if getattr(row, key):
            yield Problem(f"what recurs keeps to its days: `{key}` says nothing here", f"leave `{key}` out", (key,))


def _fact_problems(name: str, *place: str | int) -> Iterator[Problem]:
    if name not in FACTS:
        near = nearest(name, FACTS)
        advice = f"did you mean `{near}`?" if near else "use a fact of the list in docs/tables.md"
        yield Problem(f"unknown fact `{name}`", advice, place)


def _reply_name_problems(name: str, situations: tuple[Situation, ...]) -> Iterator[Problem]:
    scripts = [f"{row.id}/{reply.id}" for row in situations for reply in row.replies]
    ids = [reply.id for row in situations for reply in row.replies]
    if name in scripts or ids.count(name) == 1 or any(row.id == name for row in situations):
        return
    if name in ids:
        several = ", ".join(one for one in scripts if one.endswith(f"/{name}"))
        yield Problem(f"several situations have a reply `{name}`", f"write one of: {several}", ("reply",))
        return
    near = nearest(name, {*scripts, *ids, *(row.id for row in situations)})
    advice = f"did you mean `{near}`?" if near else "write the id of a situation, or situation/reply"
    if not situations:
        advice = "write the situation it belongs to first"
    yield Problem(f"no reply is called `{name}`" if name else "`reply` is empty", advice, ("reply",))


def shop_problems(shop: Mapping[str, object]) -> Iterator[Problem]:
    """Handbook keys that no template could name."""
    advice = "use small letters, digits and _, e.g. free_shipping"
    for key in shop:
        if template_checks.check(f"{{{{ shop.{key} }}}}"):
            yield Problem(f"`{key}` cannot be a handbook key", advice, (key,), at_key=True)


def promotion_problems(row: Promotion) -> Iterator[Problem]:
    """What is wrong in a promotion by itself."""
    yield from (problem.under("for") for problem in condition_checks.check(row.for_))


def promotion_ties(rows: Sequence[Promotion]) -> Iterator[tuple[int, Problem]]:
    """(position, problem) of each promotion that could hold for the same buyer at the same time as an earlier one."""
    for earlier, later in promotions.ties(rows):
        a, b = rows[earlier], rows[later]
        advice = "give one of them a narrower `for`, or days that do not overlap"
        message = f"the promotions `{a.id}` and `{b.id}` tie: both can hold for a buyer on the same day"
        yield later, Problem(message, advice, ("for",) if b.for_ else ("id",))

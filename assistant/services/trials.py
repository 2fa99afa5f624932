"""Wordings on trial: begun and ended by trainers, shown to buyers by their arm, and what came of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from assistant import store
from assistant.domain.check_tables import template_hits
from assistant.domain.drafts import mark
from assistant.domain.errors import Conflict, InvalidInput, NotFound
from assistant.domain.script_checks import text_problems
from assistant.domain.script_rows import Name, value_of, written
from assistant.domain.scripts import Reply, Situation
from assistant.domain.template_checks import variables
from assistant.domain.templates import LONGEST_TEXT, Rendered, render
from assistant.domain.trials import MEASURES, MOST_ARMS, Result, Trial, arm_of, results
from assistant.services import drafts
from assistant.services.desk import Desk, Shop
from assistant.store.trials import Seen

MOST_LISTED = 50


class Worded(NamedTuple):
    """A reply with its words, and the trial and arm these are of."""

    reply: Reply
    rendered: Rendered
    trial: int | None = None
    arm: int | None = None


def worded(
    shop: Shop, situation: Situation, reply: Reply, rendered: Rendered, values: Mapping[str, object], buyer: int
) -> Worded:
    """The words for this buyer: those of their arm while the reply is on trial."""
    trial = shop.trials.get(f"{situation.id}/{reply.id}")
    if trial is None or not rendered.sendable or not trial.fits(reply.text):
        return Worded(reply, rendered)
    arm = arm_of(trial.id, buyer, len(trial.texts))
    return Worded(reply, rendered if arm == 0 else render(trial.texts[arm], values), trial.id, arm)


# --- begun and ended -------------------------------------------------------------------------------------------------


def start(desk: Desk, name: str, others: Sequence[str], measure: str, *, by: str) -> int:
    """Put `others` beside the published text of `situation/reply`. Raises InvalidInput, NotFound, Conflict."""
    published = published_text(desk.shop, name)
    if name in store.trials.running(desk.tx, desk.shop.id):
        raise Conflict(f"{name} is on trial already: end that first", reason="on_trial")
    kind = next((one for one in MEASURES if one == measure), None)
    if kind is None:
        raise InvalidInput(f"{measure!r} is no measure: one of {', '.join(MEASURES)}", reason="no_measure")
    texts = (published, *(text for one in others if (text := one.replace("\r\n", "\n").strip())))
    _refuse(desk.shop, texts)
    situation, _, reply = name.partition("/")
    trial = Trial(0, desk.shop.id, situation, reply, texts, kind, desk.now, by)
    id = store.trials.add(desk.tx, trial)
    desk.announce()
    return id


def published_text(shop: Shop, name: str) -> str:
    """The text of a reply that cards may show. Raises NotFound."""
    situation, _, reply = name.partition("/")
    row = shop.scripts.situation(situation)
    found = next((one for one in row.replies if one.id == reply), None) if row else None
    if found is None:
        raise NotFound(f"there is no reply {name!r}: choose one that is published")
    return found.text


def _refuse(shop: Shop, texts: Sequence[str]) -> None:
    if not 2 <= len(texts) <= MOST_ARMS:
        raise InvalidInput(f"write 1 to {MOST_ARMS - 1} other texts", reason="trial_arms", most=MOST_ARMS - 1)
    if len(set(texts)) < len(texts):
        raise InvalidInput("two of the texts are the same", reason="trial_same")
    usual = set(variables(texts[0]))
    for text in texts[1:]:
        _refuse_one(shop, text, usual)


def _refuse_one(shop: Shop, text: str, usual: set[str]) -> None:
    if len(text) > LONGEST_TEXT:
        message = f"a text has at most {LONGEST_TEXT} characters"
        raise InvalidInput(message, reason="too_long", most=LONGEST_TEXT, n=len(text))
    problems = text_problems(text, shop.scripts.shop)
    if problems:
        raise InvalidInput(str(problems[0].message), reason="reply_variable", words=problems[0].words or "{{")
    more = [name for name in variables(text) if name not in usual]
    if more:
        # Whoever lacks this value would see no card: the arms would not be alike.
        raise InvalidInput(f"the published text has no {more[0]}", reason="trial_variable", words=more[0])
    stopped = next((hit for hit in template_hits(shop.checks, text) if hit.severity == "block"), None)
    if stopped is not None:
        message, words = f"{stopped.code} {stopped.name}: {stopped.words}", stopped.words
        raise InvalidInput(message, reason="reply_blocked", words=words, why=stopped.reason, instead=stopped.instead)


def end(desk: Desk, id: int, keep: int | None, *, by: str) -> None:
    """End a trial. The arm to `keep` becomes a draft of its row, unless it is the published one; publishing is as ever.
    None: nothing is kept. Raises NotFound, InvalidInput, Conflict."""
    trial = store.trials.get(desk.tx, desk.shop.id, id)
    if trial is None:
        raise NotFound(f"there is no trial {id} in this shop")
    if keep is not None and not 0 <= keep < len(trial.texts):
        raise InvalidInput(f"there is no text {keep} in this trial", reason="trial_arm")
    if not store.trials.end(desk.tx, desk.shop.id, id, desk.now, by, keep):
        raise Conflict("this trial has ended already", reason="trial_ended")
    if keep:
        _draft(desk, trial, trial.texts[keep], by)
    desk.announce()


def _draft(desk: Desk, trial: Trial, text: str, by: str) -> None:
    name = Name("situations", trial.situation)
    before = drafts.take(desk.tx, desk.shop.id).text(name)
    value: Any = value_of(before) if before is not None else None
    replies = value.get("replies", []) if isinstance(value, dict) else []
    row = next((one for one in replies if isinstance(one, dict) and one.get("id") == trial.reply), None)
    if row is None or str(row.get("text", "")).strip() != trial.texts[0]:
        raise Conflict("the reply was changed in the draft meanwhile: end without keeping", reason="trial_moved")
    row["text"] = text
    drafts.write(desk, name, written("situations", value), seen=mark(before), author=by)


# --- looked at -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TrialView:
    """A trial, what people call its situation, and whether the reply is still what it was when the trial began."""

    trial: Trial
    situation: str
    fits: bool
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReportView:
    """A trial with each arm in numbers and what may be said of it."""

    of: TrialView
    seen: tuple[Seen, ...]
    results: tuple[Result, ...]


def listed(tx: store.Transaction, shop: Shop) -> tuple[list[TrialView], bool]:
    """Running ones first, and whether there are older ones than those listed."""
    found = store.trials.listed(tx, shop.id, MOST_LISTED + 1)
    people = store.users.names_of(tx, shop.id)
    return [_view(shop, trial, people) for trial in found[:MOST_LISTED]], len(found) > MOST_LISTED


def report(tx: store.Transaction, shop: Shop, id: int, now: datetime) -> ReportView:
    """What came of a trial so far. Raises NotFound."""
    trial = store.trials.get(tx, shop.id, id)
    if trial is None:
        raise NotFound(f"there is no trial {id} in this shop")
    found = results(store.trials.arms(tx, trial, now))
    view = _view(shop, trial, store.users.names_of(tx, shop.id))
    return ReportView(view, tuple(store.trials.seen(tx, trial)), found)


def _view(shop: Shop, trial: Trial, people: Mapping[str, str]) -> TrialView:
    row = shop.scripts.situation(trial.situation)
    fits = trial.fits(shop.scripts.texts.get(trial.script))
    return TrialView(trial, row.name if row else trial.situation, fits, people)

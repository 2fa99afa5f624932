"""Leaders' alerts: what they ask for, whether the figures have crossed it, and the letters that say so.

Each is told once for its period, by whichever node finds it first. When thresholds speak is said in `domain/alerts.py`;
the words of a letter are made by the web floor (`Compose`); how letters leave is `outgoing.py`.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

import structlog

from assistant import store
from assistant.domain.alerts import ALERTS, NOTHING_ASKED, Period, Reports, Rule, Wishes, checked, period, speaks
from assistant.domain.waiting import level
from assistant.services import audit, kpi
from assistant.services.outgoing import MAIL, WEBHOOK
from assistant.services.sealing import kept_seal
from assistant.store.alerts import Asked

log = structlog.get_logger(__name__)

# Figures are compared so often, by one node.
LOOK = timedelta(seconds=60)
# A second node that looks a little early must not take the first one's next turn.
JITTER = timedelta(seconds=10)
COMPLAINING = "threatens-complaint"


class Words(NamedTuple):
    """What a mail says; the plain text stands for who reads no HTML."""

    subject: str
    text: str
    html: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A threshold that was crossed; `of` is how much the figure was made of."""

    shop: str
    shop_name: str
    name: str
    period: Period
    value: float
    rule: Rule
    of: int
    at: datetime
    lang: str


Compose = Callable[[Found], Words]


# --- what leaders ask for --------------------------------------------------------------------------------------------


def wishes(tx: store.Transaction, shop: str) -> Wishes:
    """What a shop's leaders have asked for."""
    asked = store.alerts.asked(tx, shop)
    return asked.wishes if asked else NOTHING_ASKED


def save(
    tx: store.Transaction, shop: str, wanted: Wishes, now: datetime, *, by: str, fresh: bool = False
) -> str | None:
    """Keep what they ask for from now on. Returns the signing secret where one was made (`fresh` asks for another):
    it is told this once. Raises InvalidInput; nothing is stored then."""
    before = store.alerts.asked(tx, shop)
    old = before.wishes.reports if before else Reports()
    switched = (wanted.reports.day and not old.day) or (wanted.reports.week and not old.week)
    since = now if switched or old.since is None else old.since
    kept = checked(wanted.model_copy(update={"reports": wanted.reports.model_copy(update={"since": since})}))
    secret = None
    sealed = before.sealed if before else ""
    if kept.webhook and (fresh or not sealed):
        secret = secrets.token_urlsafe(32)
        sealed = kept_seal(tx).close({"signing": secret})
    store.alerts.save(tx, shop, kept, sealed, by, now)
    changed = _changed(before.wishes if before else NOTHING_ASKED, kept)
    if changed or secret is not None:
        audit.record(tx, shop, "alerts.changed", now, by=by, what=changed, secret=secret is not None)
    return secret


def _changed(old: Wishes, new: Wishes) -> list[str]:
    """The names of the rules and fields that are not as they were; what stands in them may be addresses."""
    rules = [name for name in ALERTS if old.rules.get(name) != new.rules.get(name)]
    return rules + [
        name for name in ("mails", "webhook", "reports", "lang") if getattr(old, name) != getattr(new, name)
    ]


# --- looking ---------------------------------------------------------------------------------------------------------


async def my_turns(database: store.Store, now: datetime) -> list[Asked]:
    """The shops at whose figures this node is to look now: no other has within the last minute."""
    asked = await database.read(store.alerts.every)
    before = now - LOOK + JITTER
    return [
        one
        for one in asked
        if await database.write(partial(store.alerts.take_turn, shop=one.shop, before=before, now=now))
    ]


async def look(database: store.Store, asked: Asked, now: datetime, compose: Compose) -> int:
    """Compare a shop's figures with its thresholds and tell what was crossed; how many were told of now."""
    told = 0
    for found in await database.read(lambda tx: crossed(tx, asked, now)):
        told += await database.write(partial(tell, found=found, wanted=asked.wishes, words=compose(found)))
    return told


def crossed(tx: store.Transaction, asked: Asked, now: datetime) -> list[Found]:
    """What has crossed its threshold in the period that runs, and has not been told of."""
    zone, shown = kpi.zone_of(tx, asked.shop), dict[str, Mapping[str, object]]()
    shop = store.shops.get(tx, asked.shop)
    shop_name = shop.name if shop else ""
    found = []
    for name, rule in asked.wishes.rules.items():
        now_running = period(now, zone, rule.span)
        if store.alerts.known(tx, asked.shop, name, now_running.key):
            continue
        value, of = _measured(tx, asked.shop, name, now_running, now, shown)
        if value is not None and speaks(ALERTS[name], rule, value, of):
            found.append(Found(asked.shop, shop_name, name, now_running, value, rule, of, now, asked.wishes.lang))
    return found


def _measured(
    tx: store.Transaction, shop: str, name: str, over: Period, now: datetime, shown: dict[str, Mapping[str, object]]
) -> tuple[float | None, int]:
    """The figure and how much it is made of; `shown` remembers the figures of each period."""
    if name == "waiting_late":
        return _waiting_late(tx, shop, now), 0
    if name == "complaints":
        return store.alerts.complaints(tx, shop, over.start, over.end, COMPLAINING), 0
    if over.key not in shown:
        (shown[over.key],) = kpi.rows(tx, shop, over.start, over.end, now=now)
    figures, whole = shown[over.key], ALERTS[name].of
    if whole == "ratings":
        return _number(figures[name]), store.alerts.ratings(tx, shop, over.start, over.end)
    return _number(figures[name]), int(_number(figures.get(whole)) or 0)


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _waiting_late(tx: store.Transaction, shop: str, now: datetime) -> int:
    waits = store.wallboard.waiting(tx, shop)
    return sum(level((now - one.since).total_seconds(), one.profile) == "late" for one in waits)


def tell(tx: store.Transaction, found: Found, wanted: Wishes, words: Words) -> bool:
    """Note it and write the letters, unless another node was faster."""
    threshold = found.rule.threshold
    new = store.alerts.tell(tx, found.shop, found.name, found.period.key, found.at, found.value, threshold, found.of)
    if not new:
        return False
    log.info("alerts.told", shop=found.shop, name=found.name, period=found.period.key)
    write_letters(tx, found.shop, found.name, found.period, wanted, words, found.at)
    if wanted.webhook:
        store.outgoing.add(
            tx, shop=found.shop, way=WEBHOOK, address=wanted.webhook, about=found.name, period=found.period.key,
            subject="", text=body(found), html=None, now=found.at,
        )  # fmt: skip
    return True


def write_letters(
    tx: store.Transaction, shop: str, about: str, over: Period, wanted: Wishes, words: Words, now: datetime
) -> None:
    """One mail to each address: nobody need know of the others, and each fares for itself."""
    for address in wanted.mails:
        store.outgoing.add(
            tx, shop=shop, way=MAIL, address=address, about=about, period=over.key, subject=words.subject,
            text=words.text, html=words.html, now=now,
        )  # fmt: skip


def body(found: Found) -> str:
    """What a webhook says, the same bytes at each attempt."""
    return json.dumps(
        {
            "type": "alert",
            "shop": found.shop,
            "name": found.name,
            "period": {
                "key": found.period.key,
                "from": found.period.start.isoformat(),
                "to": found.period.end.isoformat(),
            },
            "value": found.value,
            "threshold": found.rule.threshold,
            "of": found.of if ALERTS[found.name].of else None,
            "at": found.at.isoformat(),
        },
        ensure_ascii=False,
    )

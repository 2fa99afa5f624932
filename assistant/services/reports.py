"""Figures that are sent by themselves: which report is due, and that each goes out once, late rather than twice.

What a report shows is `kpi_view.py`'s matter, its words are made by the web floor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant import store
from assistant.domain.alerts import Period, Span, Wishes, due_report, period
from assistant.services import alerts, kpi, kpi_view, teams
from assistant.services.alerts import Words
from assistant.services.kpi_scope import Wish
from assistant.services.kpi_view import KpiView
from assistant.store.alerts import Asked

PREFIX = "report."


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one period of a shop, in the language the leaders chose."""

    shop: str
    shop_name: str
    span: Span
    period: Period
    view: KpiView
    lang: str


def due(tx: store.Transaction, asked: Asked, now: datetime) -> list[tuple[Span, Period]]:
    """What is to be sent now: at most one day and one week, however long nobody was here to send them."""
    reports, zone = asked.wishes.reports, kpi.zone_of(tx, asked.shop)
    spans: list[Span] = [span for span, wanted in (("day", reports.day), ("week", reports.week)) if wanted]  # type: ignore[misc]  # two of Span
    found = ((span, due_report(now, zone, span, reports)) for span in spans)
    return [
        (span, over)
        for span, over in found
        if over is not None and not store.alerts.known(tx, asked.shop, PREFIX + span, over.key)
    ]


def read(
    tx: store.Transaction, shop: str, span: Span, over: Period, lang: str, now: datetime, team: str | None = None
) -> Report:
    """The report of a period, of one team if one is named (by name or id). Raises InvalidInput."""
    id = teams.find(tx, shop, team) if team else None
    wish = Wish(over.start.date(), (over.end - timedelta(microseconds=1)).date(), team=id)
    named = store.shops.get(tx, shop)
    called = [named.name if named and named.name else shop] if named or id else []
    called += [one.name for one in store.teams.of_shop(tx, shop) if one.id == id]
    return Report(shop, " · ".join(called), span, over, kpi_view.view(tx, shop, wish, now), lang)


def latest(tx: store.Transaction, shop: str, span: Span, now: datetime) -> Period:
    """The last day or week that is over."""
    zone = kpi.zone_of(tx, shop)
    return period(period(now, zone, span).start - timedelta(hours=1), zone, span)


def send(tx: store.Transaction, report: Report, wanted: Wishes, words: Words, now: datetime) -> bool:
    """Note it and write the letters, unless another node was faster."""
    name = PREFIX + report.span
    if not store.alerts.tell(tx, report.shop, name, report.period.key, now):
        return False
    alerts.write_letters(tx, report.shop, name, report.period, wanted, words, now)
    return True

"""Figures of half a year: what the leader's page takes for 1, 30 and 180 days, beside raw rows and beside DuckDB.

A shop of 100 agents with as many facts as asked for is written straight into the tables (`kpi_shop.py`), its days are
summed up as the service does, and the page's one query is timed on the kept sums. Raw rows are timed over a few days
and scaled: the sums of all days were worked out from the same rows. DuckDB adds up the
same rounds and messages from Parquet files. Run: python -m bench.kpi [--database postgresql] [--facts 5000000] [--json]
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from assistant import store
from assistant.app import logs
from assistant.services import kpi_view
from assistant.services.kpi_follower import catch_up_now
from assistant.services.kpi_scope import Wish
from assistant.store.engine import open_engine
from assistant.store.migrations import upgrade
from assistant.store.tables import messages, rounds
from bench.databases import KINDS, databases
from bench.kpi_shop import COLUMNS, FIRST, SHOP, ZONE, Shop, size, write

PERIODS = (1, 7, 30, 180)
TIMES, RAW_DAYS = 5, 3
ADDED_UP = """
SELECT date_trunc('day', to_timestamp(asked_at / 1e6)) AS day, agent, count(*), avg(answered_at - asked_at),
       quantile_cont(answered_at - asked_at, 0.9), sum((answered_at - asked_at <= 180e6)::INT),
       count(DISTINCT buyer)
FROM '{folder}/rounds.parquet' WHERE asked_at >= {since} GROUP BY ALL
"""
SAID = """
SELECT date_trunc('day', to_timestamp("at" / 1e6)) AS day, agent, side, count(*), count(script)
FROM '{folder}/messages.parquet' WHERE "at" >= {since} GROUP BY ALL
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=KINDS, default="sqlite")
    options.add_argument("--facts", type=int, default=200_000)
    options.add_argument("--agents", type=int, default=100)
    options.add_argument("--days", type=int, default=180)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    logs.configure("error")
    found = measured(given.database, given.facts, given.agents, given.days)
    print(json.dumps(found, indent=2) if given.json else "\n".join(f"{name}: {value}" for name, value in found.items()))


def measured(kind: str, facts: int, agents: int, days: int) -> dict[str, Any]:
    """Everything on one kind of database."""
    with tempfile.TemporaryDirectory() as folder, databases(kind, Path(folder), "shop") as (url,):
        engine = open_engine(url)
        upgrade(engine)
        engine.dispose()
        with closing(store.open_store(url)) as database:
            written = _write(database, Shop(size(facts, agents, days)), days, Path(folder))
            now = datetime.combine(FIRST + timedelta(days=days), datetime.min.time(), ZONE) + timedelta(hours=1)
            raw = _seconds(lambda: _view(database, RAW_DAYS, days, now)) / RAW_DAYS
            began = time.monotonic()
            summed = catch_up_now(database, now)
            took = time.monotonic() - began
            found = {n: _page(database, n, days, now) for n in PERIODS if n <= days}
        duck = {n: _duckdb(Path(folder), n, days) for n in found}
    return {
        "database": kind,
        "facts": written,
        "summing_up_seconds_a_day": took / days,
        "sections_summed_up": summed,
        "raw_seconds_a_day": raw,
        **{f"page_{n}_days_seconds": seconds for n, seconds in found.items()},
        **{f"raw_{n}_days_times_dearer": raw * n / seconds for n, seconds in found.items()},
        "page_180_by_30": found[180] / found[30] if 180 in found else None,
        **{f"duckdb_{n}_days_seconds": seconds for n, seconds in duck.items()},
    }


def _write(database: store.Store, shop: Shop, days: int, folder: Path) -> int:
    """Store every day, and what DuckDB is to add up beside it; returns how many facts there are."""
    database.write_now(lambda tx: store.shops.add(tx, SHOP, datetime.now(ZONE)))
    facts = 0
    with (folder / "rounds.csv").open("w") as asked, (folder / "messages.csv").open("w") as said:
        files = {rounds: csv.writer(asked), messages: csv.writer(said)}
        for table, file in files.items():
            file.writerow(COLUMNS[table])
        for rows in write(database, shop, range(days)):
            facts += len(next(found for table, found in rows.items() if table.name == "facts"))
            for table, file in files.items():
                file.writerows(rows[table])
    database.write_now(_analyze)
    return facts


def _analyze(tx: store.Transaction) -> None:
    """As a database that has run for a while knows its tables."""
    tx.connection.exec_driver_sql("ANALYZE")


def _view(database: store.Store, length: int, days: int, now: datetime) -> None:
    last = FIRST + timedelta(days=days - 1)
    wish = Wish(last - timedelta(days=length - 1), last)
    page = database.read_now(lambda tx: kpi_view.view(tx, SHOP, wish, now))
    assert len(page.days) == length


def _page(database: store.Store, length: int, days: int, now: datetime) -> float:
    return median(_seconds(lambda: _view(database, length, days, now)) for _ in range(TIMES))


def _seconds(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def _duckdb(folder: Path, length: int, days: int) -> float:
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    for name in ("rounds", "messages"):
        if not (folder / f"{name}.parquet").exists():
            connection.execute(f"COPY (FROM '{folder}/{name}.csv') TO '{folder}/{name}.parquet'")
    start = datetime.combine(FIRST + timedelta(days=days - length), datetime.min.time(), ZONE)
    since = int(start.timestamp() * 1_000_000)
    queries = [query.format(folder=folder, since=since) for query in (ADDED_UP, SAID)]
    return median(_seconds(lambda: [connection.execute(query).fetchall() for query in queries]) for _ in range(TIMES))


if __name__ == "__main__":
    main()

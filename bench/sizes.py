"""What an event leaves behind: rows and bytes of an SQLite database after a made-up day of chats. Run it with
`python -m bench.sizes`; it prints what it found."""

from __future__ import annotations

import json
import random
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from assistant.app import opened_desks
from assistant.services.replay import replay
from assistant.settings import read_settings

FEW, MANY, MESSAGES = 100, 1_000, 9
MORNING = datetime(2026, 11, 11, 1, tzinfo=UTC)
BUYERS = [
    "能便宜点嘛",
    "在吗",
    "这款还有货吗 黑色L码",
    "什么时候发货呀",
    "身高165体重55穿多大码",
    "我想退货可以吗",
    "好的谢谢",
]
AGENTS = [
    "在的亲，请问有什么可以帮您",
    "您平时穿多大码呀",
    "亲，今天下单48小时内发货哦，默认中通快递",
    "有货的亲，可以直接拍下哦",
]


def chat(number: int, dice: random.Random) -> Iterator[dict[str, Any]]:
    """Nine messages of one buyer; every third buyer orders, pays and is sent the goods."""
    place = {"conversation": f"chat-{number:08d}", "buyer": f"buyer-{number:08d}", "platform": "taobao"}
    now = MORNING + timedelta(seconds=dice.uniform(0, 12 * 3600))
    for message in range(MESSAGES):
        now += timedelta(seconds=dice.uniform(5, 60))
        said = {"type": "message", "id": f"m-{number:08d}-{message}", "at": now.isoformat(), **place}
        agents = {"side": "agent", "agent": f"a{number % 20}", "text": dice.choice(AGENTS)}
        yield {**said, **(agents if message % 2 else {"side": "buyer", "text": dice.choice(BUYERS)})}
    for status in ("unpaid", "paid", "shipped") if number % 3 == 0 else ():
        now += timedelta(minutes=5)
        items = [{"sku": "s1", "title": "针织开衫 秋冬", "quantity": 1, "price": "159.00"}]
        order = {"order": f"order-{number:08d}", "status": status, "amount": "159.00", "items": items}
        about = {"platform": "taobao", "buyer": place["buyer"], "at": now.isoformat()}
        yield {"type": "order", "id": f"o-{number:08d}-{status}", **about, **order}


def measured(chats: int, folder: Path) -> tuple[int, int, int]:
    """(events, rows, bytes) of a day with so many chats."""
    dice, file = random.Random(1), folder / f"{chats}.db"
    events = sorted((event for number in range(chats) for event in chat(number, dice)), key=lambda event: event["at"])
    with opened_desks(read_settings(), f"sqlite:///{file}") as desks:
        replay(desks, map(json.dumps, events))
    with sqlite3.connect(file) as read:
        read.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        tables = [name for (name,) in read.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = sum(read.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables)
    read.close()
    return len(events), rows, file.stat().st_size


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        few, many = (measured(chats, Path(folder)) for chats in (FEW, MANY))
    events = many[0] - few[0]
    print(
        f"{(many[1] - few[1]) / events:.2f} rows and {(many[2] - few[2]) / events:.0f} bytes an event, indexes included"
    )


if __name__ == "__main__":
    main()

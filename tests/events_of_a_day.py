"""Short ways to write the events of one Shanghai day: buyer("10:00:00", "在吗"), agent(…), order(…)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Event = dict[str, Any]


def at(clock: str, day: int = 11) -> str:
    """A moment of November 2026 in Shanghai."""
    return f"2026-11-{day:02}T{clock}+08:00"


def buyer(clock: str, text: str = "在吗", *, who: str = "b1", chat: str | None = None, **more: Any) -> Event:
    chat = chat or f"c-{who}"
    return _said("buyer", clock, text, who, chat, more)


def agent(
    clock: str,
    text: str = "在的，亲",
    *,
    who: str = "b1",
    chat: str | None = None,
    by: str = "a1",
    **more: Any,
) -> Event:
    chat = chat or f"c-{who}"
    return _said("agent", clock, text, who, chat, {"agent": by, **more})


def _said(side: str, clock: str, text: str, who: str, chat: str, more: Event) -> Event:
    moment = at(clock, more.pop("day", 11))
    known = {"type": "message", "platform": "taobao", "conversation": chat, "buyer": who, "side": side}
    return {"id": f"{chat}-{side}-{moment}", "at": moment, **known, "text": text, **more}


def order(clock: str, status: str, *, name: str = "o1", who: str = "b1", **more: Any) -> Event:
    moment = at(clock, more.pop("day", 11))
    known = {"type": "order", "platform": "taobao", "order": name, "buyer": who, "status": status}
    return {"id": f"{name}-{status}-{moment}", "at": moment, **known, "amount": "59.00", **more}


def closed(clock: str, *, who: str = "b1") -> Event:
    known = {"type": "conversation", "platform": "taobao", "conversation": f"c-{who}", "buyer": who}
    return {"id": f"closed-{who}-{clock}", "at": at(clock), **known, "state": "closed"}


def lines(events: Iterable[Event]) -> str:
    return "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events)


def written(folder: Path, *events: Event, name: str = "events.jsonl") -> Path:
    """A file of these events, JSON Lines."""
    file = folder / name
    file.write_text(lines(events), encoding="utf-8")
    return file

"""What a Matrix room's events mean here: who is the buyer, who said what.

Not for asking the homeserver (`matrix.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assistant.domain.hosts import fitting_id, fitting_text, from_millis, not_ahead
from assistant.services.hosts import Batch

# In messages that we send: by it they are known when they come back.
KEY = "assistant.key"
_LABELS = {"m.image": "[图片]", "m.video": "[视频]", "m.audio": "[语音]", "m.file": "[文件]", "m.location": "[位置]"}
MOST_ROOMS = 20_000


@dataclass(slots=True)
class Room:
    """Who is in a room, by id, with the name shown."""

    id: str
    names: dict[str, str | None] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)

    def buyer(self, logins: Mapping[str, str], bot: str | None) -> str | None:
        """Whoever is neither agent nor bot; None: nobody yet."""
        return next((id for id in self.names if id not in logins and id != bot), None)


class Rooms:
    """The rooms seen since reading began; the oldest are forgotten, and asked about anew when somebody speaks there."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}

    def known(self, id: str) -> Room | None:
        return self._rooms.get(id)

    def learn(self, id: str, members: Mapping[str, Any]) -> None:
        """Who is there now."""
        room = self._rooms.setdefault(id, Room(id))
        room.names = {member: (about or {}).get("display_name") for member, about in members.items()}
        while len(self._rooms) > MOST_ROOMS:
            del self._rooms[next(iter(self._rooms))]


def events_of(room: Room, found: Iterable[Any], logins: Mapping[str, str], bot: str | None, now: datetime) -> Batch:
    """The events of a room's timeline."""
    events, left_out, ours = list[dict[str, Any]](), list[str](), dict[str, str]()
    for one in found:
        kind, content = one.get("type"), one.get("content") or {}
        if kind == "m.room.encrypted":
            left_out.append(f"{room.id} is encrypted: turn encryption off for chats with buyers")
        if kind != "m.room.message" or not content.get("msgtype") or _is_edit(content):
            continue
        told = _message(room, one, content, logins, bot, now)
        if told is None:
            left_out.append(f"{room.id}: nobody there is a buyer")
            continue
        events += [*_person(room, told, now), told]
        if isinstance(key := content.get(KEY), str):
            ours[told["id"]] = key
    return Batch(events, left_out=list(dict.fromkeys(left_out)), ours=ours)


def _is_edit(content: Mapping[str, Any]) -> bool:
    relation = content.get("m.relates_to")
    return isinstance(relation, dict) and relation.get("rel_type") == "m.replace"


def _message(
    room: Room, one: Mapping[str, Any], content: Mapping[str, Any], logins: Mapping[str, str], bot: str | None,
    now: datetime,
) -> dict[str, Any] | None:  # fmt: skip
    sender, kind = str(one.get("sender")), str(content["msgtype"])
    by_agent = sender in logins or sender == bot
    buyer = room.buyer(logins, bot) if by_agent else sender
    if buyer is None:
        return None
    said: dict[str, Any] = {"side": "buyer"}
    if by_agent:
        # The bot speaks by itself only where somebody makes it: what it sends for agents is known by its key.
        origin = "auto" if sender == bot or kind == "m.notice" else "human"
        said = {"side": "agent", "agent": fitting_id(logins.get(sender, sender)), "origin": origin}
    at = not_ahead(from_millis(int(one.get("origin_server_ts") or 0)), now)
    return {
        "id": fitting_id(str(one["event_id"])), "type": "message", "platform": "matrix", "at": at.isoformat(),
        "conversation": fitting_id(room.id), "buyer": fitting_id(buyer),
        "text": fitting_text(_LABELS.get(kind) or str(content.get("body") or "")), **said,
    }  # fmt: skip


def _person(room: Room, told: Mapping[str, Any], now: datetime) -> list[dict[str, Any]]:
    """Who the buyer is, once for each time we begin to read."""
    buyer = told["buyer"]
    name = room.names.get(buyer)
    if not name or buyer in room.told:
        return []
    room.told.add(buyer)
    about = {"type": "buyer", "platform": "matrix", "buyer": buyer, "nickname": name[:200], "at": told["at"]}
    return [{**about, "id": fitting_id(f"who-{buyer}-{name}")}]

"""Chatwoot's live stream: ActionCable over a WebSocket. It has no memory, so after each connecting what was missed is
asked for over REST, from the last message known.

Subscribing shows the reading user as online, once: the beat that keeps it so is left out, for it would draw chats to a
user who is no person.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import structlog
import websockets
from aiohttp import ClientSession
from pydantic_core import from_json

from assistant.connectors import chatwoot_reading as reading
from assistant.connectors.calls import ask
from assistant.connectors.chatwoot_settings import ChatwootSettings, address, headers
from assistant.connectors.shape import HostAway, HostRefused, Now
from assistant.services.hosts import Batch

log = structlog.get_logger(__name__)

PROTOCOL = "actioncable-v1-json"
# Rails pings every three seconds.
SILENCE_SECONDS, CONFIRM_SECONDS = 12.0, 10.0
MOST_BYTES = 4 * 1024 * 1024
MOST_PAGES = 40
# Numbers are given before they are committed: a lower one may become visible after a higher one.
OVERLAP, OVERLAP_SECONDS = 100, 120
MOST_CHATS = 50_000


@dataclass(slots=True)
class Stream:
    """How far it was read, and whose chat is whose."""

    settings: ChatwootSettings
    http: ClientSession
    now: Now
    last: int = 0
    at: int = 0
    contacts: dict[int, int] = field(default_factory=dict)

    @property
    def cursor(self) -> str:
        return f"{self.last} {self.at}"

    def noted(self, data: dict[str, Any]) -> None:
        """A message was seen."""
        self.last = max(self.last, int(data.get("id") or 0))
        created = data.get("created_at")
        self.at = max(self.at, int(created)) if isinstance(created, int) else self.at

    async def contact(self, data: dict[str, Any]) -> int | None:
        """Whose chat a message is in; asked for once where the message does not say."""
        chat = reading.conversation_id(data)
        found = reading.contact_of(data) or self.contacts.get(chat)
        if found is None:
            url = address(self.settings, "conversations", str(chat))
            answer = await ask(self.http, "GET", url, headers=headers(self.settings))
            found = ((answer.get("meta") or {}).get("sender") or {}).get("id")
        if found is not None:
            while len(self.contacts) >= MOST_CHATS:
                del self.contacts[next(iter(self.contacts))]
            self.contacts[chat] = found
        return found

    async def events(self, event: str, data: dict[str, Any]) -> list[dict[str, Any]]:
        contact = None
        if event in reading.MESSAGES:
            contact = await self.contact(data)
            self.noted(data)
        return reading.events_of(event, data, contact, self.settings.logins(), self.now())


async def follow(settings: ChatwootSettings, http: ClientSession, cursor: str | None, now: Now) -> AsyncIterator[Batch]:
    """What was missed since the cursor, then what comes."""
    last, _, at = (cursor or "0 0").partition(" ")
    stream = Stream(settings, http, now, int(last), int(at or 0))
    if not settings.cable:
        await asyncio.Event().wait()  # only webhooks come in
    profile = await ask(http, "GET", address(settings, "profile", of_account=False), headers=headers(settings))
    async for batch in _live(stream, str(profile.get("pubsub_token")), int(profile["id"])):
        yield batch


async def _live(stream: Stream, token: str, user: int) -> AsyncIterator[Batch]:
    url = address(stream.settings).origin().with_scheme("wss" if stream.settings.url.startswith("https") else "ws")
    who = {"channel": "RoomChannel", "pubsub_token": token, "account_id": stream.settings.account_id, "user_id": user}
    try:
        async with websockets.connect(
            str(url / "cable"), subprotocols=[websockets.Subprotocol(PROTOCOL)], ping_interval=None, max_size=MOST_BYTES
        ) as socket:
            async with asyncio.timeout(CONFIRM_SECONDS):
                await _subscribe(socket, json.dumps(who, separators=(",", ":")))
            # Only now: what is said from here on comes by the cable.
            async for batch in _missed(stream):
                yield batch
            while True:
                async with asyncio.timeout(SILENCE_SECONDS):
                    frame = from_json(await socket.recv())
                if isinstance(frame.get("message"), dict):
                    yield await _read(stream, frame["message"])
    except TimeoutError as error:
        raise HostAway("the cable is silent: is the token still valid?") from error
    except (OSError, websockets.WebSocketException, ValueError) as error:
        raise HostAway(f"the cable broke ({type(error).__name__})") from error


async def _subscribe(socket: websockets.ClientConnection, identifier: str) -> None:
    while True:
        frame = from_json(await socket.recv())
        kind = frame.get("type")
        if kind == "welcome":
            await socket.send(json.dumps({"command": "subscribe", "identifier": identifier}))
        elif kind == "confirm_subscription":
            return
        elif kind in ("reject_subscription", "disconnect"):
            raise HostRefused(f"the cable refuses us ({frame.get('reason') or kind})")


async def _read(stream: Stream, message: dict[str, Any]) -> Batch:
    data = message.get("data") or {}
    if data.get("account_id", stream.settings.account_id) != stream.settings.account_id:
        return Batch((), stream.cursor)
    return Batch(await stream.events(str(message.get("event")), data), stream.cursor)


async def _missed(stream: Stream) -> AsyncIterator[Batch]:
    """The messages since the last one known, chat after chat, the most recently active first."""
    after, since = max(0, stream.last - OVERLAP), stream.at - OVERLAP_SECONDS
    for page in range(1, MOST_PAGES + 1):
        params = {"status": "all", "assignee_type": "all", "page": str(page)}
        url = address(stream.settings, "conversations")
        found = await ask(stream.http, "GET", url, headers=headers(stream.settings), params=params)
        rows = (found.get("data") or {}).get("payload") or []
        recent = [row for row in rows if int(row.get("last_activity_at") or 0) >= since]
        for row in recent:
            told = await _said_in(stream, row, after)
            # How far was read holds only once all chats were looked at.
            yield Batch(told, None)
        if not rows or len(recent) < len(rows):
            break
    else:
        yield Batch((), stream.cursor, [f"more than {MOST_PAGES} pages of chats had news: older ones were not read"])
    yield Batch((), stream.cursor)


async def _said_in(stream: Stream, row: dict[str, Any], after: int) -> list[dict[str, Any]]:
    chat, events = int(row["id"]), list[dict[str, Any]]()
    if (sender := (row.get("meta") or {}).get("sender") or {}).get("id") is not None:
        stream.contacts[chat] = int(sender["id"])
    url = address(stream.settings, "conversations", str(chat), "messages")
    while True:
        found = await ask(stream.http, "GET", url, headers=headers(stream.settings), params={"after": str(after)})
        rows = found.get("payload") or []
        for one in rows:
            events += await stream.events("message.created", {**one, "conversation_id": chat})
        newest = max((int(one["id"]) for one in rows), default=after)
        # A host that does not heed `after` would tell the same for ever.
        if len(rows) < 100 or newest <= after:
            return events
        after = newest

"""Matrix: buyers and agents in rooms of a homeserver, read by `/sync`, written to with the client-server API.

A bot account reads along and sends in agents' names as itself; an application service's token (`as_agents`) sends as
the agents. Encrypted rooms cannot be read: they are named as left out.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any
from urllib.parse import quote

import structlog
from aiohttp import ClientSession, ClientTimeout
from pydantic import Field, SecretStr, StringConstraints
from yarl import URL

from assistant.connectors.calls import ask
from assistant.connectors.matrix_reading import KEY, Room, Rooms, events_of
from assistant.connectors.shape import Connector, HostRefused, HostSettings, Now, Outgoing, Proof
from assistant.services.host_sendings import Sent
from assistant.services.hosts import Batch

log = structlog.get_logger(__name__)

POLL_SECONDS = 30
MOST_PAGES = 50
_FILTER = (
    '{"presence":{"not_types":["*"]},"account_data":{"not_types":["*"]},"room":{"account_data":{"not_types":["*"]},'
    '"ephemeral":{"not_types":["*"]},"state":{"lazy_load_members":true},"timeline":{"limit":50}}}'
)
_NOTHING_YET = '{"presence":{"not_types":["*"]},"room":{"timeline":{"limit":0},"state":{"not_types":["*"]}}}'


class MatrixSettings(HostSettings):
    homeserver: Annotated[str, StringConstraints(pattern=r"^https?://[^/\s]+/?$")] = Field(
        description="address of the homeserver, e.g. https://matrix.example.com"
    )
    access_token: SecretStr = Field(description="access token of the bot account, or of the application service")
    agents: Annotated[str, StringConstraints(min_length=3, max_length=20_000)] = Field(
        description="who is an agent: @lin:example.com=lin, @wei:example.com, … (after = the login here)"
    )
    as_agents: bool = Field(False, description="the token is an application service's and may send as the agents")
    user_id: str | None = Field(None, description="the bot's own id; found out")

    def logins(self) -> dict[str, str]:
        """Our logins by the agents' ids there; without one the part before the colon."""
        found = dict[str, str]()
        for one in filter(None, (part.strip() for part in self.agents.replace("\n", ",").split(","))):
            id, _, login = one.partition("=")
            found[id.strip()] = login.strip() or id.strip().lstrip("@").partition(":")[0]
        return found


def _url(settings: MatrixSettings, *path: str) -> URL:
    parts = "/".join(quote(part, safe="") for part in path)
    return URL(f"{settings.homeserver.rstrip('/')}/_matrix/client/v3/{parts}", encoded=True)


def _headers(settings: MatrixSettings) -> dict[str, str]:
    return {"Authorization": f"Bearer {settings.access_token.get_secret_value()}"}


async def prove(settings: MatrixSettings, http: ClientSession, now: Now) -> Proof:
    """Who the token belongs to, and where the stream stands: what was said before is not taken in."""
    wrong = [id for id in settings.logins() if not (id.startswith("@") and ":" in id)]
    if wrong:
        raise HostRefused(f"agents: {wrong[0]!r} is no id of a person: write @name:server")
    who = await ask(http, "GET", _url(settings, "account", "whoami"), headers=_headers(settings))
    sync = await _sync(settings, http, None, _NOTHING_YET, 0)
    return Proof(f"signed in as {who['user_id']}", sync["next_batch"], {"user_id": str(who["user_id"])})


async def _sync(settings: MatrixSettings, http: ClientSession, since: str | None, filter: str, wait: int) -> Any:
    params = {"filter": filter, "timeout": str(wait * 1000), **({"since": since} if since else {})}
    patience = ClientTimeout(total=wait + 20, connect=5)
    return await ask(http, "GET", _url(settings, "sync"), headers=_headers(settings), params=params, timeout=patience)


async def follow(settings: MatrixSettings, http: ClientSession, cursor: str | None, now: Now) -> AsyncIterator[Batch]:
    """Everything since the cursor, then what comes."""
    rooms, logins, since = Rooms(), settings.logins(), cursor
    standing = await _sync(settings, http, None, _NOTHING_YET, 0)  # nobody invites a second time
    await _accept(settings, http, standing)
    while True:
        found = await _sync(settings, http, since, _FILTER, POLL_SECONDS)
        told = found.get("rooms", {})
        await _accept(settings, http, found)
        batch = [one async for one in _joined(settings, http, told.get("join", {}), since, rooms, logins, now)]
        since = found["next_batch"]
        yield Batch(
            [event for one in batch for event in one.events],
            since,
            [words for one in batch for words in one.left_out],
            {id: key for one in batch for id, key in one.ours.items()},
        )


async def _accept(settings: MatrixSettings, http: ClientSession, found: Any) -> None:
    """Come into every room we are invited to; what cannot be entered must not stop the others."""
    for invited in found.get("rooms", {}).get("invite", {}):
        try:
            await ask(http, "POST", _url(settings, "join", invited), headers=_headers(settings), json={})
        except HostRefused as error:
            log.warning("matrix.invitation_void", reason=str(error))


async def _joined(
    settings: MatrixSettings, http: ClientSession, joined: dict[str, Any], since: str | None, rooms: Rooms,
    logins: dict[str, str], now: Now,
) -> AsyncIterator[Batch]:  # fmt: skip
    for id, told in joined.items():
        timeline = told.get("timeline", {})
        found = timeline.get("events", [])
        if timeline.get("limited") and since is not None and timeline.get("prev_batch"):
            missed, whole = await _gap(settings, http, id, timeline["prev_batch"], since)
            found = missed + found
            if not whole:
                yield Batch(left_out=[f"{id}: more was said than is read at once: what is older was not read"])
        room = await _room(settings, http, id, rooms, found)
        yield events_of(room, found, logins, settings.user_id, now())


async def _gap(
    settings: MatrixSettings, http: ClientSession, room: str, start: str, end: str
) -> tuple[list[Any], bool]:
    """What came between what was read last and what the host still told by itself, oldest first; False: not all."""
    found, at = list[Any](), start
    for _ in range(MOST_PAGES):
        params = {"dir": "b", "from": at, "to": end, "limit": "100"}
        url = _url(settings, "rooms", room, "messages")
        page = await ask(http, "GET", url, headers=_headers(settings), params=params)
        found += page.get("chunk", [])
        if not page.get("chunk") or not page.get("end"):
            return found[::-1], True
        at = page["end"]
        await asyncio.sleep(0)
    return found[::-1], False


async def _room(settings: MatrixSettings, http: ClientSession, id: str, rooms: Rooms, found: list[Any]) -> Room:
    """Who is in the room: asked when it is new to us, or somebody came or left."""
    if rooms.known(id) is None or any(event.get("type") == "m.room.member" for event in found):
        url = _url(settings, "rooms", id, "joined_members")
        members = await ask(http, "GET", url, headers=_headers(settings))
        rooms.learn(id, members.get("joined", {}))
    room = rooms.known(id)
    assert room is not None
    return room


async def send(settings: MatrixSettings, http: ClientSession, message: Outgoing) -> Sent:
    """The key is the transaction's id: the homeserver takes each only once."""
    url = _url(settings, "rooms", message.conversation, "send", "m.room.message", message.key)
    sender = next((id for id, login in settings.logins().items() if login == message.agent), None)
    params = {"user_id": sender} if settings.as_agents and sender else None
    content = {"msgtype": "m.text", "body": message.text, KEY: message.key}
    answer = await ask(http, "PUT", url, headers=_headers(settings), json=content, params=params)
    return Sent(str(answer["event_id"]))


MATRIX = Connector("matrix", MatrixSettings, prove, follow=follow, send=send, repeatable=True)

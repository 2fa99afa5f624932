"""The sidebar in 企业微信's toolbar: who has opened it, and what its page shows to use the client's functions.

Tickets and tokens are good for two hours and asked for seldom: the interface counts.
"""

from __future__ import annotations

import secrets
import time
from datetime import datetime
from typing import Any

from aiohttp import ClientSession
from yarl import URL

from assistant import store
from assistant.connectors.shape import HostAway, HostRefused
from assistant.connectors.wecom import WECOM, WecomSettings, access_token, call
from assistant.connectors.wecom_crypto import page_signature
from assistant.domain.errors import NotFound, NotSignedIn, Unavailable
from assistant.services import hosts

EARLY_SECONDS = 300


class WecomPages:
    """What the web floor asks of the connections to 企业微信."""

    def __init__(self, database: store.Store) -> None:
        self._store = database
        # By connection: when it was made, and what was asked for since, by kind, with its end.
        self._kept: dict[int, tuple[datetime, dict[str, tuple[float, str]]]] = {}

    async def sign_in_at(self, id: int, back: str, state: str) -> str:
        """Where the client asks who somebody is; it comes back to `back` with a code."""
        _, settings = await self._connection(id)
        asked = {
            "appid": settings.corp_id, "redirect_uri": back, "response_type": "code", "scope": "snsapi_base",
            "state": state, "agentid": str(settings.agent_id),
        }  # fmt: skip
        address = URL(settings.sign_in.rstrip("/")) / "connect" / "oauth2" / "authorize"
        return str(address.with_query(asked).with_fragment("wechat_redirect"))

    async def enter(self, id: int, code: str, url: str) -> tuple[str, str, dict[str, Any]]:
        """(shop, the agent's userid, what the page needs). Raises NotSignedIn if the code is nobody's."""
        shop, settings = await self._connection(id)
        async with ClientSession() as http:
            try:
                token = await self._token(id, settings, http)
                found = await call(settings, http, "auth/getuserinfo", access_token=token, code=code)
                tickets = [await self._ticket(id, settings, http, token, kind) for kind in ("corp", "app")]
            except HostRefused as error:
                raise NotSignedIn(f"企业微信 does not let you in ({error}): open the sidebar anew") from error
            except HostAway as error:
                raise Unavailable(f"企业微信 cannot be asked who you are ({error}): try again shortly") from error
        agent = str(found.get("userid") or found.get("UserId") or "")
        if not agent:
            raise NotSignedIn("企业微信 knows you as nobody of this corporation")
        config, app = (_signed(ticket, url) for ticket in tickets)
        return shop, agent, {
            "corpId": settings.corp_id, "agentId": settings.agent_id, "config": config, "app": app, "url": url,
        }  # fmt: skip

    async def _connection(self, id: int) -> tuple[str, WecomSettings]:
        def read(tx: store.Transaction) -> tuple[str, datetime, WecomSettings]:
            found = store.hosts.get(tx, id)
            if found is None or found.host != WECOM.host:
                raise NotFound("there is no such connection to 企业微信")
            return found.shop, found.made_at, WECOM.read_settings(hosts.opened(tx, found))

        shop, made_at, settings = await self._store.read(read)
        if id not in self._kept or self._kept[id][0] != made_at:
            # Made anew, with another secret perhaps: what the one before was given is worth nothing.
            self._kept[id] = made_at, {}
        return shop, settings

    async def _token(self, id: int, settings: WecomSettings, http: ClientSession) -> str:
        if (kept := self._fresh(id, "token")) is None:
            kept, seconds = await access_token(settings, http)
            self._keep(id, "token", kept, seconds)
        return kept

    async def _ticket(self, id: int, settings: WecomSettings, http: ClientSession, token: str, kind: str) -> str:
        if (kept := self._fresh(id, kind)) is None:
            path, more = ("get_jsapi_ticket", {}) if kind == "corp" else ("ticket/get", {"type": "agent_config"})
            found = await call(settings, http, path, access_token=token, **more)
            kept = str(found["ticket"])
            self._keep(id, kind, kept, int(found.get("expires_in") or 7200))
        return kept

    def _fresh(self, id: int, kind: str) -> str | None:
        until, kept = self._kept[id][1].get(kind, (0.0, ""))
        return kept if time.monotonic() < until else None

    def _keep(self, id: int, kind: str, value: str, seconds: int) -> None:
        self._kept[id][1][kind] = time.monotonic() + max(0, seconds - EARLY_SECONDS), value


def _signed(ticket: str, url: str) -> dict[str, Any]:
    timestamp, nonce = int(time.time()), secrets.token_hex(8)
    return {"timestamp": timestamp, "nonceStr": nonce, "signature": page_signature(ticket, nonce, timestamp, url)}

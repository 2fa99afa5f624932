"""企业微信: encrypted callbacks tell of new contacts; the sidebar in its client's toolbar sends with the client itself.

What is said in chats is told by no callback: a relay of the message archive sends it to `POST /api/v1/events`, with the
contact's id as conversation and buyer. The page in the toolbar: `wecom_page.py`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from xml.etree import ElementTree as ET

from aiohttp import ClientSession
from pydantic import Field, SecretStr, StringConstraints
from yarl import URL

from assistant.connectors.calls import ask
from assistant.connectors.shape import Call, Connector, HostRefused, HostSettings, Now, Proof, Taken, signed_lately
from assistant.connectors.wecom_crypto import opened
from assistant.domain.errors import InvalidInput, NotSignedIn
from assistant.domain.hosts import fitting_id, not_ahead
from assistant.services.hosts import Batch

_ADDRESS = r"^https?://[^/\s]+/?$"
_STATES = {"add_external_contact": "open", "add_half_external_contact": "open", "del_follow_user": "closed"}


class WecomSettings(HostSettings):
    corp_id: Annotated[str, StringConstraints(min_length=1, max_length=64)] = Field(description="企业ID (corpid)")
    agent_id: int = Field(ge=1, description="AgentId of the self-built application")
    secret: SecretStr = Field(description="Secret of the application")
    token: SecretStr = Field(description="Token of the callback's settings")
    encoding_aes_key: SecretStr = Field(description="EncodingAESKey of the callback's settings, 43 characters")
    api: Annotated[str, StringConstraints(pattern=_ADDRESS)] = Field(
        "https://qyapi.weixin.qq.com", description="address of the interface"
    )
    sign_in: Annotated[str, StringConstraints(pattern=_ADDRESS)] = Field(
        "https://open.weixin.qq.com", description="address of the sign-in"
    )


async def call(settings: WecomSettings, http: ClientSession, path: str, **params: str) -> Any:
    """An answer of the interface. Raises HostRefused with its words: it says no with status 200."""
    url = URL(settings.api.rstrip("/")) / "cgi-bin" / path
    found = await ask(http, "GET", url, headers={}, params=params)
    if found.get("errcode"):
        raise HostRefused(f"/cgi-bin/{path}: {found['errcode']} {str(found.get('errmsg'))[:100]}")
    return found


async def access_token(settings: WecomSettings, http: ClientSession) -> tuple[str, int]:
    """(token, seconds it is good for)."""
    secret = settings.secret.get_secret_value()
    found = await call(settings, http, "gettoken", corpid=settings.corp_id, corpsecret=secret)
    return str(found["access_token"]), int(found.get("expires_in") or 7200)


async def prove(settings: WecomSettings, http: ClientSession, now: Now) -> Proof:
    """The secret is good for an access token."""
    await access_token(settings, http)
    return Proof(f"application {settings.agent_id} of {settings.corp_id} gets an access token")


def take(settings: WecomSettings, found: Call, now: datetime) -> Taken:
    """One callback, or the question with which the address is verified. Raises NotSignedIn, InvalidInput."""
    if found.method == "GET":
        return Taken(answer=_opened(settings, found, found.query.get("echostr", "")))
    told = _xml(_opened(settings, found, _xml(found.body.decode("utf-8", "replace")).get("Encrypt", "")))
    if not signed_lately(found.query.get("timestamp", "")):
        raise NotSignedIn("this callback was signed too long ago: do the clocks agree?")
    return Taken(Batch(_events(told, now)), answer="success")


def _opened(settings: WecomSettings, found: Call, encrypted: str) -> str:
    given, at, nonce = (found.query.get(name, "") for name in ("msg_signature", "timestamp", "nonce"))
    key = settings.encoding_aes_key.get_secret_value()
    return opened(settings.token.get_secret_value(), key, settings.corp_id, given, at, nonce, encrypted)


def _xml(text: str) -> dict[str, str]:
    """The fields of a flat document; declarations of any kind are refused."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise InvalidInput("this XML declares things of its own: send a callback as 企业微信 writes it")
    try:
        return {child.tag: child.text or "" for child in ET.fromstring(text)}
    except ET.ParseError as error:
        raise InvalidInput("this is no XML: send a callback as 企业微信 writes it") from error


def _events(told: dict[str, str], now: datetime) -> list[dict[str, Any]]:
    state = _STATES.get(told.get("ChangeType", "")) if told.get("Event") == "change_external_contact" else None
    contact, agent = told.get("ExternalUserID"), told.get("UserID")
    if state is None or not contact:
        return []
    created = told.get("CreateTime", "")
    at = not_ahead(datetime.fromtimestamp(int(created), UTC), now) if created.isdecimal() and len(created) < 12 else now
    id = fitting_id(contact)
    event = {"type": "conversation", "platform": "wecom", "conversation": id, "buyer": id, "state": state}
    marked = fitting_id(f"{told['ChangeType']}-{contact}-{agent}-{created}")
    return [{**event, "id": marked, "at": at.isoformat(), **({"agent": fitting_id(agent)} if agent else {})}]


WECOM = Connector("wecom", WecomSettings, prove, take=take)

"""Chatwoot: read by its cable with gaps filled over REST, and by signed webhooks; written to as the agent who clicked.

Either way in is enough, both together do no harm: the same message has the same id. What payloads mean:
`chatwoot_reading.py`; the cable: `chatwoot_cable.py`.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

from aiohttp import ClientSession
from pydantic_core import from_json

from assistant.connectors import chatwoot_reading as reading
from assistant.connectors.calls import ask
from assistant.connectors.chatwoot_cable import follow
from assistant.connectors.chatwoot_settings import ChatwootSettings, address, headers
from assistant.connectors.shape import Call, Connector, HostRefused, Now, Outgoing, Proof, Taken, signed_lately
from assistant.domain.errors import InvalidInput, NotSignedIn
from assistant.services.host_sendings import Sent
from assistant.services.hosts import Batch


async def prove(settings: ChatwootSettings, http: ClientSession, now: Now) -> Proof:
    """Who the token belongs to and whether the account is theirs; reading begins with what comes from now on."""
    profile = await ask(http, "GET", address(settings, "profile", of_account=False), headers=headers(settings))
    accounts = {one.get("id"): one.get("name") for one in profile.get("accounts") or ()}
    if settings.account_id not in accounts:
        known = ", ".join(map(str, accounts)) or "none"
        raise HostRefused(f"the token's user is in no account {settings.account_id}: in {known}")
    url = address(settings, "conversations")
    found = await ask(http, "GET", url, headers=headers(settings), params={"status": "all", "assignee_type": "all"})
    rows = (found.get("data") or {}).get("payload") or []
    newest = max((int(m["id"]) for row in rows for m in row.get("messages") or ()), default=0)
    says = f"signed in as {profile.get('name')} in {accounts[settings.account_id]}"
    return Proof(says, f"{newest} {int(datetime.now(UTC).timestamp())}", {"user_id": str(profile["id"])})


def take(settings: ChatwootSettings, call: Call, now: datetime) -> Taken:
    """One webhook. Raises NotSignedIn for what Chatwoot did not sign, or too long ago; InvalidInput for no JSON."""
    _verify(settings, call)
    try:
        told = from_json(call.body)
        event = str(told["event"])
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput("this is no webhook of Chatwoot: send its JSON as it is") from error
    if (told.get("account") or {}).get("id", settings.account_id) != settings.account_id:
        raise NotSignedIn("this webhook is of another account")
    return Taken(Batch(reading.events_of(event, told, None, settings.logins(), now)))


def _verify(settings: ChatwootSettings, call: Call) -> None:
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
    signature, at = call.headers.get("x-chatwoot-signature", ""), call.headers.get("x-chatwoot-timestamp", "")
    if not signature and settings.unsigned_token is not None:
        token = settings.unsigned_token.get_secret_value()
        if not hmac.compare_digest(token.encode(), call.query.get("token", "").encode()):
            raise NotSignedIn("this webhook is not signed and does not carry the token in its address")
        return
    if not secret:
        raise NotSignedIn("no secret of this webhook is known: connect again with --secret webhook_secret=FILE")
    expected = hmac.new(secret.encode(), at.encode() + b"." + call.body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"sha256={expected}".encode(), signature.encode()):
        raise NotSignedIn("the signature is not Chatwoot's: is this the secret of this very webhook?")
    if not signed_lately(at):
        raise NotSignedIn("this webhook was signed too long ago: do the clocks agree?")


async def send(settings: ChatwootSettings, http: ClientSession, message: Outgoing) -> Sent:
    """As the agent who clicked, with their own token. A second attempt may arrive twice: Chatwoot knows no key."""
    token = settings.tokens().get(message.agent)
    if token is None:
        raise HostRefused(f"no token of {message.agent} is known: connect again with --secret agent_tokens=FILE")
    own = headers(settings, token)
    chat = address(settings, "conversations", message.conversation)
    if (await ask(http, "GET", chat, headers=own)).get("can_reply") is False:
        raise HostRefused("the channel's time to reply is over: the buyer has to write first")
    body = {"content": message.text, "message_type": "outgoing", "private": False, "echo_id": message.key}
    made = await ask(http, "POST", chat / "messages", headers=own, json=body)
    at = made.get("created_at")
    return Sent(f"message-{made['id']}", datetime.fromtimestamp(at, UTC) if isinstance(at, int) else None)


CHATWOOT = Connector("chatwoot", ChatwootSettings, prove, follow=follow, take=take, send=send)

"""Order and refund topics of 淘宝, 京东, 抖店 and 拼多多, as JSON: posted by the platform (抖店) or by a relay that
holds the platform's own connection.

What each topic means: `topics_reading.py`. A platform's clients for these streams are its own and run elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from aiohttp import ClientSession
from pydantic import Field, SecretStr
from pydantic_core import from_json

from assistant.connectors.shape import Call, Connector, HostSettings, Now, Proof, Taken, signed_lately
from assistant.connectors.topics_reading import READERS, Topic, opened
from assistant.domain.errors import InvalidInput, NotSignedIn
from assistant.services.hosts import Batch
from assistant.services.outgoing import signature

MOST = 1_000


class TopicSettings(HostSettings):
    relay_secret: SecretStr = Field(description="a long random word: the relay signs what it posts with it")


class DouyinSettings(HostSettings):
    app_key: str = Field(min_length=1, description="app key of the application at 抖店")
    app_secret: SecretStr = Field(description="its app secret: 抖店 signs what it posts with it")


async def prove(platform: str, settings: HostSettings, http: ClientSession, now: Now) -> Proof:
    """Nothing can be asked there: what is proved is that a body signed with the secret is taken."""
    return Proof(f"waiting for {platform} topics; the first signed call proves the rest")


def take(
    platform: str, verify: Callable[[Any, Call], None], answer: str, settings: Any, call: Call, now: datetime
) -> Taken:
    """One call with one topic or several. Raises NotSignedIn, InvalidInput."""
    verify(settings, call)
    try:
        told = from_json(call.body)
    except ValueError as error:
        raise InvalidInput("this is no JSON: send one topic, or an array of them") from error
    found = told if isinstance(told, list) else [told]
    if len(found) > MOST:
        raise InvalidInput(f"send at most {MOST} topics at once")
    events, left_out = list[dict[str, Any]](), list[str]()
    for one in found:
        topic = opened(one, now) if isinstance(one, dict) else None
        if topic is None:
            left_out.append("a topic without a name or a content")
            continue
        more, why = _read(platform, topic)
        events += more
        left_out += why
    return Taken(Batch(events, left_out=left_out), answer=answer)


def _read(platform: str, topic: Topic) -> tuple[list[dict[str, Any]], list[str]]:
    try:
        return READERS[platform](topic)
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        return [], [f"{topic.name}: it cannot be read ({type(error).__name__})"]


def by_relay(settings: TopicSettings, call: Call) -> None:
    """The same signature as our own webhooks carry. Raises NotSignedIn."""
    at, given = call.headers.get("x-assistant-timestamp", ""), call.headers.get("x-assistant-signature", "")
    secret = settings.relay_secret.get_secret_value()
    if not signed_lately(at) or not hmac.compare_digest(signature(secret, int(at), call.body).encode(), given.encode()):
        raise NotSignedIn("the relay did not sign this, or too long ago: see docs/hosts/topics.md")


def by_douyin(settings: DouyinSettings, call: Call) -> None:
    """`event-sign` is the MD5 of key, body and secret in a row. Raises NotSignedIn."""
    secret = settings.app_secret.get_secret_value()
    said = settings.app_key.encode() + call.body + secret.encode()
    expected = hashlib.md5(said, usedforsecurity=False).hexdigest()
    right_app = call.headers.get("app-id") == settings.app_key
    if not right_app or not hmac.compare_digest(expected.encode(), call.headers.get("event-sign", "").lower().encode()):
        raise NotSignedIn("抖店 did not sign this: are app_key and app_secret those of this application?")


def _relayed(platform: str) -> Connector:
    return Connector(platform, TopicSettings, partial(prove, platform), take=partial(take, platform, by_relay, "ok"))


TOPICS = (
    *map(_relayed, ("taobao", "jd", "pdd")),
    Connector(
        "douyin", DouyinSettings, partial(prove, "douyin"),
        take=partial(take, "douyin", by_douyin, '{"code":0,"msg":"success"}'),
    ),
)  # fmt: skip

"""企业微信's envelope against its documented vectors, and what its callbacks mean."""

from __future__ import annotations

import base64
import os
import struct
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from assistant.connectors.shape import WINDOW_SECONDS, Call
from assistant.connectors.wecom import WECOM
from assistant.connectors.wecom_crypto import page_signature, signature
from assistant.domain.errors import AssistantError, NotSignedIn

# The vectors of the documentation's sample programs.
TOKEN, KEY, CORP = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"
ECHO = {
    "msg_signature": "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
    "timestamp": "1409659589",
    "nonce": "263014780",
    "echostr": "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
}
NOW = datetime(2026, 11, 30, tzinfo=UTC)


def settings(**more: str) -> Any:
    given = {"corp_id": CORP, "agent_id": "218", "secret": "s", "token": TOKEN, "encoding_aes_key": KEY}
    return WECOM.read_settings({**given, **more})


def taken(call: Call, **more: str) -> Any:
    assert WECOM.take is not None
    return WECOM.take(settings(**more), call, NOW)


def called(text: str, corp: str = CORP, token: str = TOKEN, seconds_ago: int = 0) -> Call:
    """A callback as 企业微信 makes it."""
    secret = base64.b64decode(KEY + "=")
    plain = os.urandom(16) + struct.pack(">I", len(text.encode())) + text.encode() + corp.encode()
    fill = 32 - len(plain) % 32
    encryptor = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
    encrypted = base64.b64encode(encryptor.update(plain + bytes([fill]) * fill) + encryptor.finalize()).decode()
    at = str(int(datetime.now(UTC).timestamp()) - seconds_ago)
    query = {"msg_signature": signature(token, at, "n", encrypted), "timestamp": at, "nonce": "n"}
    body = f"<xml><ToUserName><![CDATA[{corp}]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    return Call("POST", {}, query, body.encode())


def test_the_address_is_verified_as_in_the_documentation() -> None:
    assert taken(Call("GET", {}, ECHO, b"")).answer == "1616140317555161061"


def test_pages_are_signed_as_in_the_documentation() -> None:
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    found = page_signature(ticket, "Wm3WZYTPz0wzccnW", 1414587457, "http://mp.weixin.qq.com?params=value#part")
    assert found == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


def test_a_new_contact_is_a_conversation_of_whoever_added_them() -> None:
    told = "".join(
        f"<{name}><![CDATA[{escape(value)}]]></{name}>"
        for name, value in {
            "MsgType": "event", "Event": "change_external_contact", "ChangeType": "add_external_contact",
            "UserID": "lin", "ExternalUserID": "woAJ2GCAAA", "CreateTime": "1794362400",
        }.items()
    )  # fmt: skip
    found = taken(called(f"<xml>{told}</xml>"))
    assert found.answer == "success"
    (event,) = found.batch.events
    assert {name: event[name] for name in ("type", "conversation", "buyer", "state", "agent", "at")} == {
        "type": "conversation", "conversation": "woAJ2GCAAA", "buyer": "woAJ2GCAAA", "state": "open", "agent": "lin",
        "at": "2026-11-11T02:00:00+00:00",
    }  # fmt: skip
    assert taken(called("<xml><MsgType>text</MsgType></xml>")).batch.events == []


@pytest.mark.parametrize(
    "call",
    [
        Call("GET", {}, {**ECHO, "nonce": "1"}, b""),
        Call("GET", {}, {}, b""),
        called("<xml/>", token="another"),
        called("<xml/>", corp="wxanother"),
        called("<xml/>", seconds_ago=WINDOW_SECONDS + 2),
        Call("POST", {}, {}, b"<xml></xml>"),
    ],
)
def test_what_was_not_made_for_us_stays_out(call: Call) -> None:
    with pytest.raises(NotSignedIn):
        taken(call)


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b'<!DOCTYPE a [<!ENTITY b "c">]><xml>&b;</xml>'])
def test_what_is_no_callback_is_refused(body: bytes) -> None:
    with pytest.raises(AssistantError):
        taken(Call("POST", {}, {}, body))


def test_a_wrong_key_is_told_as_one() -> None:
    with pytest.raises(NotSignedIn, match="EncodingAESKey"):
        taken(Call("GET", {}, ECHO, b""), encoding_aes_key="A" * 43)

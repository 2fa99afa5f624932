"""Recorded payloads of Chatwoot, read by the real connector."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.connectors.chatwoot import CHATWOOT
from assistant.connectors.chatwoot_reading import events_of
from assistant.connectors.shape import Call
from assistant.connectors.stand_ins import chatwoot_payloads as played
from assistant.domain.errors import AssistantError
from assistant.services.intake import read

FOLDER = Path(__file__).parent / "payloads" / "chatwoot"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
GIVEN = {"url": "https://chat.example.com", "account_id": "3", "access_token": "t", "agents": "12=lin"}


def payload(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def told(name: str) -> list[dict[str, Any]]:
    found = payload(name)
    return events_of(str(found["event"]), found, None, {"12": "lin"}, NOW)


def brief(event: dict[str, Any]) -> dict[str, Any]:
    return {
        key: event[key] for key in ("type", "conversation", "buyer", "side", "agent", "text", "state") if key in event
    }


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*_*.json")), ids=lambda file: file.stem)
def test_every_recorded_webhook_is_read_into_events_that_can_be_kept(file: Path) -> None:
    found = json.loads(file.read_text(encoding="utf-8"))
    if "event" not in found:
        return
    read(events_of(str(found["event"]), found.get("data", found), None, {}, NOW), NOW, "default")


def test_a_buyers_words_come_with_who_they_are() -> None:
    person, said = told("message_created.incoming")
    assert brief(said) == {
        "type": "message", "conversation": "418", "buyer": "9031", "side": "buyer",
        "text": "亲，这件大衣 165 穿 M 码合适吗？",
    }  # fmt: skip
    assert (person["buyer"], person["nickname"], person["phone"]) == ("9031", "小鹿爱吃糖", "+8613800001234")
    assert said["at"].startswith("2026-03-02T02:00:07")


def test_the_agents_words_are_the_agents() -> None:
    (said,) = told("message_created.outgoing_agent")
    assert (said["side"], said["agent"], said["origin"], said["buyer"]) == ("agent", "lin", "human", "9031")


def test_what_buyers_do_not_see_stays_out() -> None:
    assert told("message_created.private_note") == []
    assert told("conversation_typing_on.contact") == []
    assert told("contact_updated") == []


def test_a_picture_is_kept_as_a_word() -> None:
    assert told("message_created.incoming_image")[-1]["text"] == "[图片]"


def test_conversations_open_close_and_are_given_to_agents() -> None:
    assert [event["state"] for event in told("conversation_created")] == ["open"]
    assert [event["state"] for event in told("conversation_status_changed.resolved")] == ["closed"]
    assert told("conversation_status_changed.snoozed") == []
    (given,) = told("conversation_updated.assignee")
    assert (given["state"], given["agent"].startswith(("lin", "chatwoot-"))) == ("assigned", True)


def test_a_message_has_one_id_whichever_way_it_comes() -> None:
    frame = payload("cable.message_created")["message"]
    by_cable = events_of(frame["event"], frame["data"], None, {}, NOW)
    assert by_cable[-1]["id"] == told("message_created.incoming")[-1]["id"] == "message-88101"
    assert by_cable[0]["id"] == told("message_created.incoming")[0]["id"]


def test_tokens_of_visitors_are_taken_out_of_nothing() -> None:
    for file in FOLDER.glob("*.json"):
        found = json.loads(file.read_text(encoding="utf-8"))
        events = events_of(str(found.get("event")), found, None, {}, NOW)
        assert "uV5pQx3sGkq1ZbM8nD4rTt2A" not in json.dumps(events)


@pytest.mark.parametrize("name", ["message_created.incoming", "message_created.outgoing_agent"])
def test_the_stand_in_tells_messages_as_they_were_recorded(name: str) -> None:
    recorded = payload(name)
    sender = (
        {**played.contact(9031, "小鹿", None), "pubsub_token": "x"} if "incoming" in name else played.user(12, "林晓")
    )
    made = played.message(1, "嗯", 0 if "incoming" in name else 1, 418, sender, NOW)
    chat = played.conversation(418, played.contact(9031, "小鹿", None), [made], "open", True, None, {"id": 3}, NOW)
    said = {**played.webhook_message(made, chat, {"id": 3}), "event": "message_created"}
    assert set(said) == set(recorded) - {"attachments"}
    assert set(said["conversation"]) == set(recorded["conversation"])
    assert set(said["sender"]) == set(recorded["sender"])
    frame = payload("cable.message_created")["message"]["data"]
    assert set(made) == set(frame)


# --- signatures ------------------------------------------------------------------------------------------------------


def call(body: bytes, headers: dict[str, str], **query: str) -> Call:
    return Call("POST", headers, query, body)


def signed(body: bytes, secret: str = "whsec", at: int | None = None) -> dict[str, str]:
    moment = str(at if at is not None else int(datetime.now(UTC).timestamp()))
    digest = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"x-chatwoot-timestamp": moment, "x-chatwoot-signature": f"sha256={digest}"}


def settings(**more: str) -> Any:
    return CHATWOOT.read_settings({**GIVEN, **more})


def taken(given: Any, of: Call) -> int:
    assert CHATWOOT.take is not None
    return len(CHATWOOT.take(given, of, NOW).batch.events)


def test_the_signature_is_the_documented_one() -> None:
    vector = payload("signature_test_vector")
    body = vector["body_utf8"].encode()
    made = signed(body, vector["secret"], int(vector["timestamp"]))
    assert made["x-chatwoot-signature"] == vector["X-Chatwoot-Signature"]


def test_only_what_chatwoot_signed_lately_comes_in() -> None:
    body = (FOLDER / "message_created.incoming.json").read_bytes()
    given, now = settings(webhook_secret="whsec"), int(datetime.now(UTC).timestamp())
    assert taken(given, call(body, signed(body))) == 2
    for bad in (
        {},
        signed(body, "another"),
        signed(body + b" "),
        signed(body, at=now - 301),
        signed(body, at=now + 301),
        {**signed(body), "x-chatwoot-timestamp": "soon"},
        {**signed(body), "x-chatwoot-signature": "sha256=é"},
    ):
        with pytest.raises(AssistantError, match="sign"):
            taken(given, call(body, bad))
    with pytest.raises(AssistantError, match="no secret"):
        taken(settings(), call(body, signed(body)))
    with pytest.raises(AssistantError, match="another account"):
        taken(settings(webhook_secret="whsec", account_id="4"), call(body, signed(body)))


def test_an_older_chatwoot_that_does_not_sign_needs_the_word_in_its_address() -> None:
    body = (FOLDER / "message_created.incoming.json").read_bytes()
    given = settings(unsigned_token="long-random-word", webhook_secret="whsec")
    assert taken(given, call(body, {}, token="long-random-word")) == 2
    with pytest.raises(AssistantError, match="not signed"):
        taken(given, call(body, {}, token="guess"))
    with pytest.raises(AssistantError, match="signature"):  # a wrong signature is no missing one
        taken(given, call(body, signed(body, "x"), token="long-random-word"))

"""Chatwoot's JSON as its sources and recorded samples show it. Not for what happens (`chatwoot.py`)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

_LIQUID = re.compile(r"\{\{.*?\}\}")
_NAMES = {0: "incoming", 1: "outgoing", 2: "activity", 3: "template"}


def user(id: int, name: str) -> dict[str, Any]:
    return {
        "id": id, "name": name, "available_name": name, "avatar_url": "", "type": "user",
        "availability_status": "online", "thumbnail": "",
    }  # fmt: skip


def contact(id: int, name: str, phone: str | None) -> dict[str, Any]:
    return {
        "additional_attributes": {}, "custom_attributes": {}, "email": None, "id": id, "identifier": f"tb_{id}",
        "name": name, "phone_number": phone, "thumbnail": "", "blocked": False, "type": "contact",
    }  # fmt: skip


def message(
    id: int, text: str, kind: int, chat: int, sender: dict[str, Any], now: datetime, **more: Any
) -> dict[str, Any]:
    """As the cable and REST tell it: kinds are numbers, times are seconds."""
    shown = {key: value for key, value in sender.items() if key != "pubsub_token"}
    return {
        "id": id, "content": text, "account_id": 3, "inbox_id": 7, "conversation_id": chat, "message_type": kind,
        "created_at": int(now.timestamp()), "updated_at": now.isoformat(timespec="milliseconds"), "private": False,
        "status": "sent", "source_id": None, "content_type": "text", "content_attributes": {},
        "sender_type": "Contact" if kind == 0 else "User", "sender_id": sender["id"], "external_source_ids": {},
        "additional_attributes": {}, "processed_message_content": text, "sentiment": {},
        "conversation": {
            "assignee_id": None, "unread_count": 1, "last_activity_at": int(now.timestamp()),
            "contact_inbox": {"source_id": f"source-{chat}"},
        },
        "sender": shown, **more,
    }  # fmt: skip


def webhook_message(made: dict[str, Any], chat: dict[str, Any], account: dict[str, Any]) -> dict[str, Any]:
    """As webhooks tell it: kinds are words, times are ISO 8601, and a contact carries no type."""
    sender = dict(made["sender"])
    if made["message_type"] == 0:
        sender = {**sender, "account": account, "avatar": ""}
        sender.pop("type")
    else:
        sender = {"id": sender["id"], "name": sender["name"], "email": "agent@example.com", "type": "user"}
    names = ("additional_attributes", "content_attributes", "content_type", "content", "id", "private", "source_id")
    return {
        **{name: made[name] for name in names}, "account": account, "conversation": chat, "sender": sender,
        "created_at": made["updated_at"], "inbox": {"id": 7, "name": "淘宝店铺"},
        "message_type": _NAMES[made["message_type"]],
    }  # fmt: skip


def conversation(
    id: int, whose: dict[str, Any], last: list[dict[str, Any]], status: str, can_reply: bool,
    assignee: dict[str, Any] | None, account: dict[str, Any], now: datetime,
) -> dict[str, Any]:  # fmt: skip
    at = last[-1]["created_at"] if last else int(now.timestamp())
    inbox = {
        "id": 5000 + id, "contact_id": whose["id"], "inbox_id": 7, "source_id": f"source-{id}",
        "created_at": now.isoformat(), "updated_at": now.isoformat(), "hmac_verified": False,
        "pubsub_token": f"visitors-own-{id}",
    }  # fmt: skip
    meta = {"sender": whose, "assignee": assignee, "assignee_type": "User", "team": None, "hmac_verified": False}
    return {
        "additional_attributes": {}, "can_reply": can_reply, "channel": "Channel::Api", "contact_inbox": inbox,
        "id": id, "inbox_id": 7, "messages": last, "labels": [], "meta": meta, "status": status,
        "custom_attributes": {}, "snoozed_until": None, "unread_count": 1, "first_reply_created_at": None,
        "priority": None, "waiting_since": 0, "agent_last_seen_at": 0, "contact_last_seen_at": 0,
        "last_activity_at": at, "timestamp": at, "created_at": at, "updated_at": now.timestamp(), "account": account,
    }  # fmt: skip


def rendered(text: str) -> str:
    """Outgoing texts go through a template engine there, which puts nothing where it knows nothing."""
    return _LIQUID.sub("", text)

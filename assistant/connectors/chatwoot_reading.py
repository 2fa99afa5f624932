"""What Chatwoot's payloads mean here, in the three shapes it tells them: webhook, cable and REST.

Only what is named here is taken out of a payload: they carry tokens of visitors, which are not kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from assistant.domain.hosts import fitting_text, not_ahead

INCOMING, OUTGOING, ACTIVITY, TEMPLATE = "incoming", "outgoing", "activity", "template"
_TYPES = {0: INCOMING, 1: OUTGOING, 2: ACTIVITY, 3: TEMPLATE}
_LABELS = {"image": "[图片]", "audio": "[语音]", "video": "[视频]", "file": "[文件]", "location": "[位置]"}
# Both names of the same thing: webhooks write an underscore, the cable a dot.
MESSAGES = ("message_created", "message.created", "message_updated", "message.updated")
_STATES = {"resolved": "closed", "open": "open"}


def events_of(
    event: str, data: dict[str, Any], contact: int | None, logins: dict[str, str], now: datetime
) -> list[dict[str, Any]]:
    """What a webhook, or a frame of the cable, tells."""
    if event in MESSAGES:
        said = message(data, contact, logins, now)
        sender = data.get("sender") if said and said["side"] == "buyer" else None
        return [one for one in (person(sender, now), said) if one is not None]
    if event.startswith(("conversation", "assignee")):
        return list(life(event, data, logins, now))
    return []


def message(
    data: Mapping[str, Any], contact: int | None, logins: Mapping[str, str], now: datetime
) -> dict[str, Any] | None:
    """A message as an event; None for what buyers do not see, or nobody wrote. `contact` is whose chat it is, where the
    payload does not say."""
    kind = data.get("message_type")
    kind = _TYPES.get(kind, "") if isinstance(kind, int) else str(kind)
    if (
        data.get("private")
        or kind not in (INCOMING, OUTGOING, TEMPLATE)
        or (data.get("content_attributes") or {}).get("deleted")
    ):
        return None
    whose = contact_of(data) or contact
    text = _text(data)
    if whose is None or not text:
        return None
    at = not_ahead(_moment(data.get("created_at")) or now, now)
    said = {"side": "buyer"} if kind == INCOMING else _by(data, kind, logins)
    return {
        "id": f"message-{data['id']}", "type": "message", "platform": "chatwoot", "at": at.isoformat(),
        "conversation": str(conversation_id(data)), "buyer": str(whose), "text": text, **said,
    }  # fmt: skip


def conversation_id(data: Mapping[str, Any]) -> int:
    """The number that agents see in the address."""
    inside = data.get("conversation") or {}
    return int(data["conversation_id"] if "conversation_id" in data else inside["id"])


def contact_of(data: Mapping[str, Any]) -> int | None:
    """Whose chat a message belongs to, where the payload says it: webhooks do, the cable for what buyers write."""
    found = ((data.get("conversation") or {}).get("meta") or {}).get("sender") or {}
    if not found and data.get("message_type") in (INCOMING, 0):
        found = data.get("sender") or {}
    return int(found["id"]) if found.get("id") is not None else None


def person(found: Mapping[str, Any] | None, now: datetime) -> dict[str, Any] | None:
    """A contact as an event about a buyer; the same person told again has the same id."""
    if not found or found.get("id") is None:
        return None
    name, phone = str(found.get("name") or "")[:200], str(found.get("phone_number") or "")[:200]
    if not name and not phone:
        return None
    mark = sha256(f"{name}\0{phone}".encode()).hexdigest()[:16]
    about = {"nickname": name or None, "phone": phone or None}
    return {
        "id": f"contact-{found['id']}-{mark}", "type": "buyer", "platform": "chatwoot", "buyer": str(found["id"]),
        "at": now.isoformat(), **{key: value for key, value in about.items() if value},
    }  # fmt: skip


def life(event: str, data: Mapping[str, Any], logins: Mapping[str, str], now: datetime) -> Iterator[dict[str, Any]]:
    """The life of a conversation: opened, closed, given to somebody."""
    contact = ((data.get("meta") or {}).get("sender") or {}).get("id")
    if contact is None or data.get("id") is None:
        return
    at = not_ahead(_moment(data.get("updated_at") or data.get("timestamp")) or now, now)
    base = {"type": "conversation", "platform": "chatwoot", "conversation": str(data["id"]), "buyer": str(contact)}
    mark = str(data.get("updated_at") or data.get("timestamp"))
    name, status = event.replace(".", "_"), str(data.get("status"))
    if name in ("conversation_created", "conversation_status_changed") and status in _STATES:
        yield {**base, "id": f"state-{data['id']}-{status}-{mark}", "state": _STATES[status], "at": at.isoformat()}
    assignee = (data.get("meta") or {}).get("assignee") or {}
    given = name == "assignee_changed" or (name == "conversation_updated" and _changed(data, "assignee_id"))
    if given and assignee.get("id") is not None:
        agent = login(assignee["id"], logins)
        state = {"state": "assigned", "agent": agent, "at": at.isoformat()}
        yield {**base, "id": f"given-{data['id']}-{agent}-{mark}"[:128], **state}


def _changed(data: Mapping[str, Any], name: str) -> bool:
    return any(name in one for one in data.get("changed_attributes") or () if isinstance(one, dict))


def login(user: object, logins: Mapping[str, str]) -> str:
    """Our login of one of Chatwoot's users; one that nobody named is called by the number there."""
    return logins.get(str(user), f"chatwoot-{user}")


def _by(data: Mapping[str, Any], kind: str, logins: Mapping[str, str]) -> dict[str, Any]:
    sender, more = data.get("sender") or {}, data.get("content_attributes") or {}
    user = sender.get("id")
    by_person = sender.get("type", "user") == "user" and user is not None
    origin = "auto" if kind == TEMPLATE or more.get("automation_rule_id") else "human" if by_person else "robot"
    return {"side": "agent", "agent": login(user, logins) if by_person else "chatwoot-bot", "origin": origin}


def _text(data: Mapping[str, Any]) -> str:
    labels = [_LABELS.get(str(one.get("file_type")), "[文件]") for one in data.get("attachments") or ()]
    return fitting_text(" ".join(filter(None, [str(data.get("content") or "").strip(), *labels])))


def _moment(value: object) -> datetime | None:
    """Seconds since 1970, or ISO 8601: which of the two depends on where it stands."""
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        return datetime.fromisoformat(str(value).replace("Z", "+00:00")) if value else None
    except (ValueError, OverflowError, OSError):
        return None

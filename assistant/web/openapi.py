"""OpenAPI 3.1 of `/api/v1`, from the list of addresses and the very models that validate."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, TypeAdapter

from assistant import __version__
from assistant.domain import events
from assistant.domain.baskets import Basket, Return
from assistant.domain.order_notes import OrderNote
from assistant.web import api, buyers, checks, personal_replies, practice, quick_replies, shapes
from assistant.web.routes import Address

_REF = "#/components/schemas/{model}"
_BODIES: dict[tuple[str, str], type[BaseModel]] = {
    ("POST", "/api/v1/launches"): api.LaunchRequest,
    ("POST", "/api/v1/practices"): practice.PracticeRequest,
    ("POST", "/api/v1/notices"): api.NoticeRequest,
    ("POST", "/api/v1/notices/{id}/read"): api.NoticeReading,
    ("POST", "/api/v1/prices"): Basket,
    ("POST", "/api/v1/refunds"): Return,
    ("POST", "/api/v1/conversations/{id}/order-notes"): OrderNote,
    ("POST", "/api/v1/checks"): checks.CheckRequest,
    ("POST", "/api/v1/quick-replies/pins"): quick_replies.Pin,
    ("POST", "/api/v1/quick-replies/own"): personal_replies.OwnQuickReply,
    ("PUT", "/api/v1/quick-replies/own/{id}"): personal_replies.OwnQuickReply,
    ("POST", "/api/v1/quick-replies/own/order"): personal_replies.Order,
    ("POST", "/api/v1/suggestions/{id}"): api.SuggestionAction,
    ("POST", "/api/v1/follow-ups/{id}"): api.FollowUpAction,
    ("POST", "/api/v1/follow-ups/hand-over"): api.HandOver,
    ("POST", "/api/v1/follow-ups/take-back"): api.TakeBack,
    ("POST", "/api/v1/buyers/{id}/reveal"): buyers.RevealRequest,
    ("PUT", "/api/v1/buyers/{id}/tags"): api.Tags,
    ("POST", "/api/v1/buyers/{id}/notes"): api.Note,
}


# What may stand behind "?", by address; where an id is shared by two platforms, `platform` says which is meant.
_OF_ONE = ("platform",)
_QUERIES: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/api/v1/conversations/{id}/sidebar"): _OF_ONE,
    ("GET", "/api/v1/conversations/{id}/basket"): _OF_ONE,
    ("POST", "/api/v1/conversations/{id}/order-notes"): _OF_ONE,
    ("POST", "/api/v1/buyers/{id}/reveal"): _OF_ONE,
    ("PUT", "/api/v1/buyers/{id}/tags"): _OF_ONE,
    ("POST", "/api/v1/buyers/{id}/notes"): _OF_ONE,
    ("GET", "/api/v1/colleagues"): ("agent",),
    ("GET", "/api/v1/handbook"): ("q", "limit"),
    ("GET", "/api/v1/quick-replies"): ("q", "limit", "conversation", "platform"),
    ("GET", "/api/v1/kpi"): ("from", "to", "by", "platform", "team"),
    ("GET", "/api/v1/kpi/orders"): ("from", "to", "agent", "platform", "team"),
    ("GET", "/api/v1/facts"): ("from", "to", "name", "platform", "cursor", "limit"),
}


class _Detail(BaseModel):
    index: int
    field: str
    message: str


class _Problem(BaseModel):
    code: str
    message: str
    details: list[_Detail] = []


class Error(BaseModel):
    """Every error answer has this shape."""

    error: _Problem


def description(addresses: Iterable[Address]) -> dict[str, Any]:
    """The document served at `/openapi.json`."""
    event: dict[str, Any] = TypeAdapter(events.AnyEvent).json_schema(ref_template=_REF)
    error = Error.model_json_schema(ref_template=_REF)
    schemas = {**event.pop("$defs"), **error.pop("$defs"), "Event": event, "Error": error}
    for model in dict.fromkeys(shapes.ANSWERS.values()):
        answer = model.model_json_schema(ref_template=_REF)
        schemas |= {**answer.pop("$defs", {}), model.__name__: answer}
    for body in _BODIES.values():
        schemas |= body.model_json_schema(ref_template=_REF).get("$defs", {})
    paths: dict[str, dict[str, Any]] = {}
    for address in addresses:
        if address.path.startswith("/api/"):
            paths.setdefault(address.path, {})[address.method.lower()] = _operation(address)
    return {
        "openapi": "3.1.0",
        "info": {"title": "assistant", "version": __version__},
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        "security": [{"key": []}],
    }


def _operation(address: Address) -> dict[str, Any]:
    summary = (address.handler.__doc__ or address.handler.__name__.replace("_", " ")).strip().splitlines()[0]
    described: dict[str, Any] = {
        "summary": summary,
        "operationId": address.handler.__name__,
        "responses": {
            "200": _done(address),
            "default": {"description": "an error", "content": _json({"$ref": _REF.format(model="Error")})},
        },
    }
    text = {"schema": {"type": "string"}}
    given = [{"name": n, "in": "path", "required": True, **text} for n in re.findall(r"{(\w+)}", address.path)]
    given += [{"name": n, "in": "query", **text} for n in _QUERIES.get((address.method, address.path), ())]
    if given:
        described["parameters"] = given
    body = _body(address)
    if body is not None:
        described["requestBody"] = {"required": True, "content": _json(body)}
    return described


def _done(address: Address) -> dict[str, Any]:
    model = shapes.ANSWERS.get((address.method, address.path))
    if model is None:
        return {"description": "done"}
    return {"description": "done", "content": _json({"$ref": _REF.format(model=model.__name__)})}


def _body(address: Address) -> dict[str, Any] | None:
    if address.path == "/api/v1/events":
        event = {"$ref": _REF.format(model="Event")}
        return {"oneOf": [event, {"type": "array", "items": event, "maxItems": 1000}]}
    model = _BODIES.get((address.method, address.path))
    if model is None:
        return None
    schema = model.model_json_schema(ref_template=_REF)
    schema.pop("$defs", None)  # they stand among the components
    return schema


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}

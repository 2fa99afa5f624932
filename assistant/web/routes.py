"""All addresses, each with the right it needs. `tests/web/test_rights.py` walks this list."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from assistant.domain.staff import PUBLIC, SIGNED_IN
from assistant.web import api, figures, handbook, notices, operation, pages, practice, sockets, sums
from assistant.web.guard import Handler, guarded
from assistant.web.keys import STATIC


@dataclass(frozen=True, slots=True)
class Address:
    method: str
    path: str
    handler: Handler
    right: str


ADDRESSES = (
    # people
    Address("GET", "/", pages.home, PUBLIC),
    Address("GET", "/login", pages.login, PUBLIC),
    Address("POST", "/login", pages.sign_in, PUBLIC),
    Address("POST", "/logout", pages.sign_out, SIGNED_IN),
    Address("GET", "/desk", pages.desk, "messages.send"),
    Address("GET", "/desk/ws", sockets.desk, "messages.send"),
    # practising with scripted buyers
    Address("GET", "/practice", practice.choose, "practice.use"),
    Address("POST", "/practice", practice.begin, "practice.use"),
    Address("GET", "/practice/{id}", practice.show, "practice.use"),
    Address("POST", "/practice/{id}/end", practice.finish, "practice.use"),
    Address("GET", "/practice/{id}/desk", practice.desk, "practice.use"),
    Address("GET", "/practice/{id}/ws", sockets.practice_desk, "practice.use"),
    Address("GET", "/api/v1/practices", practice.list_practices, "practice.use"),
    Address("POST", "/api/v1/practices", practice.start_practice, "practice.use"),
    Address("GET", "/api/v1/practices/{id}", practice.show_practice, "practice.use"),
    Address("POST", "/api/v1/practices/{id}/end", practice.end_practice, "practice.use"),
    # what all agents of a shop are told
    Address("GET", "/notices", notices.show, "notices.post"),
    Address("POST", "/notices", notices.post, "notices.post"),
    Address("POST", "/notices/{id}/end", notices.end, "notices.post"),
    Address("GET", "/notices/choices", notices.choices, "notices.post"),
    Address("GET", "/notices/ws", sockets.notices, "notices.post"),
    # the sidebar: a signed launch, then its bearer
    Address("GET", "/sidebar", pages.sidebar, PUBLIC),
    Address("GET", "/ws", sockets.sidebar, PUBLIC),
    # platforms and other front ends
    Address("POST", "/api/v1/events", api.take_events, "events.send"),
    Address("POST", "/api/v1/launches", api.launch, "launches.make"),
    Address("GET", "/api/v1/conversations/{id}/sidebar", api.show_sidebar, "desk.use"),
    Address("GET", "/api/v1/conversations/{id}/basket", sums.start, "desk.use"),
    Address("POST", "/api/v1/conversations/{id}/order-notes", sums.write_order_note, "desk.use"),
    Address("POST", "/api/v1/prices", sums.price, "desk.use"),
    Address("POST", "/api/v1/refunds", sums.refund, "desk.use"),
    Address("POST", "/api/v1/suggestions/{id}", api.act_on_suggestion, "desk.use"),
    Address("POST", "/api/v1/follow-ups/{id}", api.act_on_follow_up, "desk.use"),
    Address("POST", "/api/v1/follow-ups/hand-over", api.hand_over, "desk.use"),
    Address("POST", "/api/v1/follow-ups/take-back", api.take_back, "desk.use"),
    Address("GET", "/api/v1/colleagues", api.colleagues, "desk.use"),
    Address("GET", "/api/v1/handbook", handbook.look_up, "desk.use"),
    Address("GET", "/api/v1/quick-replies", api.search_quick_replies, "desk.use"),
    Address("GET", "/api/v1/notices", api.list_notices, "desk.use"),
    Address("POST", "/api/v1/notices", api.post_notice, "notices.post"),
    Address("GET", "/api/v1/notices/receipts", api.list_receipts, "notices.post"),
    Address("POST", "/api/v1/notices/{id}/read", api.read_notice, "desk.use"),
    Address("POST", "/api/v1/notices/{id}/end", api.end_notice, "notices.post"),
    Address("PUT", "/api/v1/buyers/{id}/tags", api.put_tags, "desk.use"),
    Address("POST", "/api/v1/buyers/{id}/notes", api.add_note, "desk.use"),
    Address("GET", "/api/v1/kpi", figures.kpi, "kpi.read"),
    Address("GET", "/api/v1/facts", figures.facts, "kpi.read"),
    # operators
    Address("GET", "/healthz", operation.alive, PUBLIC),
    Address("GET", "/readyz", operation.ready, PUBLIC),
    Address("GET", "/metrics", operation.metrics, PUBLIC),
    Address("GET", "/openapi.json", operation.openapi, PUBLIC),
)


def add_routes(app: web.Application) -> None:
    for address in ADDRESSES:
        app.router.add_route(address.method, address.path, guarded(address.right, address.handler))
    app.router.add_static("/static", app[STATIC], append_version=False)

"""All addresses, each with the right it needs. `tests/web/test_rights.py` walks this list."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from assistant.domain.staff import PUBLIC, SIGNED_IN
from assistant.web import (
    alerts,
    api,
    audit,
    back_tests,
    buyers,
    checks,
    connections,
    figures,
    gaps,
    handbook,
    hosts,
    kpi,
    kpi_outcomes,
    metrics,
    notices,
    oidc,
    operation,
    pages,
    passwords,
    people,
    personal_replies,
    practice,
    publishing,
    quick_replies,
    readiness,
    replacing,
    scripts,
    shipped,
    sockets,
    sums,
    teams,
    trials,
    trying,
    versions,
    wallboard,
    words,
)
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
    Address("GET", "/login/oidc", oidc.leave, PUBLIC),
    Address("GET", "/login/oidc/back", oidc.come_back, PUBLIC),
    Address("POST", "/logout", pages.sign_out, SIGNED_IN),
    Address("GET", "/password", passwords.show, SIGNED_IN),
    Address("POST", "/password", passwords.change, SIGNED_IN),
    Address("GET", "/desk", pages.desk, "messages.send"),
    Address("GET", "/desk/ws", sockets.desk, "messages.send"),
    # an agent's own quick replies
    Address("GET", "/quick-replies", personal_replies.show, "desk.use"),
    Address("GET", "/quick-replies/file", personal_replies.download, "desk.use"),
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
    # the trainers' tables
    Address("GET", "/scripts", scripts.show, "scripts.read"),
    Address("GET", "/scripts/tree", scripts.tree, "scripts.read"),
    Address("GET", "/scripts/preview", scripts.preview, "scripts.read"),
    Address("GET", "/scripts/row", scripts.open_row, "scripts.read"),
    Address("POST", "/scripts/look", scripts.look, "scripts.read"),
    Address("POST", "/scripts/row", scripts.save, "scripts.edit"),
    Address("POST", "/scripts/rows", scripts.add, "scripts.edit"),
    Address("POST", "/scripts/order", scripts.move, "scripts.edit"),
    Address("PUT", "/scripts/pictures", quick_replies.keep_picture, "scripts.edit"),
    Address("GET", "/scripts/publish", publishing.show, "scripts.edit"),
    Address("GET", "/scripts/publish/check", publishing.check, "scripts.edit"),
    Address("POST", "/scripts/publish", publishing.publish, "scripts.edit"),
    Address("GET", "/scripts/replace", replacing.show, "scripts.edit"),
    Address("GET", "/scripts/replace/hits", replacing.find, "scripts.edit"),
    Address("POST", "/scripts/replace", replacing.replace, "scripts.edit"),
    Address("POST", "/scripts/replace/undo", replacing.undo, "scripts.edit"),
    Address("GET", "/scripts/try", trying.show, "scripts.read"),
    Address("POST", "/scripts/try", trying.ask, "scripts.read"),
    Address("GET", "/scripts/back-test", back_tests.show, "scripts.edit"),
    Address("POST", "/scripts/back-test", back_tests.start, "scripts.edit"),
    Address("POST", "/scripts/back-test/{id}/cancel", back_tests.cancel, "scripts.edit"),
    Address("GET", "/scripts/back-test/ws", sockets.back_tests, "scripts.edit"),
    Address("GET", "/scripts/gaps", gaps.show, "scripts.edit"),
    Address("GET", "/scripts/gaps/found", gaps.find, "scripts.edit"),
    Address("POST", "/scripts/gaps/effect", gaps.effect, "scripts.edit"),
    Address("POST", "/scripts/gaps/situation", gaps.add, "scripts.edit"),
    Address("POST", "/scripts/gaps/examples", gaps.take, "scripts.edit"),
    Address("GET", "/scripts/trials", trials.show, "scripts.edit"),
    Address("POST", "/scripts/trials", trials.start, "scripts.edit"),
    Address("GET", "/scripts/trials/{id}", trials.report, "scripts.edit"),
    Address("POST", "/scripts/trials/{id}/end", trials.end, "scripts.edit"),
    Address("GET", "/scripts/words", words.show, "scripts.edit"),
    Address("GET", "/scripts/words/behind", words.behind, "scripts.edit"),
    Address("GET", "/scripts/chats/{id}", back_tests.chat, "scripts.edit"),
    Address("GET", "/scripts/shipped", shipped.show, "scripts.edit"),
    Address("POST", "/scripts/shipped", shipped.take, "scripts.edit"),
    Address("GET", "/scripts/versions", versions.show, "scripts.read"),
    Address("GET", "/scripts/versions/{id}", versions.show_one, "scripts.read"),
    Address("GET", "/scripts/versions/{id}/file", versions.download, "scripts.read"),
    Address("POST", "/scripts/versions/{id}/restore", versions.restore, "scripts.edit"),
    Address("POST", "/scripts/file", versions.upload, "scripts.edit"),
    # figures: one's own, or everybody's for who has `kpi.read`
    Address("GET", "/kpi", kpi.show, "kpi.own"),
    Address("GET", "/kpi/alerts", alerts.show, "kpi.alert"),
    Address("POST", "/kpi/alerts", alerts.save, "kpi.alert"),
    Address("POST", "/kpi/alerts/letters/{id}", alerts.send_again, "kpi.alert"),
    Address("GET", "/kpi/teams", teams.show, "teams.manage"),
    Address("POST", "/kpi/teams", teams.save, "teams.manage"),
    Address("GET", "/kpi/orders", kpi_outcomes.show, "kpi.own"),
    Address("GET", "/kpi/orders/rows", kpi_outcomes.rows, "kpi.own"),
    Address("GET", "/kpi/orders/rows.{form}", kpi_outcomes.rows_table, "kpi.own"),
    Address("GET", "/kpi/orders/tables/{by}.{form}", kpi_outcomes.table, "kpi.own"),
    Address("GET", "/kpi/now", wallboard.show, "kpi.read"),
    Address("GET", "/kpi/now/ws", sockets.wallboard, "kpi.read"),
    Address("GET", "/kpi/tables/{by}.{form}", kpi.table, "kpi.own"),
    Address("GET", "/kpi/conversations/{id}", kpi.look, "kpi.own"),
    Address("GET", "/kpi/looks", kpi.list_looks, "kpi.own"),
    Address("GET", "/kpi/log.{form}", kpi.log, "kpi.read"),
    Address("GET", "/kpi/{name}/rows.{form}", kpi.rows_table, "kpi.own"),
    Address("GET", "/kpi/{name}", kpi.rows, "kpi.own"),
    # the sidebar: a signed launch, then its bearer
    Address("GET", "/sidebar", pages.sidebar, PUBLIC),
    Address("GET", "/ws", sockets.sidebar, PUBLIC),
    Address("GET", "/beside", hosts.beside, "desk.use"),
    # people of the shop
    Address("GET", "/people", people.show, "staff.manage"),
    Address("POST", "/people", people.add, "staff.manage"),
    Address("POST", "/people/role", people.set_role, "staff.manage"),
    Address("POST", "/people/password", people.give_password, "staff.manage"),
    Address("POST", "/people/identity", people.link, "staff.manage"),
    Address("POST", "/people/disable", people.disable, "staff.manage"),
    Address("POST", "/people/enable", people.enable, "staff.manage"),
    # who looked at what, who changed what
    Address("GET", "/audit", audit.show, "audit.read"),
    Address("GET", "/audit.{form}", audit.download, "audit.read"),
    # how chat hosts and webhooks fare
    Address("GET", "/connections", connections.show, "staff.manage"),
    Address("POST", "/connections/dead/{id}", connections.tell_again, "staff.manage"),
    # chat hosts: their own signatures say who they are
    Address("POST", "/hooks/{id}", hosts.call, PUBLIC),
    Address("GET", "/hooks/{id}", hosts.call, PUBLIC),
    Address("GET", "/hosts/chatwoot", hosts.chatwoot, PUBLIC),
    Address("GET", "/hosts/wecom/{id}", hosts.wecom, PUBLIC),
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
    Address("POST", "/api/v1/checks", checks.check_text, "desk.use"),
    Address("GET", "/api/v1/quick-replies", quick_replies.search, "desk.use"),
    Address("POST", "/api/v1/quick-replies/pins", quick_replies.pin, "desk.use"),
    Address("GET", "/api/v1/quick-replies/images/{hash}", personal_replies.show_picture, "desk.use"),
    Address("GET", "/api/v1/quick-replies/own", personal_replies.listed, "desk.use"),
    Address("POST", "/api/v1/quick-replies/own", personal_replies.add, "desk.use"),
    Address("POST", "/api/v1/quick-replies/own/order", personal_replies.arrange, "desk.use"),
    Address("POST", "/api/v1/quick-replies/own/file", personal_replies.take_file, "desk.use"),
    Address("PUT", "/api/v1/quick-replies/own/{id}", personal_replies.change, "desk.use"),
    Address("DELETE", "/api/v1/quick-replies/own/{id}", personal_replies.remove, "desk.use"),
    Address("PUT", "/api/v1/quick-replies/own/{id}/image", personal_replies.give_picture, "desk.use"),
    Address("DELETE", "/api/v1/quick-replies/own/{id}/image", personal_replies.take_picture, "desk.use"),
    Address("GET", "/api/v1/notices", api.list_notices, "desk.use"),
    Address("POST", "/api/v1/notices", api.post_notice, "notices.post"),
    Address("GET", "/api/v1/notices/receipts", api.list_receipts, "notices.post"),
    Address("POST", "/api/v1/notices/{id}/read", api.read_notice, "desk.use"),
    Address("POST", "/api/v1/notices/{id}/end", api.end_notice, "notices.post"),
    Address("POST", "/api/v1/buyers/{id}/reveal", buyers.reveal, "buyers.reveal"),
    Address("PUT", "/api/v1/buyers/{id}/tags", api.put_tags, "desk.use"),
    Address("POST", "/api/v1/buyers/{id}/notes", api.add_note, "desk.use"),
    Address("GET", "/api/v1/kpi", figures.kpi, "kpi.read"),
    Address("GET", "/api/v1/facts", figures.facts, "kpi.read"),
    # operators
    Address("GET", "/healthz", operation.alive, PUBLIC),
    Address("GET", "/readyz", readiness.ready, PUBLIC),
    Address("GET", "/metrics", metrics.show, PUBLIC),
    Address("GET", "/openapi.json", operation.openapi, PUBLIC),
)


def add_routes(app: web.Application) -> None:
    for address in ADDRESSES:
        app.router.add_route(address.method, address.path, guarded(address.right, address.handler))
    app.router.add_static("/static", app[STATIC], append_version=False)

"""Nothing of one shop is there for the people and the keys of another one: every address and every operation."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select

from assistant import store
from assistant.domain.errors import AssistantError, NotFound
from assistant.domain.staff import KEY_RIGHTS, PUBLIC, Principal, rights_of
from assistant.domain.trials import Trial
from assistant.services import back_test_runs, hosts, subscriptions, teams
from assistant.services.back_test_runs import Wish
from assistant.services.desk import Desk
from assistant.store.tables import metadata
from assistant.web.operations import OPERATIONS, carry_out
from assistant.web.routes import ADDRESSES
from tests.web.service import Service, message

MARK = "只在甲店看得见"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(40)
PRICE = {"table": "situations", "id": "price-too-high"}
# Connections, whose hosts sign what they say: they belong to nobody who is signed in.
SIGNED = {"/hooks/{id}", "/hosts/wecom/{id}"}
# What stands in an address without being an id of anything: figures, files' endings.
FILLED = {"by": "agents", "form": "csv", "name": "buyers_received"}


@dataclass(frozen=True)
class Theirs:
    """Ids of what is in the shop that others look into."""

    chat: str = "mine"
    card: int = 0
    follow_up: int = 0
    notice: int = 0
    reply: int = 0
    picture: str = ""
    practice: int = 0
    back_test: int = 0
    trial: int = 0
    version: int = 0
    letter: int = 0
    dead: int = 0
    team: int = 0


def attempts(of: Theirs) -> dict[tuple[str, str], tuple[object, dict[str, Any]]]:
    """By address: the id to ask with, and what to send."""
    note = {"order": "mine-o", "kind": "改码", "change": "黑L→XL", "key": "strangers"}
    words: dict[str, Any] = {"json": {"text": "x"}}
    return {
        ("GET", "/practice/{id}"): (of.practice, {}),
        ("POST", "/practice/{id}/end"): (of.practice, {}),
        ("GET", "/practice/{id}/desk"): (of.practice, {}),
        ("GET", "/practice/{id}/ws"): (of.practice, {}),
        ("GET", "/api/v1/practices/{id}"): (of.practice, {}),
        ("POST", "/api/v1/practices/{id}/end"): (of.practice, {}),
        ("POST", "/notices/{id}/end"): (of.notice, {}),
        ("POST", "/scripts/back-test/{id}/cancel"): (of.back_test, {}),
        ("GET", "/scripts/trials/{id}"): (of.trial, {}),
        ("POST", "/scripts/trials/{id}/end"): (of.trial, {"data": {"keep": "0"}}),
        ("GET", "/scripts/chats/{id}"): (of.chat, {}),
        ("GET", "/scripts/versions/{id}"): (of.version, {}),
        ("GET", "/scripts/versions/{id}/file"): (of.version, {}),
        ("POST", "/scripts/versions/{id}/restore"): (of.version, {}),
        ("POST", "/kpi/alerts/letters/{id}"): (of.letter, {}),
        ("GET", "/kpi/conversations/{id}"): (of.chat, {}),
        ("POST", "/connections/dead/{id}"): (of.dead, {}),
        ("GET", "/api/v1/conversations/{id}/sidebar"): (of.chat, {}),
        ("GET", "/api/v1/conversations/{id}/basket"): (of.chat, {}),
        ("POST", "/api/v1/conversations/{id}/order-notes"): (of.chat, {"json": note}),
        ("POST", "/api/v1/suggestions/{id}"): (of.card, {"json": {"action": "dismissed"}}),
        ("POST", "/api/v1/follow-ups/{id}"): (of.follow_up, {"json": {"action": "done"}}),
        ("GET", "/api/v1/quick-replies/images/{hash}"): (of.picture, {}),
        ("PUT", "/api/v1/quick-replies/own/{id}"): (of.reply, words),
        ("DELETE", "/api/v1/quick-replies/own/{id}"): (of.reply, {}),
        ("PUT", "/api/v1/quick-replies/own/{id}/image"): (of.reply, {"data": PICTURE}),
        ("DELETE", "/api/v1/quick-replies/own/{id}/image"): (of.reply, {}),
        ("POST", "/api/v1/notices/{id}/read"): (of.notice, {}),
        ("POST", "/api/v1/notices/{id}/end"): (of.notice, {}),
        ("POST", "/api/v1/buyers/{id}/reveal"): (of.chat, {"json": {"reason": "delivery"}}),
        ("PUT", "/api/v1/buyers/{id}/tags"): (of.chat, {"json": {"tags": ["熟客"]}}),
        ("POST", "/api/v1/buyers/{id}/notes"): (of.chat, words),
    }


def named_otherwise(of: Theirs) -> list[tuple[str, str, dict[str, Any]]]:
    """Where an id stands in the query or the body."""
    lines: dict[str, Any] = {"lines": [{"price": "1", "back": 1}], "conversation": of.chat}
    price = {"lines": [{"price": "1"}], "conversation": of.chat}
    move = {"do": "move", "agent": "agent-other-shop", "team": str(of.team), "since": "2026-11-11"}
    return [
        ("GET", f"/api/v1/quick-replies?q=a&conversation={of.chat}", {}),
        ("POST", "/api/v1/checks", {"json": {"text": "x", "buyer": of.chat}}),
        ("POST", "/api/v1/checks", {"json": {"text": "x", "conversation": of.chat}}),
        ("POST", "/api/v1/prices", {"json": price}),
        ("POST", "/api/v1/refunds", {"json": lines}),
        ("POST", "/kpi/teams", {"data": {"do": "rename", "team": str(of.team), "name": "x"}}),
        ("POST", "/kpi/teams", {"data": move}),
    ]


async def made(service: Service) -> Theirs:
    """One of everything that an address can name, in the shop `default`, with words that stand nowhere else."""
    now, database = datetime.now(UTC), service.parts.desks.store
    at, here = now.isoformat(), {"conversation": "mine", "buyer": "mine"}
    about = {"type": "buyer", "at": at, "buyer": "mine", "nickname": MARK, "phone": "13812345678"}
    order = {"type": "order", "at": at, "order": "mine-o", "buyer": "mine", "amount": "9.50", "status": "unpaid"}
    known = {"id": "mine-b", **about}, {"id": "mine-o", **order, "items": [{"sku": "mug", "title": MARK}]}
    assert (await service.send(*known))[0] == 200
    await service.send(message("mine-1", "能便宜点嘛", **here))
    _, shown = await service.call("GET", "/api/v1/conversations/mine/sidebar")
    card = shown["suggestions"][0]["id"]
    await service.send(message("mine-2", "您平时穿多大码呀", side="agent", agent="a1", **here))
    _, shown = await service.call("GET", "/api/v1/conversations/mine/sidebar")
    await service.call("POST", "/api/v1/buyers/mine/notes", json={"text": MARK})
    await service.call("POST", "/api/v1/notices", json={"text": MARK, "author": "x"})
    _, notices = await service.call("GET", "/api/v1/notices")
    agent = service.cookie("agent")
    _, reply = await service.call("POST", "/api/v1/quick-replies/own", agent, json={"text": MARK})
    _, image = await service.call("PUT", f"/api/v1/quick-replies/own/{reply['id']}/image", agent, data=PICTURE)
    _, practice = await service.call("POST", "/api/v1/practices", agent, json={"buyers": ["pomelo"]})
    _, row = await service.call("GET", "/scripts/row", service.cookie("trainer"), params=PRICE)
    value = {**row["value"], "phrases": [*row["value"]["phrases"], MARK]}
    draft = {**PRICE, "value": value, "seen": row["mark"]}
    assert (await service.call("POST", "/scripts/row", service.cookie("trainer"), json=draft))[0] == 200
    version = await service.parts.desks.write("default", now, versions)
    begin = partial(back_test_runs.begin, wish=Wish(1, 0, file=MARK), author="x")
    back_test = await service.parts.desks.write("default", now, begin)
    follow_up = shown["follow_ups"][0]["id"]
    trial, letter, dead, team = await database.write(partial(stored, now=now))
    return Theirs(
        card=card, follow_up=follow_up, notice=notices["notices"][0]["id"], reply=reply["id"], picture=image["image"],
        practice=practice["id"], version=version, back_test=back_test, trial=trial, letter=letter, dead=dead, team=team,
    )  # fmt: skip


def versions(desk: Desk) -> int:
    """More of them than the other shop has."""
    first = store.scripts.get(desk.tx, "default", 1)
    assert first is not None
    for number in range(2, 8):
        store.scripts.add(desk.tx, replace(first, version=number, note=MARK))
    return 7


def stored(tx: store.Transaction, now: datetime) -> tuple[int, int, int, int]:
    trial = store.trials.add(tx, Trial(0, "default", "price-too-high", "x", (MARK, "b"), "paid", now, "x"))
    letter = store.outgoing.add(
        tx, shop="default", way="mail", address="a@example.com", about="complaints", period="2026-11-11",
        subject=MARK, text=MARK, html=None, now=now,
    )  # fmt: skip
    found = store.outgoing.get(tx, "default", letter)
    assert found is not None
    store.outgoing.put(tx, found, "failed", was="waiting", failure=MARK)
    subscriptions.subscribe(tx, "default", "https://facts.example.com/", ["order.paid"], now)
    (subscription,) = [one for one in store.subscriptions.every(tx) if one.shop == "default"]
    store.subscriptions.bury(tx, subscription, 1, 1, 1, MARK, now)
    hosts.connect(
        tx, shop="default", host="matrix", settings={"homeserver": "https://m.example.com"},
        secrets={"access_token": "never-shown"}, sends=True, cursor="s1", now=now,
    )  # fmt: skip
    store.hosts.failed(tx, 1, MARK, now)
    team = teams.add(tx, "default", MARK[:20], now, by="boss")
    return trial, letter, store.subscriptions.dead(tx, "default")[0].id, team


# Background tasks change these, whoever asks what.
WORKED_AT = {"connections", "practices", "kpi_marks", "kpi_days", "kpi_rollups"}


def rows(tx: store.Transaction) -> dict[str, list[str]]:
    """Everything that is kept of the shop."""
    found = {}
    for name, table in metadata.tables.items():
        if "shop" in table.c and name not in WORKED_AT:
            mine = tx.connection.execute(select(table).where(table.c.shop == "default"))
            found[name] = sorted(repr(tuple(row)) for row in mine)
    return found


@pytest.fixture(scope="module")
async def theirs(service: Service) -> Theirs:
    return await made(service)


STRANGERS = {role: rights_of(role) for role in ("admin", "leader", "trainer", "agent")} | {"key": KEY_RIGHTS}


def headers(service: Service, stranger: str) -> dict[str, str]:
    return service.key("other-shop") if stranger == "key" else service.cookie(stranger, "other-shop")


def test_every_address_with_an_id_is_walked() -> None:
    with_ids = {
        (one.method, one.path)
        for one in ADDRESSES
        if one.path not in SIGNED and set(re.findall(r"{(\w+)}", one.path)) - FILLED.keys()
    }
    assert attempts(Theirs()).keys() == with_ids


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_another_shops_objects_do_not_exist(service: Service, theirs: Theirs, stranger: str) -> None:
    """The very ids that the own shop is told, asked for by everybody of the other one."""
    before, rights = await service.parts.desks.store.read(rows), {(a.method, a.path): a.right for a in ADDRESSES}
    tried = [
        (method, re.sub(r"{\w+}", str(id), path), sent, rights[method, path])
        for (method, path), (id, sent) in attempts(theirs).items()
    ]
    tried += [
        (method, path, sent, rights[method, path.partition("?")[0]]) for method, path, sent in named_otherwise(theirs)
    ]
    for method, path, sent, right in tried:
        request = service.http.request(method, path, headers=headers(service, stranger), allow_redirects=False, **sent)
        async with request as answer:
            # A team that is not there is what the address is about, or a wrong field of a form.
            missing = 422 if "'move'" in str(sent) else 404
            assert answer.status == (missing if right in STRANGERS[stranger] else 403), path
            assert MARK not in await answer.text(), path
    after = await service.parts.desks.store.read(rows)
    assert {name: found for name, found in after.items() if found != before[name]} == {}


# Each shows something of the shop to its own administrator: what is not shown to the other's is no empty page.
TELLING = {
    "/notices", "/api/v1/notices", "/scripts/versions", "/kpi/alerts", "/connections", "/kpi/teams",
    "/scripts/publish", "/scripts/back-test", "/api/v1/notices/receipts",
}  # fmt: skip


async def test_no_page_shows_words_of_another_shop(service: Service, theirs: Theirs) -> None:
    named = {"id": str(theirs.back_test), "team": str(theirs.team), "conversation": "mine", "with": "current"}
    queries: tuple[dict[str, str], ...] = ({}, {**PRICE, "words": MARK[:3]}, {**named, "q": MARK[:4]})
    telling = set[str]()
    for address in ADDRESSES:
        if address.method != "GET" or address.right == PUBLIC or (address.method, address.path) in attempts(theirs):
            continue
        path = re.sub(r"{(\w+)}", lambda found: FILLED[found[1]], address.path)
        for query, shop in product(queries, ("default", "other-shop")):
            asking = {**service.cookie("admin", shop), "Accept": "text/html"}
            async with service.http.get(path, headers=asking, params=query, allow_redirects=False) as answer:
                shows = MARK in (await answer.read()).decode(errors="replace")
                assert answer.status != 500, path
            assert not shows or shop == "default", (path, query)
            if shows:
                telling.add(path)
    assert telling >= TELLING, telling


async def test_an_operation_over_a_socket_finds_nothing_of_another_shop(service: Service, theirs: Theirs) -> None:
    desks, now = service.parts.desks, datetime.now(UTC)
    ids = {
        "suggestion": theirs.card,
        "follow_up": theirs.follow_up,
        "hand_over": theirs.follow_up,
        "notice": theirs.notice,
    }
    before = await desks.store.read(rows)
    for name in OPERATIONS:
        said = {
            "op": name, "key": f"strangers-{name}", "conversation": theirs.chat, "id": ids.get(name, 1), "text": "x",
            "action": "done" if name == "follow_up" else "dismissed", "reason": "x", "codes": ["x"],
        }  # fmt: skip
        who = Principal("other-shop", frozenset(op.right for op in OPERATIONS.values()), "a1")
        with pytest.raises(AssistantError) as refused:
            await desks.write("other-shop", now, partial(carry_out, who=who, said=said))
        assert isinstance(refused.value, NotFound), (name, refused.value)
    assert await desks.store.read(rows) == before


async def test_a_socket_opens_no_chat_of_another_shop(service: Service, theirs: Theirs) -> None:
    protocols = ("assistant.v1", f"bearer.{service.bearer('other-shop')}")
    async with service.http.ws_connect("/ws", protocols=protocols) as ws:
        await ws.send_json({"op": "open", "key": "strangers-open", "conversation": theirs.chat})
        async for said in ws:
            assert MARK not in said.data
            if "refused" in said.data and "strangers-open" in said.data:
                break

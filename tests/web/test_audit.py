"""The audit: who looked and who changed what, for whom it is open, narrowed down, cut, as a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant import store
from assistant.domain.facts import AUDITED, FACTS, Fact
from assistant.services import audit, keys, staff
from assistant.services.audit import KINDS
from assistant.services.keys import NewKey
from tests.web.service import Service, message, running

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    folder: Path = tmp_path_factory.mktemp("audit")
    async with running(folder) as made:
        now, database = made.parts.clock.now(), made.parts.desks.store
        await database.write(lambda tx: store.shops.add(tx, "default", now))
        await made.send(message("m1", conversation="chat-7", buyer="tb_secret_name"))
        async with made.http.get("/kpi/conversations/chat-7", headers=made.cookie("leader")) as answer:
            assert answer.status == 200
        await made.call(
            "POST", "/api/v1/buyers/tb_secret_name/reveal", made.cookie("agent"), json={"reason": "delivery"}
        )

        def change(tx: store.Transaction) -> None:
            by = "admin-default"
            staff.add(tx, "=lin", "hash", now, shop="default", role="agent", name="=小林", by=by)
            staff.set_role(tx, "=lin", "default", "leader", now, by=by)
            audit.record(tx, "default", "key.made", now, by="operator:ops", of="key-0123")

        await database.write(change)
        yield made


async def read(service: Service, path: str = "/audit", role: str = "admin", **query: str) -> tuple[int, str]:
    async with service.http.get(path, params=query, headers={**service.cookie(role), **HTML}) as answer:
        return answer.status, (await answer.read()).decode(errors="replace")


def test_every_audited_fact_is_a_fact_and_can_be_asked_for_in_one_way() -> None:
    assert sorted(name for kind in KINDS.values() for name in kind) == sorted(AUDITED)
    assert set(AUDITED) <= set(FACTS)


async def test_administrators_see_who_did_what_to_whom_and_why(service: Service) -> None:
    _, page = await read(service)
    for said in (
        "改角色", "=小林 (=lin)", "客服 → 组长", "会话 chat-7", "查看隐藏的资料", "送不到件", "运维 ops", "key-0123"
    ):  # fmt: skip
        assert said in page, said


async def test_what_a_program_did_stands_under_the_name_of_its_key(service: Service) -> None:
    now = service.parts.clock.now()

    def act(tx: store.Transaction) -> NewKey:
        made = keys.add(tx, "default", now, name=" ERP 同步 ", by="operator:ops")
        audit.record(tx, "default", "access.downloaded", now, by=f"key:{made.id}", what="audit", form="csv")
        return made

    made = await service.parts.desks.store.write(act)
    said = {"text": "今天发货晚一天"}
    assert (await service.call("POST", "/api/v1/notices", {"Authorization": f"Bearer {made.key}"}, json=said))[0] < 300
    _, page = await read(service)
    assert f"ERP 同步 ({made.id})" in page
    assert "密钥 ERP 同步" in page
    assert "key:key-" not in page
    _, page = await read(service, "/notices")
    assert "ERP 同步" in page
    assert "key:key-" not in page


async def test_leaders_see_looks_only_and_buyers_masked(service: Service) -> None:
    _, page = await read(service, role="leader", kind="people")
    assert "会话 chat-7" in page
    assert "买家 t***" in page
    for hidden in ("改角色", "key-0123", "tb_secret_name", 'href="/people'):
        assert hidden not in page
    assert (await read(service, role="agent"))[0] == 403


async def test_it_is_narrowed_down_by_kind_person_and_days(service: Service) -> None:
    _, people = await read(service, kind="people")
    assert ("改角色" in people, "key-0123" in people) == (True, False)
    _, lin = await read(service, person="=lin")
    assert ("改角色" in lin, "key-0123" in lin, "会话 chat-7" in lin) == (True, False, False)
    _, leader = await read(service, person="leader-default")
    assert ("会话 chat-7" in leader, "改角色" in leader) == (True, False)
    _, before = await read(service, to="2026-01-01")
    assert "改角色" not in before
    assert (await read(service, to="yesterday"))[0] == 422


async def test_a_file_says_the_same_runs_no_formula_and_is_in_the_audit_itself(service: Service) -> None:
    status, file = await read(service, "/audit.csv", person="=lin")
    assert status == 200
    assert file.startswith("\ufeff时间,谁,做了什么")
    assert ",'=小林 (=lin),客服 → 组长" in file
    _, page = await read(service, kind="data")
    assert "下载数据文件" in page
    assert "CSV" in page
    assert (await read(service, "/audit.pdf"))[0] == 404


async def test_figures_taken_out_as_a_file_are_in_it_and_ones_own_are_not(service: Service) -> None:
    async def downloads() -> list[Any]:
        now = service.parts.clock.now()
        found = await service.parts.desks.store.read(
            lambda tx: store.audit.latest(
                tx, "default", store.audit.Sought(["access.downloaded"], now - timedelta(1), now + timedelta(1)), 50
            )
        )
        return [(one.agent, one.data["what"]) for one in found if one.data["what"] != "audit"]

    for path in ("/kpi/tables/agent.csv", "/kpi/log.xlsx", "/kpi/buyers_received/rows.csv"):
        assert (await read(service, path, "leader"))[0] == 200
    assert (await read(service, "/kpi/tables/day.csv", "agent"))[0] == 200
    assert sorted(await downloads()) == [("leader-default", what) for what in ("agent", "log", "rows")]


async def test_more_than_it_lists_is_said(service: Service) -> None:
    now = service.parts.clock.now()
    facts = [Fact("access.viewed", now - timedelta(days=40), agent="leader-default", data={"of": ["a1"]})] * 301
    await service.parts.desks.store.write(lambda tx: store.facts.add_all(tx, "default", facts, now))
    _, page = await read(
        service, **{"from": str((now - timedelta(days=42)).date()), "to": str((now - timedelta(days=38)).date())}
    )
    assert "只列出最近 300 条" in page


async def test_the_index_serves_what_is_asked(service: Service) -> None:
    def plan(tx: store.Transaction) -> str:
        now = service.parts.clock.now()
        kept: list[str] = []
        tx.driver.set_trace_callback(kept.append)
        store.audit.latest(tx, "default", store.audit.Sought(AUDITED, now - timedelta(7), now), 10)
        tx.driver.set_trace_callback(None)
        (query,) = [sql for sql in kept if "ORDER BY" in sql]
        return str(tx.driver.execute(f"EXPLAIN QUERY PLAN {query}").fetchall())

    assert "ix_facts_audit" in await service.parts.desks.store.read(plan)

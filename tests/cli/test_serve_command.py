"""`assistant serve` with several workers: where that cannot be, and what is said then. Served pages: `tests/nodes`."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from assistant.app.workers import held_port
from assistant.domain.errors import InvalidInput
from tests.cli.typed import typed

ELSEWHERE = "postgresql+psycopg://nobody@127.0.0.1:9/none"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ASSISTANT_DATABASE", "ASSISTANT_REDIS"):
        monkeypatch.delenv(name, raising=False)


def test_several_workers_on_one_file_are_refused(tmp_path: Path) -> None:
    refused = typed("serve", "--workers", "2", "--database", f"sqlite:///{tmp_path}/a.db")
    assert (refused.code, "PostgreSQL" in refused.err, "--workers 1" in refused.err) == (2, True, True)
    assert list(tmp_path.iterdir()) == []


def test_several_workers_without_a_bus_are_refused() -> None:
    refused = typed("serve", "--workers", "2", "--database", ELSEWHERE)
    assert (refused.code, "ASSISTANT_REDIS" in refused.err) == (2, True)


def test_serving_without_a_database_is_refused() -> None:
    assert "ASSISTANT_DATABASE" in typed("serve", "--workers", "2").err
    assert "ASSISTANT_DATABASE" in typed("serve").err


@pytest.mark.parametrize("shared", [False, True])
def test_a_port_that_somebody_else_has_is_not_shared_with_them(shared: bool) -> None:
    with socket.create_server(("127.0.0.1", 0), reuse_port=shared) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InvalidInput, match="--port"), held_port("127.0.0.1", port):
            pass


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
def test_a_held_port_can_be_listened_on_by_several_and_by_nobody_else(host: str) -> None:
    with held_port(host, 0) as port, socket.create_server(("127.0.0.1", port), reuse_port=True) as one:
        with socket.create_server(("127.0.0.1", port), reuse_port=True):
            assert one.getsockname()[1] == port
        with pytest.raises(OSError, match="in use"):
            socket.create_server(("127.0.0.1", port))

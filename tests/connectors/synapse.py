"""A real Matrix homeserver on loopback: synapse from its own environment, SQLite in memory, started for the tests.

`make test` makes that environment beside ours (`.venv/synapse`), so that its pins and ours stay apart.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.ports import free_port

PYTHON = Path(__file__).resolve().parents[2] / ".venv" / "synapse" / "bin" / "python"
PATIENCE = 180.0
SECRET, PASSWORD = "of-these-tests", "right horse"
MANY = {"per_second": 10_000, "burst_count": 10_000}


@dataclass
class Person:
    """An account and its token; speaks the client-server API as any client does."""

    address: str
    id: str
    token: str
    since: str | None = None
    number: int = 0

    def call(self, method: str, path: str, body: object | None = None) -> Any:
        return asked(method, f"{self.address}/_matrix/client/v3/{path}", body, self.token)

    def room(self, *invited: str) -> str:
        made = self.call("POST", "createRoom", {"preset": "trusted_private_chat", "invite": list(invited)})
        return str(made["room_id"])

    def join(self, room: str) -> None:
        self.call("POST", f"join/{quote(room)}", {})

    def say(self, room: str, text: str, **more: object) -> str:
        self.number += 1
        path = f"rooms/{quote(room)}/send/m.room.message/{self.id[1:5]}{self.number}"
        return str(self.call("PUT", path, {"msgtype": "m.text", "body": text, **more})["event_id"])

    def hears(self, room: str) -> list[dict[str, Any]]:
        """The messages of a room, oldest first."""
        found = self.call("GET", f"rooms/{quote(room)}/messages?dir=b&limit=100")["chunk"]
        return [event for event in reversed(found) if event["type"] == "m.room.message"]


class Synapse:
    """One server; `address` stays the same over its lives, and so does what it knows."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._file = folder / "homeserver.yaml"
        self._file.write_text(json.dumps(_config(folder, self.port)))
        self._log = folder / "log"
        self._run("--generate-keys").wait(PATIENCE)
        self.start()

    def start(self) -> None:
        self._process = self._run()
        deadline = time.monotonic() + PATIENCE
        while not self._healthy():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"synapse did not start: {self._log.read_text()[-2000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def person(self, name: str, shown: str | None = None) -> Person:
        """A new account, by the server's own way of registering with a shared secret."""
        url = f"{self.address}/_synapse/admin/v1/register"
        nonce = asked("GET", url)["nonce"]
        said = "\0".join((nonce, name, PASSWORD, "notadmin")).encode()
        mac = hmac.new(SECRET.encode(), said, hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "displayname": shown or name, "password": PASSWORD, "mac": mac}
        made = asked("POST", url, body)
        return Person(self.address, made["user_id"], made["access_token"])

    def _run(self, *words: str) -> subprocess.Popen[bytes]:
        command = [str(PYTHON), "-m", "synapse.app.homeserver", "-c", str(self._file), *words]
        quiet = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        with self._log.open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, env=quiet)

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/health", timeout=10) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def asked(method: str, url: str, body: object | None = None, token: str | None = None) -> Any:
    """The JSON a server answers with."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method), timeout=PATIENCE) as answer:
        return json.load(answer)


def _config(folder: Path, port: int) -> dict[str, Any]:
    return {
        "server_name": "chat.test",
        "report_stats": False,
        "registration_shared_secret": SECRET,
        "pid_file": str(folder / "pid"),
        "signing_key_path": str(folder / "signing.key"),
        "media_store_path": str(folder / "media"),
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "listeners": [
            {"port": port, "bind_addresses": ["127.0.0.1"], "type": "http", "resources": [{"names": ["client"]}]}
        ],
        "bcrypt_rounds": 4,
        "trusted_key_servers": [],
        "presence": {"enabled": False},
        "rc_message": MANY,
        "rc_login": {"address": MANY, "account": MANY},
        "rc_joins": {"local": MANY},
        "rc_invites": {"per_room": MANY, "per_user": MANY},
        "log_config": None,
    }


@contextmanager
def started(folder: Path) -> Iterator[Synapse]:
    """A server until the end; skipped where it is not installed, except in the gate."""
    if not PYTHON.exists():
        if os.environ.get("CI"):
            pytest.fail("there is no homeserver to test against: `make test` installs it into .venv/synapse")
        pytest.skip("needs a homeserver: `make test` installs it into .venv/synapse")
    made = Synapse(folder)
    try:
        yield made
    finally:
        made.stop()

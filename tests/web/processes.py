"""`assistant serve` and `assistant demo` as processes of their own, on a temporary file. For tests that kill them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

PATIENCE = 90.0
_CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "assistant", *words]


class Process:
    """One command that serves; `stdout` and `stderr` are what it has said, once it ended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "shop.db"
        self.environment = _CLEAN | {"ASSISTANT_DATABASE": f"sqlite:///{self.database}"}
        self.stdout = self.stderr = ""

    def add_key(self, shop: str = "default") -> str:
        """A fresh key of this shop."""
        added = subprocess.run(
            command("keys", "add", "--shop", shop, "--json"), env=self.environment, capture_output=True, check=True
        )
        return str(json.loads(added.stdout)["key"])

    async def start(self, *words: str) -> str:
        """Start `assistant` with these words; its address once it is ready."""
        with (self.folder / "stderr").open("wb") as errors:
            self.process = await asyncio.create_subprocess_exec(
                *command(*words, "--port", "0"), env=self.environment, stdout=asyncio.subprocess.PIPE, stderr=errors
            )
        assert self.process.stdout is not None
        said = await asyncio.wait_for(self.process.stdout.readline(), PATIENCE)
        assert said, (self.folder / "stderr").read_text()
        return said.decode().split()[-1]

    async def end(self, number: signal.Signals) -> int:
        """Send this signal and wait for the end; the exit code."""
        self.process.send_signal(number)
        out, _ = await asyncio.wait_for(self.process.communicate(), PATIENCE)
        self.stdout, self.stderr = out.decode(), (self.folder / "stderr").read_text()
        assert self.process.returncode is not None
        return self.process.returncode

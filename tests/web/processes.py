"""`assistant serve` and `assistant demo` as processes of their own, on a temporary file. For tests that kill them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from tests.fitted import key_for

PATIENCE = 180.0
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "assistant", *words]


class Process:
    """One command that serves; `stdout` and `stderr` are what it has said, once it ended."""

    def __init__(self, folder: Path, patience: float = PATIENCE) -> None:
        self.folder, self.patience = folder, patience
        self.database = folder / "shop.db"
        self.url = f"sqlite:///{self.database}"
        self.environment = CLEAN | {"ASSISTANT_DATABASE": self.url}
        self.stdout = self.stderr = ""

    def add_key(self) -> str:
        """A key for events; its database then holds fitted tables, so that no start has to fit them."""
        return key_for(self.url)

    async def start(self, *words: str) -> str:
        """Start `assistant` with these words; its address once it is ready."""
        with (self.folder / "stderr").open("wb") as errors:
            self.process = await asyncio.create_subprocess_exec(
                *command(*words, "--port", "0"), env=self.environment, stdout=asyncio.subprocess.PIPE, stderr=errors
            )
        assert self.process.stdout is not None
        said = await asyncio.wait_for(self.process.stdout.readline(), self.patience)
        assert said, (self.folder / "stderr").read_text()
        return said.decode().split()[-1]

    async def end(self, number: signal.Signals) -> int:
        """Send this signal and wait for the end; the exit code."""
        self.process.send_signal(number)
        out, _ = await asyncio.wait_for(self.process.communicate(), self.patience)
        self.stdout, self.stderr = out.decode(), (self.folder / "stderr").read_text()
        assert self.process.returncode is not None
        return self.process.returncode

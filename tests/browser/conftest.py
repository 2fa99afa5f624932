"""Launches one Chromium for the browser tests, and our service (`tests/web/service.py`) for each that asks for one."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Playwright, async_playwright, expect

from tests.web.conftest import no_drafts_left
from tests.web.service import Service, running

__all__ = ["no_drafts_left"]

# How long a page may take to show what is expected of it: nothing where it does, and enough for a machine that has
# much else to do. Playwright's own five seconds are not.
PATIENCE = 60_000.0
expect.set_options(timeout=PATIENCE)

# The same engine without a window costs a third less.
DEBIAN = Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")
QUIET = [
    "--no-sandbox",  # tests run as root in containers, where the sandbox cannot start
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",  # a container's /dev/shm of 64 MiB is too small for a page
]


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    async with running(tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, otherwise Playwright's own; one a run, each test opens its own context in it."""
    async with async_playwright() as playwright:
        program = find_program(playwright)
        if program is None and not os.environ.get("CI"):
            pytest.skip("there is no Chromium here: `make browser` installs it")
        chromium = await playwright.chromium.launch(executable_path=program, args=QUIET, timeout=3 * PATIENCE)
        yield chromium
        await chromium.close()


def find_program(playwright: Playwright) -> Path | None:
    """The Chromium to run, or nothing."""
    own = Path(playwright.chromium.executable_path)
    return next((program for program in (*DEBIAN, own) if program.exists()), None)

"""docs/operations.md names the settings and figures there are, and so do the files to deploy with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.settings import Settings

DOCS = Path(__file__).resolve().parents[1] / "docs"
OPERATIONS = (DOCS / "operations.md").read_text(encoding="utf-8")
SETTINGS = {f"ASSISTANT_{name.upper()}" for name in Settings.model_fields}


def section(title: str) -> str:
    return OPERATIONS.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_every_setting_is_described_and_no_other() -> None:
    assert set(re.findall(r"^\| `(ASSISTANT_[A-Z_]+)`", OPERATIONS, re.MULTILINE)) == SETTINGS


def test_alerts_speak_of_figures_that_there_are() -> None:
    described = set(re.findall(r"^\| `(assistant_[a-z_]+)", section("Metrics"), re.MULTILINE))
    used = {re.sub(r"_bucket$", "", name) for name in re.findall(r"assistant_[a-z_]+", section("Alerts"))}
    assert used
    assert used <= described


@pytest.mark.parametrize("file", sorted((DOCS / "deploy").iterdir()), ids=lambda file: file.name)
def test_what_is_deployed_uses_settings_that_there_are_and_is_linked(file: Path) -> None:
    assert set(re.findall(r"ASSISTANT_[A-Z_]+", file.read_text(encoding="utf-8"))) <= SETTINGS
    assert f"deploy/{file.name}" in OPERATIONS


@pytest.mark.parametrize("name", ["assistant.env", "Containerfile"])
def test_what_is_deployed_says_which_proxy_is_believed(name: str) -> None:
    assert "ASSISTANT_TRUSTED_PROXIES=" in (DOCS / "deploy" / name).read_text(encoding="utf-8")


def test_a_container_is_told_to_stop_and_watched_as_the_service_expects() -> None:
    container = (DOCS / "deploy" / "Containerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER (?!0|root)", container, re.MULTILINE)
    assert "STOPSIGNAL SIGTERM" in container
    assert "/healthz" in container

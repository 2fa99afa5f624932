"""A database of its own for each test, and commands that never see the machine's settings."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from assistant.domain.problems import Complaint
from assistant.domain.scripts import Scripts
from assistant.services.scripts import read_folder

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'shop.db'}"


@cache
def _read_once(*folders: Path) -> tuple[Scripts, list[Complaint]]:
    return read_folder(*folders)


def _read(*folders: Path, shipped: Scripts | None = None) -> tuple[Scripts, list[Complaint]]:
    """As `read_folder`: what is shipped never changes, and nearly every command reads it."""
    if all(ROOT in folder.parents for folder in folders):
        return _read_once(*folders)
    return read_folder(*folders, shipped=shipped)


@pytest.fixture(autouse=True)
def _shipped_tables_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.app.read_folder", _read)


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ASSISTANT_DATA", str(tmp_path / "data"))

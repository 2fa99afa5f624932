"""A shop with a few of the shipped tables: judging and fitting them takes a moment, not seconds."""

from __future__ import annotations

import shutil
from pathlib import Path

from assistant.settings import Settings, read_settings

SHIPPED = (
    "scenarios/situations/first-six.yaml",
    "scenarios/situations/promises.yaml",
    "scenarios/touchpoints/first-three.yaml",
    "scenarios/touchpoints/promises.yaml",
    "scenarios/shop.yaml",
    "scenarios/small_talk.yaml",
    "scenarios/promotions.yaml",
    "scenarios/checks/claims.yaml",
    "scenarios/checks/words.yaml",
    "quick_replies/01-greeting.yaml",
)


def small_tables(folder: Path) -> Settings:
    """The settings of a service that has only these tables, copied into the folder."""
    root = Path(__file__).resolve().parents[2]
    for name in SHIPPED:
        to = folder / name
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, to)
    return read_settings(scenarios=folder / "scenarios", quick_replies=folder / "quick_replies")

"""The shipped checks, ready to read; labelled sentences; disguises for words. Not for checks of a test's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from assistant.domain.check_truths import Moment
from assistant.domain.checks import Checks
from assistant.domain.scripts import Scripts
from assistant.domain.yaml_tables import read_tables

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / "scenarios" / "checks"
NOON = Moment(now=datetime(2026, 11, 11, 15, tzinfo=ZoneInfo("Asia/Shanghai")), platform="taobao")


class Sentence(NamedTuple):
    """A labelled sentence; `code` is empty for one that must pass. `category` is that of the goods."""

    code: str
    severity: str
    category: str
    text: str


@cache
def shipped() -> Scripts:
    """The tables in scenarios/checks."""
    scripts, complaints = read_tables({file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.yaml")})
    assert complaints == []
    return scripts


@cache
def checks() -> Checks:
    """The shipped checks."""
    return Checks(shipped().checks, shipped().check_words)


def sentences(name: str) -> Iterator[Sentence]:
    """The labelled sentences of a file beside this one."""
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            label, text = line.split(" | ", 1)
            label, _, category = label.partition("/")
            code, _, severity = label.partition(" ")
            yield Sentence("" if code == "ok" else code, severity, category, text)

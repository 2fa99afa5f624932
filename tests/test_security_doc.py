"""docs/security.md names tests that there are: a claim whose test was renamed or deleted is noticed."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parent
DOC = (TESTS.parent / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_claim_names_tests_that_there_are() -> None:
    found = {
        name
        for file in TESTS.rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    named = set(re.findall(r"`(test_\w+)`", DOC))
    assert len(named) > 30
    assert named <= found


def test_every_row_of_the_doors_and_promises_names_one() -> None:
    for title in ("## 每道门 / Each door", "## 个人信息 / Personal data"):
        rows = [line for line in DOC.split(title)[1].split("\n## ")[0].splitlines() if line.startswith("|")][2:]
        assert rows
        assert [row for row in rows if "`test_" not in row] == []

"""`assistant platforms`: rules are listed with their source and changed from a day on."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.typed import typed


def test_a_rule_is_changed_listed_with_its_source_and_put_back(tmp_path: Path) -> None:
    at = ("--database", f"sqlite:///{tmp_path / 'shop.db'}")
    why = ("--source", "规则中心", "--as-of", "2026-11")
    assert typed("keys", "add", "--shop", "default", *at).code == 0

    def gap() -> dict[str, str]:
        rows = json.loads(typed("platforms", "list", "jd", "--json", *at).out)["rules"]
        (found,) = [row for row in rows if row["rule"] == "session_gap"]
        return {name: found[name] for name in ("value", "default", "source")}

    assert gap()["value"] == "10"
    assert typed("platforms", "set", "jd", "session_gap", "30", *why, *at).code == 0
    assert gap() == {"value": "30", "default": "10", "source": "规则中心"}
    assert typed("platforms", "set", "jd", "session_gap", "default", *why, *at).code == 0
    assert gap()["value"] == "10"
    assert "session_gap" in typed("platforms", "list", *at).out
    past = ("jd", "unit", "buyer", "--from", "2026-01-01")
    for wrong in (("jd", "session_gap", "soon"), ("ebay", "unit", "buyer"), past):
        told = typed("platforms", "set", *wrong, *why, *at)
        assert (told.code, bool(told.err)) == (2, True), told

"""`assistant teams`: made, filled and listed from the command line, and figures of one asked for."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.typed import typed


def test_a_team_is_made_filled_renamed_and_asked_for(tmp_path: Path) -> None:
    at = ("--database", f"sqlite:///{tmp_path / 'shop.db'}")
    assert typed("keys", "add", "--shop", "default", *at).code == 0
    assert typed("users", "add", "xiaolin", "--name", "小林", *at).code == 0
    assert json.loads(typed("teams", "add", "售前组", "--json", *at).out)["name"] == "售前组"
    assert typed("teams", "put", "xiaolin", "售前组", "--from", "2026-11-11", *at).code == 0
    assert typed("teams", "rename", "售前组", "售前一组", *at).code == 0
    found = json.loads(typed("teams", "list", "--json", *at).out)
    assert found["people"] == [{"login": "xiaolin", "name": "小林", "team": "售前一组", "since": "2026-11-11"}]
    rows = json.loads(typed("kpi", "--team", "售前一组", "--by", "hour", "--json", *at).out)["rows"]
    assert rows == []
    for wrong in (("put", "nobody", "售前一组"), ("put", "xiaolin", "夜班组"), ("add", "售前一组")):
        told = typed("teams", *wrong, *at)
        assert (told.code, bool(told.err)) == (2, True), told
    told = typed("report", "--team", "售前一组", "--on", "2026-11-11", *at)
    assert (told.code, "default · 售前一组" in told.out) == (0, True), told
    assert "售前一组" in typed("kpi", "--team", "夜班组", *at).err
    assert typed("teams", "put", "xiaolin", *at).code == 0
    assert "售前一组" not in typed("teams", "list", *at).out

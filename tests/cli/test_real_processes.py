"""Real processes: what is on stdout, what is on stderr, and how soon `--help` answers."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

from tests.events_of_a_day import agent, buyer, written
from tests.fitted import key_for

ROOT = Path(__file__).resolve().parents[2]


def assistant(*words: str | Path, code: int = 0) -> tuple[str, str]:
    """(stdout, stderr) of a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-m", "assistant", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == code, ran.stderr
    return ran.stdout, ran.stderr


def test_json_is_one_document_and_nothing_else(tmp_path: Path) -> None:
    file = written(tmp_path, buyer("10:00:00", "能便宜点嘛"), agent("10:00:10"))
    database = f"sqlite:///{tmp_path / 'a.db'}"
    key_for(database)  # and fitted tables, which the process need not fit
    out, err = assistant("replay", file, "--database", database, "--json")
    assert json.loads(out)["accepted"] == 2
    assert (out.count("\n"), err) == (1, "")


def test_a_refusal_and_bad_input_speak_on_stderr_only(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("situations:\n  - {id: a, nam: b}\n", encoding="utf-8")
    out, err = assistant("kpi", "--database", "mysql://nobody/x", code=2)
    assert (out, err.count("Traceback")) == ("", 0)
    assert "SQLite" in err
    found = json.loads(assistant("check", tmp_path / "bad.yaml", "--json", code=1)[0])
    assert {each["line"] for each in found["complaints"]} == {2}


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    key_for(f"sqlite:///{tmp_path / 'a.db'}")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        _, err = assistant("serve", "--port", str(port), "--database", f"sqlite:///{tmp_path / 'a.db'}", code=2)
    said = [line for line in err.splitlines() if "password" not in line]
    assert len(said) == 1, err
    assert said[0].startswith(f"assistant: cannot listen on 127.0.0.1:{port}")
    assert said[0].endswith("choose another one with --port or --host")


def test_help_needs_nothing_heavy() -> None:
    heavy = "{'sqlalchemy', 'sklearn', 'numpy', 'aiohttp', 'pydantic', 'jinja2', 'alembic'}"
    program = f"import sys, assistant.cli; print(*sorted({heavy} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""

"""Runs the programs of this folder that need nothing but this machine, one after the other, and writes what they found.

Short ones run three times and their medians are kept. Those about recorded chats (`matching`, `speech`, `checks`,
`real_*`) need texts that are not the project's. All together take about twenty minutes on two quiet cores; with
`--only` the sections of the others stay as they stand. A quick run only tries whether each program starts and ends:
its figures mean nothing, so they go nowhere unless told where.
Run: python -m bench [--only timers] [--to docs/measured.md] [--quick]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

PARTS = ("aiohttp", "uvloop", "SQLAlchemy", "psycopg", "redis", "numpy")


@dataclass(frozen=True)
class Program:
    """A module of this folder, what it is given, and how often it runs; `least` is what it is given in a quick run."""

    name: str
    least: tuple[str, ...]
    given: tuple[str, ...] = ()
    times: int = 1

    @property
    def command(self) -> str:
        return " ".join(("python -m bench." + self.name, *self.given))


ON_SQLITE, ON_POSTGRESQL = ("--database", "sqlite"), ("--database", "postgresql")
PROGRAMS = (
    Program("pipeline", ("--turns", "1"), ("--turns", "10"), times=3),
    Program("pipeline", ("--turns", "1", *ON_POSTGRESQL), ("--turns", "8", *ON_POSTGRESQL), times=3),
    Program("nodes", ("--turns", "1")),
    Program("quick_replies", ("--replies", "200", "--meant", "10"), times=3),
    Program("timers", (*ON_SQLITE, "--armed", "10000"), ON_SQLITE),
    Program("timers", (*ON_POSTGRESQL, "--armed", "10000"), ON_POSTGRESQL),
    Program("sidebars", ("--sidebars", "50")),
)


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("--only", choices=sorted({program.name for program in PROGRAMS}))
    options.add_argument("--to", type=Path, help="otherwise docs/measured.md, and nowhere in a quick run")
    options.add_argument("--quick", action="store_true")
    given = options.parse_args()
    to = given.to or Path(os.devnull if given.quick else "docs/measured.md")
    chosen = [program for program in PROGRAMS if given.only in (None, program.name)]
    if given.quick:
        chosen = [replace(program, given=program.least, times=1) for program in chosen]
    sections, failed = _standing(to) if given.only else {}, 0
    for program in chosen:
        try:
            sections[program.command] = _section(program, [_run(program) for _ in range(program.times)])
        except (subprocess.CalledProcessError, ValueError) as error:
            failed += 1
            print(f"{program.command} failed:\n{getattr(error, 'stderr', error)}", file=sys.stderr)
        # After each, so that what was found stands even if the next one is broken off.
        found = [sections[program.command] for program in PROGRAMS if program.command in sections]
        to.write_text("\n\n".join([_machine(), *(found or sections.values())]) + "\n", encoding="utf-8")
    print(f"written to {to}" + (f"; {failed} failed" if failed else ""))
    return 1 if failed else 0


def _standing(written: Path) -> dict[str, str]:
    """The sections of a file written before, by their command."""
    text = written.read_text(encoding="utf-8") if written.is_file() else ""
    sections = (f"## {section.strip()}" for section in text.split("\n## ")[1:])
    return {section.split("```\n")[1].strip(): section for section in sections}


def _run(program: Program) -> dict[str, Any]:
    print(program.command, "...", flush=True)
    # As the service does: threads for small arrays cost more than they bring.
    alone = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", f"bench.{program.name}", *program.given, "--json"]
    found = subprocess.run(command, capture_output=True, text=True, check=True, env=alone)
    read: dict[str, Any] = json.loads(found.stdout)
    return read


def _machine() -> str:
    parts = ", ".join(f"{name} {version(name)}" for name in PARTS)
    return (
        "# Measured\n\nWritten by `make bench`; [performance.md](performance.md) says what it means.\n\n"
        f"{os.cpu_count()} cores ({_processor()}), {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {parts}."
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _section(program: Program, runs: Sequence[dict[str, Any]]) -> str:
    heading = f"## {program.name.replace('_', ' ').capitalize()}\n\n```\n{program.command}\n```\n"
    often = f"\nMedians of {len(runs)} runs.\n" if len(runs) > 1 else ""
    rows = [f"| {name} | {_written(value)} |" for name, value in _flat(_middle(runs))]
    return "\n".join((heading + often, "| figure | |", "|---|---|", *rows))


def _middle(found: Sequence[Any]) -> Any:
    """The median of every figure; what is no figure is as the first run says."""
    first = found[0]
    if isinstance(first, dict):
        return {name: _middle([one[name] for one in found if name in one]) for name in first}
    if isinstance(first, list):
        return [_middle(together) for together in zip(*found, strict=False)]
    return median(found) if isinstance(first, int | float) and not isinstance(first, bool) else first


def _flat(found: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """(name, value) of everything, names of what it stands in before it."""
    for name, value in found.items():
        said = f"{before}{name.replace('_', ' ')}"
        if isinstance(value, dict):
            yield from _flat(value, f"{said}: ")
        else:
            yield said, value


def _written(value: Any) -> str:
    if isinstance(value, list):
        return " / ".join(map(_written, value))
    if isinstance(value, float):
        return f"{value:,.3f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)


if __name__ == "__main__":
    raise SystemExit(main())

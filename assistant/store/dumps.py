"""Whole copies of a PostgreSQL database by the programs that come with it. SQLite: `backups.py`."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import URL

from assistant.domain.errors import Conflict, InvalidInput
from assistant.store.backups import new_file
from assistant.store.engine import open_engine

Environment = Mapping[str, str]
MARK = b"PGDMP"
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)
_FILLED = text("SELECT to_regclass('alembic_version') IS NOT NULL")


def save(url: URL, file: Path, environment: Environment) -> None:
    """Copy a database as it is at one moment. Raises Conflict if `file` is there already, InvalidInput without the
    program."""
    with new_file(file) as part:
        words = ("--format=custom", "--no-owner", "--no-privileges", f"--file={part}")
        _run("pg_dump", *words, f"--dbname={_without_password(url)}", environment=_with_password(url, environment))
        _run("pg_restore", "--list", str(part), environment=environment)


def put_back(file: Path, url: URL, environment: Environment, *, overwrite: bool) -> None:
    """Make a database what was saved in `file`, in one transaction. Raises Conflict if it is filled and may not be
    overwritten, or if somebody uses it."""
    _run("pg_restore", "--list", str(file), environment=environment)
    _refuse_if_used_or_filled(url, overwrite)
    words = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
    words += ["--clean", "--if-exists"] if overwrite else []
    place = f"--dbname={_without_password(url)}"
    _run("pg_restore", *words, place, str(file), environment=_with_password(url, environment))


def _refuse_if_used_or_filled(url: URL, overwrite: bool) -> None:
    engine = open_engine(url.render_as_string(hide_password=False))
    try:
        with engine.connect() as connection:
            others, filled = connection.scalar(_OTHERS), connection.scalar(_FILLED)
    finally:
        engine.dispose()
    if filled and not overwrite:
        raise Conflict(f"{url.database} is filled already: name another database, or add --overwrite")
    if others:
        raise Conflict(f"{others} connections use {url.database}: stop the service first")


def _without_password(url: URL) -> str:
    """For the command line, which everybody on the machine can read."""
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _with_password(url: URL, environment: Environment) -> Environment:
    return environment if url.password is None else {**environment, "PGPASSWORD": url.password}


def _run(program: str, *words: str, environment: Environment) -> None:
    found = shutil.which(program, path=environment.get("PATH"))
    if found is None:
        raise InvalidInput(
            f"{program} is not on this machine: install PostgreSQL's client programs (Debian: postgresql-client), "
            "as new as the server or newer"
        )
    ran = subprocess.run([found, *words], env=dict(environment), capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise Conflict("\n".join([f"{program} did not succeed:", *ran.stderr.strip().splitlines()[-3:]]))

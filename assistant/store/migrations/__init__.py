"""Brings a database's tables up to date with Alembic. Migrations import no product code, which moves on."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from assistant.store.engine import open_engine, writing

# The number of a lock; any would do that nobody else takes.
MIGRATING = 7_240_515


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Make or update all tables, in one transaction."""
    config = _config()
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            # Nodes that start together wait for the one that migrates, however long that takes.
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def migrate(url: str) -> None:
    """Make or update the tables of the database at an address."""
    engine = open_engine(url)
    try:
        upgrade(engine)
    finally:
        engine.dispose()


@cache
def steps() -> tuple[str, ...]:
    """All migrations this program knows, the newest first."""
    return tuple(step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config

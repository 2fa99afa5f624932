"""Brings a database's tables up to date with Alembic. Migrations import no product code, which moves on."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from assistant.store.engine import writing


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Make or update all tables, in one transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

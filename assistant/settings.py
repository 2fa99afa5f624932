"""The only place that reads the environment: settings are `ASSISTANT_…`, or stand in `--config FILE`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.domain.errors import InvalidInput

_PACKAGE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    """A folder beside the package in a checkout, inside it once installed."""
    checkout = Path.cwd() / name
    if (Path.cwd() / "assistant" / "cli").is_dir() and checkout.is_dir():
        return checkout
    installed = _PACKAGE / "shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


class Settings(BaseSettings):
    """What an operator can set. `docs/operations.md` lists each with an example."""

    model_config = SettingsConfigDict(env_prefix="ASSISTANT_", extra="ignore")

    database: str | None = Field(None, description="where data is kept: sqlite:///file.db or postgresql+psycopg://…")
    redis: str | None = Field(None, description="redis://… when several nodes serve one database")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="port to listen on; 0 picks a free one")
    public_url: str | None = Field(None, description="the address people use, when a proxy stands before the service")
    language: str = Field("zh-CN", description="language of the pages unless a person chooses: zh-CN or en")
    order_delay_minutes: float = Field(
        3.0, ge=0, le=24 * 60, description="how late orders may come before payment reminders pause; 0: never"
    )
    data: Path = Field(Path.home() / ".assistant", description="folder of the demo's data")
    scenarios: Path = Field(default_factory=lambda: _shipped("scenarios"), description="folder of the tables")
    quick_replies: Path = Field(
        default_factory=lambda: _shipped("quick_replies"), description="folder of quick replies"
    )
    web_sidebar: Path = Field(default_factory=lambda: _shipped("web_sidebar"), description="folder of pages and styles")
    semantic: bool = Field(
        False, description="look a second time by meaning where nothing was offered; needs the extra"
    )
    log_level: str = Field("info", description="debug, info, warning or error")


def read_settings(config: Path | None = None, **given: Any) -> Settings:
    """Settings from the environment, then the TOML file, then what the command line gave."""
    stated = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**{**(_file(config) if config else {}), **stated})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        advice = f"set ASSISTANT_{name.upper()} or correct the file"
        raise InvalidInput(f"setting {name}: {first['msg']}; {advice}") from error


def _file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(f"cannot read settings from {path}: {error}") from error

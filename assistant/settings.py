"""The only place that reads the environment: settings are `ASSISTANT_…`, or stand in `--config FILE`."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.domain import limits
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
    second_person: bool = Field(
        False, description="the trainers' tables are published only when a second person agrees"
    )
    metrics_token: str | None = Field(None, description="what reading /metrics from another machine takes; secret")
    private_webhooks: bool = Field(False, description="facts and alerts may be told to addresses of the local network")
    access_log: bool = Field(False, description="a line of the log for each request and each operation of a page")
    smtp_host: str | None = Field(None, description="mail server for alerts and reports; without one none are mailed")
    smtp_port: int = Field(587, ge=1, le=65535, description="its port")
    smtp_security: Literal["starttls", "tls", "none"] = Field("starttls", description="starttls, tls or none")
    smtp_user: str | None = Field(None, description="who signs in at the mail server; nobody if left out")
    smtp_password: SecretStr | None = Field(None, description="with this password; secret")
    mail_from: str | None = Field(None, description="the sender of mails, e.g. 客服助手 <assistant@example.com>")
    oidc_issuer: str | None = Field(None, description="address of the company's sign-in service (OpenID Connect)")
    oidc_client_id: str | None = Field(None, description="how this service is known there")
    oidc_client_secret: SecretStr | None = Field(None, description="its secret there; secret")
    oidc_scopes: str = Field("openid email profile", description="what is asked of it")
    oidc_name: str | None = Field(None, description="what the button calls it, e.g. 公司账号")
    oidc_new_role: str | None = Field(
        None, description="role of people who come from it for the first time: agent, trainer or leader; else none"
    )
    oidc_new_shop: str = Field("default", description="the shop they get it in")
    password_sign_in: bool = Field(True, description="people may sign in by password; false: by the service alone")
    emergency_login: str | None = Field(None, description="the one login whose password works nevertheless")
    keep_texts_days: int = Field(400, ge=0, description="for how long texts of chats are kept; 0: for ever")
    keep_traces_days: int = Field(
        180, ge=0, description="for how long ids of events, looks at items and parcels' ways are kept; 0: for ever"
    )
    keep_buyers_days: int = Field(
        1095, ge=0, description="after how long without a word or an order a buyer is erased; 0: never"
    )
    limit_key_events: float = Field(
        limits.KEY_EVENTS, ge=0, description="events and other requests a second by one key; 0: no limit"
    )
    limit_address_requests: float = Field(
        limits.ADDRESS_REQUESTS, ge=0, description="requests a second without a key from one address; 0: no limit"
    )
    limit_person_pages: int = Field(
        limits.PERSON_PAGES, ge=0, description="open pages of one person on each node; 0: no limit"
    )
    limit_address_pages: int = Field(
        limits.ADDRESS_PAGES, ge=0, description="open pages from one address on each node; 0: no limit"
    )
    trusted_proxies: str = Field(
        limits.PROXIES, description="addresses or networks whose X-Forwarded-For is believed; they are not limited"
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


def environment() -> dict[str, str]:
    """What programs that we start are told of the machine."""
    return dict(os.environ)


def _file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(f"cannot read settings from {path}: {error}") from error

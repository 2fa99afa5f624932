"""What an administrator tells of a Chatwoot account, and where its interface is."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints
from yarl import URL

from assistant.connectors.shape import HostSettings


class ChatwootSettings(HostSettings):
    url: Annotated[str, StringConstraints(pattern=r"^https?://[^/\s]+/?$")] = Field(
        description="address of Chatwoot, e.g. https://app.chatwoot.com"
    )
    account_id: int = Field(ge=1, description="number of the account: it stands in the address, /app/accounts/3/…")
    access_token: SecretStr = Field(
        description="access token of an administrator (profile settings): it reads; it also shows as online"
    )
    agents: str = Field("", description="who is who: 12=lin, 13=wei (number of the user there = login here)")
    agent_tokens: SecretStr | None = Field(
        None, description="access tokens of agents, one a line: lin=TOKEN; who has none can copy, but not send"
    )
    webhook_secret: SecretStr | None = Field(None, description="secret of the webhook, where one is used")
    unsigned_token: SecretStr | None = Field(
        None, description="for a Chatwoot that does not sign: a long random word that the webhook's address carries"
    )
    cable: bool = Field(True, description="read the live stream; without it only webhooks come in")
    user_id: str | None = Field(None, description="the reading user's number; found out")

    def logins(self) -> dict[str, str]:
        """Our logins by the users' numbers there."""
        return _pairs(self.agents)

    def tokens(self) -> dict[str, str]:
        """The agents' own tokens by login."""
        return _pairs(self.agent_tokens.get_secret_value() if self.agent_tokens else "")


def address(settings: ChatwootSettings, *path: str, of_account: bool = True) -> URL:
    """An address of the REST interface."""
    base = URL(settings.url.rstrip("/")) / "api" / "v1"
    return (base / "accounts" / str(settings.account_id) if of_account else base).joinpath(*path)


def headers(settings: ChatwootSettings, token: str | None = None) -> dict[str, str]:
    """As the reading user, or as the holder of another token."""
    return {"api_access_token": token or settings.access_token.get_secret_value()}


def _pairs(text: str) -> dict[str, str]:
    parts = (part.strip().partition("=") for part in text.replace("\n", ",").split(","))
    return {name.strip(): value.strip() for name, sign, value in parts if sign}

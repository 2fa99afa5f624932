"""The sign-in service of the company, where one is set."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from assistant.domain.errors import InvalidInput
from assistant.domain.staff import ROLES
from assistant.services.clocks import Clock
from assistant.services.identities import Newcomers
from assistant.settings import Settings
from assistant.web.keys import Outside

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def outside(settings: Settings, clock: Clock) -> Outside | None:
    """None where no issuer is set. Raises InvalidInput for settings that cannot work."""
    if settings.oidc_issuer is None:
        if not settings.password_sign_in:
            raise InvalidInput("nobody could sign in: set ASSISTANT_OIDC_ISSUER or ASSISTANT_PASSWORD_SIGN_IN=true")
        return None
    issuer, client, secret = settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret
    if not client or secret is None:
        raise InvalidInput("ASSISTANT_OIDC_ISSUER needs ASSISTANT_OIDC_CLIENT_ID and ASSISTANT_OIDC_CLIENT_SECRET")
    where = urlsplit(issuer)
    if where.scheme != "https" and not (where.scheme == "http" and where.hostname in LOOPBACK):
        raise InvalidInput(f"ASSISTANT_OIDC_ISSUER {issuer!r} is no https address")
    try:
        from assistant.connectors.oidc import Client, Issuer
    except ImportError as error:
        raise InvalidInput("signing in by ASSISTANT_OIDC_ISSUER needs: pip install 'assistant[oidc]'") from error
    known = Client(issuer, client, secret.get_secret_value(), settings.oidc_scopes)
    return Outside(Issuer(known, clock.now, time.monotonic), issuer, settings.oidc_name or "", _newcomers(settings))


def _newcomers(settings: Settings) -> Newcomers | None:
    role = settings.oidc_new_role
    if role is None:
        return None
    if role not in ROLES or role == "admin":
        raise InvalidInput(f"ASSISTANT_OIDC_NEW_ROLE {role!r}: write agent, trainer or leader")
    return Newcomers(role, settings.oidc_new_shop)


def password_logins(settings: Settings) -> frozenset[str] | None:
    """Who may sign in by password; None: everybody."""
    return None if settings.password_sign_in else frozenset(filter(None, [settings.emergency_login]))

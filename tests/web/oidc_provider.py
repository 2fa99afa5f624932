"""A sign-in service on loopback that speaks OpenID Connect, and lies when it is told to."""

from __future__ import annotations

import base64
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import RSAKey
from yarl import URL

CLIENT, SECRET = "assistant", "s3cret/with:signs"
Claims = dict[str, Any]


@dataclass
class Provider:
    """Who `subject` is; `claims` and `sign` are what tests lie with."""

    address: str = ""
    subject: str = ""
    email: str = ""
    verified: bool = True
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}))
    claims: Callable[[Claims], Claims] = dict
    sign: Callable[[Provider, Claims], str] = lambda self, claims: self.signed(claims)
    keys_asked: int = 0
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)

    def tell_the_truth(self) -> None:
        self.subject, self.email, self.verified, self.claims = "u-1", "lin@example.com", True, dict
        self.sign, self.about, self.keys_asked = Provider.signed, {}, 0

    def signed(self, claims: Claims) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    async def discover(self, request: web.Request) -> web.Response:
        found = {
            "issuer": self.address, "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token", "jwks_uri": f"{self.address}/keys",
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }  # fmt: skip
        return web.json_response({**found, **self.about})

    async def keys(self, request: web.Request) -> web.Response:
        self.keys_asked += 1
        return web.json_response({"keys": [self.key.as_dict(private=False)]})

    async def authorize(self, request: web.Request) -> web.Response:
        asked, code = dict(request.query), secrets.token_urlsafe(16)
        assert asked["code_challenge_method"] == "S256"
        self.codes[code] = asked
        to = URL(asked["redirect_uri"]).with_query(code=code, state=asked["state"])
        return web.Response(status=302, headers={"Location": str(to)})

    async def token(self, request: web.Request) -> web.Response:
        given = {name: str(value) for name, value in (await request.post()).items()}
        pair = f"{CLIENT}:s3cret%2Fwith%3Asigns"
        right = request.headers.get("Authorization") == "Basic " + base64.b64encode(pair.encode()).decode()
        asked = self.codes.pop(given.get("code", ""), None)
        if not right or asked is None or asked["redirect_uri"] != given["redirect_uri"]:
            return web.json_response({"error": "invalid_grant"}, status=400)
        if asked["code_challenge"] != create_s256_code_challenge(given["code_verifier"]):
            return web.json_response({"error": "invalid_grant"}, status=400)
        now = int(datetime.now(UTC).timestamp())
        claims = {
            "iss": self.address, "aud": CLIENT, "sub": self.subject, "email": self.email, "name": "小林",
            "email_verified": self.verified, "iat": now, "exp": now + 300, "nonce": asked["nonce"],
        }  # fmt: skip
        token = self.sign(self, self.claims(claims))
        return web.json_response({"access_token": "x", "token_type": "Bearer", "id_token": token})


@asynccontextmanager
async def provided() -> AsyncIterator[Provider]:
    made = Provider()
    app = web.Application()
    app.add_routes([
        web.get("/.well-known/openid-configuration", made.discover), web.get("/keys", made.keys),
        web.get("/authorize", made.authorize), web.post("/token", made.token),
    ])  # fmt: skip
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()

"""The company's sign-in service, by OpenID Connect: where a browser is sent, and what is believed of what it brings.

The authorization code with PKCE, state and nonce; the id token is verified by the service's published keys. Whose
account it opens is said in `services/identities.py`. The address of the service is the operator's to choose, like
those of chat hosts; redirects are not followed.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import ClientSession, DummyCookieJar
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.discovery import OpenIDProviderMetadata
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from assistant.connectors.calls import ask
from assistant.connectors.shape import HostAway, HostRefused
from assistant.domain.errors import NotSignedIn, Unavailable
from assistant.services.identities import Identity

# Only such as a key can be published for: a token signed with anything else, or with nothing, proves nothing.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
LEEWAY_SECONDS = 60
KEPT_SECONDS = 3600.0
# A key that is not known is asked for, but not more often: whoever sends nonsense must not make us ask for each.
AGAIN_SECONDS = 30.0
LONGEST_SUBJECT = 255
WELL_KNOWN = "/.well-known/openid-configuration"
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Client:
    """How we are known at the service."""

    issuer: str
    id: str
    secret: str
    scopes: str = "openid email profile"


@dataclass(slots=True)
class Issuer:
    """The service. What it has published of itself is kept for an hour; `now` is the clock, `elapsed` the seconds by
    which that hour is told."""

    client: Client
    now: Callable[[], datetime]
    elapsed: Callable[[], float]
    _about: dict[str, Any] = field(default_factory=dict)
    _about_until: float = 0.0
    _keys: KeySet | None = None
    _keys_at: float = 0.0

    async def leave_for(self, back: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent; it comes back to `back` with a code. Raises Unavailable."""
        async with _session() as http:
            about = await self._discovered(http)
        asked = {
            "response_type": "code", "client_id": self.client.id, "redirect_uri": back, "scope": self.client.scopes,
            "state": state, "nonce": nonce, "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }  # fmt: skip
        return str(add_params_to_uri(about["authorization_endpoint"], list(asked.items())))

    async def come_back(self, code: str, back: str, nonce: str, verifier: str) -> Identity:
        """Who came back with this code. Raises NotSignedIn for what does not hold, Unavailable."""
        async with _session() as http:
            about = await self._discovered(http)
            token = await self._token(http, about, code, back, verifier)
            try:
                claims = await self._verified(http, about, token)
                self._registry(nonce).validate(claims)
            except (JoseError, ValueError) as error:
                raise NotSignedIn(f"the sign-in service's word does not hold: {error}") from error
        _for_us_alone(claims, self.client.id)
        email = claims.get("email") if claims.get("email_verified") is True else None
        name = str(claims.get("name") or claims.get("preferred_username") or "")
        return Identity(self.client.issuer, _subject(claims), str(email) if email else None, name)

    # --- asking the service

    async def _discovered(self, http: ClientSession) -> Mapping[str, Any]:
        if self.elapsed() < self._about_until:
            return self._about
        found = await _asked(http, "GET", self.client.issuer.rstrip("/") + WELL_KNOWN)
        about = OpenIDProviderMetadata(found if isinstance(found, dict) else {})
        if about.get("issuer") != self.client.issuer:
            raise Unavailable("the sign-in service calls itself otherwise: compare ASSISTANT_OIDC_ISSUER")
        for name in NEEDED:
            _safe(self.client.issuer, str(about.get(name) or ""), name)
        self._about, self._about_until = dict(about), self.elapsed() + KEPT_SECONDS
        return self._about

    async def _token(self, http: ClientSession, about: Mapping[str, Any], code: str, back: str, verifier: str) -> str:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        headers: dict[str, str] = {}
        if "client_secret_basic" in about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
            headers["Authorization"] = _basic(self.client.id, self.client.secret)
        else:
            form |= {"client_id": self.client.id, "client_secret": self.client.secret}
        try:
            answer = await ask(http, "POST", about["token_endpoint"], headers=headers, form=form)
        except HostRefused as error:
            raise NotSignedIn(f"the sign-in service does not take this code: {error}") from error
        except HostAway as error:
            raise _away(error) from error
        token = answer.get("id_token") if isinstance(answer, dict) else None
        if not isinstance(token, str):
            raise NotSignedIn("the sign-in service gave no id token: is the scope openid allowed there?")
        return token

    # --- believing it

    async def _verified(self, http: ClientSession, about: Mapping[str, Any], token: str) -> dict[str, Any]:
        allowed = [name for name in ALGORITHMS if name in about.get("id_token_signing_alg_values_supported", ["RS256"])]
        kid = jws.extract_compact(token.encode()).headers().get("kid")
        keys = await self._published(http, about, kid)
        return dict(jwt.decode(token, keys, algorithms=allowed).claims)

    async def _published(self, http: ClientSession, about: Mapping[str, Any], kid: object) -> KeySet:
        """The keys, asked for anew where one is named that is not among them."""
        age = self.elapsed() - self._keys_at
        known = self._keys is not None and (kid is None or any(key.kid == kid for key in self._keys.keys))
        if self._keys is None or age > KEPT_SECONDS or (not known and age > AGAIN_SECONDS):
            found = await _asked(http, "GET", about["jwks_uri"])
            rows = found.get("keys", []) if isinstance(found, dict) else []
            # Secrets have no place in what is published: only keys that verify and cannot sign.
            public = [row for row in rows if row.get("kty") in ("RSA", "EC", "OKP") and row.get("use", "sig") == "sig"]
            self._keys, self._keys_at = KeySet.import_key_set({"keys": public}), self.elapsed()
        return self._keys

    def _registry(self, nonce: str) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=int(self.now().timestamp()), leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.client.issuer}, aud={"essential": True, "value": self.client.id},
            exp={"essential": True}, iat={"essential": True}, sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )  # fmt: skip


def _for_us_alone(claims: Mapping[str, Any], client: str) -> None:
    """A token that was made for several says for whom; that must be us."""
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client) != client:
        raise NotSignedIn("this sign-in was meant for another application")


def _subject(claims: Mapping[str, Any]) -> str:
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise NotSignedIn("the sign-in service names you in a way that cannot be used")
    return subject


def _safe(issuer: str, url: str, name: str) -> None:
    """What is published leads to https, unless the service itself is one of this machine's without."""
    if urlsplit(url).scheme != "https" and urlsplit(url).scheme != urlsplit(issuer).scheme:
        raise Unavailable(f"the sign-in service publishes no safe {name}")


def _basic(id: str, secret: str) -> str:
    pair = f"{quote(id, safe='')}:{quote(secret, safe='')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


async def _asked(http: ClientSession, method: str, url: str) -> Any:
    try:
        return await ask(http, method, url, headers={})
    except (HostAway, HostRefused) as error:
        raise _away(error) from error


def _away(error: Exception) -> Unavailable:
    return Unavailable(f"the sign-in service cannot be asked ({error}): try again shortly")


def _session() -> ClientSession:
    return ClientSession(cookie_jar=DummyCookieJar())

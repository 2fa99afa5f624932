"""What a company's service, a thief or another site may not bring to the sign-in."""

from __future__ import annotations

import base64
import hmac
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.web.oidc_house import House, Visitor
from tests.web.oidc_provider import CLIENT, SECRET, Claims, Provider

LIES: dict[str, Any] = {
    "another nonce": {"nonce": "stolen"},
    "no nonce": {"nonce": None},
    "expired": {"exp": 1_700_000_000},
    "no end": {"exp": None},
    "made in the future": {"iat": 4_000_000_000},
    "for another application": {"aud": "somebody-else"},
    "for several, not said for whom": {"aud": [CLIENT, "somebody-else"]},
    "for several, another of them": {"aud": [CLIENT, "somebody-else"], "azp": "somebody-else"},
    "for another party": {"azp": "somebody-else"},
    "of another issuer": {"iss": "https://elsewhere.example"},
    "of nobody": {"sub": ""},
    "of no text": {"sub": 7},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
async def test_a_token_that_says_something_else_lets_nobody_in(house: House, lie: Claims) -> None:
    await house.link("agent-default", "u-1")

    def claims(given: Claims) -> Claims:
        return {name: value for name, value in {**given, **lie}.items() if value is not None}

    house.provider.claims = claims
    async with Visitor(house) as thief:
        assert (await thief.through())[0] == 401
        assert await thief.desk() == 401


def _unsigned(self: Provider, claims: Claims) -> str:
    return _plain({"alg": "none", "kid": "k1"}, claims) + "."


def _plain(*parts: Claims) -> str:
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)


def _by_the_public_key(self: Provider, claims: Claims) -> str:
    # By hand: no library of today signs like this any more.
    said = _plain({"alg": "HS256", "kid": "k1"}, claims)
    mark = hmac.digest(self.key.as_pem(private=False), said.encode(), "sha256")
    return f"{said}.{base64.urlsafe_b64encode(mark).decode().rstrip('=')}"


def _by_the_clients_secret(self: Provider, claims: Claims) -> str:
    return jwt.encode({"alg": "HS256", "kid": "k1"}, claims, OctKey.import_key(SECRET * 4), algorithms=["HS256"])


def _by_another_key(self: Provider, claims: Claims) -> str:
    return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, RSAKey.generate_key(2048))


def _by_a_key_that_comes_along(self: Provider, claims: Claims) -> str:
    own = RSAKey.generate_key(2048)
    return jwt.encode({"alg": "RS256", "kid": "k1", "jwk": own.as_dict(private=False)}, claims, own)


def _no_token(self: Provider, claims: Claims) -> str:
    return "a.b.c"


FORGED = (
    _unsigned, _by_the_public_key, _by_the_clients_secret, _by_another_key, _by_a_key_that_comes_along, _no_token
)  # fmt: skip


@pytest.mark.parametrize("forge", FORGED, ids=[one.__name__.strip("_") for one in FORGED])
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
async def test_a_token_that_is_not_signed_by_a_published_key_lets_nobody_in(house: House, forge: Any) -> None:
    await house.link("agent-default", "u-1")
    house.provider.sign = forge
    # Even a service that says it signs so is not believed.
    house.provider.about = {"id_token_signing_alg_values_supported": ["none", "HS256", "RS256"]}
    async with Visitor(house) as thief:
        assert (await thief.through())[0] == 401
        assert await thief.desk() == 401


async def test_an_answer_of_another_sign_in_or_without_one_lets_nobody_in(house: House) -> None:
    await house.link("agent-default", "u-1")
    async with Visitor(house) as lin, Visitor(house) as thief:
        back = await lin.asks(await lin.leaves())
        assert (await thief.comes(back))[0] == 401  # a code that was stolen, or pressed on somebody
        await thief.leaves()
        assert (await thief.comes(back))[0] == 401
        assert (await lin.comes(back.update_query(state="another")))[0] == 401
        assert await thief.desk() == 401


async def test_an_answer_serves_once(house: House) -> None:
    await house.link("agent-default", "u-1")
    async with Visitor(house) as lin:
        away = await lin.leaves()
        cookie = {one.key: one.value for one in lin.http.cookie_jar}
        back = await lin.asks(away)
        assert (await lin.comes(back))[0] == 200
        async with lin.http.get(back, cookies=cookie, allow_redirects=False) as again:
            assert again.status == 401
        fresh = await lin.asks(await lin.leaves())
        state = fresh.query["state"]
        assert (await lin.comes(back.update_query(state=state)))[0] == 401  # the old code in a new answer


async def test_a_new_key_is_asked_for_once_and_nonsense_asks_for_none(house: House) -> None:
    await house.link("agent-default", "u-1")
    async with Visitor(house) as lin:
        assert (await lin.through())[0] == 200
        house.provider.key = RSAKey.generate_key(2048, {"kid": "k2", "use": "sig"})
        house.seconds += 60
        assert [(await lin.through())[0] for _ in range(3)] == [200] * 3
        assert house.provider.keys_asked == 2
        house.provider.sign = lambda self, claims: jwt.encode({"alg": "RS256", "kid": "k9"}, claims, self.key)
        assert [(await lin.through())[0] for _ in range(3)] == [401] * 3
        assert house.provider.keys_asked == 2
        house.seconds += 60
        assert [(await lin.through())[0] for _ in range(3)] == [401] * 3
        assert house.provider.keys_asked == 3


async def test_a_service_that_is_away_or_calls_itself_otherwise_is_said(house: House) -> None:
    house.provider.about = {"issuer": "https://elsewhere.example"}
    async with house.service.http.get("/login/oidc", allow_redirects=False) as answer:
        assert (answer.status, "连不上" in await answer.text()) == (503, True)
    house.provider.about = {"token_endpoint": "ftp://elsewhere.example"}
    async with house.service.http.get("/login/oidc", allow_redirects=False) as answer:
        assert answer.status == 503


async def test_the_button_keeps_where_one_wanted_to_go_and_nothing_leads_to_another_site(house: House) -> None:
    async with house.service.http.get("/login?next=/kpi") as answer:
        page = await answer.text()
    assert 'href="/login/oidc?next=/kpi"' in page
    assert "用公司账号登录" in page
    async with Visitor(house) as lin:
        await house.link("agent-default", "u-1")
        _, page = await lin.comes(await lin.asks(await lin.leaves("//elsewhere.example")))
        assert "elsewhere" not in page

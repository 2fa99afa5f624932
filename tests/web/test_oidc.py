"""Signing in by the company's service: who comes in, and what a service, a thief or another site may not bring."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from yarl import URL

from assistant import store
from assistant.app.oidc import outside, password_logins
from assistant.connectors.oidc import Client, Issuer
from assistant.domain.errors import InvalidInput
from assistant.services import identities, staff
from assistant.services.clocks import SystemClock
from assistant.services.identities import Newcomers
from assistant.settings import read_settings
from assistant.web.guard import COOKIE
from assistant.web.keys import Outside
from tests.web.oidc_provider import CLIENT, SECRET, Claims, Provider, provided
from tests.web.service import PASSWORD, Service, running


@dataclass
class House:
    """A service that knows the provider; `seconds` is the time since the start, as the keys are kept by."""

    service: Service
    provider: Provider
    seconds: float = 1000.0

    async def link(self, login: str, given: str) -> None:
        now = self.service.parts.clock.now()
        await self.service.parts.desks.store.write(
            lambda tx: identities.link(tx, login, self.provider.address, given, now, by="operator")
        )

    async def begin_anew(self) -> None:
        """Nobody is linked or shut out, the provider tells the truth, and what it told was long ago."""
        self.provider.tell_the_truth()
        self.seconds += 10_000
        self.service.parts.access.password_logins = None
        for login in ("agent-default", "leader-default"):
            await self.link(login, "")
            await self.service.parts.desks.store.write(
                partial(staff.enable, login=login, now=self.service.parts.clock.now(), by="operator")
            )


@pytest.fixture(scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with provided() as provider:
        known = Client(provider.address, CLIENT, SECRET)
        issuer = Issuer(known, lambda: datetime.now(UTC), lambda: made.seconds)
        outside = Outside(issuer, provider.address, "公司账号", None)
        async with running(tmp_path_factory.mktemp("oidc"), oidc=outside) as service:
            made = House(service, provider)
            now = service.parts.clock.now()
            await service.parts.desks.store.write(lambda tx: store.shops.add(tx, "default", now))
            yield made


@pytest.fixture
async def house(place: House) -> House:
    await place.begin_anew()
    return place


class Visitor:
    """A browser: it keeps cookies, and stops at each step."""

    def __init__(self, house: House) -> None:
        self.house, self.http = house, ClientSession(cookie_jar=CookieJar(unsafe=True))

    async def __aenter__(self) -> Visitor:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()

    async def leaves(self, next: str = "/kpi") -> URL:
        """Where the service sends the browser to."""
        url = f"{self.house.service.address}/login/oidc"
        async with self.http.get(url, params={"next": next}, allow_redirects=False) as answer:
            assert answer.status == 303
            return URL(answer.headers["Location"], encoded=True)

    async def asks(self, url: URL) -> URL:
        """Where the provider sends it back to."""
        async with self.http.get(url, allow_redirects=False) as answer:
            return URL(answer.headers["Location"], encoded=True)

    async def comes(self, url: URL) -> tuple[int, str]:
        async with self.http.get(url, allow_redirects=False) as answer:
            return answer.status, await answer.text()

    async def through(self) -> tuple[int, str]:
        return await self.comes(await self.asks(await self.leaves()))

    async def desk(self) -> int:
        async with self.http.get(f"{self.house.service.address}/desk", allow_redirects=False) as answer:
            return answer.status


async def test_a_linked_person_comes_in_and_goes_on_where_they_wanted(house: House) -> None:
    await house.link("agent-default", "u-1")
    async with Visitor(house) as lin:
        status, page = await lin.through()
        assert (status, 'content="0;url=/kpi"' in page) == (200, True)
        assert await lin.desk() == 200
        (session,) = [one for one in lin.http.cookie_jar if one.key == COOKIE]
        assert (session["samesite"], session["httponly"]) == ("Strict", True)


async def test_a_mail_address_serves_once_and_from_then_on_only_the_id_that_came_with_it(house: House) -> None:
    await house.link("agent-default", "Lin@Example.com")
    async with Visitor(house) as lin:
        house.provider.verified = False
        assert (await lin.through())[0] == 401
        house.provider.verified = True
        assert (await lin.through())[0] == 200
        house.provider.email = "lin.new@example.com"
        assert (await lin.through())[0] == 200
    house.provider.subject, house.provider.email = "u-2", "lin@example.com"
    async with Visitor(house) as heir:
        assert (await heir.through())[0] == 401


async def test_nobody_is_made_unless_a_setting_says_so_and_no_known_login_is_taken_over(house: House) -> None:
    async with Visitor(house) as lin:
        status, page = await lin.through()
        assert (status, "u-1" in page, "lin@example.com" in page) == (401, True, True)
        assert await lin.desk() == 401


async def test_newcomers_get_the_role_a_setting_names_once(house: House) -> None:
    who = identities.Identity(house.provider.address, "u-9", "agent-default")
    newcomers, now = Newcomers("agent", "default"), house.service.parts.clock.now()
    database = house.service.parts.desks.store

    def enter(tx: store.Transaction, found: identities.Identity) -> str:
        return identities.enter(tx, found, now, newcomers).login

    with pytest.raises(Exception, match="nobody here has this identity"):
        await database.write(lambda tx: enter(tx, who))
    fresh = replace(who, email="new@example.com")
    assert [await database.write(lambda tx: enter(tx, fresh)) for _ in range(2)] == ["new@example.com"] * 2
    assert await database.read(lambda tx: store.users.agents_of(tx, "default")) == ["agent-default", "new@example.com"]


async def test_who_is_disabled_stays_out_also_by_this_door(house: House) -> None:
    await house.link("agent-default", "u-1")
    now = house.service.parts.clock.now()
    await house.service.parts.desks.store.write(lambda tx: staff.disable(tx, "agent-default", now, by="operator"))
    async with Visitor(house) as lin:
        status, page = await lin.through()
        assert (status, "已停用" in page) == (401, True)
        assert await lin.desk() == 401


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


async def test_where_nothing_leads_elsewhere_the_button_says_so(house: House) -> None:
    async with house.service.http.get("/login?next=/kpi") as answer:
        page = await answer.text()
    assert 'href="/login/oidc?next=/kpi"' in page
    assert "用公司账号登录" in page
    async with Visitor(house) as lin:
        await house.link("agent-default", "u-1")
        _, page = await lin.comes(await lin.asks(await lin.leaves("//elsewhere.example")))
        assert "elsewhere" not in page


async def test_where_passwords_are_off_only_the_emergency_one_works(house: House) -> None:
    house.service.parts.access.password_logins = frozenset({"admin-default"})
    found = []
    for login in ("agent-default", "admin-default"):
        form = {"name": login, "password": PASSWORD}
        async with house.service.http.post("/login", data=form, allow_redirects=False) as answer:
            found.append(answer.status)
    assert found == [401, 303]
    async with house.service.http.get("/login") as answer:
        assert "应急登录" in await answer.text()
    house.service.parts.access.password_logins = frozenset()
    async with house.service.http.get("/login") as answer:
        assert 'name="password"' not in await answer.text()


async def test_a_password_an_administrator_knows_ends_with_the_first_sign_in_by_the_service(house: House) -> None:
    now, database = house.service.parts.clock.now(), house.service.parts.desks.store
    hashed = staff.hash_password("known to the boss")
    await database.write(
        lambda tx: staff.give_password(tx, "agent-default", hashed, now, by="operator", must_change=True)
    )
    await house.link("agent-default", "u-1")
    async with Visitor(house) as lin:
        assert (await lin.through())[0] == 200
        assert await lin.desk() == 200
    form = {"name": "agent-default", "password": "known to the boss"}
    async with house.service.http.post("/login", data=form, allow_redirects=False) as answer:
        assert answer.status == 401


async def test_an_administrator_links_on_the_page_and_no_identity_opens_two_accounts(house: House) -> None:
    async def give(login: str, identity: str) -> tuple[int, str]:
        user = await house.service.parts.desks.store.read(lambda tx: staff.find(tx, login))
        assert user is not None
        form = {"login": login, "seen": str(user.version), "identity": identity}
        headers = {**house.service.cookie("admin"), "Accept": "text/html"}
        async with house.service.http.post("/people/identity", data=form, headers=headers) as answer:
            return answer.status, await answer.text()

    status, page = await give("agent-default", "u-1")
    assert (status, 'value="u-1"' in page) == (200, True)
    status, page = await give("leader-default", "u-1")
    assert (status, "已经绑定了别人" in page) == (409, True)
    assert (await give("agent-other-shop", "u-7"))[0] == 404
    assert (await give("agent-default", ""))[0] == 200
    async with Visitor(house) as lin:
        assert (await lin.through())[0] == 401


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"password_sign_in": False}, "nobody could sign in"),
        ({"oidc_issuer": "https://id.example.com"}, "ASSISTANT_OIDC_CLIENT_ID"),
        ({"oidc_issuer": "http://id.example.com", "oidc_client_id": "a", "oidc_client_secret": "b"}, "no https"),
        (
            {
                "oidc_issuer": "https://id.example.com", "oidc_client_id": "a", "oidc_client_secret": "b",
                "oidc_new_role": "admin",
            },
            "agent, trainer or leader",
        ),
    ],
)  # fmt: skip
def test_settings_that_cannot_work_are_refused_at_the_start(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        outside(read_settings(**settings), SystemClock())


def test_settings_make_the_service_and_say_whose_password_works() -> None:
    given: dict[str, Any] = {"oidc_issuer": "https://id.example.com", "oidc_client_id": "a", "oidc_client_secret": "b"}
    settings = read_settings(**given, oidc_new_role="agent", password_sign_in=False, emergency_login="boss")
    made = outside(settings, SystemClock())
    assert made is not None
    assert (made.issuer, made.newcomers) == ("https://id.example.com", Newcomers("agent", "default"))
    assert password_logins(settings) == frozenset({"boss"})
    assert password_logins(read_settings()) is None
    assert outside(read_settings(), SystemClock()) is None

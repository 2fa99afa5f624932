"""Signing in by the company's service: who comes in, whom it is linked to, and whose password still works."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assistant import store
from assistant.app.oidc import outside, password_logins
from assistant.domain.errors import InvalidInput
from assistant.services import identities, staff
from assistant.services.clocks import SystemClock
from assistant.services.identities import Newcomers
from assistant.settings import read_settings
from assistant.web.guard import COOKIE
from tests.web.oidc_house import House, Visitor
from tests.web.service import PASSWORD


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


async def test_who_is_not_linked_stays_out_and_is_told_by_what_they_can_be_linked(house: House) -> None:
    async with Visitor(house) as lin:
        status, page = await lin.through()
        assert (status, "u-1" in page, "lin@example.com" in page) == (401, True, True)
        assert await lin.desk() == 401


async def test_newcomers_get_the_role_a_setting_names_once_and_take_over_no_known_login(house: House) -> None:
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

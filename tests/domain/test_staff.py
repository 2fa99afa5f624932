"""Who may do what, written out once more: a right that somebody gains or loses by a slip must not go unnoticed."""

from __future__ import annotations

import pytest

from assistant.domain.staff import (
    KEY_RIGHTS,
    PUBLIC,
    RIGHTS,
    ROLES,
    SIDEBAR_RIGHTS,
    SIGNED_IN,
    is_operator,
    rights_of,
)

EVERYBODY = "agent trainer leader admin"
MAY = {
    "signed_in": EVERYBODY,
    "events.send": "key",
    "launches.make": "admin key",
    "desk.use": f"{EVERYBODY} key sidebar",
    "buyers.reveal": f"{EVERYBODY} sidebar",
    "chats.assign": "leader admin key",
    "messages.send": EVERYBODY,
    "practice.use": EVERYBODY,
    "practice.read": "trainer leader admin",
    "scripts.read": f"{EVERYBODY} key",
    "scripts.edit": "trainer leader admin",
    "scripts.hurry": "leader admin",
    "notices.post": "trainer leader admin key",
    "kpi.own": EVERYBODY,
    "kpi.read": "leader admin key",
    "buyers.see": "admin",
    "kpi.alert": "leader admin",
    "kpi.define": "leader admin",
    "teams.manage": "leader admin",
    "audit.read": "leader admin",
    "staff.manage": "admin",
}


@pytest.mark.parametrize("right", RIGHTS)
def test_a_right_is_given_to_these_and_to_nobody_else(right: str) -> None:
    given = {role: rights_of(role) for role in ROLES} | {"key": KEY_RIGHTS, "sidebar": SIDEBAR_RIGHTS}
    assert {who for who, rights in given.items() if right in rights} == set(MAY.get(right, "").split())


def test_what_is_open_to_everybody_takes_no_right() -> None:
    assert RIGHTS.keys() - MAY.keys() == {PUBLIC}
    assert SIGNED_IN in MAY


def test_a_role_that_does_not_exist_may_do_nothing() -> None:
    assert rights_of("owner") == frozenset()


@pytest.mark.parametrize(
    ("by", "operator"), [("operator", True), ("operator:li", True), ("operators-li", False), ("operator-li", False)]
)
def test_people_whose_names_begin_like_an_operators_are_none(by: str, operator: bool) -> None:
    assert is_operator(by) is operator

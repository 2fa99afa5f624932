"""Who may change whom: the last administrator stays, shops stay apart, nobody overwrites what was not seen."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

from assistant import store
from assistant.domain.errors import AssistantError, Conflict, InvalidInput, NotAllowed, NotFound
from assistant.services import staff
from tests.services.shop import Shop

T = TypeVar("T")
OPERATOR = "operator:root"


class Staff:
    """Two shops with an administrator each; `boss` is one in both."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.here, self.there = shop, shop.id, "there"
        self.write(lambda tx: store.shops.add(tx, self.there, shop.now))
        for login, at in (("boss", self.here), ("one", self.here), ("two", self.there)):
            self.add(login, at, "admin")
        self.write(lambda tx: staff.join(tx, "boss", self.there, "admin", shop.now, by=OPERATOR))

    def write(self, work: Callable[[store.Transaction], T]) -> T:
        return self.shop.desks.store.write_now(work)

    def add(self, login: str, at: str, role: str = "agent", by: str = OPERATOR) -> None:
        self.write(lambda tx: staff.add(tx, login, f"hash of {login}", self.shop.now, shop=at, role=role, by=by))

    def user(self, login: str) -> store.users.User:
        found = self.shop.desks.store.read_now(lambda tx: staff.find(tx, login))
        assert found is not None
        return found

    def roles(self, login: str) -> dict[str, str]:
        return self.shop.desks.store.read_now(lambda tx: store.users.roles(tx, self.user(login).id))

    def facts(self, at: str) -> list[tuple[str, str | None, dict[str, Any]]]:
        now = self.shop.now
        rows = self.shop.desks.store.read_now(lambda tx: store.facts.page(tx, at, now, 0, now.replace(year=2099), 999))
        return [(row.name, row.agent, row.data) for row in rows if row.name.startswith("person.")]


@pytest.fixture
def people(shop: Shop) -> Staff:
    return Staff(shop)


def test_the_last_administrator_is_neither_shut_out_nor_given_another_role(people: Staff) -> None:
    now, here = people.shop.now, people.here
    people.write(lambda tx: staff.disable(tx, "boss", now, by=OPERATOR))
    for attempt in (
        lambda tx: staff.disable(tx, "one", now, by=OPERATOR),
        lambda tx: staff.disable(tx, "one", now, by="one"),
        lambda tx: staff.set_role(tx, "one", here, "agent", now, by="one"),
    ):
        with pytest.raises(Conflict) as refused:
            people.write(attempt)
        assert refused.value.reason == "last_administrator"
    assert people.user("one").disabled_at is None
    assert people.roles("one") == {here: "admin"}


def test_somebody_shut_out_does_not_count_as_administrator_and_may_come_back(people: Staff) -> None:
    now, here = people.shop.now, people.here
    people.write(lambda tx: staff.disable(tx, "one", now, by="boss"))
    with pytest.raises(Conflict):
        people.write(lambda tx: staff.set_role(tx, "boss", here, "leader", now, by="boss"))
    people.write(lambda tx: staff.enable(tx, "one", now, by="boss"))
    people.write(lambda tx: staff.set_role(tx, "boss", here, "leader", now, by="one"))
    assert people.roles("boss") == {here: "leader", people.there: "admin"}


def test_administrators_who_demote_each_other_at_once_leave_one(people: Staff) -> None:
    now, here = people.shop.now, people.here

    def demote(by: str, whom: str) -> bool:
        try:
            people.write(lambda tx: staff.set_role(tx, whom, here, "agent", now, by=by))
        except AssistantError:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        done = list(both.map(demote, ("boss", "one"), ("one", "boss")))
    assert sorted(done) == [False, True]
    assert sorted([people.roles("boss")[here], people.roles("one")[here]]) == ["admin", "agent"]


def test_what_holds_everywhere_takes_being_administrator_everywhere(people: Staff) -> None:
    now, here = people.shop.now, people.here
    attempts = (
        lambda tx: staff.give_password(tx, "boss", "mine", now, by="one"),
        lambda tx: staff.disable(tx, "boss", now, by="one"),
        lambda tx: staff.enable(tx, "boss", now, by="one"),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowed) as refused:
            people.write(attempt)
        assert refused.value.reason == "works_elsewhere"
    assert people.user("boss").password == "hash of boss"
    people.write(lambda tx: staff.remove(tx, "boss", here, now, by="one"))
    assert people.roles("boss") == {people.there: "admin"}


def test_another_shops_people_do_not_exist_whatever_was_seen(people: Staff) -> None:
    now, here = people.shop.now, people.here
    for attempt in (
        lambda tx: staff.give_password(tx, "two", "mine", now, by="one", seen=99),
        lambda tx: staff.disable(tx, "two", now, by="one", seen=99),
        lambda tx: staff.set_role(tx, "two", here, "agent", now, by="one", seen=99),
        lambda tx: staff.remove(tx, "nobody", here, now, by="one", seen=99),
    ):
        with pytest.raises(NotFound):
            people.write(attempt)
    with pytest.raises(Conflict) as refused:
        people.write(lambda tx: staff.join(tx, "two", here, "agent", now, by="one"))
    assert refused.value.reason == "login_taken"
    assert people.roles("two") == {people.there: "admin"}


def test_whoever_is_no_administrator_any_more_changes_nothing(people: Staff) -> None:
    now, here = people.shop.now, people.here
    people.write(lambda tx: staff.set_role(tx, "one", here, "leader", now, by="boss"))
    with pytest.raises(NotAllowed):
        people.add("mate", here, "admin", by="one")
    with pytest.raises(NotAllowed):
        people.write(lambda tx: staff.set_role(tx, "boss", here, "agent", now, by="one"))


def test_a_login_that_begins_like_an_operators_may_no_more_than_others(people: Staff) -> None:
    now, here, there = people.shop.now, people.here, people.there
    people.add("operators-li", here, "admin")
    for attempt in (
        lambda tx: staff.disable(tx, "two", now, by="operators-li"),
        lambda tx: staff.give_password(tx, "two", "hash", now, by="operators-li"),
        lambda tx: staff.add(tx, "new", "hash", now, shop=there, role="admin", by="operators-li"),
        lambda tx: staff.join(tx, "two", here, "admin", now, by="operators-li"),
    ):
        with pytest.raises((NotAllowed, NotFound, Conflict)):
            people.write(attempt)
    people.add("three", here, by="operators-li")
    assert people.facts(here)[-1][1] == "operators-li", "what such a person does stands under their login"


def test_what_changed_since_it_was_looked_at_is_not_overwritten(people: Staff) -> None:
    now, here = people.shop.now, people.here
    people.add("lin", here)
    seen = people.user("lin").version
    people.write(lambda tx: staff.set_role(tx, "lin", here, "trainer", now, by="boss", seen=seen))
    for attempt in (
        lambda tx: staff.set_role(tx, "lin", here, "leader", now, by="one", seen=seen),
        lambda tx: staff.disable(tx, "lin", now, by="one", seen=seen),
        lambda tx: staff.give_password(tx, "lin", "x", now, by="one", seen=seen),
    ):
        with pytest.raises(Conflict):
            people.write(attempt)
    assert people.roles("lin") == {here: "trainer"}
    assert people.user("lin").disabled_at is None


@pytest.mark.parametrize("login", ["", "  ", "a\nb", "key:key-1", "operator", "operator:root", "x" * 101])
def test_a_login_is_a_word_that_means_nobody_else(people: Staff, login: str) -> None:
    with pytest.raises(InvalidInput):
        people.add(login, people.here)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  lin ", "lin"),
        ("\u3000lin\u3000", "lin"),
        ("\t\u202dlin\u202c\n", "lin"),
        ("ｌｉｎ＿１", "lin_1"),
        ("\ufeff小林\u3164", "小林"),
    ],
)
def test_what_is_unseen_at_the_ends_of_a_login_is_not_kept_and_who_types_it_is_known(
    people: Staff, given: str, kept: str
) -> None:
    people.add(given, people.here)
    assert people.user(given).login == people.user(kept).login == kept
    with pytest.raises(Conflict):
        people.add(kept, people.here)


@pytest.mark.parametrize("sign", list(" \t\u3000\u00a0\u200b\u200f\u202e\u2066\u0000\u001b\u3164\u2800\ufe0f\u2028"))
def test_blanks_and_unseen_signs_inside_a_login_are_refused_with_what_to_write(people: Staff, sign: str) -> None:
    with pytest.raises(InvalidInput, match=r"write xiaolin$") as refused:
        people.add(f"xiao{sign}lin", people.here)
    assert (refused.value.reason, refused.value.values) == ("login_blanks", {"proposed": "xiaolin"})


def test_a_login_that_was_kept_with_blanks_stays_usable(people: Staff) -> None:
    here, now = people.here, people.shop.now

    def as_before(tx: store.Transaction) -> None:
        for login in ("xiao lin", "ｘｉａｏ"):
            store.users.join(tx, store.users.add(tx, login, login, "hash", now, must_change=False), here, "agent")

    people.write(as_before)
    people.write(lambda tx: staff.set_role(tx, "xiao lin", here, "trainer", now, by="one"))
    people.write(lambda tx: staff.disable(tx, "ｘｉａｏ", now, by="one"))
    assert (people.roles("xiao lin"), people.user("xiao lin").login) == ({here: "trainer"}, "xiao lin")
    assert people.user("ｘｉａｏ").disabled_at is not None


def test_every_change_is_a_fact_of_each_shop_it_concerns(people: Staff) -> None:
    now, here, there = people.shop.now, people.here, people.there
    before = len(people.facts(here)), len(people.facts(there))
    people.add("lin", here, by="boss")
    people.write(lambda tx: staff.join(tx, "lin", there, "leader", now, by="boss"))
    people.write(lambda tx: staff.set_role(tx, "lin", here, "trainer", now, by="one"))
    people.write(lambda tx: staff.give_password(tx, "lin", "x", now, by="boss"))
    people.write(lambda tx: staff.disable(tx, "lin", now, by=OPERATOR))
    people.write(lambda tx: staff.disable(tx, "lin", now, by=OPERATOR))
    people.write(lambda tx: staff.enable(tx, "lin", now, by="boss"))
    people.write(lambda tx: staff.remove(tx, "lin", there, now, by="two"))
    lin, operator = {"of": "lin"}, {"of": "lin", "by": OPERATOR}
    both = [
        ("person.password_given", "boss", lin),
        ("person.disabled", None, operator),
        ("person.enabled", "boss", lin),
    ]
    assert people.facts(here)[before[0] :] == [
        ("person.added", "boss", {**lin, "role": "agent"}),
        ("person.role_changed", "one", {**lin, "role": "trainer", "was": "agent"}),
        *both,
    ]
    assert people.facts(there)[before[1] :] == [
        ("person.added", "boss", {**lin, "role": "leader"}),
        *both,
        ("person.removed", "two", {**lin, "was": "leader"}),
    ]


def test_the_list_shows_roles_of_the_readers_shops_only(people: Staff) -> None:
    view = people.shop.desks.store.read_now(lambda tx: staff.view(tx, people.here, by="one"))
    assert [(one.login, one.roles, one.elsewhere, one.last) for one in view.people] == [
        ("boss", {people.here: "admin"}, True, False),
        ("one", {people.here: "admin"}, False, False),
    ]
    mine = people.shop.desks.store.read_now(lambda tx: staff.view(tx, people.there, by="boss"))
    assert [(one.login, one.roles, one.elsewhere) for one in mine.people] == [
        ("boss", {people.here: "admin", people.there: "admin"}, False),
        ("two", {people.there: "admin"}, False),
    ]

"""`assistant keys` and `assistant users`: made, listed, taken back; nothing secret is kept or told twice."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from tests.cli.typed import typed


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("shop.db*"))


def test_a_key_is_told_once_and_only_its_hash_is_kept(database: str, tmp_path: Path) -> None:
    made = typed("keys", "add", "--shop", "青禾", "--database", database, "--json").json
    assert set(made) == {"id", "key"}
    assert len(made["key"]) >= 43
    assert made["key"].encode() not in everything_in(tmp_path)
    (listed,) = typed("keys", "list", "--database", database, "--json").json["keys"]
    assert (listed["id"], listed["shop"], listed["revoked_at"]) == (made["id"], "青禾", None)


def test_a_key_has_the_name_that_people_read(database: str) -> None:
    typed("keys", "add", "--name", " ERP ", "--database", database, "--json")
    (listed,) = typed("keys", "list", "--database", database, "--json").json["keys"]
    assert listed["name"] == "ERP"
    for name in (101 * "x", "a\u202eb"):
        assert typed("keys", "add", "--name", name, "--database", database).code == 2


def test_a_key_is_taken_back_once(database: str) -> None:
    made = typed("keys", "add", "--database", database, "--json").json
    assert typed("keys", "revoke", made["id"], "--database", database).code == 0
    (listed,) = typed("keys", "list", "--database", database, "--json").json["keys"]
    assert listed["revoked_at"]
    again = typed("keys", "revoke", made["id"], "--database", database)
    assert (again.code, again.out) == (1, "")


def add(database: str, login: str, *words: str, stdin: str = "long enough a password\n") -> int:
    return typed("users", "add", login, "--password-stdin", *words, "--database", database, stdin=stdin).code


@pytest.fixture
def shop(database: str) -> str:
    assert typed("keys", "add", "--shop", "default", "--database", database).code == 0
    return database


def test_a_password_is_kept_as_argon2_only(shop: str, tmp_path: Path) -> None:
    assert add(shop, "lin", "--role", "trainer") == 0
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        ((stored,),) = connection.execute("SELECT password FROM users")
    connection.close()
    assert stored.startswith("$argon2id$")
    assert PasswordHasher().verify(stored, "long enough a password")


def test_a_person_is_listed_with_a_role_in_each_shop(shop: str) -> None:
    typed("keys", "add", "--shop", "second", "--database", shop)
    assert add(shop, "lin", "--role", "trainer", "--name", "小林") == 0
    assert typed("users", "add", "lin", "--role", "leader", "--shop", "second", "--database", shop).code == 0
    (user,) = typed("users", "list", "--database", shop, "--json").json["users"]
    assert (user["login"], user["name"]) == ("lin", "小林")
    assert user["roles"] == {"default": "trainer", "second": "leader"}
    assert user["disabled_at"] is None
    assert "password" not in user


def test_where_nobody_can_be_asked_a_password_is_made_and_told(shop: str) -> None:
    made = typed("users", "add", "lin\u3000", "--database", shop, "--json").json
    assert len(made["password"]) >= 12


def test_a_person_is_shut_out(shop: str) -> None:
    add(shop, "lin")
    assert typed("users", "disable", "lin", "--database", shop).code == 0
    (user,) = typed("users", "list", "--database", shop, "--json").json["users"]
    assert user["disabled_at"]


def test_an_identity_of_the_companys_account_is_given_and_taken_away(
    shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept() -> list[tuple[str, str, str]]:
        with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
            return connection.execute("SELECT issuer, kind, value FROM identities").fetchall()

    add(shop, "lin")
    where = ("--database", shop, "--json")
    assert "ASSISTANT_OIDC_ISSUER" in typed("users", "identity", "lin", "lin@example.com", *where).err
    monkeypatch.setenv("ASSISTANT_OIDC_ISSUER", "https://id.example.com")
    given = typed("users", "identity", "lin", "Lin@example.com", *where).json
    assert given == {"login": "lin", "issuer": "https://id.example.com", "identity": "Lin@example.com"}
    assert kept() == [("https://id.example.com", "email", "lin@example.com")]
    assert typed("users", "identity", "nobody", "x", *where).code == 1
    assert typed("users", "identity", "lin", "none", *where).json["identity"] is None
    assert kept() == []


@pytest.mark.parametrize(
    ("words", "stdin", "code"),
    [
        (("lin", "--role", "boss"), "long enough a password\n", 2),
        (("lin",), "short\n", 2),
        (("  ",), "long enough a password\n", 2),
        (("lin", "--shop", "nowhere"), "long enough a password\n", 1),
        (("taken",), "long enough a password\n", 1),
    ],
    ids=["role", "password", "login", "shop", "taken"],
)
def test_what_cannot_be_is_refused_and_leaves_nobody(shop: str, words: tuple[str, ...], stdin: str, code: int) -> None:
    assert add(shop, "taken") == 0
    assert add(shop, *words, stdin=stdin) == code
    assert [user["login"] for user in typed("users", "list", "--database", shop, "--json").json["users"]] == ["taken"]

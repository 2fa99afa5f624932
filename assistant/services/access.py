"""Who is asking: ingest keys, sidebars' bearers, people's sessions. Not for what they may do (`domain/staff.py`)."""

from __future__ import annotations

import secrets
import time
from datetime import datetime, timedelta

from assistant import store
from assistant.domain.errors import Conflict, InvalidInput, NotSignedIn
from assistant.domain.practice import real_shop
from assistant.domain.staff import KEY, KEY_RIGHTS, SIDEBAR_RIGHTS, SIGNED_IN, Principal, rights_of
from assistant.services import staff
from assistant.services.keys import hashed
from assistant.services.passes import Begun, Launch, Passes
from assistant.services.passwords import Passwords

SESSION = timedelta(hours=12)
# A revoked key, and a sidebar whose agent was shut out, may live on so long: every event and every call would otherwise
# cost one more query.
REMEMBERED_SECONDS = 2.0
MOST_REMEMBERED = 10_000
# What a principal came in with.
SESSION_OF, CONNECTION = "session:", "connection:"


class Access:
    """Turns what a request carries into a `Principal`."""

    def __init__(self, database: store.Store, passes: Passes, password_logins: frozenset[str] | None = None) -> None:
        """`password_logins`: whose password works; None: everybody's."""
        self._store = database
        self.password_logins = password_logins
        self.passes = passes
        self.passwords = Passwords()
        self._keys: dict[str, tuple[float, Principal]] = {}
        self._standing: dict[Principal, float] = {}

    async def by_bearer(self, token: str, now: datetime) -> Principal:
        """A key, or a sidebar's bearer. Raises NotSignedIn."""
        if "." not in token:
            return await self._by_key(token)
        said = self.passes.read_bearer(token)
        found = Principal(said.shop, SIDEBAR_RIGHTS, said.agent, said.name, through=said.through)
        if time.monotonic() < self._standing.get(found, 0.0):
            return found
        if not await self.stands(found, now):
            self._standing.pop(found, None)
            raise NotSignedIn("what this sidebar was opened with has ended: open it anew")
        if len(self._standing) >= MOST_REMEMBERED:
            self._standing.clear()
        self._standing[found] = time.monotonic() + REMEMBERED_SECONDS
        return found

    async def stands(self, who: Principal, now: datetime) -> bool:
        """Whether the session, the key or the connection that a sidebar was opened with still holds, and nobody has
        shut its agent out."""
        return await self._store.read(lambda tx: _stands(tx, who, now))

    def remembers(self, key: str) -> bool:
        """Whether this is a key that was looked up a moment ago."""
        return time.monotonic() < self._keys.get(hashed(key), (0.0, None))[0]

    async def _by_key(self, key: str) -> Principal:
        digest, now = hashed(key), time.monotonic()
        until, principal = self._keys.get(digest, (0.0, None))
        if principal is not None and now < until:
            return principal
        found = await self._store.read(lambda tx: store.keys.find(tx, digest))
        if found is None:
            self._keys.pop(digest, None)
            raise NotSignedIn("this key is not known or was revoked: make one with `assistant keys add --shop …`")
        agent = f"{KEY}{found.id}"
        principal = Principal(found.shop, KEY_RIGHTS, agent, found.name or found.id, through=agent)
        self._keys[digest] = (now + REMEMBERED_SECONDS, principal)
        return principal

    async def by_session(self, token: str, now: datetime, shop: str | None = None) -> Principal | None:
        """The person of a session, in the shop asked for or the first one; None if the session is over."""
        digest = hashed(token)

        def find(tx: store.Transaction) -> Principal | None:
            user = store.users.holder(tx, digest, now)
            return None if user is None else _principal(tx, user, shop, f"{SESSION_OF}{digest}")

        return await self._store.read(find)

    async def sign_in(self, login: str, password: str, now: datetime) -> str:
        """A new session's token. Raises NotSignedIn, the same for a wrong login and a wrong password, or Unavailable
        while too many sign in at once."""
        user = await self._store.read(lambda tx: staff.find(tx, login))
        good = await self.passwords.match(user.password if user else None, password)
        may = self.password_logins is None or (user is not None and user.login in self.password_logins)
        if user is None or user.disabled_at is not None or not good or not may:
            raise NotSignedIn("login or password is wrong")
        id, fresh = user.id, secrets.token_urlsafe(32)
        await self._store.write(lambda tx: _opened(tx, id, fresh, now))
        return fresh

    async def change_password(self, login: str, old: str, new: str, now: datetime) -> str:
        """One's own, by whoever knows the old one; a new session's token, all others end. Raises InvalidInput."""
        user = await self._store.read(lambda tx: store.users.find(tx, login))
        assert user is not None, login
        if not await self.passwords.match(user.password, old):
            raise InvalidInput("this is not the password in use", reason="wrong_password")
        if new == old:
            raise InvalidInput("this is the password in use: choose another", reason="same_password")
        kept, fresh = await self.passwords.hashed(new), secrets.token_urlsafe(32)

        def change(tx: store.Transaction) -> None:
            found = store.users.find(tx, login)
            if found is None or found.disabled_at is not None or found.password != user.password:
                raise Conflict  # somebody gave another one, or shut the person out, meanwhile
            store.users.set_password(tx, user.id, kept, must_change=False)
            _opened(tx, user.id, fresh, now)

        await self._store.write(change)
        return fresh

    async def launch(self, by: Principal, agent: str, origin: str) -> tuple[str, bool]:
        """A launch for an agent, and whether that is a person of the shop. Raises InvalidInput if shut out."""
        user = await self._store.read(lambda tx: store.users.of_shop(tx, by.shop, agent))
        if user is not None and user.disabled_at is not None:
            raise InvalidInput(f"{agent!r} may not come in any more: an administrator has disabled this person")
        name = user.name if user else ""
        return self.passes.launch(by.shop, agent, origin, name, by.through), user is not None

    async def redeem(self, launch: Launch, now: datetime) -> bool:
        """True for the first who comes with this launch, on whichever node: it is a row, so none can forget it."""
        key = f"launch:{launch.nonce}"
        return await self._store.write(lambda tx: store.events.first_operation(tx, launch.shop, key, now))

    async def redeem_begun(self, begun: Begun, now: datetime) -> bool:
        """The same for somebody who comes back from the sign-in service."""
        return await self._store.write(lambda tx: store.events.first_operation(tx, "", f"sign-in:{begun.state}", now))

    async def session_for(self, login: str, now: datetime) -> str:
        """A session without a password: for the demo's own agent, and for whom the sign-in service has named."""
        fresh = secrets.token_urlsafe(32)

        def open_one(tx: store.Transaction) -> None:
            user = store.users.find(tx, login)
            assert user is not None
            _opened(tx, user.id, fresh, now)

        await self._store.write(open_one)
        return fresh

    async def sign_out(self, token: str) -> None:
        await self._store.write(lambda tx: store.users.close_session(tx, hashed(token)))


def _stands(tx: store.Transaction, who: Principal, now: datetime) -> bool:
    # Agents that a platform names need not be people we know.
    user = store.users.of_shop(tx, real_shop(who.shop), who.agent)
    if user is not None and user.disabled_at is not None:
        return False
    if who.through.startswith(SESSION_OF):
        holder = store.users.holder(tx, who.through.removeprefix(SESSION_OF), now)
        return holder is not None and user is not None and holder.id == user.id
    if who.through.startswith(KEY):
        return store.keys.holds(tx, who.through.removeprefix(KEY))
    if who.through.startswith(CONNECTION):
        return store.hosts.get(tx, int(who.through.removeprefix(CONNECTION))) is not None
    return True


def _principal(tx: store.Transaction, user: store.users.User, shop: str | None, through: str) -> Principal | None:
    roles = store.users.roles(tx, user.id)
    chosen = shop if shop is not None else next(iter(roles), None)
    if chosen is None or chosen not in roles:
        return None
    if user.must_change:
        return Principal(chosen, frozenset({SIGNED_IN}), user.login, user.name, must_change=True, through=through)
    return Principal(chosen, rights_of(roles[chosen]), user.login, user.name, through=through)


def _opened(tx: store.Transaction, user: int, token: str, now: datetime) -> None:
    store.users.open_session(tx, user, hashed(token), now + SESSION)
    store.users.signed_in(tx, user, now)

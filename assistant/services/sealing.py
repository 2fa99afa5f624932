"""Seals what a shop trusts us with (tokens of its hosts, secrets it signs with), so that it does not stand open in the
database, in a copy of a table or in a log. The key lies in the same database: whoever has all of it can open them.

Not for what is only ever compared (`keys.py` keeps hashes).
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken

from assistant import store
from assistant.domain.errors import InvalidInput

NAME = "sealing"


class Seal:
    """Seals and opens with one key."""

    def __init__(self, key: str) -> None:
        self._fernet = Fernet(key)

    def close(self, secrets: Mapping[str, str]) -> str:
        """Secrets by name as text that says nothing."""
        return self._fernet.encrypt(json.dumps(dict(secrets)).encode()).decode()

    def open(self, sealed: str) -> dict[str, str]:
        """The secrets. Raises InvalidInput where another key has sealed them."""
        try:
            opened: dict[str, str] = json.loads(self._fernet.decrypt(sealed.encode()))
        except InvalidToken as error:
            message = "these secrets were sealed by another installation: enter them again with `assistant connect`"
            raise InvalidInput(message) from error
        return opened


def kept_seal(tx: store.Transaction) -> Seal:
    """The installation's own, made with the first secret."""
    return Seal(store.secrets.kept(tx, NAME, Fernet.generate_key().decode()))

"""Every host there is a connector for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from assistant.connectors.chatwoot import CHATWOOT
from assistant.connectors.matrix import MATRIX
from assistant.connectors.shape import Connector
from assistant.connectors.topics import TOPICS
from assistant.connectors.wecom import WECOM
from assistant.domain.errors import InvalidInput
from assistant.domain.problems import proposal

CONNECTORS: Mapping[str, Connector] = MappingProxyType({one.host: one for one in (MATRIX, CHATWOOT, WECOM, *TOPICS)})


def connector(host: str) -> Connector:
    """The connector of a host. Raises InvalidInput that proposes the nearest name."""
    if host not in CONNECTORS:
        raise InvalidInput(f"there is no connector for {host!r}: {proposal(host, CONNECTORS)}")
    return CONNECTORS[host]

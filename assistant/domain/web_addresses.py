"""Whether what people type in is an address that can be posted to. Not for where it leads (`connectors/outward.py`)."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_web_address(given: str, longest: int) -> bool:
    """Whether it is http:// or https:// with a host, in one piece, without a name or password in it."""
    try:
        parts = urlsplit(given)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    plain = not any(ord(sign) <= 0x20 for sign in given) and len(given) <= longest
    return plain and parts.scheme in ("http", "https") and bool(host) and parts.username is None

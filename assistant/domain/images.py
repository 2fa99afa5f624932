"""Which pictures are taken, told by their first bytes and never by what their sender calls them; and what they are
called here."""

from __future__ import annotations

from hashlib import sha256

from assistant.domain.errors import InvalidInput

MOST_BYTES = 1_000_000
KINDS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8"}


def kind_of(content: bytes) -> str:
    """Its media type: PNG, JPEG, GIF or WebP. Raises InvalidInput for anything else and for what is too large."""
    if len(content) > MOST_BYTES:
        message = f"a picture has at most {MOST_BYTES} bytes: this one has {len(content)}"
        raise InvalidInput(
            message, reason="image_too_large", most=_in_kilobytes(MOST_BYTES), n=_in_kilobytes(len(content))
        )
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    found = next((kind for kind, start in KINDS.items() if content.startswith(start)), None)
    if found is None:
        raise InvalidInput("this is no picture: send PNG, JPEG, GIF or WebP", reason="image_kind")
    return found


def hash_of(content: bytes) -> str:
    """Under which a picture is kept and named: SHA-256 in hexadecimal."""
    return sha256(content).hexdigest()


def _in_kilobytes(size: int) -> int:
    return -(-size // 1000)

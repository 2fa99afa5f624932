"""企业微信's envelope for callbacks: a signature over sorted words, AES in CBC around text and corp id. And the
signature that its pages need. Not for what a callback means (`wecom.py`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from assistant.domain.errors import NotSignedIn

BLOCK = 32


def signature(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """`msg_signature`: SHA-1 of the four in the order of the alphabet."""
    return hashlib.sha1(
        "".join(sorted((token, timestamp, nonce, encrypted))).encode(), usedforsecurity=False
    ).hexdigest()


def opened(token: str, key: str, receiver: str, given: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """The text inside. Raises NotSignedIn if it was not signed with the token, or is for somebody else."""
    if not hmac.compare_digest(signature(token, timestamp, nonce, encrypted).encode(), given.encode()):
        raise NotSignedIn("企业微信 did not sign this: is this the token of the callback's settings?")
    try:
        plain = _decrypted(key, encrypted)
        (length,) = struct.unpack(">I", plain[16:20])
        text, whose = plain[20 : 20 + length], plain[20 + length :]
    except (ValueError, struct.error, binascii.Error) as error:
        raise NotSignedIn("this cannot be decrypted: is this the EncodingAESKey of the callback's settings?") from error
    if whose.decode("utf-8", "replace") != receiver:
        raise NotSignedIn("this callback is for another corporation: is corp_id right?")
    return text.decode("utf-8", "replace")


def _decrypted(key: str, encrypted: str) -> bytes:
    secret = base64.b64decode(key + "=", validate=True)
    decryptor = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).decryptor()
    padded = decryptor.update(base64.b64decode(encrypted, validate=True)) + decryptor.finalize()
    if not padded or not 1 <= padded[-1] <= BLOCK or len(padded) < padded[-1] + 20:
        raise ValueError("wrong padding")
    return padded[: -padded[-1]]


def page_signature(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """What a page shows to use the client's functions; the address is that of the page without its fragment."""
    said = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.partition('#')[0]}"
    return hashlib.sha1(said.encode(), usedforsecurity=False).hexdigest()

"""How refunds stand: every platform's codes mapped to the steps of a case. A code that is not here is never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

UNKNOWN = "unknown"
STATES = (
    "requested", "reviewing", "await_return", "await_receipt", "refunding", "exchanging", "done", "refused", "closed",
    "platform_in",
)  # fmt: skip
# DOMAIN.md §5; 拼多多's steps of repairs (21 to 27) have no step of ours.
CODES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "taobao": {
            "WAIT_SELLER_AGREE": "requested",
            "WAIT_BUYER_RETURN_GOODS": "await_return",
            "WAIT_SELLER_CONFIRM_GOODS": "await_receipt",
            "SELLER_REFUSE_BUYER": "refused",
            "CLOSED": "closed",
            "SUCCESS": "done",
        },
        "douyin": {
            "6": "requested", "7": "await_return", "11": "await_receipt", "8": "exchanging", "3": "exchanging",
            "12": "done", "14": "done", "27": "refused", "29": "refused", "28": "closed",
        },
        "pdd": {
            "2": "requested", "3": "requested", "4": "refunding", "5": "refunding", "6": "refused", "7": "await_return",
            "8": "platform_in", "9": "closed", "10": "done", "11": "closed", "12": "closed", "13": "closed",
            "14": "exchanging", "15": "exchanging", "16": "exchanging", "17": "exchanging", "18": "exchanging",
            "31": "refunding", "32": "exchanging",
        },
        "jd": {"0": "requested", "1": "refunding", "2": "refused", "3": "refunding", "4": "refused", "5": "refunding"},
    }
)  # fmt: skip
KINDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "douyin": {"0": "return_refund", "1": "refund_only", "2": "refund_only", "3": "exchange"},
        # As answers number them: requests count from another beginning.
        "pdd": {"1": "refund_only", "2": "return_refund", "3": "exchange"},
    }
)


def state_of(platform: str, code: str) -> str:
    """Our step for a platform's code or for one of our own names; `unknown` for any other."""
    return code if code in STATES else CODES.get(platform, {}).get(code, UNKNOWN)

"""Passes hold for their time, also where a clock is set back or another node's runs ahead."""

from __future__ import annotations

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from assistant.domain.errors import NotSignedIn
from assistant.services.passes import BEARER_SECONDS, Bearer, Passes

SECRET = "a secret of tests"


def signed(seconds_ahead: int) -> str:
    """A bearer as a node signs it whose clock is so far ahead."""

    class Ahead(TimestampSigner):
        def get_timestamp(self) -> int:
            return super().get_timestamp() + seconds_ahead

    return URLSafeTimedSerializer(SECRET, salt="bearer", signer=Ahead).dumps(["default", "a1", "小雨"])


@pytest.mark.parametrize("ahead", [-BEARER_SECONDS + 5, -1, 0, 2, 60, BEARER_SECONDS - 5])
def test_a_bearer_signed_a_little_later_than_now_holds(ahead: int) -> None:
    assert Passes(SECRET).read_bearer(signed(ahead)) == Bearer("default", "a1", "小雨")


@pytest.mark.parametrize("ahead", [-BEARER_SECONDS - 5, BEARER_SECONDS + 60])
def test_a_bearer_of_quite_another_time_does_not_hold(ahead: int) -> None:
    with pytest.raises(NotSignedIn):
        Passes(SECRET).read_bearer(signed(ahead))

"""The looks a page is checked in: Chinese by day and English by night in every run, the other two with SOAK=1."""

from __future__ import annotations

import pytest

in_every_look = pytest.mark.parametrize(
    ("lang", "scheme"),
    [
        ("zh-CN", "light"),
        ("en", "dark"),
        pytest.param("zh-CN", "dark", marks=pytest.mark.soak),
        pytest.param("en", "light", marks=pytest.mark.soak),
    ],
)

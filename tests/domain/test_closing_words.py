"""When a buyer who waits waits for nothing."""

from __future__ import annotations

import pytest

from assistant.domain.closing_words import MOST, need_no_answer


@pytest.mark.parametrize(
    ("run", "before", "nothing_owed"),
    [
        (["好的"], "亲，明天发出哦", True),
        (["好的", "谢谢"], None, True),
        (["👌"], "亲，明天发出哦", True),
        (["好的", "那什么时候发货"], "亲，稍等", False),
        (["谢谢，还有个问题"], "亲，明天发出哦", False),
        (["好的，到了跟我说一声"], "亲，明天发出哦", False),
        (["好的"], "亲，要帮您改地址吗？", False),
        (["好的"], "亲，帮您换M码可以吗", False),
        (["好的"], "亲，要M还是L呢～", False),
        (["好的谢谢"], "亲，稍等哦", False),
        (["好的"], "亲，我核实下，2分钟内回您", True),
        (["好的"] * (MOST + 1), None, False),
        ([], None, False),
    ],
)
def test_only_thanks_need_no_answer(run: list[str], before: str | None, nothing_owed: bool) -> None:
    assert need_no_answer(run, before) is nothing_owed

"""What trainers write is judged by the checks that agents are held to."""

from __future__ import annotations

from datetime import date

from assistant.domain.drafts import Draft
from assistant.domain.script_rows import Name, rows
from assistant.domain.scripts import Scripts
from assistant.services.judging import Judges
from tests.services.shop import TABLES

CHECK = {
    "id": "wechat", "name": "站外联系", "code": "C04", "severity": "block", "words": ["加微信"], "reason": "会被处罚",
    "instead": "在这里说",
}  # fmt: skip
ROW = "id: hello\ntitle: 加好友\ntext: 亲，加微信聊吧\n"


async def test_a_row_of_tables_without_checks_is_held_against_the_shipped_ones() -> None:
    judges = Judges(Scripts.model_validate({"checks": [CHECK]}))
    name, draft = Name("quick_replies", "hello"), Draft(1, TABLES, rows(TABLES), ())
    judged = await judges.judge_row("default", draft, name, ROW, date(2026, 11, 11))
    judges.close()
    assert not TABLES.checks
    assert [one.line for one in judged.complaints[name]] == [3]

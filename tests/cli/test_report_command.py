"""`assistant report`: what is printed, what is sent to a real mail server, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from tests.cli.typed import typed
from tests.mail_server import started

EVENTS = [
    {"id": "1", "at": "2026-11-11T10:00:00+08:00", "side": "buyer", "text": "在吗"},
    {"id": "2", "at": "2026-11-11T10:00:25+08:00", "side": "agent", "text": "在的", "agent": "小雨"},
]


class Inbox:
    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    server = started(Inbox())
    said = {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(server.port),
        "SMTP_SECURITY": "none",
        "MAIL_FROM": "a@example.com",
    }
    for name, value in said.items():
        monkeypatch.setenv(f"ASSISTANT_{name}", value)
    yield server.handler
    server.stop()


def test_a_report_is_printed_in_both_forms_and_languages_and_sent(database: str, tmp_path: Path, inbox: Inbox) -> None:
    events = tmp_path / "events.jsonl"
    known = {"type": "message", "conversation": "c1", "buyer": "b1", "platform": "taobao"}
    events.write_text("\n".join(json.dumps({**known, **event}) for event in EVENTS), encoding="utf-8")
    assert typed("replay", events, "--database", database).code == 0

    asked = ("report", "--on", "2026-11-11", "--database", database)
    assert "首次响应: 25 秒" in typed(*asked).out
    assert "小雨: 接待人数 1 · 首次响应 25 秒 ·" in typed(*asked).out
    html = typed(*asked, "--form", "html", "--lang", "en").out
    assert "<h1" in html
    assert "Service figures 2026-11-11" in html
    week = typed(*asked, "--over", "week", "--lang", "en").out
    assert "2026-11-09 – 2026-11-15" in week

    sent = typed(*asked, "--mail-to", "boss@example.com", "--mail-to", "b@example.com")
    assert (sent.code, sent.out) == (0, "")
    assert [mail["subject"] for mail in inbox.mails] == ["default: 客服数据 2026-11-11"] * 2


def test_what_cannot_be_sent_is_refused_with_what_to_do(database: str, tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    known = {"type": "message", "conversation": "c1", "buyer": "b1", "platform": "taobao"}
    events.write_text(json.dumps({**known, **EVENTS[0]}), encoding="utf-8")
    assert typed("replay", events, "--database", database).code == 0
    asked = ("report", "--on", "2026-11-11", "--database", database)
    unset, wrong = typed(*asked, "--mail-to", "a@example.com"), typed(*asked, "--mail-to", "nobody")
    assert (unset.code, "ASSISTANT_SMTP_HOST" in unset.err) == (1, True)
    assert (wrong.code, "no mail address" in wrong.err) == (2, True)
    assert typed(*asked, "--lang", "fr").code == 2
    assert "there is no shop" in typed(*asked, "--shop", "nowhere").err

"""Mails to a real SMTP server on this machine: what arrives, and what is made of each way to fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from assistant.connectors.mail import Mails, Server
from assistant.services.outgoing import NotCarried
from assistant.store.outgoing import Letter
from tests.mail_server import started
from tests.ports import free_port

NOW = datetime(2026, 11, 11, 2, tzinfo=UTC)
LETTER = Letter(
    7, "默认", "mail", "boss@example.com", "complaints", "2026-11-11", "默认店铺: 投诉 3\r\nBcc: x@example.com",
    "共 3 位", "<p>共 3 位</p>", "taken", 0, NOW, NOW, None,
)  # fmt: skip


class Inbox:
    """What the server does with mails: keeps them, or answers as it is told to; `silent` hangs up after the words."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = self.to_whom = ""
        self.silent = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's
        envelope.rcpt_tos.append(address)
        return self.to_whom or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        if self.silent:
            server.transport.close()
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.answer or "250 OK"


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Inbox, int]]:
    inbox = Inbox()
    server = started(inbox)
    yield inbox, server.port
    server.stop()


@pytest.fixture
def inbox(running: tuple[Inbox, int]) -> Inbox:
    running[0].__init__()  # type: ignore[misc]  # as new
    return running[0]


def mails(port: int) -> Mails:
    return Mails(Server("127.0.0.1", port, "客服助手 <assistant@example.com>", "none"))


async def test_a_mail_arrives_with_text_and_html_and_no_header_of_somebody_elses(
    inbox: Inbox, running: tuple[Inbox, int]
) -> None:
    await mails(running[1]).carry(LETTER, "", NOW)
    (mail,) = inbox.mails
    assert mail["subject"] == "默认店铺: 投诉 3 Bcc: x@example.com"
    assert (mail["to"], mail["bcc"]) == ("boss@example.com", None)
    assert mail["from"].addresses[0].display_name == "客服助手"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert (text.get_content().strip(), html.get_content().strip()) == ("共 3 位", "<p>共 3 位</p>")
    await mails(running[1]).carry(replace(LETTER, html=None), "", NOW)
    assert inbox.mails[1]["message-id"] == mail["message-id"]


@pytest.mark.parametrize(
    ("how", "again", "unclear"),
    [
        ({"to_whom": "550 nobody of that name"}, False, False),
        ({"to_whom": "450 come back later"}, True, False),
        ({"answer": "554 looks like spam"}, False, False),
        ({"silent": True}, False, True),
    ],
)
async def test_a_refusal_is_told_from_a_delay_and_both_from_not_knowing(
    inbox: Inbox, running: tuple[Inbox, int], how: dict[str, Any], again: bool, unclear: bool
) -> None:
    for name, value in how.items():
        setattr(inbox, name, value)
    with pytest.raises(NotCarried) as failed:
        await mails(running[1]).carry(LETTER, "", NOW)
    assert (failed.value.again, failed.value.unclear) == (again, unclear), failed.value.failure


async def test_a_server_that_is_away_is_tried_again_and_one_that_is_not_set_is_named() -> None:
    with pytest.raises(NotCarried) as failed:
        await mails(free_port()).carry(LETTER, "", NOW)
    assert (failed.value.again, failed.value.unclear) == (True, False)
    with pytest.raises(NotCarried, match="ASSISTANT_SMTP_HOST"):
        await Mails(None).carry(LETTER, "", NOW)


def test_the_password_is_not_printed() -> None:
    assert "s3cret" not in repr(Server("h", 25, "a@b.cn", user="u", password="s3cret"))

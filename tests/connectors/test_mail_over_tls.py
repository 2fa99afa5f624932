"""Mails over TLS to a real SMTP server with a certificate made here: taken where it is trusted, refused where not."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from assistant.connectors.mail import Mails, Security, Server
from assistant.services.outgoing import NotCarried
from tests.connectors.certificates import server_context
from tests.connectors.test_mail import LETTER, NOW, Inbox
from tests.mail_server import started

HOST = "localhost"


def signs_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"boss", b"s3cret"), handled=False)


class Stand:
    """Two servers with one certificate: encrypted from the start, and after STARTTLS (nothing is taken before)."""

    def __init__(self, folder: Path, name: str) -> None:
        self.inbox, (context, self.trusted) = Inbox(), server_context(folder, name)
        signed: dict[str, Any] = {"authenticator": signs_in}
        after: dict[str, Any] = {"tls_context": context, "require_starttls": True, "auth_required": True}
        self._running = {
            "tls": started(self.inbox, HOST, ssl_context=context, auth_require_tls=False, **signed),
            "starttls": started(self.inbox, HOST, **after, **signed),
        }

    def port(self, security: str) -> int:
        return self._running[security].port

    def stop(self) -> None:
        for each in self._running.values():
            each.stop()


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    found = Stand(tmp_path_factory.mktemp("certificates"), HOST)
    yield found
    found.stop()


@pytest.fixture
def trusting(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine whose list of trusted authorities has ours."""
    monkeypatch.setenv("SSL_CERT_FILE", str(stand.trusted))


def mails(port: int, security: Security, password: str = "s3cret") -> Mails:
    return Mails(Server(HOST, port, "assistant@example.com", security, "boss", password))


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.usefixtures("trusting")
async def test_a_mail_goes_encrypted_to_a_server_that_is_trusted(stand: Stand, security: Security) -> None:
    stand.inbox.mails.clear()
    await mails(stand.port(security), security).carry(LETTER, "", NOW)
    (mail,) = stand.inbox.mails
    assert mail["to"] == "boss@example.com"
    with pytest.raises(NotCarried, match="refuses user or password") as failed:
        await mails(stand.port(security), security, "wrong").carry(LETTER, "", NOW)
    assert not failed.value.again


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_certificate_nobody_vouches_for_is_refused_before_anything_is_said(
    stand: Stand, security: Security
) -> None:
    stand.inbox.mails.clear()
    with pytest.raises(NotCarried, match=r"certificate is not trusted: .+") as failed:
        await mails(stand.port(security), security).carry(LETTER, "", NOW)
    assert (failed.value.again, failed.value.unclear, stand.inbox.mails) == (False, False, [])


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_certificate_of_another_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: Security
) -> None:
    other = Stand(tmp_path, "mail.example.com")
    monkeypatch.setenv("SSL_CERT_FILE", str(other.trusted))
    try:
        with pytest.raises(NotCarried, match=r"certificate is not trusted: .*localhost"):
            await mails(other.port(security), security).carry(LETTER, "", NOW)
    finally:
        other.stop()
    assert other.inbox.mails == []


@pytest.mark.usefixtures("trusting")
async def test_the_wrong_port_for_the_kind_of_encryption_says_what_to_set(stand: Stand) -> None:
    with pytest.raises(NotCarried, match="ASSISTANT_SMTP_SECURITY"):
        await mails(stand.port("starttls"), "tls").carry(LETTER, "", NOW)


async def test_a_server_without_encryption_is_not_talked_to_in_the_clear(tmp_path: Path) -> None:
    plain = started(Inbox(), HOST)
    try:
        with pytest.raises(NotCarried, match="offers no encryption") as failed:
            await mails(plain.port, "starttls").carry(LETTER, "", NOW)
    finally:
        plain.stop()
    assert not failed.value.again


def test_old_ways_of_encryption_are_not_taken() -> None:
    assert ssl.create_default_context().minimum_version >= ssl.TLSVersion.TLSv1_2

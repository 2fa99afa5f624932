"""Letters as mails over a shop's SMTP server, in a thread: text, and HTML beside it.

Until the words are handed over a failure is a failure; if the server falls silent after that, nobody knows.
"""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal

from assistant.services.outgoing import NotCarried
from assistant.store.outgoing import Letter

Security = Literal["starttls", "tls", "none"]
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Server:
    """Where mails are handed in, and as whom. The password is never printed."""

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)


class Mails:
    """Hands letters in at a server; without one every letter fails and says what to set."""

    def __init__(self, server: Server | None) -> None:
        self._server = server

    async def carry(self, letter: Letter, secret: str, now: datetime) -> None:
        """Deliver it. Raises NotCarried."""
        if self._server is None:
            raise NotCarried("no mail server is set: ASSISTANT_SMTP_HOST and ASSISTANT_MAIL_FROM", again=False)
        await asyncio.to_thread(_hand_in, self._server, letter, written(letter, self._server.sender, now))


def written(letter: Letter, sender: str, now: datetime) -> EmailMessage:
    """The mail. Its id stays the same at each attempt."""
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = " ".join(letter.subject.split()), sender, letter.address
    mail["Date"] = format_datetime(now)
    host = sender.rpartition("@")[2].strip("> ") or "localhost"
    mail["Message-ID"] = f"<assistant-{letter.shop.encode().hex()}-{letter.id}@{host}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text, cte="base64")  # whatever the server can carry
    if letter.html is not None:
        mail.add_alternative(letter.html, subtype="html")
    return mail


def _hand_in(server: Server, letter: Letter, mail: EmailMessage) -> None:
    handed = arrived = False
    try:
        with _connected(server) as smtp:
            _refuse(smtp.mail(_bare(server.sender)))
            _refuse(smtp.rcpt(letter.address))
            handed = True
            _refuse(smtp.data(mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))))
            arrived = True
    except (smtplib.SMTPException, OSError) as error:
        if not arrived:  # however the server says goodbye, it has taken it
            raise _not_carried(error, handed=handed) from error


def _not_carried(error: Exception, *, handed: bool) -> NotCarried:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return NotCarried("the mail server refuses user or password", again=False)
    if isinstance(error, smtplib.SMTPResponseException):
        return NotCarried(f"the mail server says {error.smtp_code}", again=error.smtp_code < 500)
    if isinstance(error, ssl.SSLCertVerificationError):
        # Nothing was said to it yet. Somebody has to see to it: trying again would not help.
        return NotCarried(f"the mail server's certificate is not trusted: {error.verify_message}", again=False)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        lacks = "encryption: set ASSISTANT_SMTP_SECURITY to tls or none" if "STARTTLS" in str(error) else "signing in"
        return NotCarried(f"the mail server offers no {lacks}", again=False)
    if isinstance(error, ssl.SSLError) and not handed:
        say = "the mail server speaks no TLS here: check ASSISTANT_SMTP_PORT and ASSISTANT_SMTP_SECURITY"
        return NotCarried(say, again=True)
    return NotCarried(f"the mail server: {type(error).__name__}", again=not handed, unclear=handed)


def _connected(server: Server) -> smtplib.SMTP:
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=SECONDS, context=ssl.create_default_context()
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    try:
        if server.security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo_or_helo_if_needed()
        if server.user is not None:
            smtp.login(server.user, server.password or "")
    except BaseException:
        smtp.close()
        raise
    return smtp


def _refuse(answer: tuple[int, bytes]) -> None:
    if answer[0] >= 300:
        raise smtplib.SMTPResponseException(*answer)


def _bare(sender: str) -> str:
    """`小店 <a@example.com>` as a@example.com."""
    return sender.rpartition("<")[2].strip("> ") if "<" in sender else sender

"""A mail server for tests: a real one (aiosmtpd), on loopback, that keeps what it was sent and can be told to refuse."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from people.models import MailServer
from trail.vault import seal

PASSWORD = "the-code-of-the-mailbox"


class Mailbox:
    """What arrived, in order. `answers` are given to the next mails instead of taking them; then it takes them again."""

    def __init__(self, port: int, *, login: bool) -> None:
        self.port, self.login = port, login
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []
        self.refused: set[str] = set()  # addresses that it does not know
        self.thinks = 0.0  # seconds between taking a mail and saying so

    async def handle_MAIL(self, _server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.login and not session.authenticated:
            return "530 5.7.0 authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.refused:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        await asyncio.sleep(self.thinks)
        return "250 taken"

    def text(self, number: int = -1) -> str:
        """The plain text of a mail."""
        body = self.mails[number].get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    def subjects(self) -> list[str]:
        return [str(mail["Subject"]).strip() for mail in self.mails]  # a long one is folded before its first word


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def mail_server(*, login: bool = False, tls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """A server that runs until the block ends, and is the one that the settings name. `login`: it wants PASSWORD."""
    box = Mailbox(free_port(), login=login)
    more: dict[str, Any] = {"ssl_context": tls} if tls else {}
    if login:
        more |= {"authenticator": _check, "auth_require_tls": False}
    server = Controller(box, hostname="127.0.0.1", port=box.port, **more)
    server.start()
    try:
        yield box
    finally:
        server.stop()


def _check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    return AuthResult(success=given.password == PASSWORD.encode(), handled=False)


def connected(
    box: Mailbox, at: datetime, *, password: str = "", security: str = MailServer.Security.NONE
) -> MailServer:
    """The settings name this server."""
    return MailServer.objects.create(
        host="127.0.0.1", port=box.port, security=security, sender="guishu@example.com", changed_at=at,
        username="guishu" if password else "", sealed_password=seal(password) if password else None,
    )  # fmt: skip


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """What a server for 127.0.0.1 shows; and the file by which a client may trust it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "mail.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, file

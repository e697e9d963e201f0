"""Mail through the server that the settings name, and what went wrong in a code that names nobody."""

import smtplib
from contextlib import suppress
from email.utils import formataddr

from cryptography.exceptions import InvalidTag
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.utils.translation import gettext as _

from people.channels import NotSent
from people.models import MailServer
from people.troubles import ON_THE_WIRE
from trail.vault import unseal

TIMEOUT = 10  # seconds, for each answer of the server
CODES: tuple[tuple[type[Exception], str], ...] = (  # the first that fits; in words: people/channels/reasons.py
    (smtplib.SMTPAuthenticationError, "password"),
    (smtplib.SMTPRecipientsRefused, "recipient"),
    (smtplib.SMTPSenderRefused, "sender"),
    (smtplib.SMTPNotSupportedError, "unable"),
    (smtplib.SMTPServerDisconnected, "hung_up"),
    (smtplib.SMTPConnectError, "unreachable"),
    (smtplib.SMTPHeloError, "unreachable"),
    (smtplib.SMTPException, "answer"),
    *ON_THE_WIRE,
    (InvalidTag, "key"),
)
OF_ONE_MAIL = frozenset({"recipient", "answer"})
LOGIN_FIRST = 530  # what a server says to a sender that has not logged in


def mail_server() -> MailServer | None:
    """The server that somebody entered in the settings; None until then, and nothing can be mailed."""
    return MailServer.objects.first()


def post(server: MailServer, *, to: str, subject: str, text: str, html: str = "", message_id: str = "") -> None:
    """Hand one mail to the server. The same `message_id` twice says: the same mail, sent again. Raises NotSent."""
    headers = {"Auto-Submitted": "auto-generated", **({"Message-ID": message_id} if message_id else {})}
    sender = formataddr((_("归属"), server.sender))
    mail = EmailMultiAlternatives(" ".join(subject.split()), text, sender, [to], headers=headers)
    if html:
        mail.attach_alternative(html, "text/html")
    try:
        _hand_over(_wire(server), mail)
    except (OSError, InvalidTag) as wrong:  # smtplib's errors are OSErrors
        code = code_of(wrong)
        raise NotSent(code, of_channel=code not in OF_ONE_MAIL) from wrong


def code_of(wrong: Exception) -> str:
    """What went wrong, as a code that holds no address and no name."""
    if isinstance(wrong, smtplib.SMTPResponseException) and wrong.smtp_code == LOGIN_FIRST:
        return "password"
    if isinstance(wrong.__context__, TimeoutError):  # smtplib says of it only that the connection is gone
        return "timeout"
    return next(code for kind, code in CODES if isinstance(wrong, kind))


def _hand_over(wire: EmailBackend, mail: EmailMultiAlternatives) -> None:
    try:
        wire.open()
        wire.send_messages([mail])
    finally:
        with suppress(OSError):  # the mail is with the server, or is not: how the goodbye went changes nothing
            wire.close()


def _wire(server: MailServer) -> EmailBackend:
    return EmailBackend(
        host=server.host,
        port=server.port,
        username=server.username,
        password=unseal(server.sealed_password) if server.sealed_password else "",
        use_ssl=server.security == MailServer.Security.TLS,
        use_tls=server.security == MailServer.Security.STARTTLS,
        timeout=TIMEOUT,
    )

"""The ways out of the program: entering the mail server, and trying it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from people.address import is_this_machine
from people.channels import NotSent
from people.channels.email import Email
from people.channels.reasons import FAILED
from people.channels.smtp import mail_server, post
from people.models import MailServer
from people.services.guards import count_trial
from people.workplace import Workplace
from trail.models import Delivery
from trail.refusals import Refusal
from trail.services import note
from trail.vault import seal

KEPT = ["host", "port", "security", "username", "sealed_password", "sender", "changed_at"]
FIELDS = {  # which input a trouble is about
    "password": "secret", "unknown_host": "host", "unreachable": "host", "certificate": "host", "refused": "port",
    "timeout": "port", "hung_up": "security", "tls": "security", "unable": "security", "sender": "sender",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Server:
    """What somebody typed. An empty secret, which is the password, keeps the one that is stored."""

    host: str
    port: int
    security: str
    username: str
    secret: str
    sender: str


@transaction.atomic
def save_mail_server(*, here: Workplace, given: Server, at: datetime) -> MailServer:
    """Mail goes through this server from now on; what failed before is tried again at once.

    Refused: not_encrypted, password_missing, password_again.
    """
    server = _as_row(given, at)
    MailServer.objects.bulk_create([server], update_conflicts=True, unique_fields=["id"], update_fields=KEPT)
    failing = Delivery.objects.filter(channel=Email.name, state=Delivery.State.WAITING).exclude(why="")
    failing.update(due_at=at)
    note(
        by=here.user.pk, action="mail_server.change", subject="channel:email", at=at, project=here.project.code,
        security=server.security, port=server.port, login=bool(server.username),
    )  # fmt: skip
    return server


def try_mail_server(*, here: Workplace, given: Server, at: datetime) -> None:
    """Send a mail to oneself with what was typed; nothing is saved.

    Refused as `save_mail_server` is, and: no_address, too_many_trials, or mail_… with what the server answered, in words.
    """
    server = _as_row(given, at)
    if not here.user.email:
        raise Refusal("no_address", _("你自己还没有填邮箱，信没处去。先在「我的账号」→「通知」里填"))
    count_trial("mail", here.user, at)
    said = "sent"
    try:
        post(server, to=here.user.email, subject=_("归属：邮件通了"), text=_("收到这封信，说明邮件服务器填对了。"))
    except NotSent as trouble:
        said = trouble.code
    note(
        by=here.user.pk, action="mail_server.try", subject="channel:email", at=at, project=here.project.code, said=said
    )
    if said != "sent":
        raise Refusal(f"mail_{said}", FAILED[said], field=FIELDS.get(said, ""))


def _as_row(given: Server, at: datetime) -> MailServer:
    """The row that this would be, not saved."""
    if given.security == MailServer.Security.NONE and not is_this_machine(given.host):
        raise Refusal(
            "not_encrypted", _("不加密只限本机（localhost）。别的服务器选 SSL/TLS 或 STARTTLS"), field="security"
        )
    server = MailServer(
        host=given.host, port=given.port, security=given.security, username=given.username, sender=given.sender,
        changed_at=at,
    )  # fmt: skip
    server.sealed_password = _sealed_password(server, given.secret) if given.username else None
    return server


def _sealed_password(server: MailServer, typed: str) -> bytes:
    """The typed one, or the stored one; that goes only to the server and the account that it was entered for."""
    if typed:
        return seal(typed)
    old = mail_server()
    if old is None or not old.sealed_password:
        raise Refusal("password_missing", _("有用户名就要有密码"), field="secret")
    if (old.host, old.port, old.security, old.username) != (server.host, server.port, server.security, server.username):
        raise Refusal("password_again", _("服务器或用户名改了，密码要重填一次"), field="secret")
    return bytes(old.sealed_password)

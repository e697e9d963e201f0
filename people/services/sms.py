"""The SMS gateway: entering it, trying it, doing without."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from django.db import transaction
from django.utils.translation import gettext as _

from people.channels import NotSent
from people.channels.reasons import FAILED
from people.channels.smpp import send
from people.channels.sms import Sms, gateway, number_of, waiting_text
from people.models import SmsGateway
from people.services.guards import count_trial
from people.workplace import Workplace
from trail.models import Delivery
from trail.refusals import Refusal
from trail.services import note
from trail.vault import seal

TRIALS_AN_HOUR = 5  # each costs money
KEPT = ["host", "port", "tls", "account", "sealed_password", "sender", "signature", "changed_at"]
FIELDS = {  # which input a trouble is about
    "sms_password": "secret", "sms_bind": "account", "sms_unknown_host": "host", "sms_unreachable": "host",
    "sms_certificate": "host", "sms_refused": "port", "sms_timeout": "port", "sms_tls": "tls", "sms_hung_up": "tls",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GatewayGiven:
    """What somebody typed. An empty secret (the password) keeps the one that is stored."""

    host: str
    port: int
    tls: bool
    account: str
    secret: str
    sender: str
    signature: str


@transaction.atomic
def save_gateway(*, here: Workplace, given: GatewayGiven, at: datetime) -> SmsGateway:
    """SMS go through this gateway from now on. Refused: not_encrypted, password_missing, password_again."""
    row = _as_row(given, at)
    SmsGateway.objects.bulk_create([row], update_conflicts=True, unique_fields=["id"], update_fields=KEPT)
    _note(here, "sms.change", at, tls=row.tls, port=row.port)
    return row


@transaction.atomic
def drop_gateway(*, here: Workplace, at: datetime) -> bool:
    """Nothing goes by SMS any more; whether it did until now. What waits is let go."""
    count, _rows = SmsGateway.objects.all().delete()
    if count:
        waiting = Delivery.objects.filter(channel=Sms.name, state=Delivery.State.WAITING)
        waiting.update(state=Delivery.State.SKIPPED, why="no_gateway", done_at=at)
        _note(here, "sms.off", at)
    return bool(count)


def try_gateway(*, here: Workplace, given: GatewayGiven, at: datetime) -> None:
    """Send an SMS to one's own work telephone with what was typed; nothing is saved.

    Refused as `save_gateway` is, and: no_phone, too_many_trials, or sms_… with what the gateway answered, in words.
    """
    row, to = _as_row(given, at), number_of(here.user)
    if not to:
        raise Refusal("no_phone", _("你自己没有工作手机，短信没处去。先在「工作手机」里填"))
    count_trial("sms", here.user, at, limit=TRIALS_AN_HOUR)
    said = "sent"
    try:
        send(row, to=to, text=waiting_text(row, _("测试")))
    except NotSent as trouble:
        said = trouble.code
    _note(here, "sms.try", at, said=said)
    if said != "sent":
        raise Refusal(said, FAILED[said], field=FIELDS.get(said, ""))


def _as_row(given: GatewayGiven, at: datetime) -> SmsGateway:
    """The row that this would be, not saved."""
    if not given.tls and not _is_inside(given.host):
        raise Refusal("not_encrypted", _("不加密只限本机和内网地址（专线、VPN）。别的选加密"), field="tls")
    return SmsGateway(
        host=given.host, port=given.port, tls=given.tls, account=given.account, sealed_password=_sealed(given),
        sender=given.sender, signature=given.signature, changed_at=at,
    )  # fmt: skip


def _sealed(given: GatewayGiven) -> bytes:
    """The typed one, or the stored one; that goes only to the gateway and the account that it was entered for."""
    if given.secret:
        return seal(given.secret)
    old = gateway()
    if old is None:
        raise Refusal("password_missing", _("填密码"), field="secret")
    if (old.host, old.port, old.tls, old.account) != (given.host, given.port, given.tls, given.account):
        raise Refusal("password_again", _("服务器或账号改了，密码要重填一次"), field="secret")
    return bytes(old.sealed_password)


def _is_inside(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        return host.lower() == "localhost"


def _note(here: Workplace, action: str, at: datetime, **detail: object) -> None:
    note(by=here.user.pk, action=action, subject="channel:sms", at=at, project=here.project.code, **detail)

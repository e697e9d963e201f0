"""Where messages come from: a gateway that signs its posts, or a mailbox. Opened, tried and closed in the settings."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from leads import vault
from leads.inbound.mailbox import TROUBLES, NotRead, opened
from leads.models import InboundSource
from people.address import is_this_machine
from people.services.guards import count_trial
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal

FIELDS = {  # which input a trouble is about
    "password": "password", "folder": "folder", "unknown_host": "host", "unreachable": "host", "certificate": "host",
    "refused": "port", "timeout": "port", "tls": "port",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox as somebody typed it. `tls` off only for this machine."""

    name: str
    host: str
    port: int
    tls: bool
    username: str
    password: str
    folder: str = "INBOX"


def sources(here: Workplace) -> QuerySet[InboundSource]:
    """This project's sources, those that are open first."""
    rows: QuerySet[InboundSource] = InboundSource.objects.filter(project=here.project)
    return rows.order_by("-closed_at", "name", "pk").select_related("created_by")


@transaction.atomic
def open_gateway(*, here: Workplace, kind: str, name: str, at: datetime) -> tuple[InboundSource, str]:
    """A new gateway and the secret with which it signs: given here and never again. Raises Refusal: name_taken."""
    secret = secrets.token_urlsafe(32)
    source = _store(here, InboundSource(kind=kind, name=name, sealed_secret=vault.seal(secret)), at)
    return source, secret


def open_mailbox(*, here: Workplace, given: Mailbox, at: datetime) -> InboundSource:
    """A mailbox that is read from now on; what is in it already is left alone.

    Raises Refusal: name_taken, not_encrypted, too_many_trials, or mailbox_… with what the server answered, in words.
    """
    source = _as_row(here, given)
    source.uid_validity, next_uid = _try(here, source, at)
    source.last_uid = next_uid - 1
    with transaction.atomic():
        return _store(here, source, at)


def try_mailbox(*, here: Workplace, given: Mailbox, at: datetime) -> None:
    """Log in with what was typed and look; nothing is saved. Refused as `open_mailbox` is."""
    _try(here, _as_row(here, given), at)


@transaction.atomic
def close_source(*, here: Workplace, source: InboundSource, at: datetime) -> None:
    """Nothing comes in from here any more; what came in stays. Raises Refusal: closed_already."""
    row = InboundSource.objects.select_for_update().get(pk=source.pk, project=here.project)
    if row.closed_at:
        raise Refusal("closed_already", _("这个来源已经关了"), status=409)
    row.closed_at = at
    row.save(update_fields=["closed_at"])
    trail.note(
        by=here.user.pk, action="inbound_source.close", subject=f"source:{row.pk}", at=at, project=here.project.code
    )


def _store(here: Workplace, source: InboundSource, at: datetime) -> InboundSource:
    source.project, source.created_by, source.created_at = here.project, here.user, at
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError as error:
        raise Refusal("name_taken", _("这个名字已经有了，换一个"), field="name", status=409) from error
    trail.note(
        by=here.user.pk, action="inbound_source.open", subject=f"source:{source.pk}", at=at, project=here.project.code,
        kind=source.kind,
    )  # fmt: skip
    return source


def _as_row(here: Workplace, given: Mailbox) -> InboundSource:
    """The row that this would be, not saved."""
    if not given.tls and not is_this_machine(given.host):
        raise Refusal("not_encrypted", _("不加密只限本机（localhost）。别的服务器要加密"), field="tls")
    return InboundSource(
        project=here.project, kind=InboundSource.Kind.MAILBOX, name=given.name, host=given.host, port=given.port,
        tls=given.tls, username=given.username, folder=given.folder, sealed_secret=vault.seal(given.password),
    )  # fmt: skip


def _try(here: Workplace, source: InboundSource, at: datetime) -> tuple[int, int]:
    """UIDVALIDITY and UIDNEXT, if the mailbox can be opened."""
    count_trial("mailbox", here.user, at)
    try:
        with opened(source) as box:
            return box.validity, box.next_uid
    except NotRead as trouble:
        sentence, field = TROUBLES[trouble.code], FIELDS.get(trouble.code, "")
        raise Refusal(f"mailbox_{trouble.code}", sentence, field=field) from trouble

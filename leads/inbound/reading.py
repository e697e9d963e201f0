"""Reading a mailbox: what is new, each mail in a transaction of its own together with how far the mailbox has been read."""

import hashlib
import logging
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import F

from leads.inbound.mailbox import CLOCKS_DIFFER, Box, Found, NotRead, opened
from leads.inbound.mails import read_mail
from leads.inbound.receiving import Incoming, receive
from leads.models import InboundSource
from trail import clock

FIRST_WAIT, WAIT_AT_MOST = timedelta(minutes=1), timedelta(hours=1)
log = logging.getLogger(__name__)


def read_due(*, at: datetime) -> int:
    """Read every mailbox whose time it is; gives how many mails came in. One that fails holds up no other."""
    open_ = InboundSource.objects.filter(kind=InboundSource.Kind.MAILBOX, closed_at__isnull=True)
    return sum(read_mailbox(source) for source in open_.order_by("checked_at", "pk") if is_due(source, at))


def is_due(source: InboundSource, at: datetime) -> bool:
    """Whether to look again: always, but after a look that failed later each time, an hour at most."""
    if not source.failures or source.checked_at is None:
        return True
    return source.checked_at + min(FIRST_WAIT * 2 ** (min(source.failures, 10) - 1), WAIT_AT_MOST) <= at


def read_mailbox(source: InboundSource) -> int:
    """Take in what is new; gives how many mails. What goes wrong stands at the source, as a code, and is tried again."""
    taken, code = 0, ""
    try:
        with opened(source) as box:
            for found in box.after(_read_so_far(source, box)):
                taken += _store(source, box, found)
    except NotRead as trouble:
        code = trouble.code
    except Exception:  # one mailbox must not stop the others
        log.exception("inbound: a mailbox could not be read")
        code = "trouble"
    failures = F("failures") + 1 if code else 0
    InboundSource.objects.filter(pk=source.pk).update(error=code, failures=failures, checked_at=clock.now())
    return taken


def _read_so_far(source: InboundSource, box: Box) -> int:
    """The UID up to which all is read; none of them where the server has given its mails other UIDs."""
    with transaction.atomic():
        row = InboundSource.objects.select_for_update().get(pk=source.pk)
        if row.uid_validity != box.validity:
            row.uid_validity, row.last_uid = box.validity, 0
            row.save(update_fields=["uid_validity", "last_uid"])
        return row.last_uid


def _store(source: InboundSource, box: Box, found: Found) -> bool:
    """Take in one mail, unless another worker did. A mail that breaks the reader is kept for a person, not tried for ever."""
    try:
        return _take(source, box, found, read=True)
    except OperationalError:  # the database, not the mail
        raise
    except Exception:
        log.exception("inbound: a mail could not be read")
        return _take(source, box, found, read=False)


@transaction.atomic
def _take(source: InboundSource, box: Box, found: Found, *, read: bool) -> bool:
    row = InboundSource.objects.select_for_update(of=("self",)).select_related("project").get(pk=source.pk)
    if row.closed_at or row.uid_validity != box.validity or row.last_uid >= found.uid:
        return False
    since = row.created_at - CLOCKS_DIFFER  # older mails were there before: they are nobody's report
    if found.arrived_at >= since:
        receive(source=row, given=incoming(found.raw), at=clock.now(), read=read)
    row.last_uid = found.uid
    row.save(update_fields=["last_uid"])
    return found.arrived_at >= since


def incoming(raw: bytes) -> Incoming:
    """A mail as a message. Its bytes are its id: they are the same when the server has given it another UID."""
    mail = read_mail(raw)
    return Incoming(
        id=f"sha256:{hashlib.sha256(raw).hexdigest()}", sender=mail.sender, text=mail.text, subject=mail.subject,
        sent_at=mail.sent_at, machine=mail.automatic, forged=mail.forged,
    )  # fmt: skip

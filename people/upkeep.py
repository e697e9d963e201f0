"""Upkeep that somebody must hear of."""

import logging

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from people.models import Membership
from people.roles import Role
from trail import clock, history, seals
from trail.jobs import job
from trail.models import Message
from trail.services import note, tell

log = logging.getLogger("guishu.history")
KIND = "history.broken"
BROKEN = gettext_noop(
    "账本、裁定、归属或审计日志有 %(count)s 处被改过。在服务器上跑 ./guishu manage verify_history，看是哪几处"
)


@job(title=_("核对历史"))
def verify_history() -> None:
    """Hold all rows against their marks; where something is wrong, every administrator hears of it until they have read it.

    The last seal goes into the log of the program, which is kept elsewhere than the database.
    """
    count, now = sum(1 for _mistake in history.mistakes()), clock.now()
    if not count:
        if last := seals.seal(at=now):
            log.info("history sealed: %s", seals.name(last))
        return
    with transaction.atomic():
        note(by="system", action="history.broken", subject="history:all", at=now, count=count)
        told = set(Message.objects.filter(kind=KIND, read_at__isnull=True).values_list("to", flat=True))
        keepers = Membership.objects.at(now).filter(role=Role.ADMINISTRATOR, user__is_active=True)
        for pk in sorted({pk for pk in keepers.values_list("user", flat=True) if str(pk) not in told}):
            tell(to=pk, kind=KIND, sentence=BROKEN, at=now, count=count)


@job(title=_("封存历史"))
def seal_history() -> None:
    """Put under seal what was written since the last time."""
    seals.seal(at=clock.now())

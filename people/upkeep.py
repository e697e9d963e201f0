"""Upkeep that somebody must hear of."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from people.models import Membership
from people.roles import Role
from trail import clock
from trail.jobs import job
from trail.models import Message
from trail.services import broken_links, note, tell

BROKEN = gettext_noop("归属链有 %(count)s 处对不上。在服务器上跑 ./guishu manage verify_chain，看是哪几处")


@job(title=_("核对归属链"))
def verify_chains() -> None:
    """Recompute every hash chain; where something is wrong, every administrator hears of it until they have read it."""
    count, now = len(broken_links()), clock.now()
    if not count:
        return
    with transaction.atomic():
        note(by="system", action="chain.broken", subject="chain:all", at=now, count=count)
        told = set(Message.objects.filter(kind="chain.broken", read_at__isnull=True).values_list("to", flat=True))
        keepers = Membership.objects.at(now).filter(role=Role.ADMINISTRATOR, user__is_active=True)
        for pk in sorted({pk for pk in keepers.values_list("user", flat=True) if str(pk) not in told}):
            tell(to=pk, kind="chain.broken", sentence=BROKEN, at=now, count=count)

"""What must happen every night, and somebody must hear of where it did not: a backup, and the check whose seal is kept elsewhere."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from people.models import Installation, Membership
from people.roles import Role
from trail import clock
from trail.jobs import job
from trail.models import Entry, Message
from trail.services import note, tell

PATIENCE = timedelta(hours=26)  # a night, and two hours for one that began late
QUIET = timedelta(hours=20)  # in which the same is not said again to whoever has read it
A_BACKUP, A_CHECK = ("backup.make",), ("history.verified", "history.broken")
FAILED = gettext_noop("备份没做成。在服务器上跑一次 ./guishu backup，看它说什么")
NEVER = gettext_noop("还没有做过备份。每晚要跑 ./guishu backup，怎么设在 docs/running.md")
LATE = gettext_noop("%(hours)s 小时没有备份了。在服务器上看每晚的备份为什么没跑")
NOT_KEPT = gettext_noop("历史印章没写进 GUISHU_SEALS_FILE。看那个文件写得进去吗")
UNCHECKED = gettext_noop("%(hours)s 小时没有核对历史、导出印章了。看任务为什么没跑")


def tell_administrators(kind: str, sentence: str, at: datetime, *, link: str = "", **facts: Any) -> None:
    """Every administrator hears of it who was not told of this kind lately, or has not read it yet."""
    heard = Message.objects.filter(Q(read_at__isnull=True) | Q(at__gt=at - QUIET), kind=kind)
    told = set(heard.values_list("to", flat=True))
    keepers = Membership.objects.at(at).filter(role=Role.ADMINISTRATOR, user__is_active=True)
    for pk in sorted({pk for pk in keepers.values_list("user", flat=True) if str(pk) not in told}):
        tell(to=pk, kind=kind, sentence=sentence, link=link, at=at, **facts)


@transaction.atomic
def backup_failed(*, at: datetime) -> None:
    """A backup was begun and there is none. Why, stands where it was begun: it names files and servers."""
    note(by="system", action="backup.failed", subject=f"backup:{at.isoformat()}", at=at)
    tell_administrators("backup.failed", FAILED, at)


@transaction.atomic
def seal_not_kept(*, at: datetime) -> None:
    """The last seal could not be written to where the database does not reach."""
    note(by="system", action="history.not_kept", subject="history:all", at=at)
    tell_administrators("history.not_kept", NOT_KEPT, at)


@job(title=_("看备份和核对是否照常"))
def watch_safekeeping() -> None:
    """Whoever keeps the program hears that there was no backup, or no check of the history, for longer than a night."""
    now = clock.now()
    begun = Installation.objects.values_list("at", flat=True).first()
    if begun is None:  # nobody has set it up yet: there is nobody to tell, and nothing to lose
        return
    made, checked = _last(A_BACKUP), _last(A_CHECK)
    if now - (made or begun) > PATIENCE:
        tell_administrators("backup.late", LATE if made else NEVER, now, hours=_hours(now - (made or begun)))
    if now - (checked or begun) > PATIENCE:
        link = reverse("settings_jobs")
        tell_administrators("history.unchecked", UNCHECKED, now, link=link, hours=_hours(now - (checked or begun)))


def _last(actions: tuple[str, ...]) -> datetime | None:
    found = Entry.objects.filter(action__in=actions).order_by("-at").values_list("at", flat=True)
    return found.first()


def _hours(span: timedelta) -> int:
    return span // timedelta(hours=1)

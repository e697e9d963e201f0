"""Exports in the background. One whose worker is killed is begun anew by another; one that fails says so and waits for a person."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from finance.exports import making
from finance.models import Export, ExportPart
from trail import clock
from trail import services as trail
from trail.jobs import job

log = logging.getLogger("guishu.exports")
State = Export.State
BUSY = (State.WAITING, State.RUNNING)
LOST = timedelta(days=1)  # after which nobody is at it any more
DONE, FAILED = "export.done", "export.failed"


@job(title=gettext_lazy("导出一个月的账"))
def make_export(export_id: int) -> None:
    """Make the file and tell who asked for it. Nothing happens to one that is made already."""
    export = Export.objects.select_related("project", "by").filter(pk=export_id, state__in=BUSY).first()
    if export is None:
        return
    try:
        making.make(export)
    except Exception:  # whatever it was: it is in the log, and on the page
        log.exception("an export failed: %s", export.no)
        _fail(export, clock.now())
        return
    _tell(export, DONE, gettext_noop("【导出】%(no)s 好了，15 分钟内下载"), clock.now())


@job(title=gettext_lazy("删掉过期的导出文件"))
def forget_exports() -> None:
    """The bytes of files whose link has expired, when whoever fetched one last has it; and what nobody has been at for a day has failed."""
    now = clock.now()
    ExportPart.objects.filter(export__expires_at__lte=now - making.LIVES).delete()
    for export in Export.objects.select_related("project", "by").filter(state__in=BUSY, at__lte=now - LOST):
        _fail(export, now)


@transaction.atomic
def _fail(export: Export, at: datetime) -> None:
    ExportPart.objects.filter(export=export).delete()
    with translation.override(export.by.language or None):
        error = _("没导成，什么都没给出去。再试一次")
    if Export.objects.filter(pk=export.pk, state__in=BUSY).update(state=State.FAILED, error=error):
        _tell(export, FAILED, gettext_noop("【导出】%(no)s 没导成。再试一次"), at)


def _tell(export: Export, kind: str, sentence: str, at: datetime) -> None:
    link = f"/exports/{export.no}"
    trail.tell(
        to=export.by_id, kind=kind, project=export.project.code, link=link, at=at, sentence=sentence, no=export.no
    )

"""Handing a month out as a file (导出): asked for by somebody who may, on record, to be fetched by nobody else for a quarter of an hour."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from finance.exports import background, making, storing
from finance.models import Export
from leads.services import count_look
from people.roles import Right
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words

SERIES = "DC"
SMALL = 5_000  # lines at most of a file that is made at once; a longer one by a worker
AT_ONCE = 3  # unfinished ones of one person
Kind, Form, State = Export.Kind, Export.Form, Export.State


def kinds(here: Workplace) -> list[str]:
    """What this person may export."""
    wanted = {kind: Right.SANCTIONS if kind == Kind.PENALTIES else Right.SPLITS for kind in Kind.values}
    return [kind for kind, right in wanted.items() if here.may(Right.EXPORT) and here.may(right)]


@transaction.atomic
def ask_for_export(
    *, here: Workplace, month: str, kind: str, form: str, at: datetime, whole: bool = False, reason: str = "",
) -> Export:  # fmt: skip
    """Export a month (yyyymm). A short file is there at once, a long one is made by a worker.

    `whole`: telephone numbers in clear, for who may see them anyway, with the reason; of splits only. Raises Refusal: not
    allowed (404), Beancount of anything but the ledger, no reason, too many that are not finished (429), or more whole numbers in
    thirty days than anybody may see without leave (403).
    """
    _check(here, kind, form, whole, reason)
    if Export.objects.filter(by=here.user, state__in=background.BUSY).count() >= AT_ONCE:
        raise Refusal("exports_busy", _("你有 3 份还没导完，等它们好了再导"), status=429)
    export = Export(
        no=trail.next_number(SERIES, at), project=here.project, kind=kind, form=form, month=month, whole=whole, by=here.user,
        at=at,
    )  # fmt: skip
    export.rows = making.count(export)
    export.save()
    if whole:
        count_look(here=here, lines=export.rows, at=at)
    trail.note(
        by=here.user.pk, action="export.ask", subject=f"export:{export.no}", at=at, project=here.project.code,
        month=month, kind=kind, form=form, lines=export.rows, **({"whole": True, "reason": reason.strip()[:100]} if whole else {}),
    )  # fmt: skip
    _start(export)
    return export


def _check(here: Workplace, kind: str, form: str, whole: bool, reason: str) -> None:
    if kind not in kinds(here):
        raise Refusal("export_not_yours", _("你不能导出这些"), field="kind", status=404)
    if form == Form.BEANCOUNT and kind != Kind.LEDGER:
        raise Refusal("beancount_is_the_ledger", _("Beancount 只导台账"), field="form")
    if not whole:
        return
    if not here.may(Right.REVEAL) or kind != Kind.SPLITS:
        raise Refusal("reveal_not_yours", _("完整号码只有看得到整号的人能导，只在分成明细里"), field="whole")
    need_words(reason, "reveal_why", _("写明为什么要完整号码"), field="reason")


def _start(export: Export) -> None:
    if export.rows > SMALL:
        background.make_export.enqueue(export.pk)
    else:
        making.make(export)


@transaction.atomic
def retry_export(*, here: Workplace, export: Export, at: datetime) -> Export:
    """Have one's own export that failed made once more, by a worker. Raises Refusal for any other."""
    now = Export.objects.select_for_update().get(pk=export.pk, project=here.project, by=here.user)
    if now.state != State.FAILED:
        raise Refusal("export_not_failed", _("这份没有失败：看看现在的样子"), status=409)
    now.state, now.done_rows, now.error, now.at = State.WAITING, 0, "", at
    now.save(update_fields=["state", "done_rows", "error", "at"])
    _note(here, now, "export.retry", at)
    background.make_export.enqueue(now.pk)
    return now


def take_export(*, here: Workplace, export: Export, at: datetime) -> Iterator[bytes] | None:
    """The file of one's own export, each time on record; None where it is not there, or its link has expired (G18)."""
    if export.by_id != here.user.pk or export.project_id != here.project.pk or not export.opens(at):
        return None
    if export.kind not in kinds(here) or (export.whole and not here.may(Right.REVEAL)):
        return None  # what they may has changed since
    _note(here, export, "export.take", at)
    return storing.content(export)


def _note(here: Workplace, export: Export, action: str, at: datetime) -> None:
    trail.note(by=here.user.pk, action=action, subject=f"export:{export.no}", at=at, project=here.project.code)

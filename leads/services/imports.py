"""Bringing a file of reports, or of ownership that was there before (G-54): upload, look, import, confirm."""

import hashlib
import json
from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from leads import vault
from leads.importing import background, ending, reading
from leads.importing.running import HEAD
from leads.models import ImportRow, ImportRun
from people.roles import Right
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal

State, Kind = ImportRun.State, ImportRun.Kind
SERIES = "DR"


def may_bring(here: Workplace, kind: str) -> bool:
    """Own reports by whoever reports; those of others, and ownership, by whoever imports."""
    return here.may(Right.IMPORT) or (kind == Kind.LEADS and here.may(Right.REGISTER))


@transaction.atomic
def start_import(*, here: Workplace, kind: str, file_name: str, content: bytes, at: datetime) -> ImportRun:
    """Take a file in and have it tried: every row is looked at, nothing is stored of it yet.

    Raises Refusal for a file that cannot be read or has no head line, and for a kind that this person may not bring.
    """
    if not may_bring(here, kind):
        raise Refusal("not_allowed", _("你不能导入这种文件"), field="kind")
    if len(content) > reading.MOST_BYTES:
        raise Refusal("file_too_big", _("文件超过 25 MB：分成几份再传"), field="file")
    table = reading.open_table(content, kind)
    run = ImportRun.objects.create(
        no=trail.next_number(SERIES, at), project=here.project, kind=kind, file_name=file_name[-120:],
        sealed_file=vault.seal_bytes(content), digest=hashlib.sha256(content).digest(), state=State.TRYING, by=here.user, at=at,
    )  # fmt: skip
    ImportRow.objects.create(
        run=run, line=0, outcome=HEAD, sealed_cells=vault.seal(json.dumps(table.head, ensure_ascii=False))
    )
    _note(here, run, "import.upload", at, kind=kind)
    background.try_import.enqueue(run.pk, get_language() or "")
    return run


def same_before(run: ImportRun) -> ImportRun | None:
    """A run of the very same file that was imported before, in this project."""
    same = ImportRun.objects.filter(project=run.project_id, digest=run.digest, kind=run.kind, pk__lt=run.pk)
    return same.filter(state__in=(State.RUNNING, State.DONE)).defer("sealed_file").order_by("-pk").first()


@transaction.atomic
def begin_import(*, here: Workplace, run: ImportRun, at: datetime) -> ImportRun:
    """Import what was tried. Raises Refusal for a run that was begun already, or is another's."""
    now = _mine(here, run, State.TRIED)
    now.state, now.begun_at, now.counts = State.RUNNING, at, {}
    now.save(update_fields=["state", "begun_at", "counts"])
    now.lines.exclude(outcome=HEAD).delete()  # said by the try; the import says it anew
    _note(here, now, "import.begin", at)
    background.do_import.enqueue(now.pk, get_language() or "")
    return now


@transaction.atomic
def drop_import(*, here: Workplace, run: ImportRun, at: datetime) -> ImportRun:
    """Leave it: the file is dropped, nothing was stored of it."""
    now = _mine(here, run, State.TRIED, State.TRYING)
    now.state, now.ended_at, now.sealed_file = State.DROPPED, at, None
    now.save(update_fields=["state", "ended_at", "sealed_file"])
    now.lines.all().delete()
    _note(here, now, "import.drop", at)
    return now


@transaction.atomic
def confirm_import(*, here: Workplace, run: ImportRun, at: datetime) -> ImportRun:
    """Management confirms ownership that was imported with its original dates (G-54)."""
    now = ImportRun.objects.select_for_update().defer("sealed_file").get(pk=run.pk, project=here.project)
    if not here.may(Right.ALLOCATE) or not ending.waits_for_confirmation(now):
        raise Refusal("nothing_to_confirm", _("这次导入不用确认，或者已经确认了"), status=409)
    now.confirmed_by, now.confirmed_at = here.user, at
    now.save(update_fields=["confirmed_by", "confirmed_at"])
    trail.done(link=ending.address(now), at=at, kind="import.confirm")
    _note(here, now, "import.confirm", at)
    return now


def _mine(here: Workplace, run: ImportRun, *states: str) -> ImportRun:
    now = ImportRun.objects.select_for_update().defer("sealed_file").get(pk=run.pk, project=here.project)
    if now.by_id != here.user.pk:
        raise Refusal("not_yours", _("这是别人上传的文件，由上传的人来导入"), status=409)
    if now.state not in states:
        raise Refusal("begun_already", _("这个文件已经在导入，或者已经导入完了"), status=409)
    return now


def _note(here: Workplace, run: ImportRun, action: str, at: datetime, **detail: str) -> None:
    trail.note(by=here.user.pk, action=action, subject=f"import:{run.no}", at=at, project=here.project.code, **detail)

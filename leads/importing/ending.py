"""How a run ends: tried, done or stopped; the file is dropped, and whoever must know is told."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads.models import ImportRun
from people.models import Membership
from people.roles import Right, roles_with
from trail import limits
from trail import services as trail
from trail.refusals import Refusal

State, Kind = ImportRun.State, ImportRun.Kind
TO_CONFIRM = timedelta(days=30)  # G-54
OWNED = ("new", "check")  # outcomes of rows that were nobody's before


def address(run: ImportRun) -> str:
    """Where the run is seen."""
    return f"/import/{run.no}"


def waits_for_confirmation(run: ImportRun) -> bool:
    """Whether this brought ownership that management has not confirmed yet (G-54)."""
    done = run.kind == Kind.OWNERSHIP and run.state == State.DONE
    return done and run.confirmed_at is None and brought_ownership(run)


def brought_ownership(run: ImportRun) -> bool:
    """Whether any row made somebody an owner: of the same file again all are known, and there is nothing to confirm."""
    return any(run.counts.get(outcome) for outcome in OWNED)


def overdue(run: ImportRun, at: datetime) -> bool:
    """Whether it should have been confirmed by now."""
    return waits_for_confirmation(run) and run.ended_at is not None and run.ended_at + TO_CONFIRM < at


@transaction.atomic
def end(run: ImportRun, *, at: datetime) -> None:
    """All rows are through: a try waits to be begun, an import is done. Nothing happens to a run that somebody ended."""
    now = ImportRun.objects.select_for_update().get(pk=run.pk)
    if now.state not in (State.TRYING, State.RUNNING) or (now.state, now.done_rows) != (run.state, run.done_rows):
        return
    if not now.done_rows:
        _stop(now, _("只有表头，没有客户"), at)
    elif now.state == State.TRYING:
        now.state, now.rows, now.done_rows = State.TRIED, now.done_rows, 0
        now.save(update_fields=["state", "rows", "done_rows"])
    else:
        _done(now, at)


def _done(run: ImportRun, at: datetime) -> None:
    run.state, run.ended_at, run.sealed_file = State.DONE, at, None
    run.save(update_fields=["state", "ended_at", "sealed_file"])
    counts = {key: run.counts[key] for key in sorted(run.counts)}
    project = run.project.code
    trail.note(
        by=run.by_id,
        action="import.done",
        subject=f"import:{run.no}",
        at=at,
        project=project,
        rows=run.done_rows,
        **counts,
    )
    trail.tell(
        to=run.by_id, kind="import.done", project=project, link=address(run), at=at, no=run.no,
        sentence=gettext_noop("导入 %(no)s 完成，看看有没有要改的行"),
    )  # fmt: skip
    if waits_for_confirmation(run):
        _ask_to_confirm(run, at)


def _ask_to_confirm(run: ImportRun, at: datetime) -> None:
    for user in Membership.objects.people(run.project, roles_with(Right.ALLOCATE), at):
        trail.tell(
            to=user, kind="import.confirm", project=run.project.code, link=address(run), to_do=True, at=at, no=run.no,
            sentence=gettext_noop("导入 %(no)s 带来了原有的归属，30 天内核对并确认"),
        )  # fmt: skip


@transaction.atomic
def remind(*, at: datetime) -> int:
    """Tell management once a week of imports of ownership that nobody confirmed within the term; gives how many those are."""
    runs = ImportRun.objects.filter(
        kind=Kind.OWNERSHIP, state=State.DONE, confirmed_at=None, ended_at__lt=at - TO_CONFIRM
    )
    told = 0
    for run in runs.select_related("project").order_by("pk"):
        if not brought_ownership(run) or not limits.take(
            f"import-confirm:{run.pk}", limit=1, within=timedelta(days=7), at=at
        ):
            continue
        told += 1
        for user in Membership.objects.people(run.project, roles_with(Right.ALLOCATE), at):
            trail.tell(
                to=user, kind="import.confirm", project=run.project.code, link=address(run), to_do=True, at=at, no=run.no,
                sentence=gettext_noop("导入 %(no)s 的归属过了 30 天还没有确认"),
            )  # fmt: skip
    return told


@transaction.atomic
def stop(run: ImportRun, refusal: Refusal, *, at: datetime) -> None:
    """The run cannot go on: what is stored stays, and the page says why."""
    now = ImportRun.objects.select_for_update().get(pk=run.pk)
    if now.state in (State.TRYING, State.RUNNING):
        _stop(now, str(refusal.sentence), at)


def _stop(run: ImportRun, why: str, at: datetime) -> None:
    run.state, run.error, run.ended_at, run.sealed_file = State.FAILED, why[:200], at, None
    run.save(update_fields=["state", "error", "ended_at", "sealed_file"])

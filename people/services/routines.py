"""Periodic work: it appears on people's lists, they are told, it is done once; and the signatures under policies and trainings."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Min
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from people.acknowledging import documents, unsigned
from people.models import Acknowledgement, Membership, Project, Routine, RoutineStop, User
from people.roles import Right, Role, roles_with
from people.routines import KINDS, ONE, Kind, around, kinds_of, midnight, work_out
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words

DUE = gettext_noop("%(what)s：%(until)s前做完")
LOOK_BACK = timedelta(days=1)  # how long after its end a piece of work that is done by itself is looked at again


@transaction.atomic
def lay_out(*, at: datetime) -> int:
    """Put the work of the current periods on everybody's list, once; gives how many pieces are new. Safe to run at any time.

    The period before is made up for, too, where the project did such work by then: the program may have stood still.
    """
    return sum(_lay_out(project, at) for project in Project.objects.filter(closed_at=None).order_by("pk"))


def _lay_out(project: Project, at: datetime) -> int:
    began = Membership.objects.filter(project=project).aggregate(first=Min("since"))["first"]
    if began is None or began > at:
        return 0
    today, first_day = localtime(at, project.zone).date(), localtime(began, project.zone).date()
    stopped = set(RoutineStop.objects.filter(project=project).values_list("kind", flat=True))
    began_with = dict(
        Routine.objects.filter(project=project).values_list("kind").annotate(first=Min("period_from")).order_by()
    )
    rows = [
        Routine(
            project=project, kind=kind.code, user_id=user, period_from=first, period_to=last,
            due_at=kind.due(last, project.zone), created_at=at,
        )
        for kind in kinds_of(project).values() if kind.code not in stopped
        for first, last in _periods(kind, today, began_with.get(kind.code)) if last >= first_day
        for user in _whose(project, kind, midnight(last + ONE, project.zone), at)
    ]  # fmt: skip
    there = Routine.objects.filter(project=project, period_from__in={row.period_from for row in rows})
    have = set(there.values_list("kind", "user", "period_from"))
    new = [row for row in rows if (row.kind, row.user_id, row.period_from) not in have]
    Routine.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _periods(kind: Kind, today: date, began_with: date | None) -> Iterator[tuple[date, date]]:
    """The period to be worked on now, and the one before where the project did such work by then."""
    first, last = kind.period(today)
    yield first, last
    if began_with and began_with < first:
        yield around(kind.rhythm, first - ONE)


def _whose(project: Project, kind: Kind, end: datetime, at: datetime) -> Sequence[int | None]:
    """Each salesperson of the house who worked here then and still does, or the department."""
    if not kind.personal:
        return [None]
    held = Membership.objects.at(at).filter(project=project, role=Role.SALESPERSON, since__lt=end)
    return sorted(set(held.filter(user__is_active=True).values_list("user", flat=True)))


@transaction.atomic
def remind(*, at: datetime) -> int:
    """Tell whoever has something to do that becomes due, once; gives how many pieces they were told of."""
    waiting = Routine.objects.filter(done_at=None, told_at=None, due_at__lte=at + timedelta(days=62))
    rows = list(waiting.select_for_update(skip_locked=True, of=("self",)).select_related("project").order_by("pk"))
    due = [row for row in rows if row.kind in KINDS and KINDS[row.kind].told_from(row.due_at) <= at]
    leads = {project: list(department(project, at)) for project in {row.project for row in due if row.user_id is None}}
    for row in due:
        for user in [row.user_id] if row.user_id else leads[row.project]:
            _tell(row, user, at)
    Routine.objects.filter(pk__in=[row.pk for row in due]).update(told_at=at)
    return len(due)


def department(project: Project, at: datetime) -> list[int]:
    """Who does the department's work: whoever manages it in this project now."""
    held = Membership.objects.at(at).filter(project=project, role__in=roles_with(Right.ROUTINES), user__is_active=True)
    return sorted(set(held.values_list("user", flat=True)))


def _tell(row: Routine, user: int, at: datetime) -> None:
    last = localtime(row.due_at - timedelta(seconds=1), row.project.zone)
    trail.tell(
        to=user, kind="routine.due", sentence=DUE, at=at, project=row.project.code, link=f"/work/{row.pk}", to_do=True,
        what=str(KINDS[row.kind].label), until=f"{last:%Y-%m-%d} 24:00",
    )  # fmt: skip


@transaction.atomic
def settle(*, at: datetime) -> int:
    """Close what is done by itself and whose time is over; gives how much. What still lacks something stays, overdue."""
    kinds = [kind.code for kind in KINDS.values() if kind.by_itself]
    over = Routine.objects.filter(done_at=None, kind__in=kinds, due_at__lte=at, due_at__gt=at - LOOK_BACK)
    rows = list(over.select_for_update(skip_locked=True, of=("self",)).select_related("project", "user").order_by("pk"))
    return sum(_settle(row, at) for row in rows)


def _settle(row: Routine, at: datetime) -> bool:
    sheet = work_out(row, row.due_at)
    if sheet.why_not or row.user is None:
        return False
    _close(row, row.user, sheet.figures, min(sheet.as_of or row.due_at, row.due_at - timedelta(seconds=1)))
    trail.done(link=f"/work/{row.pk}", at=at)
    return True


@transaction.atomic
def finish(*, here: Workplace, routine: Routine, note: str, at: datetime) -> Routine:
    """A piece of periodic work is done; what the period came to is kept with it.

    Raises Refusal: not one's own (404), done already (409), something missing (an incomplete record is not accepted, D12-6.1b),
    no word about it where its kind asks for one.
    """
    row: Routine = Routine.objects.select_for_update(of=("self",)).select_related("project").get(pk=routine.pk)
    if not may_do(here, row):
        raise Refusal("not_yours", _("这件事不归你做"), status=404)
    if row.done_at:
        raise Refusal("done_already", _("这件已经做完了"), status=409)
    if KINDS[row.kind].noted:
        need_words(note, "note_missing", KINDS[row.kind].noted, field="note")
    sheet = work_out(row, at)
    if sheet.why_not:
        raise Refusal("incomplete", sheet.why_not)
    row.note = note.strip()
    _close(row, here.user, sheet.figures, at)
    trail.done(link=f"/work/{row.pk}", at=at)
    trail.note(
        by=here.user.pk, action="routine.finish", subject=f"routine:{row.pk}", at=at, project=here.project.code,
        kind=row.kind, late=at >= row.due_at,
    )  # fmt: skip
    return row


def may_do(here: Workplace, row: Routine) -> bool:
    """Whether this person does it: their own, or the department's for whoever manages that."""
    if row.project_id != here.project.pk:
        return False
    return row.user_id == here.user.pk if row.user_id else here.may(Right.ROUTINES)


def _close(row: Routine, by: User, figures: dict[str, int], at: datetime) -> None:
    row.figures, row.done_at, row.done_by = figures, at, by
    row.save(update_fields=["figures", "note", "done_at", "done_by"])


@transaction.atomic
def choose_kinds(*, here: Workplace, kinds: set[str], at: datetime) -> None:
    """Which kinds of periodic work this project does from now on. What is on the lists already stays."""
    ours = set(kinds_of(here.project))
    unknown = kinds - ours
    if unknown:
        raise Refusal("kind_unknown", _("选列出的例行工作"), field="kinds")
    RoutineStop.objects.filter(project=here.project, kind__in=ours).delete()
    RoutineStop.objects.bulk_create(RoutineStop(project=here.project, kind=code) for code in ours - kinds)
    trail.note(
        by=here.user.pk, action="routine.choose", subject=f"project:{here.project.code}", at=at,
        project=here.project.code, kinds=sorted(kinds),
    )  # fmt: skip


SIGN = gettext_noop("%(what)s：读完签收")


@transaction.atomic
def acknowledge(*, here: Workplace, subject: str, at: datetime) -> Acknowledgement:
    """Somebody signs that they have read a policy, or took part in a training (D09-9). A second time changes nothing.

    Raises Refusal for what there is not to sign here (any more).
    """
    known = {document.subject: document for document in documents(here.project, at)}
    if subject not in known:
        raise Refusal("nothing_to_sign", _("没有这份要签的。刷新页面，看现在要签的"), status=404)
    signed, new = Acknowledgement.objects.get_or_create(
        project=here.project, user=here.user, subject=subject, defaults={"at": at}
    )
    if new:
        trail.done(link=f"/work/ack#{known[subject].anchor}", at=at, to=here.user.pk)
        trail.note(
            by=here.user.pk, action="acknowledgement.sign", subject=f"user:{here.user.pk}", at=at,
            project=here.project.code, what=subject,
        )  # fmt: skip
    return signed


@transaction.atomic
def ask_to_sign(*, at: datetime) -> int:
    """Ask whoever has not signed a policy in force to do so, once each; gives how many were asked."""
    return sum(_ask(project, at) for project in Project.objects.filter(closed_at=None).order_by("pk"))


def _ask(project: Project, at: datetime) -> int:
    asked = 0
    for document in documents(project, at):
        link = f"/work/ack#{document.anchor}"
        if not document.binding:
            continue
        for user in unsigned(project, document, at, link=link):
            trail.tell(
                to=user.pk, kind="policy.sign", sentence=SIGN, at=at, project=project.code, link=link, to_do=True,
                what=document.title,
            )  # fmt: skip
            asked += 1
    return asked

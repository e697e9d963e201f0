"""Somebody leaves (离职交接): opened, what they hold goes to others, the notebooks to Finance, two sign, archived."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from people.leaving import BOOKS, clearance, counted, customers_left, held_by, signers
from people.models import ApiToken, HandOver, Membership, Project, Routine, User
from people.roles import Role
from people.routines import midnight
from people.services.guards import lock_projects, locked, refusing
from people.services.people import another_administrator, close_account
from people.signals import person_leaving
from people.workplace import Workplace
from trail import services as trail
from trail.models import Message
from trail.refusals import Refusal

FINANCE, OFFICE = "finance", "office"
OFFICES = frozenset({Role.ADMINISTRATOR, Role.MANAGER, Role.GENERAL_MANAGER})  # 行政: who signs beside Finance
TO_SIGN = gettext_noop("%(name)s离职交接 %(no)s：客户分完、三本交到财务后签字")
TO_KNOW = gettext_noop("你的离职交接 %(no)s 开始了，最后一天 %(day)s。三本交给财务")
AT_MOST = timedelta(days=366)  # a last day further off is a mistyped year


@transaction.atomic
def open_hand_over(*, here: Workplace, user: User, last_day: date, reason: str, at: datetime) -> HandOver:
    """Somebody leaves this project: what they hold is counted, and after their last day they are out.

    A last day of today or before counts at once: roles, sessions and tokens end now, and the account is closed where they
    work nowhere else. A later one ends the roles with that day. Who was shut out already (an account closed in haste) can be
    handed over while customers are still theirs. Raises Refusal: self, left_already, last_administrator,
    opened_already, last_day_far, and what `person_leaving` objects to (cases that nobody else could rule).
    """
    if user.pk == here.user.pk:
        raise Refusal("self", _("自己的离职交接让别人来办"), field="user", status=409)
    today = localtime(at, here.project.zone).date()
    if abs(last_day - today) > AT_MOST:
        raise Refusal("last_day_far", _("最后一天离今天超过一年，看一下年份"), field="last_day")
    row, project = locked(user), lock_projects({here.project.pk})[0]
    held = list(_roles(project, row, at))
    if not held and not held_by(project, row, at):
        raise Refusal("left_already", _("%(name)s已经不在这个项目了") % {"name": row}, field="user", status=409)
    another_administrator(row, [project for m in held if m.role == Role.ADMINISTRATOR], at)
    person_leaving.send(sender=HandOver, project=project, user=row, at=at)
    made = _write(here, project, row, last_day, reason, at)
    _end_roles(made, held, at if last_day <= today else midnight(last_day + timedelta(days=1), project.zone), at)
    return made


def _write(here: Workplace, project: Project, user: User, last_day: date, reason: str, at: datetime) -> HandOver:
    said = _("%(name)s的离职交接已经在办了") % {"name": user}
    with refusing({"hand_over_one_open": Refusal("opened_already", said, field="user", status=409)}):
        made = HandOver.objects.create(
            no=trail.next_number("JJ", at), project=project, user=user, reason=reason.strip(), last_day=last_day,
            before=counted(project, user, at), opened_by=here.user, opened_at=at,
        )  # fmt: skip
    _note("handover.open", made, here, at, last_day=last_day.isoformat())
    facts: dict[str, Any] = {"no": made.no, "project": project.code, "at": at, "link": f"/handovers/{made.no}"}
    for pk in signers(project, at):
        if pk != user.pk:
            trail.tell(to=pk, kind="handover.sign", sentence=TO_SIGN, to_do=True, name=str(user), **facts)
    told = {**facts, "link": ""}
    trail.tell(to=user.pk, kind="handover.own", sentence=TO_KNOW, day=last_day.isoformat(), **told)
    return made


def _roles(project: Project, user: User, at: datetime) -> Any:
    return Membership.objects.not_over(at).filter(project=project, user=user).order_by("pk")


def _end_roles(row: HandOver, held: list[Membership], until: datetime, at: datetime) -> None:
    for membership in held:
        membership.end(until)
    if until <= at:
        _see_off(row, at)


def _see_off(row: HandOver, at: datetime) -> None:
    """They are out: tokens for this project end, what they were asked to do here is asked no more, the account is closed."""
    ApiToken.objects.filter(user=row.user, project=row.project, revoked_at=None).update(revoked_at=at)
    Message.objects.to(row.user_id).waiting().filter(project=row.project.code).update(done_at=at)
    Routine.objects.filter(user=row.user, project=row.project, done_at=None, told_at=None).update(told_at=at)
    if row.user.is_active and not Membership.objects.not_over(at).filter(user=row.user).exists():
        close_account(row.user, at)


@transaction.atomic
def close_leavers(*, at: datetime) -> int:
    """Whoever's last day is over is out; gives how many accounts were closed. Their roles ended by themselves at midnight."""
    rows = HandOver.objects.filter(archived_at=None, withdrawn_at=None, user__is_active=True).select_related(
        "user", "project"
    )
    closed = 0
    for row in rows.order_by("pk"):
        row.user = locked(row.user)
        if not _roles(row.project, row.user, at).exists():
            _see_off(row, at)
            closed += not row.user.is_active
    return closed


def _lock(here: Workplace, row: HandOver) -> HandOver:
    """The row, locked. Nobody sees to their own hand-over, nor to one that is archived."""
    found: HandOver = HandOver.objects.select_for_update(of=("self",)).select_related("project", "user").get(pk=row.pk)
    if found.project_id != here.project.pk:
        raise Refusal("not_yours", _("没有这份离职交接"), status=404)
    if found.user_id == here.user.pk:
        raise Refusal("self", _("自己的离职交接让别人来办"), status=409)
    if found.archived_at:
        raise Refusal("archived", _("已经存档了，不能再改"), status=409)
    if found.withdrawn_at:
        raise Refusal("withdrawn", _("这份离职交接撤回了"), status=409)
    return found


@transaction.atomic
def withdraw_hand_over(*, here: Workplace, hand_over: HandOver, at: datetime) -> HandOver:
    """They stay after all: their roles go on as they were. Customers that were given away meanwhile stay where they are.

    Raises Refusal once somebody signed, and once they are out: then a new role is given, and the hand-over goes its way.
    """
    row = _lock(here, hand_over)
    if row.finance_at or row.office_at:
        raise Refusal("signed_already", _("已经有人签字，不能撤回"), status=409)
    held = list(_roles(row.project, locked(row.user), at))
    if not held:
        raise Refusal(
            "left_already", _("%(name)s已经离开，不能撤回。要回来就在人员里重新加角色") % {"name": row.user}, status=409
        )
    for membership in held:
        before = membership.history.exclude(until=membership.until).order_by("-history_date", "-history_id").first()
        membership.until = before.until if before else None
        membership.save(update_fields=["until"])
    row.withdrawn_by, row.withdrawn_at = here.user, at
    row.save(update_fields=["withdrawn_by", "withdrawn_at"])
    trail.done(link=f"/handovers/{row.no}", at=at)
    facts: dict[str, Any] = {"no": row.no, "project": row.project.code, "at": at, "link": ""}
    trail.tell(to=row.user_id, kind="handover.own", sentence=gettext_noop("你的离职交接 %(no)s 撤回了"), **facts)
    _note("handover.withdraw", row, here, at)
    return row


@transaction.atomic
def receive_books(*, here: Workplace, hand_over: HandOver, books: set[str], at: datetime) -> HandOver:
    """Finance has got these notebooks (D01-3.4). Raises Refusal for what is no notebook, and for anybody but Finance."""
    row = _lock(here, hand_over)
    if Role.FINANCE not in here.roles:
        raise Refusal("not_finance", _("三本交给财务，由财务点收"), status=409)
    if not books or books - set(BOOKS):
        raise Refusal("books_unknown", _("选收到的本子"), field="books")
    row.books = {**{book: at.isoformat() for book in sorted(books)}, **row.books}
    row.save(update_fields=["books"])
    _note("handover.books", row, here, at, books=sorted(books))
    return row


@transaction.atomic
def sign_hand_over(*, here: Workplace, hand_over: HandOver, as_: str, at: datetime) -> HandOver:
    """Finance (`finance`) or administration (`office`) signs that everything is handed over; two different people (D01-3.5).

    On the last day the first signature ends the leaver's access: nothing can come after it. Raises Refusal: not one's to sign,
    before the last day, signed already, the same person, customers without a new owner, notebooks that Finance does not have.
    """
    row = _lock(here, hand_over)
    _may_sign(here, row, as_)
    if localtime(at, row.project.zone).date() < row.last_day:
        raise Refusal("too_early", _("最后一天 %(day)s 起才能签字") % {"day": row.last_day}, status=409)
    held = list(_roles(row.project, locked(row.user), at))
    if held:
        _end_roles(row, held, at, at)
    _nothing_left(row, at)
    moment, who = f"{as_}_at", f"{as_}_by"
    setattr(row, moment, at)
    setattr(row, who, here.user)
    row.save(update_fields=[moment, who])
    trail.done(link=f"/handovers/{row.no}", at=at, to=here.user.pk)
    _note("handover.sign", row, here, at, as_=as_)
    return row


def _may_sign(here: Workplace, row: HandOver, as_: str) -> None:
    allowed = {FINANCE: Role.FINANCE in here.roles, OFFICE: bool(OFFICES & here.roles)}
    if not allowed.get(as_):
        raise Refusal("not_yours_to_sign", _("财务栏由财务签，行政栏由管理员或主管签"), status=409)
    if getattr(row, f"{as_}_at"):
        raise Refusal("signed_already", _("这一栏签过了"), status=409)
    other = row.office_by_id if as_ == FINANCE else row.finance_by_id
    if other == here.user.pk:
        raise Refusal("two_people", _("另一栏是你签的：这一栏换一个人签"), status=409)


def _nothing_left(row: HandOver, at: datetime) -> None:
    found = clearance(row, at)
    if found.left:
        said = ngettext("还有 %(n)d 位客户没分配", "还有 %(n)d 位客户没分配", found.left)
        raise Refusal("customers_left", said % {"n": found.left}, status=409)
    if found.missing:
        names = _("、").join(str(BOOKS[book]) for book in found.missing)
        raise Refusal("books_missing", _("财务还没收到%(books)s") % {"books": names}, status=409)


@transaction.atomic
def archive_hand_over(*, here: Workplace, hand_over: HandOver, at: datetime) -> HandOver:
    """Both have signed: counted once more, and put away; it stays readable (D01-3.6). Raises Refusal: not signed by both."""
    row = _lock(here, hand_over)
    if not (row.finance_at and row.office_at):
        raise Refusal("not_signed", _("财务和行政都签字后才能存档"), status=409)
    if customers_left(row, at):
        _nothing_left(row, at)
    row.after, row.archived_by, row.archived_at = counted(row.project, row.user, at), here.user, at
    row.save(update_fields=["after", "archived_by", "archived_at"])
    trail.done(link=f"/handovers/{row.no}", at=at)
    _note("handover.archive", row, here, at)
    return row


def _note(action: str, row: HandOver, here: Workplace, at: datetime, **detail: Any) -> None:
    trail.note(by=here.user.pk, action=action, subject=f"handover:{row.no}", at=at, project=row.project.code, **detail)

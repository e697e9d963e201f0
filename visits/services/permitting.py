"""Leave to join a reception or to get in touch with a customer whom a colleague received (D18-6, D18-7): asked for, given, ended."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads import claims
from leads.models import Contact, Customer
from leads.screening import names
from people.models import Project, User
from people.roles import Right
from people.workplace import Workplace
from trail import limits
from trail import services as trail
from trail.refusals import Refusal
from visits import conduct as reads
from visits.conduct import Hold
from visits.models import Permission
from visits.services.without_leave import Done, report_done

Kind, Ground = Permission.Kind, Permission.Ground
ASKED = "permission.asked"
AN_INSTANT = timedelta(microseconds=1)


def link(customer: Customer) -> str:
    """Where leave for a customer is asked for, given and ended."""
    return reverse("permissions", args=[customer.pk])


@transaction.atomic
def allow(*, here: Workplace, customer: Customer, to: User, kind: str, at: datetime, note: str = "") -> Permission:
    """Whoever receives a customer, or received them last, lets a colleague join or get in touch; or a manager assigns them.

    Leave that runs already is given back. Raises Refusal: not one's to give, to nobody who sells here or who needs none, or to
    join somebody who is not there.
    """
    if kind not in Kind.values:
        raise Refusal("permission_kind", _("选一样"), field="kind")
    locked = claims.lock_customer(customer)
    if not reads.gives(here, locked, at):
        raise Refusal("not_yours", _("由接待人允许，或者由主管指派"), status=404)
    if to.pk == here.user.pk or not reads.colleagues(here.project, at).filter(pk=to.pk).exists():
        raise Refusal("taker_unknown", _("选在这个项目做销售的同事"), field="to")
    held = reads.hold(here.project, locked, at)
    if kind == Kind.JOIN and not (held and held.present):
        raise Refusal("nobody_receives", _("客户不在现场，没有接待可以一起"), field="kind", status=409)
    if held and to in held.holders:
        raise Refusal("needs_no_leave", _("%(who)s接待过这位客户，不用允许") % {"who": to.name}, field="to", status=409)
    ground = Ground.HOLDER if here.user in reads.givers(here.project, locked, at) else Ground.MANAGER
    return _running(locked, here, to, kind, held, at) or _give(here, locked, to, kind, ground, note, at)


def _running(
    customer: Customer, here: Workplace, to: User, kind: str, held: Hold | None, at: datetime
) -> Permission | None:
    """The leave of this kind that this person gave already and that counts still: a second tap."""
    rows = Permission.objects.filter(
        project=here.project, customer=customer, to=to, kind=kind, by=here.user, ended_at=None
    )
    since = held.visit.arrived_at if held else at
    found: Permission | None = rows.filter(at__gte=since, at__lte=at).first()
    return found


def _give(here: Workplace, customer: Customer, to: User, kind: str, ground: str, note: str, at: datetime) -> Permission:
    given = Permission.objects.create(
        project=here.project,
        customer=customer,
        kind=kind,
        to=to,
        ground=ground,
        by=here.user,
        note=note.strip()[:120],
        at=at,
    )
    sentences = {
        Kind.JOIN: gettext_noop("%(who)s请你一起接待 %(name)s"), Kind.CONTACT: gettext_noop("%(who)s允许你联系 %(name)s"),
    }  # fmt: skip
    trail.tell(
        to=to.pk, kind="permission.given", sentence=sentences[Kind(kind)], project=here.project.code, link=link(customer),
        at=at, who=here.user.name, name=_masked(customer),
    )  # fmt: skip
    trail.done(link=_asked_link(customer, to, kind), at=at, kind=ASKED)
    _note(here, "permission.give", customer, at, to=to.pk, kind=str(kind), ground=str(ground))
    return given


@transaction.atomic
def end_permission(*, here: Workplace, permission: Permission, at: datetime) -> Permission:
    """From now on it counts no more; what was done under it stays allowed. By whoever gave it, or a manager.

    Raises Refusal: not one's to end, ended already.
    """
    claims.lock_customer(permission.customer)
    locked = Permission.objects.select_for_update().get(pk=permission.pk)
    if locked.by_id != here.user.pk and not here.may(Right.ALLOCATE):
        raise Refusal("not_yours", _("谁允许的谁收回，或者由主管收回"), status=404)
    if locked.ended_at is not None:
        raise Refusal("permission_ended", _("这条允许已经收回了"), status=409)
    locked.ended_at = _after_what_was_done(locked, at)
    locked.save(update_fields=["ended_at"])
    trail.tell(
        to=locked.to_id, kind="permission.ended", project=here.project.code, link=link(locked.customer), at=at,
        sentence=gettext_noop("联系 %(name)s 的允许收回了"), name=_masked(locked.customer),
    )  # fmt: skip
    _note(here, "permission.end", locked.customer, at, to=locked.to_id, kind=locked.kind)
    return locked


def _after_what_was_done(permission: Permission, at: datetime) -> datetime:
    """The end, after every contact that got ahead of it: clocks of two processes differ, the lock says who was first."""
    mine = Contact.objects.filter(project=permission.project_id, customer=permission.customer_id, by=permission.to_id)
    last = mine.aggregate(last=Max("at"))["last"]
    return max(at, permission.at, last + AN_INSTANT) if last and last >= at else max(at, permission.at)


@transaction.atomic
def ask_leave(*, here: Workplace, customer: Customer, at: datetime) -> tuple[User, ...]:
    """Ask whoever receives, or received, the customer for leave; of them whoever works here still. Nobody: the managers.

    Once an hour. Raises Refusal where there is nobody to be asked.
    """
    held = reads.in_the_way(here.project, customer, here.user, at)
    if held is None:
        raise Refusal("needs_no_leave", _("这位客户你现在不用谁允许"), status=409)
    asked = _whom_to_ask(here.project, held, at)
    if limits.take(f"leave:{here.user.pk}:{customer.pk}", limit=1, within=timedelta(hours=1), at=at):
        for user in asked:
            trail.tell(
                to=user.pk, kind=ASKED, project=here.project.code, link=_asked_link(customer, here.user, held.kind), to_do=True,
                at=at, who=here.user.name, name=_masked(customer),
                sentence=gettext_noop("%(who)s想联系你接待的客户 %(name)s，问你允不允许"),
            )  # fmt: skip
        _note(here, "permission.ask", customer, at)
    return asked


def _whom_to_ask(project: Project, held: Hold, at: datetime) -> tuple[User, ...]:
    there = set(reads.colleagues(project, at).filter(pk__in=[user.pk for user in held.holders]))
    asked = tuple(user for user in held.holders if user in there)
    return asked or tuple(User.objects.filter(pk__in=reads.managers(project, at)).order_by("name", "pk"))


def _asked_link(customer: Customer, to: User, kind: str) -> str:
    return f"{link(customer)}?to={to.pk}&kind={kind}"


def _masked(customer: Customer) -> str:
    return names.hidden(customer.name)


def _note(here: Workplace, action: str, customer: Customer, at: datetime, **detail: Any) -> None:
    trail.note(
        by=here.user.pk, action=action, subject=f"customer:{customer.pk}", at=at, project=here.project.code, **detail
    )


# ── the guard: called by `contact_planned` (config/wiring.py) ──


def ask_receiver(
    *,
    project: Project,
    customer: Customer,
    by: User,
    claimed_at: datetime | None,
    arranged_by: User | None,
    at: datetime,
) -> None:
    """D18-6, D18-7: nobody gets in touch with a customer whom a colleague receives or received last, without leave.

    A manager who has somebody do it assigns them: that is leave, and is recorded first. What happened already is recorded, too, and
    put before the managers as what it is. Raises Refusal, with the sentence of the text.
    """
    if not project.terms.ask_receiver:
        return
    claims.lock_customer(customer)  # leave that is being ended is ended, or counts; not both
    if claimed_at is not None:
        if held := _was_in_the_way(project, customer, by, claimed_at, at):
            what = _("补记跟进时还没有人允许")
            report_done(Done(project, customer, by, claimed_at, what=what, reported_by=by), held, at)
    elif held := reads.in_the_way(project, customer, by, at):
        if arranged_by is None or arranged_by.pk not in reads.managers(project, at):
            raise _refusal(project, customer, by, held, at)
        Permission.objects.create(
            project=project, customer=customer, kind=Kind.CONTACT, to=by, ground=Ground.MANAGER, by=arranged_by, at=at
        )


def _was_in_the_way(project: Project, customer: Customer, by: User, claimed_at: datetime, at: datetime) -> Hold | None:
    """As matters stood when it was. Who claims a time before the visit says more than anybody can check: as they stand now."""
    then = reads.in_the_way(project, customer, by, claimed_at)
    now = None if then else reads.in_the_way(project, customer, by, at)
    return then or (now if now and claimed_at < now.visit.arrived_at else None)


QUOTES = {
    Kind.JOIN: gettext_noop(
        "客户到访现场，当前置业顾问正在接待时，未经当前置业顾问允许，严禁其他置业顾问随意插嘴（销售经理特别指派除外）。"
    ),
    Kind.CONTACT: gettext_noop(
        "客户到访现场，且无成交离开时，未经当前接待置业顾问允许，其他置业顾问严禁与该客户联系（销售经理特别指派除外）。"
    ),
}


def _refusal(project: Project, customer: Customer, by: User, held: Hold, at: datetime) -> Refusal:
    names = held.names if project.terms.disclose_owner else _("一位同事")
    stands = _("%(who)s正在接待这位客户。") if held.present else _("这位客户上次由%(who)s接待。")
    sentence = _(QUOTES[Kind(held.kind)]) + stands % {"who": names} + _("先请 TA 允许，或请主管指派")
    record = {
        "by": by.pk, "action": "contact.blocked", "subject": f"customer:{customer.pk}", "at": at, "project": project.code,
        "visit": held.visit.no,
    }  # fmt: skip
    return Refusal("ask_receiver", sentence, status=409, way=(link(customer), _("去请 TA 允许")), record=record)

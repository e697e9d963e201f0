"""Commission plans: add one, end one, change the rate from a day on. A rate that has counted is never edited."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from finance.models import CommissionPlan
from finance.plans import in_words, shown
from people.models import Organisation, Project, User
from trail import services as trail
from trail.refusals import Refusal


@transaction.atomic
def add_plan(
    *, project: Project, rate_bp: int, since: date, by: User, at: datetime, organisation: Organisation | None = None,
    role: str = "", product: str = "", until: date | None = None,
) -> CommissionPlan:  # fmt: skip
    """A plan from a local day on, up to `until` (that day no longer). For an agency, or a role, or everybody.

    Raises Refusal where it ends before it begins, where it names both an agency and a role, and where another for the same people and
    product counts on one of its days.
    """
    if until is not None and until <= since:
        raise Refusal("plan_ends_first", _("结束日要晚于开始日"), field="until")
    if organisation and role:
        raise Refusal("plan_for_two", _("一个方案给一家分销公司，或者给一种角色，不能两样都写"), field="role")
    _lock(project)
    plan = CommissionPlan(
        project=project, organisation=organisation, role=role, product=_spaced(product), rate_bp=rate_bp, since=since, until=until
    )  # fmt: skip
    _refuse_overlap(plan)
    plan.save()
    _note("plan.add", plan, by, at, rate=rate_bp)
    return plan


@transaction.atomic
def end_plan(*, plan: CommissionPlan, until: date, by: User, at: datetime) -> CommissionPlan | None:
    """A plan counts no more from this local day on. One that has not begun by then is taken back: None.

    Raises Refusal for a day that is past, as what has counted stays, and for a plan that ends sooner anyway.
    """
    locked = _current(plan)
    if until < _today(locked.project, at):
        raise Refusal("plan_in_past", _("已经过去的日子不能改。选今天或者以后的一天"), field="until")
    _refuse_ended(locked, until)
    _note("plan.end", locked, by, at)
    if until <= locked.since:
        locked.delete()
        return None
    locked.until = until
    locked.save(update_fields=["until"])
    return locked


@transaction.atomic
def change_plan(*, plan: CommissionPlan, rate_bp: int, since: date, by: User, at: datetime) -> CommissionPlan:
    """Another rate from this local day on: the plan ends there, and a new one takes its place up to where it would have ended.

    Raises Refusal as `end_plan` does, and for the same rate again.
    """
    locked = _current(plan)
    if locked.rate_bp == rate_bp:
        raise Refusal("plan_same_rate", _("和现在的比例一样，不用改"), field="rate")
    try:
        end_plan(plan=locked, until=since, by=by, at=at)
    except Refusal as refusal:
        refusal.field = "since"
        raise
    return add_plan(
        project=plan.project, organisation=plan.organisation, role=plan.role, product=plan.product, rate_bp=rate_bp,
        since=since, until=plan.until, by=by, at=at,
    )  # fmt: skip


def _lock(project: Project) -> None:
    """Those who change the plans of a project wait for each other, and nobody who signs a contract does."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def _current(plan: CommissionPlan) -> CommissionPlan:
    """The plan as it is now, under the lock. Raises Refusal where somebody has taken it back."""
    _lock(plan.project)
    found = CommissionPlan.objects.filter(pk=plan.pk).select_related("project", "organisation").first()
    if found is None:
        raise Refusal("plan_gone", _("这个方案已经撤掉了"), status=409)
    return found


def _refuse_ended(plan: CommissionPlan, until: date) -> None:
    if plan.until is not None and until >= plan.until:
        raise Refusal(
            "plan_ended", _("它到 %(day)s 就不算了。要接着算，从那天起加一个") % {"day": shown(plan.until)},
            field="until",
        )  # fmt: skip


def _refuse_overlap(plan: CommissionPlan) -> None:
    same = CommissionPlan.objects.filter(
        project=plan.project, organisation=plan.organisation, role=plan.role, product=plan.product
    )
    other = next((one for one in same.order_by("since") if _overlap(plan, one)), None)
    if other:
        raise Refusal(
            "plan_overlaps", _("和已有的「%(plan)s」重叠。先让那个结束，或者换一段日子") % {"plan": in_words(other)}, field="since",
            status=409,
        )  # fmt: skip


def _overlap(one: CommissionPlan, other: CommissionPlan) -> bool:
    """Whether both count on some day."""
    return (other.until is None or one.since < other.until) and (one.until is None or other.since < one.until)


def _spaced(text: str) -> str:
    """A product as it is compared: one space between words, none around."""
    return " ".join(text.split())


def _today(project: Project, at: datetime) -> date:
    return localtime(at, project.zone).date()


def _note(action: str, plan: CommissionPlan, by: User, at: datetime, **detail: Any) -> None:
    trail.note(by=by.pk, action=action, subject=f"plan:{plan.pk}", at=at, project=plan.project.code, **detail)

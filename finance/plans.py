"""Commission plans: which one counts for a deal, what it comes to, and where plans leave days open. Reading only."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Protocol, TypeVar

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from finance.models import CommissionPlan
from leads.templatetags.guishu import percent
from people.models import Membership, Organisation, Project, User
from people.roles import SELLING
from trail.refusals import Refusal

WHOLE = 10_000  # basis points
RATE = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?\s*%?", re.ASCII)


class Plan(Protocol):
    """What choosing looks at: whom and what a plan is for, and its days, half-open."""

    organisation_id: int | None
    role: str
    product: str
    since: date
    until: date | None


P = TypeVar("P", bound=Plan)


def holds(plan: Plan, on: date) -> bool:
    """Whether a plan counts on this local day; its last day is the one before `until`."""
    return plan.since <= on and (plan.until is None or on < plan.until)


def choose(plans: Iterable[P], *, on: date, organisation: int | None, role: str | None, product: str) -> P | None:
    """The most particular of the plans that fit, or None: an agency's own before a role's before everybody's; with these alike,
    a product's before all products. Of the same people and product one plan counts a day (services see to that), so one is found.
    """
    fitting = [
        plan
        for plan in plans
        if holds(plan, on)
        and plan.organisation_id in (None, organisation)
        and plan.role in ("", role)
        and plan.product in ("", product)
    ]
    return max(fitting, key=_particular, default=None)


def _particular(plan: Plan) -> tuple[bool, bool, bool]:
    return plan.organisation_id is not None, plan.role != "", plan.product != ""


def plan_for(
    project: Project, on: date, organisation: Organisation | None = None, role: str | None = None, product: str = ""
) -> CommissionPlan | None:
    """The plan of a project that counts on a local day for an agency or a role; None where there is none."""
    plans = standing(project, on, on)
    return choose(plans, on=on, organisation=organisation.pk if organisation else None, role=role, product=product)


def of_seller(
    plans: Iterable[P], memberships: Iterable[Membership], *, project: Project, product: str, at: datetime
) -> P | None:
    """The plan of who signed at this moment: of their agency, else of their role on that local day; of several roles the selling one.

    `memberships` are theirs in this project, the earliest first.
    """
    then = [m for m in memberships if m.since <= at and (m.until is None or m.until > at)]
    held = next((m for m in then if m.role in SELLING), then[0] if then else None)
    return choose(
        plans, on=localtime(at, project.zone).date(), organisation=held.organisation_id if held else None,
        role=held.role if held else None, product=product,
    )  # fmt: skip


def commission_due(*, project: Project, closer: User, product: str, amount_fen: int, at: datetime) -> int | None:
    """What a contract brings by the plan of who signs it, in fen; None where none fits (`leads.commission`)."""
    day = localtime(at, project.zone).date()
    held = Membership.objects.filter(project=project, user=closer).order_by("since", "pk")
    plan = of_seller(standing(project, day, day), held, project=project, product=product, at=at)
    return due_fen(amount_fen, plan.rate_bp) if plan else None


def products(*, project: Project, at: datetime) -> list[str]:
    """The products that plans of this local day name."""
    day = localtime(at, project.zone).date()
    return sorted({plan.product for plan in standing(project, day, day) if plan.product})


def standing(project: Project, first: date, last: date) -> list[CommissionPlan]:
    """The plans of a project that count on some of these local days, both inclusive."""
    rows = CommissionPlan.objects.filter(Q(until__isnull=True) | Q(until__gt=first), project=project, since__lte=last)
    return list(rows.select_related("organisation"))


def agencies() -> QuerySet[Organisation]:
    """The agencies that a plan can be for."""
    return Organisation.objects.filter(kind=Organisation.Kind.DISTRIBUTOR, closed_at__isnull=True)


def due_fen(amount_fen: int, rate_bp: int) -> int:
    """The commission of an amount by a rate, in fen: computed exactly, half a fen and more rounded up."""
    return (amount_fen * rate_bp + WHOLE // 2) // WHOLE


def read_rate(text: str, *, field: str) -> int:
    """`2.5` or `2.5%` in basis points. Raises Refusal for what is no percentage, is over 100, or has more than two decimals."""
    match = RATE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not match:
        raise Refusal("rate_unreadable", _("比例写成百分数，最多两位小数，比如 2.5%"), field=field)
    bp = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0") or 0)
    if bp > WHOLE:
        raise Refusal("rate_too_high", _("比例不能超过 100%"), field=field)
    return bp


def same_matter(plan: CommissionPlan) -> tuple[int, str, str]:
    """Whom and what a plan is for: of two plans for the same, no day may count twice."""
    return plan.organisation_id or 0, plan.role, plan.product


def holes(plans: Collection[CommissionPlan]) -> Iterator[tuple[CommissionPlan, date | None]]:
    """Days without a plan after one that ended: that plan, and the day on which the next for the same begins (None: none does)."""
    ordered = sorted(plans, key=lambda plan: (*same_matter(plan), plan.since))
    for plan, after in zip(ordered, [*ordered[1:], None], strict=False):
        follows = after if after is not None and same_matter(after) == same_matter(plan) else None
        if plan.until is not None and (follows is None or follows.since > plan.until):
            yield plan, follows.since if follows else None


def in_words(plan: CommissionPlan) -> str:
    """安居公司 2.5%，2025年4月1日起."""
    who = " · ".join(filter(None, [whom(plan), plan.product]))
    said = {"who": who, "rate": percent(plan.rate_bp), "since": shown(plan.since)}
    if plan.until is None:
        return _("%(who)s %(rate)s，%(since)s 起") % said
    return _("%(who)s %(rate)s，%(since)s 到 %(until)s 前") % {**said, "until": shown(plan.until)}


def whom(plan: CommissionPlan) -> str:
    """Whom a plan is for."""
    if plan.organisation:
        return plan.organisation.name
    return str(plan.get_role_display()) if plan.role else _("所有人")


def shown(day: date) -> str:
    """A day as this reader writes it."""
    return date_format(day, "DATE_FORMAT")

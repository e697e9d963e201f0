"""The map of regions and trades: who is given what, and a warning where somebody follows a customer of another's."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads import territories
from leads.models import Customer, Profile, Territory
from leads.screening import names
from people.models import Project, Team, User
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal

USUAL, MOST = 100, 1000  # weights, per mille (D03-2.3)


@transaction.atomic
def give_territory(
    *,
    here: Workplace,
    region: str,
    industry: str,
    user: User | None,
    team: Team | None,
    weight: int = USUAL,
    at: datetime,
) -> Territory:
    """A region, a trade, or both are somebody's from now on. The same with another weight takes the place of the old row.

    Raises Refusal for a row about nothing, about nobody or two, a weight out of range, or one that stands already.
    """
    region, industry = region.strip(), industry.strip()
    if not region and not industry:
        raise Refusal("territory_of_nothing", _("写区域或行业，至少一样"), field="region")
    if (user is None) == (team is None):
        raise Refusal("territory_of_whom", _("选一个人或一个团队，只选一边"), field="user")
    if not 1 <= weight <= MOST:
        raise Refusal("weight_wrong", _("权重要 1 到 1000"), field="weight")
    same = Territory.objects.select_for_update().filter(
        project=here.project, region=region, industry=industry, user=user, team=team, until__isnull=True
    )
    before = same.first()
    if before and before.weight == weight:
        raise _stands_already()
    if before:
        _end(before, at)
    try:
        with transaction.atomic():
            row = Territory.objects.create(
                project=here.project, region=region, industry=industry, user=user, team=team, weight=weight, since=at
            )
    except IntegrityError:
        raise _stands_already() from None
    _note(here, "territory.weigh" if before else "territory.give", row, at)
    return row


def _stands_already() -> Refusal:
    return Refusal("territory_known", _("这一条已经有了"), field="region", status=409)


@transaction.atomic
def end_territory(*, here: Workplace, territory: Territory, at: datetime) -> None:
    """It is nobody's by this row any more. Raises Refusal where it has ended."""
    row = Territory.objects.select_for_update().get(pk=territory.pk)
    if row.until is not None:
        raise Refusal("territory_ended", _("这一条已经结束了"), status=409)
    _end(row, at)
    _note(here, "territory.end", row, at)


def _end(row: Territory, at: datetime) -> None:
    row.until = max(at, row.since)
    row.save(update_fields=["until"])


def _note(here: Workplace, action: str, row: Territory, at: datetime) -> None:
    trail.note(
        by=here.user.pk, action=action, subject=f"territory:{row.pk}", at=at, project=here.project.code, region=row.region,
        industry=row.industry, weight=row.weight,
    )  # fmt: skip


def warn_group(*, here: Workplace, customer: Customer, profile: Profile, at: datetime) -> list[Any]:
    """Whoever follows a customer of another's region or trade is warned, and so are its holders; never more (D02-4.4, D14-4.2)."""
    rows = list(territories.in_force(here.project, at))
    return _warn(here, customer, territories.holding(rows, profile.region, profile.industry), at)


def warn_registered(
    *, project: Project, reported: Sequence[tuple[Workplace, Customer]], at: datetime
) -> dict[Any, list[Any]]:
    """The same for customers who were just reported, each by whom: by customer, what to warn of. Mostly one query, for any number."""
    placed = Profile.objects.filter(project=project, customer__in={customer.pk for _here, customer in reported})
    profiles = {profile.customer_id: profile for profile in placed.exclude(region="", industry="")}
    rows = list(territories.in_force(project, at)) if profiles else []
    found = {}
    for here, customer in reported if rows else ():
        if profile := profiles.get(customer.pk):
            found[customer.pk] = _warn(here, customer, territories.holding(rows, profile.region, profile.industry), at)
    return {pk: warned for pk, warned in found.items() if warned}


def _warn(here: Workplace, customer: Customer, rows: list[Territory], at: datetime) -> list[Any]:
    holders = territories.holders(here.project, rows, at)
    if not holders or here.user in holders:
        return []
    name = names.hidden(customer.name)
    for holder in holders:
        trail.tell(
            to=holder.pk, kind="customer.group", project=here.project.code, at=at, name=name,
            sentence=gettext_noop("有人在跟进你区域或行业的客户 %(name)s"),
        )  # fmt: skip
    trail.tell(
        to=here.user.pk, kind="customer.group", project=here.project.code, link=f"/customers/{customer.pk}", at=at, name=name,
        sentence=gettext_noop("%(name)s 按区域或行业归别人，先和对方说好"),
    )  # fmt: skip
    if here.outside:
        return [_("这位客户按区域或行业归别人")]
    return [_("按区域或行业归%(who)s，先和对方说好") % {"who": "、".join(holder.name for holder in holders)}]

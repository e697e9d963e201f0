"""The profile of a customer in a project: who keeps it, and the stages that were skipped."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from leads.models import Customer, Ownership, Profile
from people.models import Project
from people.roles import Right
from people.workplace import Workplace
from trail.refusals import Refusal

STAGES = list(Profile.Stage)  # in order (D02-4.1)


def may_keep(here: Workplace, customer: Customer, at: datetime) -> bool:
    """Whether somebody keeps this customer's profile: whoever follows them, or a manager (D05-4.1c)."""
    mine = Ownership.objects.live_at(at).filter(project=here.project, customer=customer, user=here.user)
    return here.may(Right.ALL_CUSTOMERS) or mine.exists()


def kept_by(here: Workplace, customer: Customer, at: datetime) -> None:
    """Raise Refusal for somebody who does not keep it."""
    if not may_keep(here, customer, at):
        raise Refusal("profile_not_yours", _("这位客户不归你跟进，资料由跟进的人写"), status=403)


def profile_rows(project: Project, customer: Customer) -> QuerySet[Profile]:
    """What is known of the customer here: one row, or none."""
    return Profile.objects.filter(project=project, customer=customer)


def profile_of(project: Project, customer: Customer, rows: Iterable[Profile] | None = None) -> Profile:
    """The same, of rows that were read already; not stored yet where nothing is known."""
    known = next(iter(profile_rows(project, customer) if rows is None else rows), None) or Profile(project=project)
    known.customer = customer
    return known


def skipped_stages(profile: Profile) -> list[Profile.Stage]:
    """Stages before this one in which the customer never was (D02-4.2)."""
    if profile.pk is None:
        return []
    been = {*profile.history.order_by().values_list("stage", flat=True).distinct(), Profile.Stage.DEVELOP.value}
    return [stage for stage in STAGES[: STAGES.index(Profile.Stage(profile.stage))] if stage.value not in been]

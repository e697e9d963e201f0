"""A customer in a project: needs, region and trade, stage, grade."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from leads import claims
from leads.models import Customer, Profile
from leads.profiles import STAGES, kept_by, profile_of, skipped_stages
from leads.services.territories import warn_group
from people.models import Project, User
from people.roles import Right
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal

TOLD = ("needs", "intent", "region", "industry")
GRADES = ("potential", "importance", "loyalty_high", "profit_high")


@transaction.atomic
def keep_profile(
    *,
    here: Workplace,
    customer: Customer,
    needs: str,
    intent: str,
    region: str,
    industry: str,
    stage: str,
    at: datetime,
) -> tuple[Profile, list[Any]]:
    """Write what is known of the customer. Returns the profile, and what to warn of: stages skipped, somebody else's region.

    Raises Refusal for somebody who does not follow the customer.
    """
    kept_by(here, customer, at)
    if stage not in Profile.Stage.values:
        raise Refusal("stage_unknown", _("选一个阶段"), field="stage")
    profile = _locked(here.project, customer)
    given = dict(zip(TOLD, (needs, intent, region, industry), strict=True))
    was = (profile.region, profile.industry)
    for name, text in given.items():
        setattr(profile, name, text.strip())
    profile.stage = stage
    _save(profile, here.user, at)
    trail.note(
        by=here.user.pk,
        action="profile.change",
        subject=f"customer:{customer.pk}",
        at=at,
        project=here.project.code,
        stage=stage,
    )
    warnings = [_skipped_sentence(skipped)] if (skipped := skipped_stages(profile)) else []
    if (profile.region, profile.industry) != was:
        warnings += warn_group(here=here, customer=customer, profile=profile, at=at)
    return profile, warnings


@transaction.atomic
def grade(
    *, here: Workplace, customer: Customer, potential: int | None, importance: int | None, loyalty_high: bool | None,
    profit_high: bool | None, at: datetime,
) -> Profile:  # fmt: skip
    """Grade the customer (D05-4.1a, D19-2.1). Raises Refusal for anybody but the sales department (D05-4.1b)."""
    if not here.may(Right.ALLOCATE):
        raise Refusal("grade_by_department", _("等级由销售部门定，把你的看法告诉主管"), status=403)
    if {potential, importance} - {None, *Profile.Level.values}:
        raise Refusal("level_unknown", _("选低、中或高"), field="potential")
    profile = _locked(here.project, customer)
    for name, value in zip(GRADES, (potential, importance, loyalty_high, profit_high), strict=True):
        setattr(profile, name, value)
    _save(profile, here.user, at)
    trail.note(
        by=here.user.pk, action="profile.grade", subject=f"customer:{customer.pk}", at=at, project=here.project.code
    )
    return profile


@transaction.atomic
def advance(*, project: Project, customer: Customer, to: str, by: User, at: datetime) -> None:
    """Something happened that belongs to a stage: the customer is at least there now. Never a step back."""
    profile = _locked(project, customer)
    if profile.pk is None or STAGES.index(Profile.Stage(profile.stage)) < STAGES.index(Profile.Stage(to)):
        profile.stage = to
        _save(profile, by, at)


def _skipped_sentence(skipped: Iterable[Profile.Stage]) -> str:
    return _("跳过了%(stages)s。补上跟进记录，或改回前一个阶段") % {
        "stages": "、".join(str(stage.label) for stage in skipped)
    }


def _locked(project: Project, customer: Customer) -> Profile:
    """The profile under the customer's lock, so that two who write it do not both create it."""
    claims.lock_customer(customer)
    return profile_of(project, customer)


def _save(profile: Profile, by: User, at: datetime) -> None:
    profile.changed_by, profile.changed_at = by, at
    profile.save()

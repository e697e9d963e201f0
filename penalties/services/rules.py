"""The law and the rules under which a project punishes, and the wages that limit what is deducted."""

import re
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from penalties.jurisdictions import jurisdictions
from penalties.models import ProjectRules, Wage
from people.models import Membership, User
from people.roles import Right, Role
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal

MONTH = re.compile(r"^20\d{2}(0[1-9]|1[0-2])$")


@transaction.atomic
def set_rules(
    *, here: Workplace, jurisdiction: str, city: str = "", minimum_wage_fen: int | None = None, fines_payable: bool = False,
    adopted_on: date | None = None, published_on: date | None = None, basis: str = "", at: datetime,
) -> ProjectRules:  # fmt: skip
    """Which law holds, and how the rules came about; the switch for fines is the general manager's, as the legal owner.

    Raises Refusal: no right (404), a law or city that is not known, the switch by somebody else (403) or where the law has none.
    """
    if not here.may(Right.POLICIES):
        raise Refusal("not_yours", _("由总经理、管理员设置"), status=404)
    law = jurisdictions().get(jurisdiction)
    if law is None:
        raise Refusal("law_unknown", _("选一个"), field="jurisdiction")
    if city and city not in law.cities():
        raise Refusal("city_unknown", _("这个地方没有这个城市"), field="city")
    if fines_payable and not law.fines_payable:
        raise Refusal("fines_not_allowed", _("这个地方的规定不允许把罚款扣出来"), field="fines_payable")
    if fines_payable and Role.GENERAL_MANAGER not in here.roles:
        raise Refusal("legal_owner", _("罚款的开关由总经理打开"), field="fines_payable", status=403)
    made: ProjectRules = ProjectRules.objects.create(
        project=here.project, jurisdiction=jurisdiction, city=city, minimum_wage_fen=minimum_wage_fen,
        fines_payable=fines_payable, adopted_on=adopted_on, published_on=published_on, basis=basis.strip()[:300],
        by=here.user, at=at,
    )  # fmt: skip
    trail.note(
        by=here.user.pk, action="sanction_rules.change", subject=f"project:{here.project.code}", at=at,
        project=here.project.code, jurisdiction=jurisdiction, fines_payable=fines_payable,
    )  # fmt: skip
    return made


@transaction.atomic
def enter_wage(*, here: Workplace, user: User, month: str, wage_fen: int, at: datetime) -> Wage:
    """What somebody earns in a month, yyyymm; entered again, the later counts. Raises Refusal: no right (404), no such month, nobody
    who works here."""
    if not here.may(Right.BOOKKEEPING):
        raise Refusal("not_yours", _("由财务录入"), status=404)
    if not MONTH.match(month):
        raise Refusal("month_unknown", _("月份写成 202611 这样"), field="month")
    if not Membership.objects.filter(project=here.project, user=user).exists():
        raise Refusal("not_here", _("选这个项目的人"), field="user")
    made: Wage = Wage.objects.create(
        project=here.project, user=user, month=month, wage_fen=wage_fen, by=here.user, at=at
    )
    trail.note(
        by=here.user.pk, action="wage.enter", subject=f"user:{user.pk}", at=at, project=here.project.code, month=month
    )  # fmt: skip
    return made

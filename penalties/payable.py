"""What Finance may post now: sanctions that became payable, within the guard of wages, and approved bonuses. Read only.

The one way from here into the ledger is a person's act: `finance` posts and says so by `penalties.services.mark_posted`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from arbitration.appeals import pending
from arbitration.shares import Key, Kind
from penalties.guard import deductible
from penalties.models import Nature, Reward, RewardStep, Sanction, SanctionStep, Wage
from penalties.models.sanction import GUARDED
from penalties.rules import Rules, rule_rows, rules_in, rules_of
from people.models import Project
from trail.together import fill

REWARD = "reward"  # the nature of what is paid, not deducted
K = SanctionStep.Kind


@dataclass(frozen=True, slots=True)
class Due:
    """Something to post: its number, against or for whom, fen that are left, and fen that may be posted this month.

    Negative: to be given back, because it was reversed. `why`: why less than the rest may be deducted, in words; empty for all.
    """

    no: str
    to: Key
    nature: str
    rest_fen: int
    deductible_fen: int
    clause: str
    policy_version: str
    why: str = ""


@dataclass(slots=True)
class Month:
    """What guards the wages of a month: what each earns, what was deducted from them, the minimum wage, the rules of the place."""

    wages: dict[int, int]
    already: dict[int, int]
    minimum: int | None
    rules: Rules

    def take(self, user: int, rest: int) -> tuple[int, str]:
        """How many fen of `rest` may still be deducted from somebody, which it counts as deducted; and why not all."""
        wage = self.wages.get(user)
        part = deductible(
            rest=rest, wage=wage, minimum=self.minimum, already=self.already.get(user, 0),
            cap_percent=self.rules.law.cap_percent, floor_percent=self.rules.law.floor_percent,
        )  # fmt: skip
        self.already[user] = self.already.get(user, 0) + part
        return part, "" if part == rest else self._why(wage)

    def _why(self, wage: int | None) -> str:
        if wage is None:
            return _("这个月的工资还没录入，不能扣")
        if self.minimum is None:
            return _("不知道当地的最低工资，不能扣。在处分规则里填上")
        said = _("一个月最多扣工资的 %(cap)s%%，扣完不低于最低工资；余下的下个月再扣")
        return said % {"cap": self.rules.law.cap_percent}


def due(project: Project, at: datetime) -> list[Due]:
    """Sanctions that may be posted in the local month of `at`, the oldest first. Not while the ruling is under appeal (G-27)."""
    return _sanctions(project, at)


def rewards(project: Project, at: datetime) -> list[Due]:
    """Approved bonuses that are not paid yet, the oldest first."""
    return _bonuses(_approved(project, at))


def due_and_rewards(project: Project, at: datetime) -> list[Due]:
    """Both, read together."""
    approved = _approved(project, at)
    return [*_sanctions(project, at, approved), *_bonuses(approved)]


def _sanctions(project: Project, at: datetime, *also: QuerySet[Any]) -> list[Due]:
    released = payable_now(project)
    month, found = month_of(project, at, released, *also), []
    for row in released:
        if not row.rest_fen or not pays(project, row.nature, month.rules):
            continue
        part, why = _part(row, month)
        found.append(Due(row.no, row.key, row.nature, row.rest_fen, part, row.clause, row.policy, why))
    return found


def _approved(project: Project, at: datetime) -> QuerySet[Reward]:
    kinds = (RewardStep.Kind.APPROVED, RewardStep.Kind.POSTED)
    rows = Reward.objects.filter(project=project, at__lte=at, amount_fen__isnull=False, steps__kind__in=kinds)
    found: QuerySet[Reward] = rows.distinct().prefetch_related("steps").order_by("at", "pk")
    return found


def _bonuses(approved: QuerySet[Reward]) -> list[Due]:
    return [
        Due(row.no, Key(Kind.PERSON, row.to_id), REWARD, row.rest_fen, row.rest_fen, "D04-5.1", "")
        for row in approved
        if row.rest_fen
    ]


def payable_now(project: Project) -> QuerySet[Sanction]:
    """What was released to Finance, of a ruling under appeal nothing."""
    rows = Sanction.objects.filter(project=project, steps__kind=K.PAYABLE).exclude(
        act__in=pending().values("ruling__no")
    )
    found: QuerySet[Sanction] = rows.prefetch_related("steps").order_by("at", "pk")
    return found


def pays(project: Project, nature: str, rules: Rules | None = None) -> bool:
    """Whether this nature may become money here: a fine only where the law of the place and the legal owner's switch allow. `rules`:
    what holds here, where it is read already.
    """
    if nature == Nature.FINE:
        rules = rules or rules_of(project)
        return rules.law.fines_payable and rules.fines_payable
    return nature != Nature.NON_MONETARY


def _part(row: Sanction, month: Month) -> tuple[int, str]:
    if row.nature not in GUARDED or row.rest_fen < 0 or row.to_id is None:
        return row.rest_fen, ""
    return month.take(row.to_id, row.rest_fen)


def month_of(project: Project, at: datetime, *also: QuerySet[Any]) -> Month:
    """What guards the wages of the local month of `at`, read with other rows in one query."""
    first = project.midnight(at).replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    wages = Wage.objects.filter(project=project, month=f"{first:%Y%m}").order_by("pk")
    posted = SanctionStep.objects.filter(
        sanction__project=project, sanction__nature__in=GUARDED, sanction__to__isnull=False, kind=K.POSTED,
        at__gte=first, at__lt=after, amount_fen__gt=0,
    )  # fmt: skip
    deducted = posted.order_by().values_list("sanction__to").annotate(fen=Sum("amount_fen"))
    standing = rule_rows(project)
    fill(wages, deducted, standing, *also)
    rules = rules_in(standing)
    return Month({row.user_id: row.wage_fen for row in wages}, dict(deducted), rules.minimum(first.date()), rules)

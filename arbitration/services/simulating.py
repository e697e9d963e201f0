"""Have a draft tried on past cases; a job works it out."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from arbitration import background
from arbitration.engine import PackError
from arbitration.models import PolicyDraft, Simulation
from arbitration.policies import simulating
from people.roles import Right
from people.workplace import Workplace
from trail import clock
from trail import services as trail
from trail.refusals import Refusal

LONGEST = timedelta(days=3 * 366)


@transaction.atomic
def simulate_draft(
    *, here: Workplace, draft: PolicyDraft, begin: datetime, end: datetime, at: datetime, parameter: str = ""
) -> Simulation:
    """Try a draft on the cases ruled on from `begin` up to `end`; with `parameter`, several values of that one.

    Raises Refusal: not who drafts, a period that is none or longer than three years, a draft that is no policy as it stands, a
    parameter that it has not or that has nothing to choose between.
    """
    if not here.may(Right.DRAFTS) or draft.project_id != here.project.pk:
        raise Refusal("not_yours_to_draft", _("这份草稿不归你改"), status=404)
    if not clock.likely(begin) or not begin < end <= begin + LONGEST:
        raise Refusal("period_wrong", _("结束日期要在开始之后，最长三年"), field="end")
    values = _values(draft, parameter)
    run = Simulation.objects.create(
        draft=draft, draft_version=draft.version, begin=begin, end=end, parameter=parameter, values=values, by=here.user, at=at
    )  # fmt: skip
    run.total = simulating.rulings_of(run).count()
    run.save(update_fields=["total"])
    trail.note(
        by=here.user.pk, action="policy.simulate", subject=f"draft:{draft.pk}", at=at, project=here.project.code,
        parameter=parameter, cases=run.total,
    )  # fmt: skip
    background.simulate.enqueue(run.pk)
    return run


def _values(draft: PolicyDraft, parameter: str) -> list[Any]:
    try:
        values = simulating.values_for(draft, parameter) if parameter else []
    except (PackError, KeyError):
        raise Refusal("draft_unsound", _("草稿现在有写错的地方，先改好再试算"), status=409) from None
    if parameter and not values:
        raise Refusal("nothing_to_sweep", _("这个参数没有可以试的值，选另一个"), field="parameter")
    return values

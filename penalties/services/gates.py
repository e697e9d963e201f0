"""What holds a sanction up whoever asks: a ruling under appeal, and the law that lets it become no money."""

from django.utils.translation import gettext as _

from penalties.models import Nature, Sanction
from penalties.payable import pays
from penalties.reads import paused
from penalties.rules import rules_of
from trail.refusals import Refusal


def not_paused(row: Sanction) -> None:
    """Raises Refusal while the ruling is under appeal (G-27)."""
    if paused(row):
        raise Refusal("paused", _("裁定在申诉中，先停（G-27）"), status=409)


def payable_here(row: Sanction) -> None:
    """Raises Refusal where it never becomes money: warnings, fines where law and legal owner do not both allow them, and a reduction
    of variable pay whose rules were never discussed and made known (劳动合同法 §4), or whose clause nobody named."""
    if row.nature == Nature.NON_MONETARY:
        raise Refusal("no_money", _("这种处分不涉及钱，不用放行"), status=409)
    if not pays(row.project, row.nature):
        raise Refusal("record_only", _("罚款只作记录，不能入账。可以改成绩效扣减或不涉及钱的处分另行提出"), status=409)
    rules = rules_of(row.project)
    if row.nature == Nature.VARIABLE_PAY and not (row.clause and rules.adopted_on and rules.published_on):
        said = _("绩效扣减要有条款，制度要讨论过、公示过：在处分规则里填上日期")
        raise Refusal("rules_not_adopted", said, status=409)

"""What people write of a reward, of wages, and of the rules of a project."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from leads.forms.deals import AmountField
from penalties.forms.sanctions import area, plain
from penalties.jurisdictions import jurisdictions
from penalties.models import Reward
from penalties.rules import Rules
from people.models import User
from people.stepup import EXPORTING, StepUp
from trail.forms import Form

NO_DAY = {"invalid": _("日期写成 2025-05-01")}


class RewardForm(Form):
    """Who is rewarded, and why: both reasons."""

    to = forms.ModelChoiceField(label=_("奖励谁"), queryset=User.objects.none(), empty_label=_("选一位"))
    kind = forms.ChoiceField(label=_("怎么奖"), choices=Reward.Kind.choices)
    amount = AmountField(_("奖金（元）"), _("只有表扬就留空"), required=False)
    case = forms.CharField(
        label=_("撞单编号"), max_length=24, help_text=_("TA 参加协作的那一件"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    cooperation = area(_("怎样协作"), 300)
    results = area(_("业绩怎样突出"), 300)

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]


class DropForm(Form):
    """Why not."""

    reason = area(_("理由"), 300)


class WageForm(Form):
    """What somebody earns in a month."""

    user = forms.ModelChoiceField(label=_("谁"), queryset=User.objects.none(), empty_label=_("选一位"))
    month = forms.CharField(
        label=_("月份"),
        max_length=6,
        help_text=_("比如 202611"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    wage = AmountField(_("当月工资（元）"), _("应发工资；再录一次，以后录的为准"))

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, error_messages=dict(NO_DAY))


class RulesForm(StepUp):
    """Under which law a project punishes, and how its rules came about."""

    within = EXPORTING
    jurisdiction = forms.ChoiceField(label=_("按哪里的规定"))
    city = forms.ChoiceField(label=_("城市"), required=False, help_text=_("用来查最低工资"))
    minimum_wage = AmountField(_("当地最低月工资（元）"), _("内置的表没有或旧了就填；和表里比，取高的"), required=False)
    adopted_on = _day(_("制度讨论通过的日子"))
    published_on = _day(_("公示的日子"))
    basis = forms.CharField(
        label=_("存在哪里"), max_length=300, required=False, help_text=_("会议记录、公示照片、签收单"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    fines_payable = forms.BooleanField(label=_("罚款可以扣（法务负责人打开）"), required=False)

    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = jurisdictions()
        self.fields["jurisdiction"].choices = [(code, law.name) for code, law in known.items()]  # type: ignore[attr-defined]
        cities = [(law.name, list(law.cities().items())) for law in known.values() if law.minimum_wages]
        self.fields["city"].choices = [("", _("不在表里")), *cities]  # type: ignore[attr-defined]
        now = {"jurisdiction": rules.law.code, "minimum_wage": plain(rules.minimum_wage_fen)}
        for name in ("city", "adopted_on", "published_on", "basis", "fines_payable"):
            now[name] = getattr(rules, name)
        for name, value in now.items():
            self.fields[name].initial = value

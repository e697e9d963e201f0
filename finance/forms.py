"""Forms of commission plans: for whom, how much, from when."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finance.models import CommissionPlan
from finance.plans import agencies, read_rate
from leads.forms.deals import AmountField
from people.models import Project
from people.roles import SELLING, Role
from trail.forms import Form
from trail.refusals import Refusal

ROLE, AGENCY = "role:", "agency:"
END_ID, CHANGE_ID = "end_%s", "change_%s"  # two forms on one page
NO_DAY = {"invalid": _("日期写成 2025-05-01")}


def day(label: Any, hint: Any = "", *, required: bool = True) -> forms.DateField:
    """A local day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, required=required, widget=widget, error_messages=dict(NO_DAY))


class RateField(Form):
    """A rate as people write it; valid, `rate_bp` holds basis points."""

    rate = forms.CharField(
        label=_("合同金额的百分之几"), help_text=_("比如 2.5%，最多两位小数"), max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    rate_bp = 0

    def clean_rate(self) -> str:
        """Read it; a mistake stands at the field."""
        text: str = self.cleaned_data["rate"]
        try:
            self.rate_bp = read_rate(text, field="rate")
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal.sentence)) from None
        return text


class PlanForm(RateField):
    """A new plan."""

    who = forms.ChoiceField(label=_("给谁"), required=False)
    product = forms.CharField(
        label=_("产品"), required=False, max_length=60, help_text=_("留空就是全部产品。签单时写同样的名字"),
    )  # fmt: skip
    since = day(_("从哪天起"))
    until = day(_("到哪天止"), _("那一天不再算；留空就是一直算"), required=False)
    field_order = ["who", "rate", "since", "until", "product"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {f"{AGENCY}{one.pk}": one for one in agencies().order_by("name")}
        roles = [(f"{ROLE}{role}", Role(role).label) for role in sorted(SELLING, reverse=True)]
        named = [(key, one.name) for key, one in self.agencies.items()]
        self.fields["who"].choices = [("", _("所有人")), *roles, *named]  # type: ignore[attr-defined]
        self.fields["who"].error_messages["invalid_choice"] = _("选列出来的一个")

    def given(self, project: Project) -> dict[str, Any]:
        """What a new plan is made of."""
        read, who = self.cleaned_data, self.cleaned_data["who"]
        return {
            "project": project, "organisation": self.agencies.get(who), "rate_bp": self.rate_bp, "since": read["since"],
            "role": who.removeprefix(ROLE) if who.startswith(ROLE) else "", "product": read["product"], "until": read["until"],
        }  # fmt: skip


class EndForm(Form):
    """The end of a plan."""

    until = day(_("从哪天起不算"), _("今天或者以后；那一天不再算"))


class ChangeForm(RateField):
    """Another rate from a day on."""

    since = day(_("从哪天起"), _("今天或者以后；以前的日子按原来的比例"))
    field_order = ["rate", "since"]


def for_plan(plan: CommissionPlan, today: date) -> tuple[EndForm, ChangeForm]:
    """Both forms of a plan, with the first day that can be chosen."""
    first = max(today, plan.since)
    end = EndForm(auto_id=END_ID, initial={"until": first})
    return end, ChangeForm(auto_id=CHANGE_ID, initial={"since": first})


class SettlementForm(Form):
    """What Party A has paid for agencies."""

    amount = AmountField(_("甲方结了多少（元）"), _("税前全额，可以分次"))
    slip = forms.CharField(
        label=_("结佣单号"), max_length=60, help_text=_("发票号或付款单号，以后对账靠它"),
        error_messages={"required": _("填结佣单号")},
    )  # fmt: skip

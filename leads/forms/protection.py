"""Forms of what moves a customer or the end of a protection: one small form for each act, and the terms of a project."""

from dataclasses import replace
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from leads.models import Ownership, Provision, Transfer
from people.models import User
from people.terms import RENEWS, Terms
from trail.forms import Form

NEITHER = "none"
WAYS = [*Transfer.Consent.choices, (NEITHER, _("两样都没有，直接交"))]
PLAIN = forms.TextInput(attrs={"autocomplete": "off"})


def _reason(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, max_length=100, required=required, widget=PLAIN)


class ReleaseForm(Form):
    """Why a customer is given up."""

    reason = _reason(_("为什么放回公海"))


class TakerField(forms.ModelChoiceField):
    """Who gets a customer; an agent with the company whose they are."""

    def label_from_instance(self, obj: User) -> str:
        """高翔 · 安居房产"""
        return f"{obj.name} · {obj.agency}" if obj.agency else obj.name  # type: ignore[attr-defined]


class Provided(Form):
    """A form that gives customers to somebody; to an agent also what the law asks for (PIPL 23), where there are any."""

    PROVISION = ("ground", "told", "reached")
    person = "to"  # which field names them

    ground = forms.ChoiceField(
        label=_("根据什么给别的公司"), choices=[("", _("不给别的公司")), *Provision.Ground.choices], required=False,
        help_text=_("分给分销公司的人，要先告诉客户并拿到单独同意"),
    )  # fmt: skip
    told = _reason(_("怎么告诉客户的"), _("如：11 月 3 日签了授权书。不写号码"), required=False)
    reached = forms.CharField(
        label=_("客户怎么找那家公司"), help_text=_("地址、网站或邮箱，不写号码。以前写过可以留空"), max_length=80,
        required=False, widget=PLAIN,
    )  # fmt: skip

    def __init__(self, *args: Any, people: QuerySet[Any], **kwargs: Any) -> None:
        """`people`: who may get them, each with their `agency` (leads/reads/access.py)."""
        super().__init__(*args, **kwargs)
        self.fields[self.person].queryset = people  # type: ignore[attr-defined]
        if not any(user.agency for user in people):
            for name in self.PROVISION:
                del self.fields[name]

    def given(self) -> dict[str, Any]:
        """For the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


class AllocateForm(Provided):
    """To whom a manager gives a customer, and why."""

    to = TakerField(label=_("分配给"), queryset=User.objects.none(), empty_label=_("选一位"))
    reason = _reason(_("为什么给这位"))
    field_order = ("to", "reason")


class TransferForm(Provided):
    """To whom an owner hands a customer over, and what allows it."""

    to = TakerField(label=_("转交给"), queryset=User.objects.none(), empty_label=_("选一位"))
    consent = forms.ChoiceField(label=_("凭什么转交"), choices=WAYS)
    reason = _reason(_("写明"), _("客户怎么同意的，或者为什么要转交"))
    field_order = ("to", "consent", "reason")


class DecisionForm(Form):
    """A transfer is approved, or not."""

    approve = forms.ChoiceField(choices=[("yes", _("批准")), ("no", _("不批准"))])
    reason = _reason(_("理由"), required=False)


class AnswerForm(Form):
    """Whoever is asked takes the customer, or does not."""

    accept = forms.ChoiceField(choices=[("yes", _("接手")), ("no", _("不要"))])


class DecideForm(Form):
    """How many days a manager protects this customer, and why."""

    days = forms.IntegerField(label=_("保护多少天"), error_messages={"invalid": _("写整天数")})
    reason = _reason(_("为什么"))


class DeedForm(Provided):
    """A signed agreement as it stands on the paper."""

    person = "user"
    user = TakerField(label=_("和哪位业务员签的"), queryset=User.objects.none(), empty_label=_("选一位"))
    signed_on = forms.DateField(label=_("签字日期"), widget=forms.DateInput(attrs={"type": "date"}))
    terms = forms.CharField(
        label=_("约定"),
        help_text=_("照纸上写，可以不写"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field_order = ("user", "signed_on", "terms")


class PoolFilter(forms.Form):
    """Which customers of the pool to show."""

    region = forms.CharField(label=_("区域"), required=False, max_length=40, widget=PLAIN)
    reason = forms.ChoiceField(label=_("为什么在公海"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = (Ownership.Reason.EXPIRED, Ownership.Reason.RELEASED, Ownership.Reason.RULING)
        self.fields["reason"].choices = [("", "—"), *((str(r), r.label) for r in reasons)]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """What was asked for; of what is no choice, nothing."""
        self.is_valid()
        return {name: str(self.cleaned_data.get(name, "")) for name in self.fields}


NUMBER = {"inputmode": "numeric", "autocomplete": "off"}


def _number(label: Any, help_text: Any = "", *, required: bool = False) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=help_text, required=required, widget=forms.TextInput(attrs=NUMBER),
        error_messages={"invalid": _("写整数")},
    )  # fmt: skip


class TermsForm(Form):
    """How this project protects customers, and its public pool. Valid, it holds `terms`."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    protection_days = _number(_("报备后保护几天"), _("留空就是不过期"))
    protection_min = _number(_("主管单独定：最少几天"), _("两格都留空就不能单独定"))
    protection_max = _number(_("主管单独定：最多几天"))
    deal_days = _number(_("到访后保护几天"), _("填了就分两段：报备到首次到访、到访到签约"))
    sample_days = _number(_("送样或上门拜访后占几天"), _("留空就不占"))
    extend_days = _number(_("跟进后从当天再保护几天"), _("留空就不延长"))
    extend_on = forms.MultipleChoiceField(
        label=_("什么算数"), required=False, choices=RENEWS, widget=forms.CheckboxSelectMultiple
    )
    extend_limit = _number(_("最多延长几次"), required=True)
    warn_hours = forms.CharField(
        label=_("到期前几小时提醒"), help_text=_("如：24, 3。留空就不提醒"), required=False, max_length=40
    )
    offer_hours = _number(_("到期后给下一位报备人几小时"), _("0 就直接放公海"), required=True)
    pool_holding_limit = _number(_("从公海认领的客户最多同时跟几位"), _("留空就不限"))
    pool_claims_a_day = _number(_("一天最多认领几位"), _("留空就不限"))
    pool_cooldown_days = _number(_("失去客户后几天内不能再认领"), _("0 就不限"), required=True)

    questions_a_day = _number(_("一个人一天最多查几位客户"), _("超过就由人来核实"), required=True)
    ask_receiver = forms.BooleanField(label=_("联系别人接待过的客户，要先经接待人允许或主管指派"), required=False)

    GROUPS = (
        (_("保护期"), ("protection_days", "protection_min", "protection_max", "deal_days", "sample_days")),
        (_("延长"), ("extend_days", "extend_on", "extend_limit")),
        (_("到期"), ("warn_hours", "offer_hours")),
        (_("公海"), ("pool_holding_limit", "pool_claims_a_day", "pool_cooldown_days")),
        (_("查重"), ("questions_a_day",)),
        (_("接待"), ("ask_receiver",)),
    )

    def __init__(self, *args: Any, before: Terms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = self.terms = before
        for name in self.fields:
            if hasattr(before, name):
                self.fields[name].initial = getattr(before, name)
        self.fields["extend_on"].initial = list(before.extend_on)
        self.fields["warn_hours"].initial = ", ".join(map(str, before.warn_hours))

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings."""
        return [(title, [self[name] for name in names]) for title, names in self.GROUPS]

    def clean_warn_hours(self) -> tuple[int, ...]:
        """Hours, the most first."""
        said = self.cleaned_data["warn_hours"].replace("，", ",").replace(" ", ",").split(",")
        if not all(part.isdecimal() for part in said if part):
            raise forms.ValidationError(_("写小时数，用逗号隔开"))
        return tuple(sorted({int(part) for part in said if part}, reverse=True))

    def clean(self) -> dict[str, Any]:
        """The terms as they will be."""
        given = self.cleaned_data
        if not self.errors:
            named = {name: given[name] for _title, names in self.GROUPS for name in names}
            self.terms = replace(self.before, **named | {"extend_on": tuple(given["extend_on"])})
        return given

"""Forms of what customers ask for, and of leave to see whole numbers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.forms.following import text
from leads.models import Customer, PersonRequest
from people.stepup import EXPORTING, StepUp
from trail.forms import Form


def line(label: Any, most: int, hint: Any = "", *, missing: Any) -> forms.CharField:
    """A line that is needed."""
    messages = {"max_length": _("最多 %(limit_value)d 字，现在更长"), "required": missing}
    return forms.CharField(label=label, help_text=hint, max_length=most, error_messages=messages)


class TakeForm(Form):
    """What a customer asks for."""

    kind = forms.ChoiceField(label=_("客户要什么"), choices=PersonRequest.Kind.choices)
    identified = line(
        _("怎么确认是本人"), 100, _("如：看了身份证原件，或用登记的号码打来。不写号码"), missing=_("写怎么确认是本人")
    )
    note = text(_("客户怎么说的"), 200)


class WhyForm(Form):
    """A reason, or what was done."""

    reason = line(_("理由"), 300, missing=_("写明理由"))

    def __init__(self, *args: Any, label: Any, missing: Any, hint: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason = self.fields["reason"]
        reason.label, reason.help_text, reason.error_messages["required"] = label, hint, missing


class SureForm(StepUp):
    """Proof of who says yes, each time."""


class ReleaseForm(StepUp):
    """Why a frozen customer is used again."""

    within = EXPORTING
    reason = line(_("为什么恢复"), 100, missing=_("写明为什么恢复"))


class CorrectForm(Form):
    """Name, how they are addressed and one number as they are to be."""

    name = forms.CharField(label=_("姓名"), max_length=80, error_messages={"required": _("写姓名")})
    honorific = forms.ChoiceField(
        label=_("称呼"), choices=[("", "—"), ("先生", "先生"), ("女士", "女士")], required=False
    )
    phone = forms.ChoiceField(label=_("哪个号码不对"), required=False)
    number = forms.CharField(
        label=_("对的号码"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    reason = line(_("根据什么更正"), 100, missing=_("写明根据什么更正"))

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.phones = list(customer.phones.order_by("pk"))
        self.fields["name"].initial, self.fields["honorific"].initial = customer.name, customer.honorific
        self.fields["phone"].choices = [  # type: ignore[attr-defined]
            ("", _("号码没错")), *((str(phone.pk), phone.masked) for phone in self.phones)
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A number goes with the one that it replaces: neither alone is passed over in silence."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("number") and not given.get("phone"):
            self.add_error("phone", _("选它代替哪个号码"))
        if given.get("phone") and not given.get("number"):
            self.add_error("number", _("写对的号码"))
        return given

    def given(self) -> dict[str, Any]:
        """What the service is told."""
        read = self.cleaned_data
        phone = next((one for one in self.phones if str(one.pk) == read["phone"]), None)
        told = {name: read[name] for name in ("name", "honorific", "reason")}
        return told | {"number": (phone, read["number"]) if phone else None}


class LeaveForm(Form):
    """How many more whole numbers, and what for."""

    more = forms.IntegerField(
        label=_("还要看几个整号"), widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("写还要看几个"), "invalid": _("写整数")},
    )  # fmt: skip
    reason = line(_("用来做什么"), 200, _("不写客户的姓名和号码"), missing=_("写明要用来做什么"))


class LeaveAnswerForm(Form):
    """Yes or no to that."""

    approve = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    reason = text(_("不批准的理由"), 200)

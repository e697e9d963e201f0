"""Forms for registering: lines as pasted, and one customer typed piece by piece."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from leads.models import Customer
from leads.screening import names
from people.workplace import Workplace
from trail.forms import Form

HONORIFICS = [("", _("不写")), ("先生", _("先生")), ("女士", _("女士"))]
CHECK = {  # htmx asks while somebody types; without it, the button «先查一下» does
    "hx-post": reverse_lazy("register_check"),
    "hx-trigger": "input changed delay:300ms",
    "hx-target": "#check",
    "hx-sync": "this:replace",
    "hx-indicator": "#check",
}


class PasteForm(Form):
    """Lines as people send them."""

    text = forms.CharField(
        label=_("粘贴或输入客户信息"),
        help_text=_("例：某某公司，某某先生，139****3333。一行一位，可粘多行"),
        widget=forms.Textarea(
            attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false", "class": "grows", "data-key": "F2", **CHECK}
        ),
        max_length=20_000,
        error_messages={"required": _("粘一条客户信息，再点报备"), "max_length": _("太长了，分几次粘")},
    )
    told = forms.BooleanField(label=_("个人信息已告知"), required=False)


class SingleForm(Form):
    """One customer, typed piece by piece. An agency names its company too, and never reports a bare surname.

    The house reports companies as well: by their full name, perhaps their code, and with or without a number (G-38).
    """

    kind = forms.ChoiceField(label=_("客户是"), choices=Customer.Kind.choices, required=False)
    name = forms.CharField(
        label=_("姓名"), help_text=_("企业写全称"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("客户叫什么？写姓，或姓加先生、女士")},
    )  # fmt: skip
    honorific = forms.ChoiceField(label=_("称呼"), choices=HONORIFICS, required=False)
    phone = forms.CharField(
        label=_("手机号"), help_text=_("整号，或 139****3333"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
        required=False,
    )  # fmt: skip
    code = forms.CharField(
        label=_("统一社会信用代码"), help_text=_("企业有就填，18 位"), required=False, max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    company = forms.CharField(
        label=_("报备公司"), max_length=80, error_messages={"required": _("没有写报备公司")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )  # fmt: skip

    told = forms.BooleanField(label=_("个人信息已告知"), required=False)

    def __init__(self, *args: Any, here: Workplace, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="single_%s", **kwargs)
        self.outside = here.outside
        self.fields["company"].initial = here.organisation.name
        for name in ("kind", "code") if here.outside else ("company",):
            del self.fields[name]
        if here.outside:
            self.fields["name"].help_text = ""

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("phone") and "phone" not in self.errors and given.get("kind") != Customer.Kind.COMPANY:
            self.add_error("phone", _("手机号没有填"))
        if self.outside and names.is_bare(given.get("name", "")) and not given.get("honorific"):
            self.add_error("honorific", _("只有姓，加上先生或女士"))
        return given

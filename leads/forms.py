"""Forms about customers: registering, being in touch, relations, money."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from leads.models import Contact, Relation
from people.models import Organisation, User
from people.stepup import REVEALING, StepUp
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


class SingleForm(Form):
    """One customer, typed piece by piece. An agency names its company too, and never reports a bare surname."""

    name = forms.CharField(
        label=_("姓名"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("客户叫什么？写姓，或姓加先生、女士")},
    )  # fmt: skip
    honorific = forms.ChoiceField(label=_("称呼"), choices=HONORIFICS, required=False)
    phone = forms.CharField(
        label=_("手机号"), help_text=_("整号，或 139****3333"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
        error_messages={"required": _("手机号没有填")},
    )  # fmt: skip
    company = forms.CharField(
        label=_("报备公司"), max_length=80, error_messages={"required": _("没有写报备公司")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )  # fmt: skip

    def __init__(self, *args: Any, here: Workplace, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="single_%s", **kwargs)
        self.outside = here.outside
        self.fields["company"].initial = here.organisation.name
        if not here.outside:
            del self.fields["company"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.outside and len(given.get("name", "")) == 1 and not given.get("honorific"):
            self.add_error("honorific", _("只有姓，加上先生或女士"))
        return given


class ContactForm(Form):
    """Somebody was in touch."""

    mode = forms.ChoiceField(
        label=_("怎么联系的"), choices=Contact.Mode.choices, error_messages={"required": _("选一种联系方式")}
    )
    note = forms.CharField(
        label=_("说了什么"), required=False, max_length=200, error_messages={"max_length": _("最多 200 字，现在更长")}
    )


class RelationForm(Form):
    """Kin or friend of a colleague, or of another customer named by the whole number or by name."""

    kind = forms.ChoiceField(label=_("什么关系"), choices=Relation.Kind.choices)
    other = forms.CharField(
        label=_("和哪位客户"), help_text=_("手机号整号，或姓名"), required=False, max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    staff = forms.ModelChoiceField(
        label=_("或和哪位同事"), queryset=User.objects.none(), required=False, empty_label=_("不是同事")
    )

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = colleagues  # type: ignore[attr-defined]


class RevealForm(StepUp):
    """Why somebody must see a whole number; and proof of who asks, once an hour."""

    within = REVEALING
    reason = forms.CharField(
        label=_("为什么要看"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("写明为什么要看完整号码")},
    )  # fmt: skip


class AmountField(forms.CharField):
    """Money as people write it; `leads.money.read_yuan` reads it, and refuses with a sentence."""

    def __init__(self, label: Any) -> None:
        shown = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(
            label=label, max_length=30, widget=shown, error_messages={"required": _("填金额，比如 18600.00")}
        )


def _designer() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=_("设计师"), queryset=User.objects.none(), required=False, empty_label=_("没有设计师")
    )


class DepositForm(Form):
    """A deposit that the customer paid."""

    amount = AmountField(_("定金（元）"))
    designer = _designer()

    def __init__(self, *args: Any, designers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["designer"].queryset = designers  # type: ignore[attr-defined]


class RefundForm(Form):
    """Money of a deposit given back."""

    amount = AmountField(_("退多少（元）"))


class DealForm(Form):
    """A signed contract."""

    closer = forms.ModelChoiceField(
        label=_("签单人"),
        queryset=User.objects.none(),
        empty_label=_("选一位"),
        error_messages={"required": _("谁签的单？")},
    )
    amount = AmountField(_("合同金额（元）"))
    commission = AmountField(_("佣金（元）"))
    term = forms.IntegerField(
        label=_("期限（月）"), help_text=_("租约写几个月；买卖不填"), required=False, min_value=1, max_value=600,
        error_messages={
            "invalid": _("期限写整月数"), "min_value": _("期限至少 1 个月"), "max_value": _("期限最多 600 个月"),
        },
    )  # fmt: skip
    designer = _designer()

    def __init__(self, *args: Any, sellers: QuerySet[User], designers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["closer"].queryset = sellers  # type: ignore[attr-defined]
        self.fields["designer"].queryset = designers  # type: ignore[attr-defined]


class WorkPhoneForm(Form):
    """A number of one's own, or of an agency."""

    organisation = forms.ModelChoiceField(
        label=_("谁的号码"), queryset=Organisation.objects.none(), required=False, empty_label=_("我本人的手机"),
        error_messages={"required": _("选一家公司")},
    )  # fmt: skip
    number = forms.CharField(
        label=_("号码"), help_text=_("手机，或带区号的公司座机"), max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        error_messages={"required": _("号码没有填")},
    )  # fmt: skip

    def __init__(self, *args: Any, agencies: list[Organisation], mine: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not agencies:
            del self.fields["organisation"]
            return
        field: Any = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(pk__in=[row.pk for row in agencies]).order_by("name")
        if not mine:
            field.required, field.empty_label = True, _("选一家公司")

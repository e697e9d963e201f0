"""Forms about money: deposit, refund, contract."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from leads.models import DealChange
from leads.money import read_yuan
from leads.services import Change
from leads.services.deal_changes import Sums
from people.models import User
from trail.forms import Form


class AmountField(forms.CharField):
    """Money as people write it; `leads.money.read_yuan` reads it, and refuses with a sentence."""

    def __init__(self, label: Any, hint: Any = "", *, required: bool = True) -> None:
        shown = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(
            label=label, help_text=hint, required=required, max_length=30, widget=shown,
            error_messages={"required": _("填金额，比如 18600.00")},
        )  # fmt: skip


def fen(given: dict[str, Any], field: str) -> int | None:
    """What stands in a field for money, in fen; None where it was left empty. Raises the Refusal of `read_yuan`."""
    return read_yuan(given[field], field=field) if given.get(field) else None


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
    product = forms.CharField(
        label=_("产品"), required=False, max_length=60, help_text=_("提成方案按产品分的才填"),
        widget=forms.TextInput(attrs={"list": "products", "autocomplete": "off"}),
    )  # fmt: skip
    commission = AmountField(_("佣金（元）"), _("留空就按提成方案算"), required=False)
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


class PriceForm(Form):
    """Another price of a contract."""

    amount = AmountField(_("新的合同金额（元）"))
    commission = AmountField(_("新的佣金（元）"), _("留空就按原来的比例算"), required=False)
    reason = forms.CharField(
        label=_("原因"), max_length=300, help_text=_("领分成的人看得到"), error_messages={"required": _("写明原因")}
    )
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def change(self, kind: str) -> Change:
        """What is asked for. Raises the Refusal of `read_yuan`."""
        given = self.cleaned_data
        return Change(kind, fen(given, "amount"), fen(given, "commission"))

    def was(self) -> Sums | None:
        """What the contract was on the page that was sent."""
        parts = self.cleaned_data["seen"].split("-")
        return (int(parts[0]), int(parts[1])) if len(parts) == 2 and all(map(str.isdecimal, parts)) else None


class GivenBackForm(PriceForm):
    """Part of a contract's money given back."""

    amount = AmountField(_("退多少（元）"))


class CancelForm(PriceForm):
    """A contract cancelled."""

    amount = None  # type: ignore[assignment]
    commission = None  # type: ignore[assignment]


CHANGES: dict[str, type[PriceForm]] = {
    DealChange.Kind.PRICE: PriceForm, DealChange.Kind.REFUND: GivenBackForm, DealChange.Kind.CANCEL: CancelForm,
}  # fmt: skip

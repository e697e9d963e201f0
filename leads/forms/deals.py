"""Forms about money: deposit, refund, contract."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from people.models import User
from trail.forms import Form


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

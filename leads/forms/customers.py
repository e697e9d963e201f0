"""Forms of a customer's page: relations, the look at a whole number."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from leads.models import Relation
from people.models import User
from people.stepup import REVEALING, StepUp
from trail.forms import Form


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

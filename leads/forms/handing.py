"""Forms that give several customers to others at once."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from leads.forms.protection import Provided, TakerField
from leads.models import Ownership
from people.models import User
from trail.forms import Form

Holder = Ownership.Holder
TICKED, ALL = "ticked", "all"


class Ids(forms.Field):
    """The ids of ticked rows."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> set[UUID]:
        """The ids; what is none is refused."""
        try:
            return {UUID(text) for text in value or ()}
        except ValueError as error:
            raise forms.ValidationError(_("选列表里的客户")) from error


class HandForm(Form):
    """Who gets a leaver's customers, and which of them."""

    holder = forms.ChoiceField(
        label=_("归谁"), choices=[(Holder.COMPANY, _("公司")), (Holder.PERSON, _("同事")), (Holder.POOL, _("公海"))],
        widget=forms.RadioSelect, initial=Holder.COMPANY, error_messages={"required": _("选归谁")},
    )  # fmt: skip
    people = forms.ModelMultipleChoiceField(
        label=_("哪些同事"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("归同事时选。选几位就平均分"),
    )  # fmt: skip
    which = forms.ChoiceField(
        label=_("分哪些客户"), choices=[(TICKED, _("下面选中的")), (ALL, _("剩下的全部"))], widget=forms.RadioSelect,
        initial=TICKED, error_messages={"required": _("选分哪些客户")},
    )  # fmt: skip
    customers = Ids(required=False)

    def __init__(self, *args: Any, takers: "QuerySet[User]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = takers  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("which") == TICKED and not given.get("customers"):
            self.add_error("which", _("先在下面选客户，或选「剩下的全部」"))
        if given.get("holder") == Holder.PERSON and not given.get("people"):
            self.add_error("people", _("选至少一位同事"))
        return given


class CleanUpForm(Provided):
    """Which customers of the clean-up go to whom; to nobody: back into the public pool."""

    customers = Ids(required=False)
    to = TakerField(label=_("选中的分给"), queryset=User.objects.none(), required=False, empty_label=_("放回公海"))
    field_order = ("to",)

    def clean_customers(self) -> set[UUID]:
        """At least one."""
        ids: set[UUID] = self.cleaned_data["customers"]
        if not ids:
            raise forms.ValidationError(_("选要处理的客户，再选分给谁"))
        return ids

"""The form for a number that somebody works with."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Organisation
from trail.forms import Form


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

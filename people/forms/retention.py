"""How long a class of data is kept."""

from django import forms
from django.utils.translation import gettext_lazy as _

from trail.forms import Form


class TermForm(Form):
    """Days."""

    days = forms.IntegerField(
        label=_("保存几天"), widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("写保存几天"), "invalid": _("写整数")},
    )  # fmt: skip

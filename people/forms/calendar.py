"""Changing the working calendar."""

from django import forms
from django.utils.translation import gettext_lazy as _

from trail.forms import Form


class DaysForm(Form):
    """Days on which the company works or rests; `last` left empty means one day."""

    first = forms.DateField(label=_("从哪天"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(
        label=_("到哪天"), required=False, help_text=_("只改一天就空着"), widget=forms.DateInput(attrs={"type": "date"})
    )
    working = forms.ChoiceField(
        label=_("这几天"), choices=[("no", _("休息")), ("yes", _("上班"))], widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=_("叫什么"), max_length=40, required=False, help_text=_("如：公司年会。大家在日历上看得到")
    )


class SpanForm(forms.Form):
    """Days that were changed together, of a button."""

    first = forms.DateField()
    last = forms.DateField()

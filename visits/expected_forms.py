"""约到访, and what the counterpart did about an announced visit."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Site
from people.workplace import Workplace
from trail.forms import Form

ALONG, ABSENT = "along", "absent"
LONG = {"max_length": _("最多 %(limit_value)d 字，现在更长")}


class ExpectForm(Form):
    """Which day, about when, where, and of an agent whether they come along."""

    on = forms.DateField(
        label=_("哪天来"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("日期写成 2025-05-01")},
    )  # fmt: skip
    about = forms.TimeField(
        label=_("大约几点"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("不知道就空着"), error_messages={"invalid": _("时间写成 14:30")},
    )  # fmt: skip
    site = forms.ModelChoiceField(label=_("到哪个案场"), queryset=Site.objects.none(), empty_label=None)
    present = forms.ChoiceField(
        label=_("你陪客户来吗"), choices=[(ALONG, _("我陪着来")), (ABSENT, _("我来不了，今天报"))], initial=ALONG,
        help_text=_("来不了，要在客户到之前报；案场会审客、电话追访"),
    )  # fmt: skip
    note = forms.CharField(label=_("给前台的话"), max_length=120, required=False, error_messages=LONG)

    def __init__(self, *args: Any, here: Workplace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = Site.objects.filter(project=here.project, closed_at__isnull=True).order_by("pk")
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]
        self.fields["site"].initial = sites.first()
        if not here.outside:
            del self.fields["present"]

    def given(self) -> dict[str, Any]:
        """What the service is told."""
        read = self.cleaned_data
        told = {name: read[name] for name in ("on", "about", "site", "note")}
        return told | {"present": read.get("present", ALONG) == ALONG}


class CheckForm(Form):
    """What Party A said."""

    passed = forms.ChoiceField(label=_("甲方怎么说"), choices=[("yes", _("甲方通过了")), ("no", _("甲方没通过"))])
    note = forms.CharField(label=_("审客备注"), max_length=200, required=False, error_messages=LONG)


class CallForm(Form):
    """What the customer said."""

    note = forms.CharField(
        label=_("客户怎么说"), max_length=200, required=False, help_text=_("打通了再记"), error_messages=LONG
    )

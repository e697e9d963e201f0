"""The arrival form of the desk, and the small ones beside it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import User
from trail.forms import Form
from visits.models import Visit
from visits.services import Arrival
from visits.wording import DEFAULTS, hint


class BrokerField(forms.ModelChoiceField):
    """An outside agent, told apart by the agency."""

    def label_from_instance(self, obj: User) -> str:
        """高翔 · 安居房产"""
        return f"{obj.name} · {obj.agency}"  # type: ignore[attr-defined]


class ArrivalForm(Form):
    """The items of D01-1 and the three questions; who came along, where agencies sell. Numbers are read by the service."""

    known = forms.UUIDField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("姓名"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("手机号"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    invited_by = forms.ModelChoiceField(
        label=_("一问：哪个业务员邀约的？"), queryset=User.objects.none(), required=False, empty_label=_("没有人邀约")
    )
    asked_for = forms.ModelChoiceField(
        label=_("二问：找哪位？"), queryset=User.objects.none(), required=False, empty_label=_("没有指名")
    )
    brought_by = BrokerField(
        label=_("带看经纪人"), queryset=User.objects.none(), required=False, empty_label=_("没有人带看")
    )
    first_time = forms.ChoiceField(
        label=_("三问：是不是第一次来？"), choices=Visit.First.choices, required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, sellers: Any, brokers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("invited_by", "asked_for"):
            self.fields[name].queryset = sellers  # type: ignore[attr-defined]
        self.fields["brought_by"].queryset = brokers  # type: ignore[attr-defined]
        if not brokers:
            del self.fields["brought_by"]
        for name in ("name", "phone"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def arrival(self, *, refused: bool = False, hand_to: User | None = None, on_record: str = "") -> Arrival:
        """What was keyed, for the service; `on_record` is the number of a customer who was picked and not asked again."""
        given = self.cleaned_data
        number = given["phone"] or on_record
        return Arrival(
            name="" if refused else given["name"], number="" if refused else number, refused=refused,
            invited_by=given["invited_by"], asked_for=given["asked_for"], brought_by=given.get("brought_by"),
            first_time=given["first_time"], hand_to=hand_to,
        )  # fmt: skip


class HandOverForm(Form):
    """Who receives from now on."""

    to = forms.ModelChoiceField(label=_("交给谁"), queryset=User.objects.none())

    def __init__(self, *args: Any, sellers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = sellers  # type: ignore[attr-defined]


class DutyForm(Form):
    """Who is on duty today, from–to."""

    user = forms.ModelChoiceField(label=_("值班人"), queryset=User.objects.none())
    since = forms.TimeField(label=_("从"), widget=forms.TimeInput(attrs={"type": "time"}))
    until = forms.TimeField(label=_("到"), widget=forms.TimeInput(attrs={"type": "time"}))

    def __init__(self, *args: Any, sellers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = sellers  # type: ignore[attr-defined]


class ShiftForm(DutyForm):
    """Who is on duty on one of the days of a week, from–to; to 00:00 is to midnight."""

    day = forms.ChoiceField(label=_("哪天"))
    field_order = ["day", "user", "since", "until"]

    def __init__(self, *args: Any, days: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].choices = days  # type: ignore[attr-defined]


class JoinForm(Form):
    """Who joins the rotation."""

    user = forms.ModelChoiceField(label=_("加谁"), queryset=User.objects.none())

    def __init__(self, *args: Any, sellers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = sellers  # type: ignore[attr-defined]


class TextsForm(Form):
    """What a site says and prints; what is left empty is the program's wording."""

    greeting = forms.CharField(
        label=_("迎接"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    farewell = forms.CharField(
        label=_("送别"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    slip_heading = forms.CharField(label=_("单据标题"), max_length=30, required=False)
    slip_note = forms.CharField(
        label=_("单据说明"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in DEFAULTS:
            self.fields[name].help_text = hint(name)


class LogFilter(forms.Form):
    """Filters of the site log; all optional, all in the address."""

    since = forms.DateField(label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    here = forms.BooleanField(label=_("还没离开"), required=False)
    late = forms.BooleanField(label=_("补登"), required=False)

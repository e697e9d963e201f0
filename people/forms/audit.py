"""What to search the audit log for. It is sent by GET: there is no room in it for a telephone number."""

from ipaddress import ip_address
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people import reads
from people.audit import ACTIONS, THINGS
from people.audit_log import Wanted
from people.workplace import Workplace

NUMBER = r"(?=.*[A-Za-z])[A-Za-z0-9:._-]{2,80}"  # a letter at least: so it is no telephone number
JOBS = ("system", _("系统"))


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("日期写成 2025-04-28 这样")},
    )  # fmt: skip


def _things() -> list[Any]:
    """Every action under its thing; the thing itself stands for all of them."""
    groups: dict[str, list[Any]] = {}
    for action, words in ACTIONS.items():
        groups.setdefault(action.partition(".")[0], []).append((action, words))
    named = [(THINGS.get(thing, thing), thing, acts) for thing, acts in groups.items()]
    return [
        ("", _("全部")),
        *((label, [(thing, _("全部：%(thing)s") % {"thing": label}), *acts]) for label, thing, acts in named),
    ]


class AuditForm(forms.Form):
    """By whom, what, about what, when, from where."""

    by = forms.ChoiceField(label=_("谁"), required=False)
    act = forms.ChoiceField(label=_("做了什么"), required=False, choices=_things)
    about = forms.RegexField(
        rf"^{NUMBER}\Z", label=_("编号"), required=False, help_text=_("例：ZD-250428-0001，或 customer:12"),
        error_messages={"invalid": _("只填编号，例：ZD-250428-0001")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "pattern": NUMBER}),
    )  # fmt: skip
    since = _day(_("从哪天"))
    until = _day(_("到哪天"))
    address = forms.CharField(label=_("从哪个地址"), required=False, max_length=45, help_text=_("例：203.0.113.7"))

    def __init__(self, *args: Any, here: Workplace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        people = [(str(pk), name) for pk, name in reads.person(here).order_by("name", "pk").values_list("pk", "name")]
        self.fields["by"].choices = [("", _("全部")), JOBS, *people]  # type: ignore[attr-defined]

    def clean_address(self) -> str:
        """An address of IPv4 or IPv6, or nothing."""
        typed = str(self.cleaned_data["address"])
        try:
            return str(ip_address(typed)) if typed else ""
        except ValueError:
            raise ValidationError(_("地址写成 203.0.113.7 这样")) from None

    @property
    def wanted(self) -> Wanted:
        """What was asked for; of a mistake nothing."""
        if not self.is_bound or not self.is_valid():
            return Wanted()
        return Wanted(**self.cleaned_data)

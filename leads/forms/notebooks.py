"""Forms of the notebooks: what to look for, and the record of a visit."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.models import Customer, Profile
from leads.reads.notebooks import Wanted
from trail.forms import Form

ANY = [("", _("全部"))]
STATES = [("soon", _("快到期")), ("gone", _("公海和别人的")), ("masked", _("待核实整号")), ("lacking", _("不全"))]
ORDERS = [("due", _("快到期的在前")), ("new", _("新的在前")), ("old", _("旧的在前"))]
IDLE = [(str(days), _("%(n)s 天没跟进") % {"n": days}) for days in (3, 7, 14, 30, 90)]


def _choice(label: Any, choices: list[tuple[Any, Any]], first: list[tuple[str, Any]] = ANY) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[*first, *choices])


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}))


class FilterForm(forms.Form):
    """Which lines, in which order; all of it in the address. There is never a name or a number in it."""

    state = _choice(_("状态"), STATES)
    idle_days = _choice(_("多久没跟进"), IDLE)
    stage = _choice(_("阶段"), list(Profile.Stage.choices))
    letter = _choice(_("等级"), [(letter, letter) for letter in "ABC"])
    source = _choice(_("客户来源"), list(Customer.Source.choices))
    first = _day(_("从"))
    last = _day(_("到"))
    order = _choice(_("顺序"), ORDERS, [])

    def wanted(self, text: str = "") -> Wanted:
        """What is asked for; what cannot be read is not asked for."""
        self.full_clean()
        given = self.cleaned_data
        idle = given.pop("idle_days", "")
        return Wanted(
            **{name: value for name, value in given.items() if value},
            idle_days=int(idle) if idle else None,
            text=text.strip(),
        )


class SearchForm(Form):
    """Whom to look for. It is posted, so that no number stands in an address."""

    q = forms.CharField(
        label=_("在这个本子里找"), help_text=_("姓名、拼音、首字母，或手机号：整号、后四位、139****3333"), max_length=40,
        required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "type": "search"}),
    )  # fmt: skip


class NoteForm(Form):
    """The detailed record of a visit."""

    note = forms.CharField(
        label=_("详细记录"), help_text=_("客户问了什么、谈了什么。写好后不能改"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("写客户问了什么、谈了什么"), "max_length": _("最多 500 字，现在更长")},
    )  # fmt: skip

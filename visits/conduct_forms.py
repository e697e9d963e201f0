"""Forms of leave given to colleagues, and of conduct that somebody reports."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from leads.forms.following import moment
from people.models import User
from trail.forms import Form
from visits.models import Conduct, Permission, Visit
from visits.services import Reported

STOPPED = [("", _("不知道")), ("yes", _("说了就停了")), ("no", _("说了没停"))]
LINE = forms.TextInput(attrs={"autocomplete": "off"})


def _person(label: Any, people: QuerySet[User] | None = None, **more: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(label=label, queryset=people or User.objects.none(), empty_label=_("选一位"), **more)


class AllowForm(Form):
    """Whom somebody lets in, and for what."""

    to = _person(_("允许哪位同事"))
    kind = forms.ChoiceField(label=_("做什么"), choices=Permission.Kind.choices, initial=Permission.Kind.CONTACT)
    note = forms.CharField(label=_("说明"), max_length=120, required=False, widget=LINE, help_text=_("可以不写"))

    def __init__(self, *args: Any, people: QuerySet[User], present: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]
        if not present:
            self.fields["kind"].choices = [c for c in Permission.Kind.choices if c[0] != Permission.Kind.JOIN]  # type: ignore[attr-defined]


class ConductForm(Form):
    """What somebody saw or suffered. Valid, it holds a `Reported`."""

    kind = forms.ChoiceField(label=_("什么事"), choices=[("", _("选一样")), *Conduct.Kind.choices])
    by = _person(_("谁做的"))
    against = _person(_("谁在接待、谁的客户"), required=False)
    happened_at = moment(_("什么时候"))
    before_customer = forms.BooleanField(label=_("当着客户的面"), required=False)
    stopped = forms.ChoiceField(label=_("说了以后停了吗"), choices=STOPPED, required=False)
    what = forms.CharField(
        label=_("经过"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写看到的，不写评价。不写电话"),
    )  # fmt: skip

    def __init__(self, *args: Any, people: QuerySet[User], visit: Visit | None, me: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visit, self.me = visit, me
        for name in ("by", "against"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
        if me:  # whose customer it was reports for themself
            del self.fields["against"]

    def reported(self) -> Reported:
        """What the service is told."""
        given = self.cleaned_data
        named = {name: given[name] for name in ("kind", "by", "happened_at", "before_customer", "what")}
        stopped = {"yes": True, "no": False}.get(given["stopped"])
        return Reported(**named, against=self.me or given["against"], stopped=stopped, visit=self.visit)


class AnswerForm(Form):
    """What somebody whom a report names says to it."""

    what = forms.CharField(
        label=_("你看到的"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("只能写一次。不写电话")
    )  # fmt: skip


class FindingForm(Form):
    """Whether it was so, and why."""

    established = forms.ChoiceField(
        label=_("结论"),
        choices=[("yes", _("属实，认定")), ("no", _("不属实或说不清，不认定"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("依据"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


STATES = [
    ("reported", _("报上来")),
    ("answered", _("说明了")),
    ("established", _("认定了")),
    ("dismissed", _("没有认定")),
]


class ConductFilter(forms.Form):
    """Which reports to list."""

    state = forms.ChoiceField(label=_("到哪一步"), required=False, choices=[("", "—"), *STATES])
    kind = forms.ChoiceField(label=_("什么事"), required=False, choices=[("", "—"), *Conduct.Kind.choices])
    who = _person(_("谁"), required=False)

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].queryset = people  # type: ignore[attr-defined]
        self.fields["who"].empty_label = "—"  # type: ignore[attr-defined]

"""Forms of a hand-over on leaving: who leaves, the notebooks, the signature."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from people.leaving import BOOKS
from people.models import User
from people.stepup import StepUp
from trail.forms import Form


class LeaveForm(Form):
    """Who leaves, when and why."""

    user = forms.ModelChoiceField(
        label=_("谁离职"), queryset=User.objects.none(), error_messages={"required": _("选离职的人")}
    )
    last_day = forms.DateField(
        label=_("最后一天"), widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("今天或更早：马上停用。以后的日子：做到那天为止"), error_messages={"required": _("选最后一天")},
    )  # fmt: skip
    reason = forms.CharField(label=_("为什么走"), max_length=200, required=False)

    def __init__(self, *args: Any, people: "QuerySet[User]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]


class ConfirmLeaveForm(StepUp, LeaveForm):
    """The same, after it was shown what would follow."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("user", "last_day", "reason"):
            self.fields[name].widget = forms.HiddenInput()


class BooksForm(Form):
    """Which notebooks Finance has got."""

    books = forms.MultipleChoiceField(
        label=_("收到了哪几本"), choices=list(BOOKS.items()), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("选收到的本子")},
    )  # fmt: skip


class SignatureForm(StepUp):
    """Finance or administration signs."""

    as_ = forms.ChoiceField(choices=[("finance", _("财务")), ("office", _("行政"))], widget=forms.HiddenInput)

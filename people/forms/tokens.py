"""A token for a program: for what, what it may do, and how long."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.roles import Right
from people.stepup import EXPORTING, StepUp
from people.workplace import Workplace

DAYS = (("30", _("30 天")), ("90", _("90 天")), ("365", _("一年")), ("", _("一直有效，直到作废")))


class TokenForm(StepUp):
    """What may be chosen is what its maker may do here. Who makes one shows again who they are."""

    within = EXPORTING

    name = forms.CharField(
        label=_("给哪个程序用"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("写明给哪个程序用")},
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=_("能做什么"), widget=forms.CheckboxSelectMultiple, error_messages={"required": _("至少选一样")}
    )
    days = forms.ChoiceField(label=_("有效期"), choices=DAYS, required=False, initial="90")

    def __init__(self, *args: Any, here: Workplace | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = here.rights if here else frozenset()
        self.fields["scopes"].choices = [c for c in Right.choices if c[0] in mine]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """Name, scopes and days, for the service."""
        days = self.cleaned_data["days"]
        return {
            "name": self.cleaned_data["name"],
            "scopes": self.cleaned_data["scopes"],
            "days": int(days) if days else None,
        }

"""A webhook: for which program, where it listens, and what it hears of."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms.changing import ChangeForm
from people.hooks import EVENTS
from people.models import Hook
from people.outgoing import LONGEST
from people.services.hooks import look_at
from people.stepup import EXPORTING
from trail.refusals import Refusal


class HookForm(ChangeForm):
    """Who makes or changes one shows again who they are: it carries what happens here out of the house."""

    within = EXPORTING
    name = forms.CharField(
        label=_("给哪个程序用"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("写明给哪个程序用")},
    )  # fmt: skip
    address = forms.CharField(
        label=_("发到哪个地址"), max_length=LONGEST, help_text=_("例：https://example.com/guishu"),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    events = forms.MultipleChoiceField(
        label=_("发生什么时发"), choices=lambda: [(kind, event.label) for kind, event in EVENTS.items()],
        widget=forms.CheckboxSelectMultiple, error_messages={"required": _("至少选一样")},
    )  # fmt: skip

    def __init__(self, *args: Any, hook: Hook | None = None, **kwargs: Any) -> None:
        known = {"name": hook.name, "address": hook.address, "events": hook.events} if hook else None
        super().__init__(*args, row=hook, initial=known, **kwargs)

    def clean_address(self) -> str:
        """Why nothing is sent there is told with the other mistakes, before a code is used up."""
        address: str = self.cleaned_data["address"]
        try:
            look_at(address)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal.sentence), refusal.code) from refusal
        return address

    def given(self) -> dict[str, Any]:
        """Name, address and events, for the service."""
        return {name: self.cleaned_data[name] for name in ("name", "address", "events")}

"""Forms that can be refused: a service's sentence lands beside the input it is about, and what was typed stays."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _

from trail import clock
from trail.held import holding
from trail.refusals import Refusal

WRITTEN = (forms.TextInput, forms.Textarea)
DASHES = "---------"  # Django's own word for nothing chosen, which a screen reader spells out


def offer(field: Any, rows: Iterable[Any]) -> None:
    """Offer these rows, which were read already. Whatever is sent back is still looked for in the queryset of the field."""
    none = [] if field.empty_label is None else [("", field.empty_label)]
    field.choices = [*none, *((field.prepare_value(row), field.label_from_instance(row)) for row in rows)]


class Form(forms.Form):
    """A form with room for refusals, and a key under which its act is done once. `way`: where a refusal leads to."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    error_css_class = "has-err"
    status = 200
    way: tuple[str, str] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["key"].initial = uuid4
        for field in self.fields.values():
            if field.error_messages.get("required") is forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _("这一项要填")
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == DASHES:
                field.empty_label = "—"

    def _post_clean(self) -> None:
        """Of every moment: it is one that somebody can mean. Here, so that no form forgets it, whenever its fields were made."""
        super()._post_clean()  # type: ignore[misc]
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, datetime) and not clock.likely(value):
                self.add_error(name, _("年份写错了，再核对一遍"))

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal at its field, or above the form when it is about none of them."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal.sentence))
        self.status, self.way = refusal.status, refusal.way

    def _clean_fields(self) -> None:
        """Before anything that looks at more than one field: a form that is held asks for no proof and counts no try."""
        super()._clean_fields()  # type: ignore[misc]
        if held := holding():
            held.met = True
            self.add_error(None, held.sentence)

    @property
    def http_status(self) -> int:
        """200 for a form not sent yet, 422 with mistakes in it, or what the refusal said."""
        if not self.is_bound or not self.errors:
            return 200
        return self.status if self.status != 200 else 422


def left_over(sent: Form | None, shown: dict[str, Any]) -> list[forms.BoundField]:
    """What was written into a form that the page no longer has, since somebody else was faster: to be copied, not lost."""
    if sent is None or any(form is sent for form in _forms(shown.values())):
        return []
    written = (field for field in sent if isinstance(field.field.widget, WRITTEN) or field.name == "reason")
    return [field for field in written if field.value()]


def _forms(shown: Iterable[Any]) -> Iterator[Form]:
    """Those that stand on a page, also within the things of a list."""
    for value in shown:
        if isinstance(value, Form):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from _forms(value)
        elif isinstance(value, dict):
            yield from _forms(value.values())

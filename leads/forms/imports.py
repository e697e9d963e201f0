"""The form that takes a file in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.importing.reading import MOST_BYTES
from leads.models import ImportRun
from leads.services.imports import may_bring
from people.workplace import Workplace
from trail.forms import Form


class UploadForm(Form):
    """A file, and what it holds; whoever may bring reports only is not asked."""

    kind = forms.ChoiceField(label=_("里面是什么"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("文件"), help_text=_(".xlsx 或 .csv，最大 25 MB"),
        error_messages={"required": _("选一个文件"), "empty": _("文件是空的")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )  # fmt: skip

    def __init__(self, *args: Any, here: Workplace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.value, LABELS[kind]) for kind in ImportRun.Kind if may_bring(here, kind)]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["kind"].initial = kinds[0][0]
        if len(kinds) == 1:
            self.fields["kind"].widget = forms.HiddenInput()

    def clean_file(self) -> bytes:
        """What is in it; one byte more than may be is enough to say that it is too much."""
        content: bytes = self.cleaned_data["file"].read(MOST_BYTES + 1)
        return content


LABELS = {
    ImportRun.Kind.LEADS: _("报备：从现在起算"),
    ImportRun.Kind.OWNERSHIP: _("已有的归属：带原来的日期"),
}

"""Forms of periodic work: finished, signed for, which kinds a project does."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Project
from people.routines import kinds_of
from trail.forms import Form


class FinishForm(Form):
    """A piece of work is done, with a word about it."""

    note = forms.CharField(
        label=_("说明"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3, "class": "grows"}),
        error_messages={"max_length": _("最多 1000 字，现在更长")},
    )  # fmt: skip


class AcknowledgeForm(Form):
    """What is signed for."""

    subject = forms.CharField(max_length=80, widget=forms.HiddenInput)


class KindsForm(Form):
    """Which kinds of periodic work the project does."""

    kinds = forms.MultipleChoiceField(label=_("做哪些"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = kinds_of(project).values()
        self.fields["kinds"].choices = [(kind.code, kind.label) for kind in kinds]  # type: ignore[attr-defined]

"""Forms for looking over what people did: reviews of reports, questions asked."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from people.models import User
from trail.forms import Form


class ReviewForm(Form):
    """Whether a report is true and accurate, and if not, why."""

    approved = forms.TypedChoiceField(
        label=_("审核"), choices=[("yes", _("通过")), ("no", _("退回"))], coerce=lambda said: said == "yes"
    )
    why = forms.CharField(label=_("哪里不对"), required=False, max_length=200, help_text=_("退回要写"))


class QuestionsForm(Form):
    """Whose questions, of which day."""

    by = forms.ModelChoiceField(User.objects.none(), label=_("谁"), required=False, empty_label=_("所有人"))
    day = forms.DateField(
        label=_("哪天"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, among: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["by"].queryset = among  # type: ignore[attr-defined]

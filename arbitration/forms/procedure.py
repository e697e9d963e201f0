"""The forms of the procedure: written terms and their answer, a report upward, findings, an appeal and its decision."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from arbitration.cases.parties import Party
from arbitration.forms.deciding import read_share
from arbitration.models import Collision
from arbitration.services import Agreement, sides_of
from people.models import User
from people.stepup import StepUp
from trail.forms import Form


def text_field(label: Any, help_text: Any = "", most: int = 2000, **attrs: Any) -> forms.CharField:
    """Some lines of writing."""
    widget = forms.Textarea(attrs={"rows": 3, **attrs})
    return forms.CharField(label=label, help_text=help_text, max_length=most, required=False, widget=widget)


class StepForm(Form):
    """A form of its own on the page of a case, where others stand beside it; `step` names it."""

    step = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"{self.step}_%s", **kwargs)


class TermsForm(StepForm):
    """What the parties agree on: in words, a share for each side, and who follows the customer."""

    step = "terms"

    terms = text_field(_("谈成了什么"), _("写清楚，各方照着确认"))
    owner = forms.ChoiceField(label=_("客户归谁"), required=False)

    def __init__(self, *args: Any, case: Collision, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sides: list[Party] = sides_of(case)
        people = [(str(user.pk), f"{side.label}") for side in self.sides for user in side.people]
        self.fields["owner"].choices = [("", _("不变")), *people]  # type: ignore[attr-defined]
        for side in self.sides:
            label = _("%(party)s 分成（%%）") % {"party": side.label}
            attrs = {"inputmode": "decimal", "autocomplete": "off"}
            widget = forms.TextInput(attrs=attrs)
            self.fields[f"share_{side.key}"] = forms.CharField(label=label, required=False, max_length=8, widget=widget)

    def share_fields(self) -> list[forms.BoundField]:
        """The share of each side."""
        return [self[f"share_{side.key}"] for side in self.sides]

    def agreement(self) -> Agreement:
        """What was agreed on. Raises Refusal for a share that cannot be read."""
        owner = self.cleaned_data["owner"]
        named = next((u for side in self.sides for u in side.people if str(u.pk) == owner), None)
        return Agreement(text=self.cleaned_data["terms"], shares=dict(self._shares()), owner=named)

    def _shares(self) -> Iterable[tuple[str, int]]:
        for side in self.sides:
            field = f"share_{side.key}"
            yield side.key, read_share(self.cleaned_data[field], field=field)


class AnswerForm(StepForm):
    """Yes or no to written terms; the button says which."""

    step = "answer"

    agrees = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    why = text_field(_("为什么不同意"), _("对方看得到"), 300, rows=2)


class ReportForm(StepForm):
    """A report upward: to whom, and what happened."""

    step = "report"

    to = forms.ModelChoiceField(label=_("向谁"), queryset=User.objects.none(), empty_label=None)
    text = text_field(_("怎么撞的"), _("会作为你的陈述留在案件里"))

    def __init__(self, *args: Any, above: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = User.objects.filter(pk__in=[user.pk for user in above])  # type: ignore[attr-defined]
        self.fields["to"].initial = above[0].pk if above else None


class FindingsForm(StepForm):
    """What an investigation found."""

    step = "findings"

    findings = text_field(_("查到了什么"), _("各方都看得到"))


class AppealForm(StepForm):
    """Why a party does not accept a ruling."""

    step = "appeal"

    reason = text_field(_("为什么不服"), _("上一级和对方看得到"))


class AppealDecisionForm(StepUp):
    """What becomes of an appeal, signed by who decides."""

    outcome = forms.ChoiceField(
        label=_("怎么处理"), widget=forms.RadioSelect,
        choices=[("upheld", _("维持原裁定")), ("accepted", _("重新审理"))], error_messages={"required": _("选一个")},
    )  # fmt: skip
    reason = text_field(_("理由"), _("必填，双方都看得到"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="decide_%s", **kwargs)

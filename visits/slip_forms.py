"""The customer's signature, and how the desk of a site works."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trail.forms import Form
from visits.models import SiteRules
from visits.services.rules import RULES


class SignForm(Form):
    """A name, typed, and a tick; the service says what is missing."""

    name = forms.CharField(label=_("您的姓名"), max_length=80, required=False)
    agreed = forms.BooleanField(label=_("以上内容没错，我确认这次到访"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"


class RulesForm(Form):
    """SiteRules, all of them at once."""

    answer_seconds = forms.IntegerField(
        label=_("几秒没人应答就叫下一位"), min_value=0, max_value=600, help_text=_("0：不叫下一位")
    )
    ask_left_minutes = forms.IntegerField(
        label=_("多少分钟没记离开就问接待人"), min_value=0, max_value=600, help_text=_("0：不问")
    )
    sweep = forms.BooleanField(label=_("闭店时把没记离开的补上"), required=False)
    slip_size = forms.ChoiceField(label=_("确认单的纸"), choices=SiteRules.Size.choices)
    signing = forms.ChoiceField(label=_("客户怎么签"), choices=SiteRules.Signing.choices)

    @classmethod
    def of(cls, rules: SiteRules) -> "RulesForm":
        """The form as the site's rules stand."""
        return cls(initial={name: getattr(rules, name) for name in RULES})

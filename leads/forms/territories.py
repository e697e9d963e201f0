"""Whose region or trade."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from leads.forms.following import text
from leads.services.territories import MOST, USUAL
from people.models import Team, User
from trail.forms import Form


class TerritoryForm(Form):
    """A region, a trade or both, for a person or a team."""

    region = text(_("区域"), 40)
    industry = text(_("行业"), 40)
    user = forms.ModelChoiceField(
        label=_("归谁"), queryset=User.objects.none(), required=False, empty_label=_("不归个人")
    )
    team = forms.ModelChoiceField(
        label=_("或归哪个团队"), queryset=Team.objects.none(), required=False, empty_label=_("不归团队")
    )
    weight = forms.IntegerField(
        label=_("权重"), initial=USUAL, help_text=_("1 到 1000，大的优先；都一样就不比"), min_value=1, max_value=MOST,
        error_messages={"min_value": _("权重要 1 到 1000"), "max_value": _("权重要 1 到 1000"), "invalid": _("权重要 1 到 1000")},
    )  # fmt: skip

    def __init__(self, *args: Any, colleagues: QuerySet[User], teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = colleagues  # type: ignore[attr-defined]
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]

"""The filters of the queue, all optional and all in the address; until when a case waits; whether single keys act."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from arbitration.cases import queue
from arbitration.cases.queue import Wanted
from arbitration.models import Collision
from people.models import Project, Team, User
from people.routines import midnight
from people.workplace import Workplace
from trail.forms import Form

EVERY = _("全部")


class QueueForm(forms.Form):
    """What of the queue to show. Ids, never a name or number: it stands in the address."""

    trigger = forms.ChoiceField(label=_("触发"), required=False, choices=[("", EVERY), *Collision.Trigger.choices])
    team = forms.ModelChoiceField(
        label=_("一方的团队"), queryset=Team.objects.none(), required=False, empty_label=EVERY
    )
    party = forms.ModelChoiceField(label=_("当事人"), queryset=User.objects.none(), required=False, empty_label=EVERY)
    least = forms.DecimalField(label=_("金额从（元）"), required=False, min_value=0, max_digits=12, decimal_places=2)
    most = forms.DecimalField(label=_("金额到（元）"), required=False, min_value=0, max_digits=12, decimal_places=2)
    due = forms.ChoiceField(label=_("截止"), required=False, choices=[("", EVERY), *queue.DUES.items()])

    def __init__(self, *args: Any, here: Workplace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["team"].queryset = queue.teams(here)  # type: ignore[attr-defined]
        self.fields["party"].queryset = queue.claimants(here)  # type: ignore[attr-defined]

    def offer(self, teams: Iterable[Team], claimants: Iterable[User]) -> None:
        """What there is to choose from, where it is read already."""
        for name, rows in (("team", teams), ("party", claimants)):
            self.fields[name].choices = [("", EVERY), *((row.pk, str(row)) for row in rows)]  # type: ignore[attr-defined]

    def wanted(self, tab: str) -> Wanted:
        """What is asked for; a filter that cannot be is none."""
        self.is_valid()
        given = self.cleaned_data
        fens = [None if given.get(key) is None else int(given[key] * 100) for key in ("least", "most")]
        team, party = given.get("team"), given.get("party")
        return Wanted(
            tab,
            given.get("trigger") or "",
            team and team.pk,
            party and party.pk,
            fens[0],
            fens[1],
            given.get("due") or "",
        )


def query_of(given: QueryDict) -> str:
    """The tab and the filters of an address, for the next one; nothing else of it."""
    made = QueryDict(mutable=True)
    for key in ("tab", *QueueForm.base_fields):
        if value := given.get(key):
            made[key] = str(value)
    return str(made.urlencode())


class PostponeForm(Form):
    """Until which day a case waits, and why."""

    until = forms.DateField(
        label=_("到哪天再看"), widget=forms.DateInput(attrs={"type": "date"}), help_text=_("到那天自动回到待我处理")
    )
    reason = forms.CharField(
        label=_("理由"), help_text=_("必填，双方都看得到"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def moment(self, project: Project) -> datetime:
        """When that day begins, where the project is."""
        return midnight(self.cleaned_data["until"], project.zone)


class KeysForm(Form):
    """Whether single keys act."""

    letters = forms.BooleanField(label=_("在撞单队列用单键（J K 1 2 3 H）"), required=False)

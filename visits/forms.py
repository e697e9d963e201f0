"""The arrival form of the desk, and the small ones beside it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from leads.identity import reading
from people.models import User
from trail.forms import Form
from visits.models import Visit
from visits.services import Arrival
from visits.wording import DEFAULTS, hint


class LongSelect(forms.Select):
    """A select of hundreds, written in one go: with a template for each choice they took half of the desk's time."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """As Django writes it."""
        chosen, given = self.format_value(value), self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        options = "\n".join(
            f'<option value="{escape(pk)}"{" selected" if str(pk) in chosen else ""}>{escape(label)}</option>'
            for pk, label in self.choices
        )
        return format_html("<select{}>\n{}\n</select>", flatatt(given), mark_safe(options))  # noqa: S308  escaped above


class BrokerField(forms.ModelChoiceField):
    """An outside agent, told apart by the agency."""

    def label_from_instance(self, obj: User) -> str:
        """高翔 · 安居房产"""
        return f"{obj.name} · {obj.agency}"  # type: ignore[attr-defined]


class AgentField(forms.ChoiceField):
    """As BrokerField, of agents who were read already: the desk asks for its people once."""

    widget = LongSelect

    def among(self, people: Iterable[Any]) -> None:
        """Whom there is to choose, each with `agency`, the name of theirs."""
        self.people: dict[str, User] = {str(user.pk): user for user in people}
        self.choices = [("", _("没有人带看")), *((str(user.pk), f"{user.name} · {user.agency}") for user in people)]

    def clean(self, value: Any) -> User | None:
        """The agent, or nobody."""
        return self.people.get(super().clean(value))


class WhoField(forms.ChoiceField):
    """Which colleague the customer named. The letters before a name let the keyboard choose in any list, with or without script.

    Nobody and «does not know» are answers too (D01-2); what is left empty was not asked.
    """

    NONE, UNSURE = "none", "unsure"
    widget = LongSelect

    def __init__(self, *, label: Any, nobody: Any) -> None:
        super().__init__(label=label, required=False)
        self.answers = [("", _("问了再选")), (self.NONE, nobody), (self.UNSURE, _("9 说不清"))]
        self.people: dict[str, User] = {}

    def among(self, people: Iterable[User]) -> None:
        """Whom there is to choose, in the order of their letters."""
        self.people = {str(user.pk): user for user in people}
        named = sorted((reading(user.name)[1].upper(), user.name, pk) for pk, user in self.people.items())
        self.choices = [*self.answers, *((pk, f"{letters} {name}".strip()) for letters, name, pk in named)]

    def clean(self, value: Any) -> User | None:
        """The colleague; None for nobody, for «does not know», and for no answer."""
        return self.people.get(super().clean(value))


class ArrivalForm(Form):
    """The items of D01-1 and the three questions; who came along, where agencies sell. Numbers are read by the service."""

    known = forms.UUIDField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("姓名"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("手机号"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    invited_by = WhoField(label=_("一问：哪个业务员邀约的？"), nobody=_("0 没有人邀约"))
    asked_for = WhoField(label=_("二问：找哪位？"), nobody=_("0 没有指名"))
    brought_by = AgentField(label=_("带看经纪人"), required=False)
    first_time = forms.ChoiceField(
        label=_("三问：是不是第一次来？"), choices=Visit.First.choices, required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, sellers: Iterable[User], brokers: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = list(sellers)
        for name in ("invited_by", "asked_for"):
            self.fields[name].among(people)  # type: ignore[attr-defined]
        self.fields["brought_by"].among(brokers)  # type: ignore[attr-defined]
        if not brokers:
            del self.fields["brought_by"]
        for name in ("name", "phone"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    @property
    def unsure(self) -> tuple[str, ...]:
        """The questions to which the customer knew no answer."""
        return tuple(name for name in ("invited_by", "asked_for") if self.data.get(name) == WhoField.UNSURE)

    def arrival(self, *, refused: bool = False, hand_to: User | None = None, on_record: str = "") -> Arrival:
        """What was keyed, for the service; `on_record` is the number of a customer who was picked and not asked again."""
        given = self.cleaned_data
        number = given["phone"] or on_record
        return Arrival(
            name="" if refused else given["name"], number="" if refused else number, refused=refused,
            invited_by=given["invited_by"], asked_for=given["asked_for"], brought_by=given.get("brought_by"),
            first_time=given["first_time"], unsure=self.unsure, hand_to=hand_to,
            party=given.get("party", ""), companions=given.get("companions") or 0, told=bool(given.get("told")),
        )  # fmt: skip


class CheckInForm(ArrivalForm):
    """An arrival as the desk keys it while the customer is there: each of the three questions has an answer (D01-2).

    «Nobody» and «does not know» are answers. Who refuses everything is asked nothing and never stopped (PIPL 16).
    """

    QUESTIONS = ("invited_by", "asked_for", "first_time")

    party = forms.CharField(max_length=24, required=False, widget=forms.HiddenInput)
    companions = forms.IntegerField(label=_("随行人数"), min_value=0, max_value=99, required=False)
    told = forms.BooleanField(label=_("个人信息已告知"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["data-key"] = "F2"

    def begin_at(self, name: str) -> None:
        """Put the cursor there."""
        self.fields[name].widget.attrs["autofocus"] = True

    def who(self, name: str) -> User | None:
        """The colleague whom a choice names, of those there are."""
        given = self.data if self.is_bound else self.initial
        people: dict[str, User] = self.fields["invited_by"].people  # type: ignore[attr-defined]
        return people.get(str(given.get(name) or ""))

    @property
    def open_questions(self) -> list[str]:
        """Those of the three that have no answer yet."""
        given = self.data if self.is_bound else self.initial
        return [name for name in self.QUESTIONS if not given.get(name)]

    def clean(self) -> dict[str, Any]:
        """Say at each question that it has no answer."""
        if "refused" not in self.data:
            for name in self.open_questions:
                self.add_error(name, _("问一下客户；没有或说不清，也选上"))
        return self.cleaned_data


class HandOverForm(Form):
    """Who receives from now on."""

    to = forms.ModelChoiceField(label=_("交给谁"), queryset=User.objects.none())
    out_of_turn = forms.BooleanField(label=_("没轮到 TA，TA 自己接了"), required=False)

    def __init__(self, *args: Any, sellers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = sellers  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """For the service."""
        return {name: self.cleaned_data[name] for name in ("to", "out_of_turn")}


class DutyForm(Form):
    """Who is on duty today, from–to."""

    user = forms.ModelChoiceField(label=_("值班人"), queryset=User.objects.none())
    since = forms.TimeField(label=_("从"), widget=forms.TimeInput(attrs={"type": "time"}))
    until = forms.TimeField(label=_("到"), widget=forms.TimeInput(attrs={"type": "time"}))

    def __init__(self, *args: Any, sellers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = sellers  # type: ignore[attr-defined]


class ShiftForm(DutyForm):
    """Who is on duty on one of the days of a week, from–to; to 00:00 is to midnight."""

    day = forms.ChoiceField(label=_("哪天"))
    field_order = ["day", "user", "since", "until"]

    def __init__(self, *args: Any, days: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].choices = days  # type: ignore[attr-defined]


class JoinForm(Form):
    """Who joins the rotation."""

    user = forms.ModelChoiceField(label=_("加谁"), queryset=User.objects.none())

    def __init__(self, *args: Any, sellers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = sellers  # type: ignore[attr-defined]


class TextsForm(Form):
    """What a site says and prints; what is left empty is the program's wording."""

    greeting = forms.CharField(
        label=_("迎接"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    farewell = forms.CharField(
        label=_("送别"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    slip_heading = forms.CharField(label=_("单据标题"), max_length=30, required=False)
    slip_note = forms.CharField(
        label=_("单据说明"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in DEFAULTS:
            self.fields[name].help_text = hint(name)

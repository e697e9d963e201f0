"""Forms of following up: being in touch, the profile, the grade, tasks."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from leads.models import Contact, Profile
from people.models import User
from trail.forms import Form

YES_NO = [("", _("没有判断")), ("yes", _("高")), ("no", _("不高"))]


def moment(label: Any, hint: Any = "", *, required: bool = True, missing: Any = "") -> forms.DateTimeField:
    """A local date and time, to the minute."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    messages = {"invalid": _("时间写成 2025-05-01 14:30")} | ({"required": missing} if missing else {})
    return forms.DateTimeField(label=label, help_text=hint, required=required, widget=widget, error_messages=messages)


def text(label: Any, most: int, hint: Any = "", **more: Any) -> forms.CharField:
    """An optional line."""
    messages = {"max_length": _("最多 %(limit_value)d 字，现在更长")}
    return forms.CharField(
        label=label, help_text=hint, max_length=most, required=False, error_messages=messages, **more
    )


class ContactForm(Form):
    """Somebody was in touch. `confirmed` is shown once there is something to confirm."""

    mode = forms.ChoiceField(
        label=_("怎么联系的"), choices=Contact.Mode.choices, error_messages={"required": _("选一种联系方式")}
    )
    note = text(_("说了什么"), 200)
    connected = forms.ChoiceField(
        label=_("联系上了吗"), choices=[("yes", _("联系上了")), ("no", _("没联系上"))], required=False, initial="yes"
    )
    asked_first = forms.ChoiceField(
        label=_("先问过有没有同事在联系吗"), required=False,
        choices=[("", _("不用问，是我的客户")), ("yes", _("问了")), ("no", _("没问"))],
    )  # fmt: skip
    answer = forms.ChoiceField(label=_("客户怎么说"), required=False, choices=[("", "—"), *Contact.Said.choices])
    claimed_at = moment(_("什么时候联系的"), _("不是刚才才填；以现在记下的时间为准"), required=False)
    confirmed = forms.BooleanField(label=_("我知道了，仍要记下"), required=False)

    def given(self) -> dict[str, Any]:
        """What the service is told."""
        read = self.cleaned_data
        asked = {"yes": True, "no": False}.get(read["asked_first"])
        told = {name: read[name] for name in ("mode", "note", "answer", "claimed_at", "confirmed")}
        return told | {"connected": read["connected"] != "no", "asked_first": asked}


class ProfileForm(Form):
    """What is known of a customer here."""

    needs = text(_("需求"), 500, widget=forms.Textarea(attrs={"rows": 3}))
    intent = text(_("意向"), 100, _("还不清楚就写「未定」"))
    region = text(_("区域"), 40)
    industry = text(_("行业"), 40)
    stage = forms.ChoiceField(label=_("阶段"), choices=Profile.Stage.choices)

    @classmethod
    def of(cls, profile: Profile) -> "ProfileForm":
        """The form as it stands."""
        return cls(
            initial={name: getattr(profile, name) for name in ("needs", "intent", "region", "industry", "stage")}
        )

    def given(self) -> dict[str, str]:
        """What the service is told."""
        return {name: self.cleaned_data[name] for name in ("needs", "intent", "region", "industry", "stage")}


class GradeForm(Form):
    """Potential and importance make the letter; loyalty and profit the tier."""

    potential = forms.TypedChoiceField(
        label=_("潜力"), choices=[("", "—"), *Profile.Level.choices], coerce=int, empty_value=None, required=False
    )
    importance = forms.TypedChoiceField(
        label=_("重要性"), choices=[("", "—"), *Profile.Level.choices], coerce=int, empty_value=None, required=False
    )
    loyalty = forms.ChoiceField(label=_("忠诚度"), choices=YES_NO, required=False)
    profit = forms.ChoiceField(label=_("利润贡献"), choices=YES_NO, required=False)

    @classmethod
    def of(cls, profile: Profile) -> "GradeForm":
        """The form as it stands."""
        words = {True: "yes", False: "no", None: ""}
        return cls(
            auto_id="grade_%s",
            initial={
                "potential": profile.potential, "importance": profile.importance, "loyalty": words[profile.loyalty_high],
                "profit": words[profile.profit_high],
            },
        )  # fmt: skip

    def given(self) -> dict[str, Any]:
        """What the service is told."""
        read, meant = self.cleaned_data, {"yes": True, "no": False}
        return {
            "potential": read["potential"], "importance": read["importance"], "loyalty_high": meant.get(read["loyalty"]),
            "profit_high": meant.get(read["profit"]),
        }  # fmt: skip


class TaskForm(Form):
    """Something to be done, by when; a manager says by whom."""

    what = forms.CharField(
        label=_("做什么"), max_length=120,
        error_messages={"required": _("写要做什么"), "max_length": _("最多 %(limit_value)d 字，现在更长")},
    )  # fmt: skip
    due_at = moment(_("什么时候前"), missing=_("写什么时候前"))
    user = forms.ModelChoiceField(
        label=_("谁来做"), queryset=User.objects.none(), required=False, empty_label=_("我自己")
    )

    def __init__(self, *args: Any, colleagues: QuerySet[User] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if colleagues is None:
            del self.fields["user"]
        else:
            self.fields["user"].queryset = colleagues  # type: ignore[attr-defined]


class DoneForm(Form):
    """A task is done."""

    note = text(_("结果"), 120)

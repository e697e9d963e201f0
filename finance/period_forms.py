"""Forms of a month and of statements: closing, opening again, posting, confirming, asking and replying."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from people.stepup import EXPORTING, StepUp
from trail.forms import Form


class Seen(Form):
    """A form that says which lines its reader saw: the fingerprint, in hexadecimal."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def clean_seen(self) -> bytes:
        """The digest; a broken one is one that nobody saw."""
        try:
            return bytes.fromhex(self.cleaned_data["seen"])
        except ValueError:
            return b""

    def show(self, digest: bytes) -> None:
        """What its reader sees now, which the form says when it is sent again; what was looked over before is no longer ticked."""
        self.initial["seen"] = digest.hex()
        if self.is_bound and self.data.get("seen") != digest.hex():
            self.data = cast("QueryDict", self.data).copy()
            self.data["seen"] = digest.hex()
            self.data.pop("checked", None)


class CloseForm(Seen, StepUp):
    """Closing: a tick that it was looked over, and proof of who signs. `term_over` only where the term for answering is over."""

    term_said_over = forms.BooleanField(label=_("答复期已过，没确认的分成单照现在的算"), required=False)
    checked = forms.BooleanField(label=_("我已核对上面的任务和金额"), error_messages={"required": _("核对过再勾上")})

    def __init__(self, *args: Any, may_waive: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_waive:
            del self.fields["term_said_over"]


class ReopenForm(StepUp):
    """Opening a closed month again."""

    reason = forms.CharField(label=_("为什么重新打开"), help_text=_("这个月里有账的人都会收到通知"), max_length=300)


class PostForm(StepUp):
    """Which sanctions and rewards are posted; proof unless it was given within ten minutes."""

    within = EXPORTING
    numbers = forms.MultipleChoiceField(
        label=_("入账的"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("选要入账的"), "invalid_choice": _("%(value)s 现在不能入账。刷新再看")},
    )

    def __init__(self, *args: Any, numbers: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["numbers"].choices = numbers  # type: ignore[attr-defined]
        self.fields["numbers"].initial = [no for no, _words in numbers]


class ConfirmForm(Seen):
    """没问题，确认."""


class QuestionForm(Seen):
    """有疑问."""

    text = forms.CharField(
        label=_("哪里有疑问"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("写明哪里有疑问")},
    )  # fmt: skip


class ReplyForm(Form):
    """Finance replies."""

    text = forms.CharField(
        label=_("答复"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("写明答复")},
    )

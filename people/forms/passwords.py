"""Forms by which somebody chooses a password."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from people.stepup import StepUp
from trail.forms import Form


def password_input() -> forms.PasswordInput:
    """An input that a password manager recognises as that of a new password."""
    return forms.PasswordInput(attrs={"autocomplete": "new-password"})


class NewPassword(Form):
    """A new password, typed twice. Whether it is good enough, the service says."""

    new_password = forms.CharField(
        label=_("新密码"), help_text=_("至少 10 位，可以是一句好记的话"), max_length=128, strip=False, widget=password_input(),
    )  # fmt: skip
    again = forms.CharField(label=_("再输一遍新密码"), max_length=128, strip=False, widget=password_input())

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if "again" in given and given.get("new_password", given["again"]) != given["again"]:
            self.add_error("again", _("两遍不一样，再输一遍"))
        return given


class JoinForm(NewPassword):
    """What somebody chooses who was invited."""

    username = forms.CharField(
        label=_("账号"), help_text=_("登录用。可以改"), max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("语言"), choices=settings.LANGUAGES, widget=forms.RadioSelect)
    field_order = ["username", "new_password", "again", "language"]


class ChangePassword(StepUp, NewPassword):
    """Change one's own password: first who one is, then the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([self.asks])


class ForgotForm(Form):
    """Who forgot a password, by account or e-mail."""

    who = forms.CharField(
        label=_("账号或邮箱"), max_length=254, error_messages={"required": _("填账号或邮箱")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip

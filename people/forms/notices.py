"""Forms about notices: one's own address and wishes; the mail server."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.channels import typed
from people.models import MailServer, NoticeSettings
from people.services.channels import Server
from people.services.notices import Wish
from people.stepup import EXPORTING, StepUp
from trail.forms import Form

WRONG_ADDRESS = {"invalid": _("邮箱写得不对，例：name@example.com")}


def _clock(label: Any, help_text: Any = "", *, required: bool = False) -> forms.TimeField:
    return forms.TimeField(
        label=label, help_text=help_text, required=required, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("时间写成 21:00 这样")},
    )  # fmt: skip


class AddressForm(StepUp):
    """Where my mail goes."""

    within = EXPORTING
    email = forms.EmailField(
        label=_("我的邮箱"), required=False, error_messages=WRONG_ADDRESS,
        help_text=_("消息发到这里，忘了密码也靠它。空着就不发"), widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip


class WishForm(Form):
    """What I want by mail, and when."""

    mail = forms.ChoiceField(label=_("发邮件"), choices=NoticeSettings.Mail.choices, widget=forms.RadioSelect)
    pace = forms.ChoiceField(label=_("什么时候发"), choices=NoticeSettings.Pace.choices, widget=forms.RadioSelect)
    daily_at = _clock(_("每天一封的时间"), _("落在免打扰里的，等免打扰结束"), required=True)
    quiet_from = _clock(_("免打扰，从"), _("都空着就不设"))
    quiet_until = _clock(_("免打扰，到"), _("可以过夜"))

    @classmethod
    def of(cls, row: NoticeSettings) -> "WishForm":
        """The form as this person's row fills it."""
        return cls(initial={name: getattr(row, name) for name in cls.base_fields if name != "key"})

    def wish(self) -> Wish:
        """What was typed."""
        return Wish(**{name: given for name, given in self.cleaned_data.items() if name != "key"})


class ServerForm(StepUp):
    """The mail server. Its password is written, never shown again; what was just typed stays while it is wrong."""

    within = EXPORTING
    host = forms.CharField(
        label=_("服务器地址"), max_length=253, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("例：smtp.example.com"),
    )  # fmt: skip
    port = forms.IntegerField(
        label=_("端口"), min_value=1, max_value=65_535, help_text=_("SSL/TLS 多半是 465，STARTTLS 多半是 587"),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("端口是 1 到 65535 的数")),
    )  # fmt: skip
    security = forms.ChoiceField(
        label=_("加密"), choices=MailServer.Security.choices, help_text=_("照邮件服务商写的选")
    )
    username = forms.CharField(
        label=_("用户名"), required=False, max_length=200, help_text=_("空着就不登录"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    secret = forms.CharField(
        label=_("密码或授权码"), required=False, max_length=200, strip=False, help_text=_("存下后不再显示"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )  # fmt: skip
    sender = forms.EmailField(label=_("发件邮箱"), help_text=_("收信的人看到的发件人"), error_messages=WRONG_ADDRESS)

    def __init__(self, *args: Any, server: MailServer | None, **kwargs: Any) -> None:
        known = (
            {name: getattr(server, name) for name in ("host", "port", "security", "username", "sender")}
            if server
            else {}
        )
        super().__init__(*args, initial=known or {"port": 465, "security": MailServer.Security.TLS}, **kwargs)
        if server and server.sealed_password:
            self.fields["secret"].help_text = _("已经存着一个；空着就不改")

    def clean_host(self) -> str:
        """A name or an address, without https:// or a port."""
        return typed.host(str(self.cleaned_data["host"]), "smtp.example.com")

    def server(self) -> Server:
        """What was typed."""
        return Server(**{name: self.cleaned_data[name] for name in Server.__dataclass_fields__})

"""The form of the SMS gateway. The password is written, never shown again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.channels import typed
from people.models import SmsGateway
from people.services.sms import GatewayGiven
from people.stepup import EXPORTING, StepUp

PLAIN: dict[str, Any] = {"autocomplete": "off", "spellcheck": "false"}


class GatewayForm(StepUp):
    """The gateway, as its operator named it."""

    within = EXPORTING
    host = forms.CharField(label=_("服务器地址"), max_length=253, widget=forms.TextInput(attrs=PLAIN))
    port = forms.IntegerField(
        label=_("端口"), min_value=1, max_value=65_535, help_text=_("SMPP 多半是 2775，加密的多半是 3550"),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("端口是 1 到 65535 的数")),
    )  # fmt: skip
    tls = forms.BooleanField(
        label=_("加密（TLS）"), required=False, help_text=_("不加密只限本机和内网地址（专线、VPN）")
    )
    account = forms.CharField(
        label=_("账号"), max_length=15, help_text="system_id", widget=forms.TextInput(attrs=PLAIN)
    )
    secret = forms.CharField(
        label=_("密码"), required=False, max_length=8, strip=False, help_text=_("最多 8 位；存下后不再显示"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )  # fmt: skip
    sender = forms.CharField(
        label=_("主叫号码"), required=False, max_length=20, help_text=_("服务商给的接入号；没给就空着"),
        widget=forms.TextInput(attrs=PLAIN),
    )  # fmt: skip
    signature = forms.CharField(label=_("签名"), max_length=12, help_text=_("报备过的签名，不写【】，例：秀兰"))

    def __init__(self, *args: Any, row: SmsGateway | None, **kwargs: Any) -> None:
        names = ("host", "port", "tls", "account", "sender", "signature")
        known = {name: getattr(row, name) for name in names} if row else {"port": 2775, "tls": True}
        super().__init__(*args, initial=known, **kwargs)
        del self.fields["secret"].widget.attrs["maxlength"]  # a browser would cut off what is pasted and say nothing
        if row:
            self.fields["secret"].help_text = _("已经存着一个；空着就不改")

    def clean_host(self) -> str:
        """A name or an address, without a scheme or a port."""
        return typed.host(str(self.cleaned_data["host"]), "smpp.example.com")

    def clean_sender(self) -> str:
        """Digits of an access number, or Latin letters."""
        return typed.sender(str(self.cleaned_data["sender"]))

    def clean_signature(self) -> str:
        """Short enough for one message."""
        return typed.signature(str(self.cleaned_data["signature"]))

    def given(self) -> GatewayGiven:
        """What was typed."""
        return GatewayGiven(**{name: self.cleaned_data[name] for name in GatewayGiven.__dataclass_fields__})

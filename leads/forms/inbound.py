"""Forms about what comes in: whose a message is, its lines put right; gateways and mailboxes."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from leads.inbound.sources import Mailbox
from leads.models import InboundMessage, InboundSource
from people.channels import typed
from people.models import User
from people.stepup import EXPORTING, StepUp
from trail.forms import Form

Kind, State = InboundSource.Kind, InboundMessage.State


class StateForm(Form):
    """Which messages to show."""

    state = forms.ChoiceField(label=_("状态"), required=False, choices=[("", _("全部")), *State.choices])


class AssignForm(Form):
    """From whom a message is."""

    user = forms.ModelChoiceField(
        User.objects.none(), label=_("是谁发的"), error_messages={"invalid_choice": _("选列出来的一个")}
    )

    def __init__(self, *args: Any, among: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = among  # type: ignore[attr-defined]


class LeftForm(Form):
    """The lines that were not registered, to be put right."""

    text = forms.CharField(
        label=_("没报上的几行"), max_length=20_000, help_text=_("改好再报；报上的从现在算时间，原来收到的时间留在旁边"),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false", "class": "grows"}),
        error_messages={"max_length": _("太长了，分几次粘")},
    )  # fmt: skip


class GatewayForm(StepUp):
    """A new gateway, which gets a key. Who makes one shows again who they are."""

    within = EXPORTING
    kind = forms.ChoiceField(
        label=_("收什么"), choices=[(kind.value, kind.label) for kind in (Kind.SMS_HOOK, Kind.EMAIL_HOOK)]
    )
    name = forms.CharField(label=_("名字"), max_length=40, help_text=_("例：阿里云短信"))


class MailboxForm(Form):
    """A mailbox. The password is written, never shown again; what was just typed stays while it is wrong."""

    name = forms.CharField(label=_("名字"), max_length=40, help_text=_("例：报备邮箱"))
    host = forms.CharField(
        label=_("服务器地址"), max_length=120, help_text=_("例：imap.example.com"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    port = forms.IntegerField(
        label=_("端口"), min_value=1, max_value=65_535, initial=993, help_text=_("加密多半是 993"),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("端口是 1 到 65535 的数")),
    )  # fmt: skip
    tls = forms.BooleanField(label=_("加密（SSL/TLS）"), required=False, initial=True)
    username = forms.CharField(
        label=_("用户名"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )
    password = forms.CharField(
        label=_("密码或授权码"), max_length=200, strip=False, help_text=_("存下后不再显示"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )  # fmt: skip
    folder = forms.CharField(label=_("文件夹"), max_length=80, initial="INBOX", help_text=_("收件箱写 INBOX"))

    def clean_host(self) -> str:
        """A name or an address, without https:// or a port."""
        return typed.host(str(self.cleaned_data["host"]), "imap.example.com")

    def mailbox(self) -> Mailbox:
        """What was typed."""
        return Mailbox(**{name: given for name, given in self.cleaned_data.items() if name != "key"})

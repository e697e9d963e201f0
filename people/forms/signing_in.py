"""设置 → 登录方式: a system that vouches for people; from when on a second factor is a duty."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms.changing import ChangeForm
from people.models import Provider
from people.services.single_sign_on import Given
from people.stepup import EXPORTING, StepUp

PLAIN = {"autocomplete": "off", "spellcheck": "false"}


def _text(label: Any, help_text: Any, length: int, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=length, required=required, widget=forms.TextInput(attrs=PLAIN)
    )


class ProviderForm(ChangeForm):
    """A provider. Its secret is written, never shown again. Who enters one shows again who they are."""

    within = EXPORTING
    kind = forms.ChoiceField(label=_("哪一种"), choices=Provider.Kind.choices)
    name = _text(_("按钮上的字"), _("例：企业微信"), 40)
    client = _text(_("应用"), _("企业微信填 CorpID，钉钉填 AppKey，飞书填 App ID，别的填 client id"), 120)
    agent = _text(
        _("AgentId 或公司"),
        _("企业微信填应用的 AgentId，钉钉填 CorpId，飞书填 tenant_key；别的空着"),
        40,
        required=False,
    )
    address = _text(
        _("服务器地址"), _("OpenID Connect 填 issuer；别的空着，私有部署才填。https:// 开头"), 200, required=False
    )
    secret = forms.CharField(
        label=_("密钥"), required=False, max_length=300, strip=False, help_text=_("存下后不再显示"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )  # fmt: skip

    def __init__(self, *args: Any, row: Provider | None = None, **kwargs: Any) -> None:
        known = {name: getattr(row, name) for name in ("name", "client", "agent", "address")} if row else {}
        super().__init__(*args, row=row, initial=known, **kwargs)
        if row:
            del self.fields["kind"]  # what it is stays
            self.fields["secret"].help_text = _("已经存着一个；空着就不改")

    def given(self) -> Given:
        """What was typed."""
        typed = {name: self.cleaned_data.get(name, "") for name in Given.__slots__}
        return Given(**typed)


class DutyForm(StepUp):
    """The day from which on the second factor is a duty; none: at once."""

    within = EXPORTING
    day = forms.DateField(
        label=_("从哪天起"), required=False, help_text=_("空着就是马上"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("日期写成 2026-12-01 这样")},
    )  # fmt: skip

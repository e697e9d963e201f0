"""Forms about people and their roles."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people import reads
from people.forms.organisation import EditForm
from people.models import Organisation, Team
from people.roles import Role
from trail.forms import Form

ACCOUNT = forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"})
STATES = [("", _("在职")), ("new", _("没有登录过")), ("left", _("已离开"))]


class AccountForm(EditForm):
    """Name, account, address."""

    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    username = forms.CharField(label=_("账号"), max_length=60, help_text=_("登录用的，例：liqiang"), widget=ACCOUNT)
    email = forms.CharField(
        label=_("邮箱"), max_length=254, required=False, help_text=_("可以不填；填了，消息和新密码链接能发到邮箱"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class RoleFields(forms.Form):
    """A role, for whom, in which team."""

    role = forms.ChoiceField(
        label=_("角色"), choices=[("", "—"), *Role.choices], error_messages={"required": _("选一个角色")},
    )  # fmt: skip
    organisation = forms.ModelChoiceField(
        label=_("公司"), queryset=Organisation.objects.none(), empty_label=None,
        help_text=_("外部经纪人选他的分销公司，其他人选本公司"), error_messages={"invalid_choice": _("这家公司不在名单里，重新选")},
    )  # fmt: skip
    team = forms.ModelChoiceField(
        label=_("团队"), queryset=Team.objects.none(), required=False, empty_label=_("不在团队里"),
        error_messages={"invalid_choice": _("这个团队不在名单里，重新选")},
    )  # fmt: skip

    def offer(self) -> None:
        """Fill in whom one can work for and what teams there are."""
        self.fields["organisation"].queryset = reads.employers()  # type: ignore[attr-defined]
        self.fields["team"].queryset = reads.open_teams()  # type: ignore[attr-defined]


class PersonForm(RoleFields, AccountForm):
    """Somebody comes, with a first role."""

    existing = forms.BooleanField(
        label=_("这个人已经有账号：只加角色"), required=False, help_text=_("他在别的项目里，或以前离开过"),
    )  # fmt: skip
    field_order = ("name", "username", "existing", "email", "role", "organisation", "team")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer()


class MembershipForm(RoleFields, Form):
    """One more role for somebody who is here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="role_%s", **kwargs)
        self.offer()


class TeamChangeForm(Form):
    """Another team for a role."""

    team = forms.ModelChoiceField(
        label=_("团队"), queryset=Team.objects.none(), required=False, empty_label=_("不在团队里"),
        error_messages={"invalid_choice": _("这个团队不在名单里，重新选")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = reads.open_teams()  # type: ignore[attr-defined]


class FindForm(Form):
    """Which people to list; goes into the address, so it has no key."""

    q = forms.CharField(
        label=_("找姓名或账号"), required=False, max_length=60, widget=forms.TextInput(attrs={"type": "search"})
    )
    role = forms.ChoiceField(label=_("角色"), required=False, choices=[("", _("所有角色")), *Role.choices])
    organisation = forms.ModelChoiceField(
        label=_("公司"), queryset=Organisation.objects.none(), required=False, empty_label=_("所有公司")
    )
    state = forms.ChoiceField(label=_("状态"), required=False, choices=STATES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="find_%s", **kwargs)
        self.fields["organisation"].queryset = reads.employers()  # type: ignore[attr-defined]

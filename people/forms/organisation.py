"""Forms about the company, its projects, sites and teams, and the agencies."""

from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from people import reads
from people.forms.changing import SeenForm
from people.models import Organisation, User
from people.services.guards import version

CODE = r"^[a-z0-9][a-z0-9-]*$"
CHINA = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Macau", "Asia/Taipei")
AREAS = ("Africa", "America", "Asia", "Australia", "Europe", "Indian", "Pacific")


def zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Time zones to choose from, by area; those of China first."""
    names = sorted(available_timezones() - set(CHINA))
    groups = [(str(_("中国")), [(name, name) for name in CHINA])]
    for area in AREAS:
        groups.append((area, [(name, name) for name in names if name.startswith(f"{area}/")]))
    return groups


class EditForm(SeenForm):
    """About a row whose history is kept: filled from what stands there now."""

    version_of = staticmethod(version)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: Any = None, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        there = {name: getattr(row, name) for name in self.base_fields if row is not None and hasattr(row, name)}
        super().__init__(*args, row=row, initial={**there, **(initial or {})}, **kwargs)


class CompanyForm(EditForm):
    """The company's names."""

    name = forms.CharField(
        label=_("公司名称"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    short_name = forms.CharField(
        label=_("简称"), max_length=20, required=False, help_text=_("报备里怎么写这家公司，例：秀兰"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class AgencyForm(CompanyForm):
    """An outside agency or the developer; which of the two is said once."""

    kind = forms.ChoiceField(
        label=_("哪一种"), choices=[c for c in Organisation.Kind.choices if c[0] != Organisation.Kind.OWN]
    )

    field_order = ("kind", "name", "short_name")

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.fields["kind"].initial = Organisation.Kind.DISTRIBUTOR
        if row is not None:
            del self.fields["kind"]


class ProjectForm(EditForm):
    """A project; its code is said once."""

    name = forms.CharField(label=_("项目名称"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    code = forms.CharField(
        label=_("代码"), max_length=32, help_text=_("小写字母、数字和 -，以后不能改。例：xiulan-2026"),
        validators=[RegexValidator(CODE, _("代码只能有小写字母、数字和 -，开头不能是 -"))],
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    time_zone = forms.ChoiceField(
        label=_("时区"), choices=zones, initial="Asia/Shanghai", help_text=_("保护期按当地的日子算")
    )
    keeps_incidents = forms.BooleanField(
        label=_("记投诉和事件"),
        required=False,
        help_text=_("客户投诉、跑单、交通事故、一套卖两次，怎么处理、做完没有；不影响归属和钱"),
    )

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        if row is not None:
            del self.fields["code"]
        else:
            del self.fields["keeps_incidents"]


class SiteForm(EditForm):
    """A site and its opening hours."""

    name = forms.CharField(label=_("案场名称"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    opens = forms.TimeField(
        label=_("开门"), initial="09:00", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("时间写成 09:00 这样")},
    )  # fmt: skip
    closes = forms.TimeField(
        label=_("关门"), initial="18:00", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("时间写成 09:00 这样")},
    )  # fmt: skip


class TeamForm(EditForm):
    """A team and who leads it."""

    name = forms.CharField(label=_("团队名称"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    leader = forms.ModelChoiceField(
        label=_("负责人"), queryset=User.objects.none(), required=False, empty_label=_("还没有"),
        help_text=_("负责人不裁定自己队里人的撞单"), error_messages={"invalid_choice": _("负责人要是本公司在职的人")},
    )  # fmt: skip

    def __init__(self, *args: Any, at: datetime, row: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        leader = self.fields["leader"]
        now = User.objects.filter(pk=row.leader_id) if row is not None and row.leader_id else User.objects.none()
        leader.queryset = (reads.leaders(at) | now).distinct()  # type: ignore[attr-defined]

"""Forms by which somebody sets the program up."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms.organisation import CompanyForm, ProjectForm, SiteForm
from people.forms.passwords import NewPassword
from people.roles import Role
from trail.forms import Form
from trail.refusals import Refusal

ROLES = [choice for choice in Role.choices if choice[0] != Role.AGENT]  # whose agency comes first: 设置 → 人员
ROWS, ROWS_AT_MOST = 4, 40
PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class FirstForm(NewPassword, CompanyForm):
    """The first administrator and the company."""

    person = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    username = forms.CharField(
        label=_("账号"), help_text=_("登录用的，例：liqiang"), max_length=60,
        widget=forms.TextInput(attrs={**PLAIN, "autocomplete": "username"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("邮箱"), required=False, help_text=_("可以不填。填了，忘了密码能发链接给你"),
        error_messages={"invalid": _("邮箱写得不对，例：name@example.com")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password"].label, self.fields["again"].label = _("密码"), _("再输一遍密码")


class FirstProjectForm(ProjectForm):
    """A project and its first site, in one form: their fields do not share a name."""

    site = SiteForm.base_fields["name"]
    opens = SiteForm.base_fields["opens"]
    closes = SiteForm.base_fields["closes"]
    field_order = ("name", "code", "time_zone", "site", "opens", "closes")


class RowForm(Form):
    """Somebody to be invited, in one row."""

    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    username = forms.CharField(label=_("账号"), max_length=60, widget=forms.TextInput(attrs=PLAIN))
    role = forms.ChoiceField(label=_("角色"), choices=ROLES, initial=Role.SALESPERSON)
    email = forms.EmailField(
        label=_("邮箱（可不填）"), required=False, error_messages={"invalid": _("邮箱写得不对，例：name@example.com")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    team = forms.CharField(
        label=_("团队（可不填）"), max_length=60, required=False, widget=forms.TextInput(attrs=PLAIN)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["key"]  # one for all rows


class Rows(forms.BaseFormSet):
    """Rows of people; those left empty do not count."""

    def refuse(self, row: int, refusal: Refusal) -> None:
        """Show a refusal in its row."""
        filled = [form for form in self.forms if form.has_changed()]
        filled[row].refuse(refusal)

    @property
    def given(self) -> list[dict[str, Any]]:
        """What was filled in."""
        return [form.cleaned_data for form in self.forms if form.has_changed()]


PeopleRows = forms.formset_factory(RowForm, formset=Rows, extra=ROWS, max_num=ROWS_AT_MOST, validate_max=True)

"""Forms of the log of complaints and incidents."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from leads.forms.following import moment
from leads.identity import of_project
from leads.models import Customer, Phone
from leads.screening import phones
from people.models import Project, Site, User
from trail.forms import Form
from visits.incidents.steps import EVIDENCE, Step
from visits.models import Incident, Visit
from visits.services.incidents import Happening

CAUSES = [("", _("还不清楚")), *Incident.Cause.choices]
STATES = [("", _("全部")), ("open", _("没结的")), ("closed", _("结了的"))]
TOO_LONG = {"max_length": _("最多 %(limit_value)d 字，现在更长")}


def words(label: Any, most: int, hint: Any = "", *, rows: int = 3, missing: Any = "") -> forms.CharField:
    """A few sentences; asked for where `missing` says what to write."""
    box = forms.Textarea(attrs={"rows": rows})
    messages = TOO_LONG | ({"required": missing} if missing else {})
    return forms.CharField(
        label=label, max_length=most, help_text=hint, required=bool(missing), widget=box, error_messages=messages
    )


class IncidentForm(Form):
    """A complaint or incident as somebody enters it. Its kind is chosen before. Valid, it holds a `Happening`."""

    what = words(_("发生了什么"), 1000, _("别写手机号，写后四位"), missing=_("写发生了什么"))
    happened_at = moment(_("什么时候"), _("发现或投诉的时间，期限从这时算"), missing=_("写什么时候"))
    cause = forms.ChoiceField(label=_("投诉原因"), choices=CAUSES, required=False)
    in_charge = forms.ModelChoiceField(
        label=_("现场负责人"), queryset=User.objects.none(), required=False, empty_label=_("不指定，通知主管")
    )
    site = forms.ModelChoiceField(
        label=_("案场"), queryset=Site.objects.none(), required=False, empty_label=_("不在案场")
    )
    whose = forms.CharField(
        label=_("客户手机号或到访编号"), max_length=40, required=False, help_text=_("可以不填；只用来找到客户，不写进记录"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(
        self, *args: Any, kind: str, project: Project, people: QuerySet[User], at: datetime, **kwargs: Any
    ) -> None:
        now = localtime(at, project.zone).replace(second=0, microsecond=0)
        kwargs["initial"] = {"happened_at": now, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.kind, self.project, self.at = kind, project, at
        self.customer: Customer | None = None
        self.visit: Visit | None = None
        self.fields["in_charge"].queryset = people  # type: ignore[attr-defined]
        self.fields["site"].queryset = Site.objects.filter(project=project, closed_at=None).order_by("name")  # type: ignore[attr-defined]
        if kind != Incident.Kind.COMPLAINT:
            del self.fields["cause"]
        if kind == Incident.Kind.DOUBLE_SALE:
            self.fields["in_charge"].help_text = _("客户有人跟进，就由跟进的人联系；没有才由这里选的人")

    def clean_whose(self) -> str:
        """The visit of this number, or the one customer with this telephone number."""
        text: str = self.cleaned_data["whose"].strip()
        if text.upper().startswith("DF-"):
            self.visit = Visit.objects.filter(project=self.project, no=text.upper()).select_related("customer").first()
        elif text:
            read = phones.read(text)
            owners = of_project(self.project).filter(phones__in=Phone.objects.whole(read.e164 or ""))
            self.customer = owners.order_by("created_at", "pk").first()
        if text and not (self.visit or self.customer):
            raise forms.ValidationError(_now("没有这个号码的客户或到访，对一下，或者先不填"))
        return text

    def told(self) -> Happening:
        """What the service is told."""
        given = self.cleaned_data
        return Happening(
            kind=self.kind, what=given["what"], happened_at=given["happened_at"], cause=given.get("cause", ""),
            customer=self.customer, visit=self.visit, site=given["site"], in_charge=given["in_charge"],
        )  # fmt: skip


class StepForm(Form):
    """A step is done."""

    evidence = forms.MultipleChoiceField(label=_("留下了哪种证据"), required=False, widget=forms.CheckboxSelectMultiple)
    note = words(_("说明"), 500, rows=2)
    done_at = moment(_("什么时候做的"), _("不是刚才才填"), required=False)

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{step.code}_%s")
        super().__init__(*args, **kwargs)
        if step.evidence:
            self.fields["evidence"].choices = [(kind, EVIDENCE[kind]) for kind in step.evidence]  # type: ignore[attr-defined]
        else:
            del self.fields["evidence"]

    def given(self) -> dict[str, Any]:
        """What the service is told."""
        return {name: self.cleaned_data[name] for name in ("evidence", "note", "done_at") if name in self.cleaned_data}


class NoteForm(Form):
    """More about a step that is done."""

    note = words(_("补充"), 500, rows=2, missing=_("写要补充的"))


class CauseForm(Form):
    """Why the customer complained."""

    cause = forms.ChoiceField(label=_("投诉原因"), choices=CAUSES, error_messages={"required": _("选列出的原因")})


class CloseForm(Form):
    """It is over."""

    found = words(_("结果怎样"), 1000, missing=_("写结果怎样"))
    left_undone = words(_("还有步骤没做，为什么"), 300, _("都做了就不填"), rows=2)


class LogFilter(forms.Form):
    """Filters of the log; all optional, all in the address."""

    kind = forms.ChoiceField(label=_("种类"), choices=[("", _("全部")), *Incident.Kind.choices], required=False)
    state = forms.ChoiceField(label=_("状态"), choices=STATES, required=False)
    month = forms.DateField(
        label=_("哪个月"), required=False, input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month", "placeholder": "2025-04"}, format="%Y-%m"),
    )  # fmt: skip
    late = forms.BooleanField(label=_("有过期的"), required=False)

    def given(self) -> dict[str, Any]:
        """What the log is asked; everything, where it was mistyped."""
        return {name: self.cleaned_data[name] for name in ("kind", "state", "month", "late")} if self.is_valid() else {}


def month_of(text: str, today: date) -> date:
    """A day of the month that was asked for, as 2025-04; else of this one."""
    try:
        return datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        return today

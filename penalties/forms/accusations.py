"""What people write of an accusation."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from arbitration.forms.attachments import ACCEPT
from arbitration.uploads import read_bounded
from leads.forms.deals import AmountField
from leads.forms.following import moment
from leads.money import read_yuan
from penalties.forms.sanctions import NO, YES, area
from penalties.models import Accusation, AccusationStep
from penalties.services import Brought, Finding, Report
from people.models import User
from trail.forms import Form

STOPPED = [("", _("不知道")), (YES, _("说了就停，或主动退出")), (NO, _("说了没停"))]


class ReportForm(Form):
    """What somebody reports."""

    against = forms.ModelChoiceField(label=_("举报谁"), queryset=User.objects.none(), empty_label=_("选一位"))
    kind = forms.ChoiceField(label=_("什么事"), choices=[("", _("选一样")), *Accusation.Kind.choices])
    happened_at = moment(_("什么时候发生"))
    known_at = moment(_("你什么时候知道的"))
    what = area(_("经过"), 1000, hint=_("写看到的。不写客户姓名和电话"))
    evidence = area(_("证据"), 1000, hint=_("有什么、在哪里看得到。谁举报谁举证；7 天里还可以补"), required=False)
    case = forms.CharField(
        label=_("撞单编号"), max_length=24, required=False, help_text=_("只能填你是当事人的案子，没有就留空"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, people: QuerySet[User], now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["against"].queryset = people  # type: ignore[attr-defined]
        for name in ("happened_at", "known_at"):
            self.fields[name].initial = now

    def report(self) -> Report:
        """What the service is told."""
        given = self.cleaned_data
        return Report(**{name: given[name] for name in self.fields if name != "key"})


class EvidenceForm(Form):
    """Something that proves it; with a file, what it shows."""

    text = area(_("证据"), 1000, hint=_("有什么、在哪里看得到。不写客户姓名和电话"))
    file = forms.FileField(
        label=_("文件"), help_text=_("照片（JPG、PNG、WebP）或 PDF，最大 10 MB、30 页。可以不传"), required=False,
        allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )  # fmt: skip
    brought: Brought | None = None  # what the file was found to be

    def content(self) -> bytes | None:
        """What is in the file, where there is one."""
        file = self.cleaned_data["file"]
        return read_bounded(file) if file is not None else None


class JudgeForm(Form):
    """Whether a piece of evidence is taken."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    accepted = forms.ChoiceField(
        label=_("采信吗"), choices=[(YES, _("采信")), (NO, _("不采信"))], widget=forms.RadioSelect
    )
    reason = area(_("理由"), 300)

    def __init__(self, *args: Any, number: Any, **kwargs: Any) -> None:
        """`number` keeps the ids of several forms on one page apart."""
        super().__init__(*args, auto_id=f"judge{number}_%s", **kwargs)
        self.fields["number"].initial = number


class FindForm(Form):
    """What came of it."""

    outcome = forms.ChoiceField(
        label=_("结论"), widget=forms.RadioSelect,
        choices=[("established", _("属实")), ("dismissed", _("不成立")), ("malicious", _("不成立，而且是恶意诬告"))],
    )  # fmt: skip
    severity = forms.ChoiceField(
        label=_("情节"), choices=AccusationStep.Severity.choices, initial="normal", required=False
    )
    stopped = forms.ChoiceField(label=_("说了以后停了吗"), choices=STOPPED, required=False)
    customer_lost = forms.BooleanField(label=_("别人的客户因此流失"), required=False)
    loss = AmountField(_("公司的损失（元）"), _("有证明的才填"), required=False)
    reason = area(_("依据"), 1000, hint=_("处分时本人看得到；不写是谁举报的"))

    def finding(self) -> Finding:
        """What the service is told. Raises Refusal for a loss that is no amount."""
        given = self.cleaned_data
        loss = read_yuan(given["loss"], field="loss") if given["loss"].strip() else None
        return Finding(
            established=given["outcome"] == "established", reason=given["reason"], severity=given["severity"] or "normal",
            stopped={YES: True, NO: False}.get(given["stopped"]), customer_lost=given["customer_lost"], loss_fen=loss,
            malicious=given["outcome"] == "malicious",
        )  # fmt: skip

"""Forms of call lists: lines that are typed, or an operator's file."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arbitration.cases.call_files import MOST_BYTES
from arbitration.cases.evidence import ISSUERS
from arbitration.models import Attachment, Collision
from arbitration.services.calling import MOST_CALLS, Sheet
from arbitration.services.evidence import CallList
from people.workplace import Workplace
from trail.forms import Form
from trail.refusals import Refusal

FIRST, MORE = 3, 3  # lines to begin with, and that are added at a time
WAYS = [
    ("", gettext_lazy("选谁打给谁")),
    ("out", gettext_lazy("经纪人打给客户")),
    ("in", gettext_lazy("客户打给经纪人")),
]


def _number(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=40, error_messages={"required": gettext_lazy("号码没有填")},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip


class ListForm(Form):
    """What is the same of all calls of a list."""

    issuer = forms.ChoiceField(
        label=gettext_lazy("哪家运营商打印的"), choices=[("", gettext_lazy("选一个")), *ISSUERS.items()],
        error_messages={"required": gettext_lazy("选一家运营商")},
    )  # fmt: skip
    official = forms.BooleanField(label=gettext_lazy("是营业厅的正规打印清单"), required=False)
    own = _number(gettext_lazy("经纪人或公司的号码"), gettext_lazy("本人手机，或公司座机（带区号），要在通话前登记过"))
    customer = _number(gettext_lazy("客户的号码"), gettext_lazy("整号"))


class FileField(forms.ModelChoiceField):
    """A file by its name and what it proves."""

    def label_from_instance(self, obj: Attachment) -> str:
        """ZD-250428-0007-1.jpg · 三月的清单"""
        return f"{obj.name} · {obj.says[:40]}"


class CallsForm(ListForm):
    """Calls typed line by line. `rows`: how many lines there are; the button 「再加几行」 adds some."""

    file = FileField(
        label=gettext_lazy("清单的照片或 PDF（可选）"), queryset=Attachment.objects.none(), required=False,
        empty_label=gettext_lazy("没有"), help_text=gettext_lazy("先在案件页「证据附件」里传，再在这里选"),
    )  # fmt: skip
    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_CALLS)

    def __init__(self, *args: Any, here: Workplace, case: Collision, more: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="calls_%s", **kwargs)
        mine = case.attachments.filter(by=here.user, redacted_of=None).exclude(state=Attachment.State.WITHDRAWN)
        self.fields["file"].queryset = mine.order_by("staged_at", "pk")  # type: ignore[attr-defined]
        self.more = more
        self.count = self._count()
        self.fields["rows"].initial = self.count
        for n in range(self.count):
            self.fields[f"at_{n}"] = forms.DateTimeField(
                label=_("第 %(n)s 条：通话时间") % {"n": n + 1}, required=False, error_messages={"invalid": _("时间写成 2025-03-09 10:20")},
                widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}),
            )  # fmt: skip
            self.fields[f"way_{n}"] = forms.ChoiceField(
                label=_("第 %(n)s 条：谁打给谁") % {"n": n + 1}, required=False, choices=WAYS
            )

    def _count(self) -> int:
        said = str(self.data.get("rows", "")) if self.is_bound else ""
        held = int(said) if said.isascii() and said.isdigit() and 0 < int(said[:4]) <= MOST_CALLS else FIRST
        if self.is_bound and self.more:
            held = min(MOST_CALLS, held + MORE)
            said_so: Any = self.data.copy()  # type: ignore[attr-defined]
            said_so["rows"] = str(held)
            self.data = said_so
        return held

    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of each line."""
        return [(self[f"at_{n}"], self[f"way_{n}"]) for n in range(self.count)]

    def clean(self) -> dict[str, Any]:
        """A line has both or neither; there is at least one."""
        given: dict[str, Any] = super().clean() or {}
        for n in range(self.count):
            at, way = given.get(f"at_{n}"), given.get(f"way_{n}")
            if at and not way:
                self.add_error(f"way_{n}", _("选谁打给谁"))
            elif way and not at and f"at_{n}" not in self.errors:
                self.add_error(f"at_{n}", _("写明通话时间"))
        if not self.errors and not any(given.get(f"at_{n}") for n in range(self.count)):
            self.add_error("at_0", _("写明通话时间"))
        return given

    def calls(self) -> list[CallList]:
        """The lines that were filled in."""
        given = self.cleaned_data
        return [_call(given, n) for n in range(self.count) if given.get(f"at_{n}")]


def _call(given: dict[str, Any], n: int) -> CallList:
    return CallList(
        issuer=given["issuer"], official=given["official"], call_at=given[f"at_{n}"], own=given["own"],
        customer=given["customer"], outgoing=given[f"way_{n}"] == "out",
    )  # fmt: skip


class CallFileForm(ListForm):
    """An operator's file."""

    file = forms.FileField(
        label=gettext_lazy("运营商导出的清单"), help_text=gettext_lazy(".xlsx 或 .csv，最大 5 MB。只留和这位客户的通话，其他的不保存"),
        allow_empty_file=True, error_messages={"required": gettext_lazy("选一个文件")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="sheet_%s", **kwargs)

    def sheet(self) -> Sheet:
        """What is in it, and what is said of it. Raises Refusal for an empty one."""
        given = self.cleaned_data
        content = given["file"].read(MOST_BYTES + 1)
        if not content:
            raise Refusal("file_empty", _("文件是空的，重新选一个"), field="file")
        return Sheet(content, given["issuer"], given["official"], given["own"], given["customer"])


class KeepForm(Form):
    """Which of the lines that were understood are submitted."""

    parcel = forms.CharField(widget=forms.HiddenInput, max_length=20_000)
    rows = forms.TypedMultipleChoiceField(
        label=gettext_lazy("要提交的通话"), coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("至少选一条通话")},
    )  # fmt: skip

    def __init__(self, *args: Any, rows: list[tuple[int, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = self.data.getlist("rows") if rows is None and hasattr(self.data, "getlist") else []
        choices = (
            rows if rows is not None else [(int(n), n) for n in said if n.isascii() and n.isdigit() and len(n) < 8]
        )
        self.fields["rows"].choices = choices  # type: ignore[attr-defined]


def shown_line(row: int, call_at: datetime, outgoing: bool, long: str) -> tuple[int, str]:
    """A line to be ticked."""
    way = _("主叫") if outgoing else _("被叫")
    return row, " · ".join(part for part in (f"{call_at:%Y-%m-%d %H:%M:%S}", str(way), long) if part)

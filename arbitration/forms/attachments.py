"""Forms of files: bring one, and what of its pages is not to be read."""

import re
from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arbitration.models import Attachment, CaseEvent, Collision
from arbitration.uploads import Box, read_bounded
from people.workplace import Workplace
from trail.forms import Form, offer
from trail.refusals import Refusal

ACCEPT = "image/jpeg,image/png,image/webp,application/pdf"
LINE = re.compile(
    r"\s*(\d{1,3})\s*[页:：,，\s]" + r"\s*(\d{1,3}(?:\.\d+)?)%?" + r"[\s,，]+(\d{1,3}(?:\.\d+)?)%?" * 3 + r"\s*"
)


class EventField(forms.ModelChoiceField):
    """Something on record by what it is and when."""

    def label_from_instance(self, obj: CaseEvent) -> str:
        """通话清单 · 2025-04-08 09:30"""
        return f"{obj.get_type_display()} · {localtime(obj.at):%Y-%m-%d %H:%M}"


class StageForm(Form):
    """A file, what it is, and what it proves in a line."""

    file = forms.FileField(
        label=gettext_lazy("文件"), help_text=gettext_lazy("照片（JPG、PNG、WebP）或 PDF，最大 10 MB、30 页"), allow_empty_file=True,
        error_messages={"required": gettext_lazy("选一个文件")}, widget=forms.FileInput(attrs={"accept": ACCEPT}), max_length=None,
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("是什么"), choices=[("", gettext_lazy("选一个")), *Attachment.Kind.choices],
        error_messages={"required": gettext_lazy("选是什么文件")},
    )  # fmt: skip
    says = forms.CharField(
        label=gettext_lazy("这份证据说明什么"), help_text=gettext_lazy("一句话，别写电话号码"), max_length=200,
        error_messages={"required": gettext_lazy("写一句：这份证据说明什么")},
    )  # fmt: skip
    event = EventField(
        label=gettext_lazy("对应哪条记录（可选）"), queryset=CaseEvent.objects.none(), required=False,
        empty_label=gettext_lazy("不对应"),
    )  # fmt: skip

    def __init__(self, *args: Any, here: Workplace, case: Collision, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="file_%s", **kwargs)
        self.fields["event"].queryset = case.events.filter(by=here.user)  # type: ignore[attr-defined]
        own = [row for row in case.events.all() if row.by_id == here.user.pk]
        offer(self.fields["event"], sorted(own, key=lambda row: (row.at, row.pk)))
        self.has_events = bool(own)

    def content(self) -> bytes:
        """What is in it."""
        return read_bounded(self.cleaned_data["file"])


class SubmitForm(Form):
    """Submit these."""

    which = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": gettext_lazy("没有可以提交的文件：先存一份")}
    )

    def __init__(self, *args: Any, staged: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["which"].choices = [(pk, pk) for pk in staged]  # type: ignore[attr-defined]


class CoverForm(Form):
    """Which parts of which pages: drawn with the mouse, or written as numbers; or whole pages."""

    boxes = forms.CharField(
        label=gettext_lazy("要遮住的地方"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4, "data-boxes": ""}),
        help_text=gettext_lazy("每行一处：第几页 左 上 宽 高，都是占整页的百分比。比如 1 10 20 50 5"),
    )  # fmt: skip
    whole = forms.TypedMultipleChoiceField(
        label=gettext_lazy("整页遮住"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, pages: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(n, _("第 %(n)s 页") % {"n": n + 1}) for n in range(pages)]
        self.fields["whole"].choices = choices  # type: ignore[attr-defined]

    def read(self) -> list[Box]:
        """What was asked for. Raises Refusal for a line that says something else."""
        given = self.cleaned_data
        lines = [line for line in given["boxes"].splitlines() if line.strip()]
        return [_box(line, n) for n, line in enumerate(lines, start=1)] + [
            Box(page, 0, 0, 1, 1) for page in given["whole"]
        ]


def _box(line: str, n: int) -> Box:
    found = LINE.fullmatch(line)
    if found is None:
        raise Refusal("boxes_unreadable", _("第 %(n)s 行写成五个数：第几页 左 上 宽 高") % {"n": n}, field="boxes")
    left, top, width, height = (float(part) / 100 for part in found.groups()[1:])
    return Box(int(found[1]) - 1, left, top, min(width, 1 - left), min(height, 1 - top))

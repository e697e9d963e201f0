"""Forms of the import of people."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import Project, User
from people.services.roll import Row, as_data, rows_of
from people.sheets import MOST_BYTES, read
from trail.forms import Form
from trail.refusals import Refusal

SALT = "people.import"
KEPT = timedelta(hours=1)
MOST_KEPT = 2_000_000  # characters; a form takes 2.5 MB


class FileForm(Form):
    """A file with people. `rows` are those below the heading, once the form is valid."""

    file = forms.FileField(
        label=gettext_lazy("文件"), help_text=gettext_lazy(".xlsx 或 .csv，最大 5 MB，最多 2,000 人"),
        error_messages={"required": gettext_lazy("选一个文件"), "empty": gettext_lazy("表格里没有人：从第二行起，一行写一个人")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )  # fmt: skip
    rows: list[Row]

    def clean_file(self) -> Any:
        """Read it; a file that cannot be read says why."""
        file = self.cleaned_data["file"]
        try:
            self.rows = rows_of(read(file.read(MOST_BYTES + 1)))
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal.sentence), code=refusal.code) from refusal
        return file


def keep(rows: list[Row], user: User, project: Project, at: datetime) -> str:
    """Checked rows for the next click: signed, for this person, project and hour; nothing of them stays on the server."""
    kept = signing.dumps(
        {"user": user.pk, "project": project.pk, "at": at.timestamp(), "rows": as_data(rows)}, salt=SALT, compress=True
    )
    if len(kept) > MOST_KEPT:
        raise Refusal("file_too_big", _("这个文件展开后太大：分成几份再传"), field="file")
    return kept


class KeptForm(Form):
    """Rows that were checked before. `rows` are they, once the form is valid."""

    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    rows: list[Row]

    def __init__(self, *args: Any, user: User, project: Project, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whose, self.at = (user.pk, project.pk), at

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        try:
            said = signing.loads(given.get("kept", ""), salt=SALT)
        except signing.BadSignature:
            said = {}
        if (said.get("user"), said.get("project")) != self.whose:
            raise forms.ValidationError(_("这张检查结果不是你在这个项目里的：重新传一次文件"))
        if self.at.timestamp() - said["at"] > KEPT.total_seconds():
            raise forms.ValidationError(_("检查过了一小时，人员可能变了：重新传一次文件"))
        self.rows = [Row(**row) for row in said["rows"]]
        return given

"""Files that people take: an empty one with the right headings, and the rows that were not taken."""

from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from leads.importing import columns
from leads.models import ImportRun
from leads.reads import imports as reads
from people import sheets
from people.exports import as_csv, as_xlsx, safe


def template(kind: str) -> bytes:
    """An XLSX with the headings of this kind of file, one example, and what can be filled in."""
    wanted = columns.of_kind(kind)
    headings = [str(column.heading) for column in wanted]
    choices = {str(_("称呼")): ["先生", "女士"], str(_("类型")): [str(_("个人")), str(_("企业"))]}
    return sheets.write(_("名单"), headings, [[column.example for column in wanted]], notes=choices)


def errors_csv(run: ImportRun) -> Iterator[bytes]:
    """The rows that were not taken, as they stood, each with its sentence."""
    return as_csv(*_parts(run))


def errors_xlsx(run: ImportRun) -> IO[bytes]:
    """The same as a sheet; what looks like a formula keeps its sign even when somebody types into the cell."""
    heading, rows = _parts(run)
    return as_xlsx(run.no, _("没导入的行"), heading, ([safe(cell) for cell in row] for row in rows))


def _parts(run: ImportRun) -> tuple[list[str], Iterator[list[str]]]:
    rows = reads.wrong_rows(run)
    return [safe(cell) for cell in next(rows)], rows

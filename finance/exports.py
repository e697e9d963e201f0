"""A month's splits as CSV and XLSX: streamed, the same bytes each time, safe against formulas."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from finance import reads
from finance.models import CommissionLine
from people.models import Project

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MONEY_COLUMN = 7
CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # a fixed date: the same month gives the same bytes


def heading() -> list[str]:
    """The columns."""
    return [
        _("账期"), _("签单编号"), _("签约日期"), _("客户"), _("手机号"), _("姓名"), _("比例"), _("金额（元）"), _("依据"),
        _("裁定"), _("条款"),
    ]  # fmt: skip


def record(line: CommissionLine) -> list[Any]:
    """One line as cells; the amount is a Decimal, all else text."""
    deal = line.deal
    phone = next(iter(deal.customer.phones.all()), None)
    return [
        line.period, deal.no, f"{localtime(deal.signed_at):%Y-%m-%d}", deal.customer.name[:1] + "**",
        phone.masked if phone else "", line.payee_label, _percent(line.share_bp),
        Decimal(line.amount_fen) / 100, line.get_basis_display(), line.ruling, reads.ground(line),
    ]  # fmt: skip


def _percent(bp: int) -> str:
    return f"{bp // 100}.{bp % 100:02d}%"


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


class _Echo:
    """A file that hands back what is written to it, for streaming."""

    def write(self, text: str) -> str:
        return text


def as_csv(project: Project, period: str) -> Iterator[str]:
    """CSV line by line, with the mark by which spreadsheets know UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(heading())
    for line in reads.rows(project, period):
        cells = [f"{cell:.2f}" if isinstance(cell, Decimal) else safe(cell) for cell in record(line)]
        yield writer.writerow(cells)


def as_xlsx(project: Project, period: str) -> IO[bytes]:
    """XLSX in a temporary file, row by row in constant memory; text stays text whatever it begins with."""
    file = TemporaryFile()  # noqa: SIM115 — the response closes it
    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"created": CREATED, "title": f"{project.name} {period}"})
    sheet = book.add_worksheet(period)
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(heading()) - 1, 14)
    for column, title in enumerate(heading()):
        sheet.write_string(0, column, title, bold)
    for row, line in enumerate(reads.rows(project, period), start=1):
        for column, cell in enumerate(record(line)):
            if column == MONEY_COLUMN:
                sheet.write_number(row, column, cell, money)
            else:
                sheet.write_string(row, column, cell)
    book.close()
    file.seek(0)
    return file

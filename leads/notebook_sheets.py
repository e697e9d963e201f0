"""A notebook as a table: the columns that D01 §三 asks for, for paper and for spreadsheets."""

from collections.abc import Iterator
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from leads.models import NotebookEntry
from leads.reads.notebook_rows import Row
from leads.reads.notebooks import Notebook, chunks
from people.exports import Money, in_yuan

Book = NotebookEntry.Book


def heading(book: str) -> list[str]:
    """The columns."""
    who = [_("姓名"), _("手机号")]
    if book == Book.VISIT:
        return [_("到访时间"), *who, _("到访单"), _("接待人"), _("详细记录"), _("记录时间"), _("还缺")]
    if book == Book.SIGNED:
        return [_("签约时间"), *who, _("签单编号"), Money(_("金额（元）")), _("期限（月）"), _("需求"), _("还缺")]
    return [
        _("登记时间"), *who, _("客户来源"), _("需求"), _("意向"), _("区域"), _("行业"), _("阶段"), _("等级"), _("最近跟进"), _("保护至"),
        _("还缺"),
    ]  # fmt: skip


def cells(notebook: Notebook, row: Row, *, whole: bool = False) -> list[str]:
    """One line as text. `whole`: the number in clear."""
    who = [f"{row.name}{row.honorific}", row.number if whole else row.tail]
    lacking = "、".join(str(word) for word in row.lacking)
    if notebook.book == Book.VISIT and row.entry:
        noted = (row.entry.note or "", _moment(notebook, row.entry.noted_at))
        return [_moment(notebook, row.at), *who, row.entry.source, notebook.keeper.name, *noted, lacking]
    if notebook.book == Book.SIGNED and row.entry:
        amount = in_yuan(row.deal.amount_fen) if row.deal else ""
        term = str(row.deal.term_months or "") if row.deal else ""
        needs = row.profile.needs if row.profile else ""
        return [_moment(notebook, row.at), *who, row.entry.source, amount, term, needs, lacking]
    known = (
        [row.profile.needs, row.profile.intent, row.profile.region, row.profile.industry] if row.profile else [""] * 4
    )
    source = str(row.customer.get_source_display()) if row.customer and row.told else ""
    times = [_moment(notebook, row.touched_at), _moment(notebook, row.until)]
    return [
        _moment(notebook, row.at),
        *who,
        source,
        *known,
        row.stage if row.customer else "",
        row.letter,
        *times,
        lacking,
    ]


def _moment(notebook: Notebook, at: Any) -> str:
    return f"{localtime(at, notebook.here.project.zone):%Y-%m-%d %H:%M}" if at else ""


def records(notebook: Notebook, *, whole: bool) -> Iterator[list[str]]:
    """All lines as cells, in the language in which it was asked for; told while the response streams."""
    language = get_language()
    for chunk in chunks(notebook):
        with override(language):
            told = [cells(notebook, row, whole=whole) for row in chunk]
        yield from told

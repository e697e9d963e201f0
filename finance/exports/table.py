"""What a table of an export is, and the mark of who exported it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from people.exports import Record
from people.models import Project, User


@dataclass(frozen=True, slots=True)
class Ask:
    """What is exported: a local month (yyyymm) of a project, by whom; `whole`: telephone numbers in clear."""

    project: Project
    month: str
    by: User
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; the text below it, as an expression of the database; and what we make of that text where the database cannot."""

    heading: str
    cell: Any
    said: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and lines. `until`: when the last of what stands in it was booked; None where nothing was."""

    heading: list[str]
    records: Iterable[Record]
    until: datetime | None


def mark(ask: Ask, until: datetime | None) -> str:
    """Who exported it and up to when the books are in it. Nothing of the clock: the same month again gives the same bytes
    (docs/decisions/0018-exports.md).
    """
    if until is None:
        return _("导出人：%(name)s") % {"name": ask.by.name}
    moment = f"{localtime(until, ask.project.zone):%Y-%m-%d %H:%M:%S}"
    return _("导出人：%(name)s，账目截至 %(at)s") % {"name": ask.by.name, "at": moment}

"""Runs of imports, for those who may see them: one's own; of the whole project for whoever imports or confirms."""

import json
import re
from collections.abc import Iterator
from typing import Any

from django.db.models import Case, QuerySet, When
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from leads import vault
from leads.importing.running import HEAD, TWICE, WRONG
from leads.models import ImportRow, ImportRun
from people.roles import Right
from people.workplace import Workplace

DIGITS = re.compile(r"\d{8,}")
SENTENCES = {
    TWICE: lambda: _("上面已有这位客户，这一行不再存"),
    "taken": lambda: _("客户已有人跟进：报备存档，主管会裁定"),
    "check": lambda: _("要核实：和已有的客户或隐号报备相近"),
    "yours": lambda: _("已是他的客户"),
}


def runs(here: Workplace) -> QuerySet[ImportRun]:
    """The newest first; without the files."""
    found = (
        ImportRun.objects.filter(project=here.project)
        .defer("sealed_file")
        .select_related("by", "project", "confirmed_by")
    )
    if not (here.may(Right.IMPORT) or here.may(Right.ALLOCATE)):
        found = found.filter(by=here.user)
    return found.order_by("-at", "-pk")


def said(run: ImportRun, *outcomes: str) -> QuerySet[ImportRow]:
    """Rows with something to say, in the order of the file; those of some outcomes only."""
    rows = run.lines.exclude(outcome=HEAD).select_related("registration").order_by("line")
    return rows.filter(outcome__in=outcomes) if outcomes else rows


def on_page(run: ImportRun) -> QuerySet[ImportRow]:
    """The same for the page: what is to be corrected first, however many rows are known already."""
    known = Case(When(outcome=WRONG, then=0), default=1)
    return said(run).order_by(known, "line")


def why(row: ImportRow) -> str:
    """What is said of a row."""
    if row.outcome == WRONG:
        return cells(row)[-1]
    return SENTENCES[row.outcome]() if row.outcome in SENTENCES else ""


def cells(row: ImportRow) -> list[str]:
    """The row as it stood; of a wrong one the sentence stands last."""
    found: list[str] = json.loads(vault.unseal(row.sealed_cells)) if row.sealed_cells else []
    return found


def wrong_rows(run: ImportRun) -> Iterator[list[str]]:
    """The head line with 原因, then every row that was not taken, as it stood, with its sentence."""
    head = run.lines.filter(outcome=HEAD).first()
    headings = cells(head) if head else []
    yield [*headings, pgettext("column", "原因")]
    for row in said(run, WRONG).iterator():
        *found, sentence = cells(row)
        yield [*(found + [""] * len(headings))[: len(headings)], sentence]


def shown(rows: Any, own: bool) -> list[dict[str, Any]]:
    """Rows for the page: the line, the sentence, the receipt; what stood there only for whoever brought the file, numbers masked."""
    return [{"row": row, "why": why(row), "cells": _on_screen(row) if own else ""} for row in rows]


def _on_screen(row: ImportRow) -> str:
    stood = " · ".join(cell for cell in cells(row)[:-1] if cell)
    return DIGITS.sub(lambda found: found[0][:3] + "*" * (len(found[0]) - 7) + found[0][-4:], stood)


COUNTED = ("new", "masked", "ready", "yours", "check", "taken", "twice", "wrong")


def counted(run: ImportRun) -> list[tuple[str, str, int]]:
    """Outcome, its word and how many rows, for those that there are."""
    words = {
        "new": _("归报备人跟进"), "masked": _("隐号，待核实整号"), "ready": _("可以导入"), "yours": _("已是他的客户"),
        "check": _("要核实"), "taken": _("已有人跟进"), "twice": _("文件里重复"), "wrong": _("要改"),
    }  # fmt: skip
    return [(key, words[key], run.counts[key]) for key in COUNTED if run.counts.get(key)]


def good(run: ImportRun) -> int:
    """Rows that are stored, or would be."""
    return sum(number for key, number in run.counts.items() if key not in (WRONG, TWICE))

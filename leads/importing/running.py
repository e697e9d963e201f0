"""One batch of a run after the other, each in a transaction that also says how far it went: nothing twice, nothing lost.

What a row came to is kept where there is something to say of it. A run that is tried looks and decides by the same code, and
stores nothing of it.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from leads import vault
from leads.importing.ahead import Ahead
from leads.importing.reading import Read, Reader, Row
from leads.models import ImportRow, ImportRun
from leads.models.register import Answer
from leads.registering.filing import Draft
from leads.services.register import file
from people.roles import Right
from people.workplace import Workplace, workplace
from trail import clock
from trail.refusals import Refusal

A_BATCH = 1_000  # rows: one transaction, and what waits for its locks
State = ImportRun.State
WRONG, TWICE, HEAD = "wrong", "twice", "head"
TOLD = {Answer.TAKEN, Answer.CHECK, Answer.YOURS}  # what a row may come to besides being taken in


@dataclass(frozen=True, slots=True)
class Line:
    """What one row came to: an outcome, and its sentence or the report that was stored."""

    row: Row
    outcome: str
    code: str = ""
    sentence: str = ""
    draft: Draft | None = None


def batches(found: Iterator[Read], done: int) -> Iterator[tuple[list[Read], set[int]]]:
    """Rows in batches, those that are done left out; with each, the lines whose customer stands further up already."""
    seen = {one.twin or 0 for one in islice(found, done)}
    while rows := list(islice(found, A_BATCH)):
        again: set[int] = set()
        for one in rows:
            if one.twin is not None and one.twin in seen:
                again.add(one.row.line)
            seen.add(one.twin or 0)
        yield rows, again


def work_through(run: ImportRun, *, dry: bool) -> bool:
    """All batches that are left; False where somebody else works at them, or took the file back, and the rest is theirs.

    Raises Refusal where the file cannot be read, or its bringer is not here any more.
    """
    content = vault.unseal_bytes(run.sealed_file) if run.sealed_file else b""
    run.sealed_file = None
    here = _here(run)
    reader = Reader(run, here)
    with Ahead(partial(reader.read, content, run.done_rows)) as found:
        for rows, again in batches(found, run.done_rows):
            with transaction.atomic():
                if not _still(run):
                    return False
                _batch(run, here, rows, again, dry)
    return True


def _here(run: ImportRun) -> Workplace:
    here = workplace(run.by, run.project, clock.now())
    if here is None or not (here.may(Right.REGISTER) or here.may(Right.IMPORT)):
        raise Refusal("has_left", _("上传的人已经不在这个项目了"))
    return here


def _still(run: ImportRun) -> bool:
    """Whether this run is still to go on from here: the row is locked, so that two workers never do one batch."""
    now = ImportRun.objects.select_for_update().defer("sealed_file").get(pk=run.pk)
    return now.state == run.state and now.done_rows == run.done_rows


def _batch(run: ImportRun, here: Workplace, rows: list[Read], again: set[int], dry: bool) -> None:
    at = clock.now()
    lines = [Line(one.row, WRONG, one.wrong.code, str(one.wrong.sentence)) for one in rows if one.wrong]
    lines += [Line(one.row, TWICE) for one in rows if not one.wrong and one.row.line in again]
    fresh = [one for one in rows if one.draft and one.row.line not in again]
    fresh.sort(key=lambda one: (one.since or at, one.row.line))  # the earliest original date first (G-54)
    drafts = [one.draft for one in fresh if one.draft]
    done = file(project=run.project, drafts=drafts, asker=here, at=at, dry=dry)
    lines += [_line(one.row, draft, here) for one, draft in zip(fresh, done, strict=True)]
    tells = here.may(Right.IMPORT)  # a try by anybody else would be a way of asking without limit (trust.md §2.3)
    _keep(run, [line if not dry or tells else _untold(line) for line in lines], dry)
    _advance(run, len(rows))


def _line(row: Row, one: Draft | Refusal, here: Workplace) -> Line:
    """What a row came to. An agency is told nothing of one beyond its limit, nor of whom it may mean."""
    if isinstance(one, Refusal):
        return Line(row, WRONG, one.code, str(one.sentence))
    if one.over:
        return Line(row, str(Answer.CHECK), draft=one)
    asked = not here.outside and one.screened is not None and one.screened.finding.result == "possible"
    if one.answer == Answer.CLEAR and not asked:
        return Line(row, "masked" if one.customer is None else "new", draft=one)
    return Line(row, str(Answer.CHECK if one.answer == Answer.CLEAR else one.answer), draft=one)


def _untold(line: Line) -> Line:
    return Line(line.row, "ready") if line.outcome not in (WRONG, TWICE) else line


def _keep(run: ImportRun, lines: list[Line], dry: bool) -> None:
    counts = Counter(run.counts)
    counts.update(line.outcome for line in lines)
    run.counts = dict(counts)
    said = [line for line in lines if line.outcome in (WRONG, TWICE) or line.outcome in TOLD]
    ImportRow.objects.bulk_create(
        [
            ImportRow(
                run=run, line=line.row.line, outcome=line.outcome, code=line.code[:40],
                sealed_cells=vault.seal(json.dumps([*line.row.cells, line.sentence], ensure_ascii=False)),
                registration_id=line.draft.pk if line.draft and not dry else None,
            )
            for line in said
        ]
    )  # fmt: skip


def _advance(run: ImportRun, rows: int) -> None:
    run.done_rows += rows
    ImportRun.objects.filter(pk=run.pk).update(done_rows=run.done_rows, counts=run.counts)

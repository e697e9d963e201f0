"""Thousands of lines by COPY, handed out as files: read again they are the ledger's, no cell is a formula, memory stays small."""

import tracemalloc
from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.db.models import Sum

from config.bench import exporting
from config.seed import house
from config.seed.ledger import Ledger
from finance import reads
from finance.exports import making, storing
from finance.models import Export
from people.models import User
from tests import ledger, make

LINES, MOST = 8_000, 24_000_000  # bytes


@pytest.fixture
def month(db, at_noon):
    project, _password = house.build(8, make.MOMENT - timedelta(days=30), Random(1))
    laid = Ledger(house.of_project(project, make.MOMENT), make.MOMENT)
    laid.lay(LINES)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as at a commit: each entry balances
    exporting._known_to_the_planner()
    return project


def test_files_of_many_lines_are_the_ledgers_and_are_not_held_in_memory(month, tmp_path):
    wanted = reads.lines(month, "202504").aggregate(fen=Sum("amount_fen"))["fen"]
    assert (reads.lines(month, "202504").count(), ledger.balanced()) == (LINES, True)
    by = User.objects.get(username="seed-finance-1")
    for form, read in (("csv", exporting.of_csv), ("xlsx", exporting.of_xlsx)):
        export = Export.objects.create(
            no=form, project=month, kind="splits", form=form, month="202504", by=by, at=make.MOMENT
        )
        tracemalloc.start()
        making.make(export)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (export.rows, export.state) == (LINES, "done")
        assert peak < MOST
        file = tmp_path / f"splits.{form}"
        file.write_bytes(b"".join(storing.content(export)))
        assert file.stat().st_size == export.size
        assert read(str(file)) == (wanted, 0)

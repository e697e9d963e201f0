"""`bench engine`: the engine's speed, and a backtest over facts that lie in Postgres."""

import io
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection, transaction

from arbitration.engine import Case, Pack, bench, decode_case, load_pack
from arbitration.engine.backtest import compare
from arbitration.engine.reading import read_case

STORED = 100_000  # cases in the table of the backtest


def engine(folder: Path, *, stored: int = STORED) -> Iterator[bench.Row]:
    """Every figure of the engine, in the order of `design/performance.md`. Cases are read from a folder of case files."""
    loop = bench.calibrate()
    yield bench.Row("calibrating loop", "", loop * 1000, "ms", 1.0, None)
    cases = list(_cases(folder))
    yield bench.rules_only(loop)
    yield from bench.on_cases(cases, loop)
    yield bench.checks(loop)
    yield backtest(cases, loop, stored)


def backtest_alone(folder: Path, stored: int) -> Iterator[bench.Row]:
    """Of the engine's figures this one, with the loop that it is told beside."""
    loop = bench.calibrate()
    yield bench.Row("calibrating loop", "", loop * 1000, "ms", 1.0, None)
    yield backtest(list(_cases(folder)), loop, stored)


def _cases(folder: Path) -> Iterator[tuple[Case, Pack]]:
    for path in sorted(folder.glob("*.yaml")):
        case = decode_case(read_case(path.read_text("utf-8")))
        yield case, load_pack(case.policy)


@transaction.atomic
def backtest(cases: list[tuple[Case, Pack]], loop: float, stored: int) -> bench.Row:
    """Two policies over the facts of many cases, read from a temporary table by a cursor that the server holds."""
    pack = load_pack("home-decoration")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bench_facts (no text, facts text) ON COMMIT DROP")
        rows = (f"{no}\t{facts}\n" for no, facts in bench.stored_rows(cases, pack, stored))
        cursor.copy_expert("COPY bench_facts FROM STDIN", io.StringIO("".join(rows)))
    start = time.perf_counter()
    with connection.chunked_cursor() as held:
        held.execute("SELECT no, facts FROM bench_facts")
        report = compare(pack, pack, held)
    return bench.rate("backtest from Postgres", 25_000, report.cases, time.perf_counter() - start, loop)

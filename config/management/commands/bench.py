"""Measure the program on this machine: a table, or JSON for a history."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arbitration.policies import benchmark
from config import change_bench, export_bench, import_bench

CASES = Path("tests/spec/cases")


def engine(options: Any) -> Iterator[Any]:
    """The deciding part."""
    folder = Path(options["cases"])
    if not folder.is_dir():
        raise CommandError(f"{folder}: no folder of case files; name one with --cases")
    return benchmark.engine(folder, stored=options["stored"])


def imports(options: Any) -> Iterator[Any]:
    """A file of reports."""
    return import_bench.imports(options["rows"])


def exports(options: Any) -> Iterator[Any]:
    """A month as a file."""
    return export_bench.exports(options["lines"])


def changes(options: Any) -> Iterator[Any]:
    """Migrations, while people work."""
    return change_bench.change(*options["app"])


SUBJECTS: dict[str, Callable[[Any], Iterator[Any]]] = {
    "engine": engine,
    "import": imports,
    "export": exports,
    "change": changes,
}


class Command(BaseCommand):
    help = "Measure the program on this machine (docs/engine.md, docs/performance.md)."
    requires_system_checks: list[str] = []  # as of a worker, whose memory is measured here

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("subject", choices=sorted(SUBJECTS))
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
        parser.add_argument("--cases", default=str(CASES), help="a folder of case files")
        parser.add_argument(
            "--stored", type=int, default=benchmark.STORED, help="how many stored cases the backtest reads"
        )
        parser.add_argument("--rows", type=int, default=import_bench.ROWS, help="how many reports are imported")
        parser.add_argument("--lines", type=int, default=export_bench.LINES, help="how many lines are exported")
        parser.add_argument("--app", action="append", default=[], help="whose migrations are run; else all")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = []
        for row in SUBJECTS[options["subject"]](options):
            rows.append(row)
            if not options["json"]:
                self._line(row)
        if options["json"]:
            json.dump({"rows": [row.as_dict() for row in rows]}, sys.stdout, ensure_ascii=False, indent=2)
            self.stdout.write("")

    def _line(self, row: Any) -> None:
        mark = {True: "reached", False: "missed", None: ""}[row.reached]
        self.stdout.write(f"{row.name:58}{row.value:14,.1f} {row.unit:4}{row.ratio:12,.2f}×  {row.goal:14}{mark}")

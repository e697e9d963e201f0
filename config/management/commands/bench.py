"""Measure the program on this machine: a table, or JSON; each run becomes a line of the history."""

import json
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arbitration.policies import benchmark
from config.bench import (
    changing,
    crowding,
    exporting,
    history,
    importing,
    looking,
    memory,
    outside,
    pages,
    plotting,
    racing,
    registering,
    sizes,
    workday,
)
from config.bench.rows import Row
from config.bench.scene import Scene, grown, must_be_thrown_away, with_people
from config.bench.serving import web

CASES, PICTURES = Path("tests/spec/cases"), Path("docs/pictures")
SIZE = 10_000  # customers, where none are named
Options = dict[str, Any]


def _cases(options: Options) -> Path:
    folder = Path(options["cases"])
    if not folder.is_dir():
        raise CommandError(f"{folder}: no folder of case files; name one with --cases")
    return folder


# in transactions that are taken back
ALONE: dict[str, Callable[[Options], Iterator[Any]]] = {
    "engine": lambda options: benchmark.engine(_cases(options), stored=options["stored"]),
    "backtest": lambda options: benchmark.backtest_alone(_cases(options), options["stored"]),
    "import": lambda options: importing.imports(options["rows"]),
    "export": lambda options: exporting.exports(options["lines"]),
    "change": lambda options: changing.change(*options["app"]),  # what is reported meanwhile stays
}
# over HTTP, among customers; what is written stays
AMONG: dict[str, Callable[[Scene, Options], Iterator[Row]]] = {
    "memory": lambda scene, options: memory.memory(scene, options["rest"]),
    "register": lambda scene, options: registering.register(scene, options["reports"]),
    "precheck": lambda scene, options: looking.precheck(scene, options["requests"]),
    "outside": lambda scene, options: outside.outside(scene, options["requests"]),
    "search": lambda scene, options: looking.search(scene, options["requests"]),
    "desk": lambda scene, options: pages.desk(scene, options["requests"]),
    "crowd": lambda scene, options: crowding.crowd(scene, options["seconds"]),
    "race": lambda scene, options: racing.race(scene, options["rounds"]),
}
BY_SIZE = ("register", "precheck", "search", "desk")  # at each of several sizes; the others at the first
SUBJECTS = (*ALONE, *AMONG, "day", "all", "plots")
ALL = ("engine", "import", "export", *AMONG)  # the engine's rows have the backtest among them


class Command(BaseCommand):
    help = "Measure the program on this machine (docs/performance.md); `plots` draws what was measured."
    requires_system_checks: list[str] = []  # as of a worker, whose memory is measured here

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("subjects", nargs="+", choices=SUBJECTS)
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
        parser.add_argument("--cases", default=str(CASES), help="a folder of case files")
        for name, most, what in (
            ("stored", benchmark.STORED, "stored cases the backtest reads"), ("rows", importing.ROWS, "reports are imported"),
            ("lines", exporting.LINES, "lines are exported"), ("reports", registering.REPORTS, "reports are registered"),
            ("requests", looking.REQUESTS, "requests of each kind"), ("rounds", racing.ROUNDS, "rounds of the race"),
            ("seconds", crowding.SECONDS, "seconds the crowd reports"),
            ("people", workday.PEOPLE, "salespeople work that day"), ("clicks", workday.CLICKS, "acts of each of them"),
            ("rest", memory.REST, "seconds at rest before memory is looked at"),
        ):  # fmt: skip
            parser.add_argument(f"--{name}", type=int, default=most, help=f"how many {what}")
        parser.add_argument("--sizes", type=_sizes, default=[SIZE], help="customers, such as 10000,100000,1000000")
        parser.add_argument(
            "--throwaway", action="store_true", help="this database may be thrown away, though it is in use"
        )
        parser.add_argument("--app", action="append", default=[], help="whose migrations `change` runs; else all")
        parser.add_argument("--history", type=Path, default=history.FILE, help="the file of all runs")
        parser.add_argument("--to", type=Path, default=PICTURES, help="where pictures go")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["subjects"] == ["plots"]:
            for path in plotting.draw(options["history"], options["to"]):
                self.stdout.write(str(path))
            return
        subjects = ALL if "all" in options["subjects"] else options["subjects"]
        if set(subjects) & {*AMONG, "day"}:
            must_be_thrown_away(options["throwaway"])
        rows = []
        before = signal.signal(signal.SIGTERM, _stop)  # so that no server is left behind
        try:
            for row in self._measured(subjects, options):
                rows.append(row)
                if not options["json"]:
                    self._line(row)
        finally:
            signal.signal(signal.SIGTERM, before)
        if options["json"]:
            out = {"machine": history.machine(), "sizes": options["sizes"], "rows": [row.as_dict() for row in rows]}
            self.stdout.write(json.dumps(out, ensure_ascii=False, indent=2))

    def _measured(self, subjects: Sequence[str], options: Options) -> Iterator[Any]:
        for subject in subjects:
            if subject in ALONE:
                self._say(subject)
                yield from self._kept(options, subject, None, ALONE[subject](options))
        if "day" in subjects:
            company = with_people(options["people"], self._say)
            yield from self._kept(options, "day", None, workday.workday(company, options["clicks"]))
        among = [subject for subject in subjects if subject in AMONG]
        by_size: dict[int, list[Row]] = {}
        for size in options["sizes"] if among else ():
            by_size[size] = []
            with self._served(grown(size, options["sizes"][-1], self._say)) as scene:
                for subject in among if len(by_size) == 1 else [s for s in among if s in BY_SIZE]:
                    for row in self._kept(options, subject, size, AMONG[subject](scene, options)):
                        by_size[size].append(row)
                        yield row
        yield from sizes.compared(by_size) if len(by_size) > 1 else ()

    @contextmanager
    def _served(self, scene: Scene) -> Iterator[Scene]:
        """The scene with a web server of its own, as long as the block lasts."""
        with web(self._say) as port:
            yield replace(scene, port=port)

    def _kept(self, options: Options, subject: str, size: int | None, rows: Iterator[Any]) -> Iterator[Any]:
        """The rows as they come; when all are there, a line of the history."""
        done = []
        for row in rows:
            done.append(row)
            yield row
        history.append(options["history"], subject, size, done)

    def _say(self, sentence: str) -> None:
        self.stderr.write(f"· {sentence}", self.style.NOTICE)

    def _line(self, row: Any) -> None:
        mark = {True: "reached", False: "missed", None: ""}[row.reached]
        self.stdout.write(f"{row.name:66}{row.value:14,.1f} {row.unit:4}{row.ratio:12,.2f}×  {row.goal:14}{mark}")


def _stop(*_signal: Any) -> None:
    sys.exit(143)


def _sizes(given: str) -> list[int]:
    """Customers, the fewest first: the same database grows."""
    return sorted(int(size) for size in given.split(","))

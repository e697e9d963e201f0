"""Fill a project with many customers, to see how the program bears them."""

import os
import resource
import time
from datetime import timedelta
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config.seed import filling, house
from config.seed.story import DAYS
from people.models import Installation, Project
from trail import clock

A_SELLER = 2_000  # customers that one salesperson follows, about
FEWEST, MOST = 12, 500  # salespeople


class Command(BaseCommand):
    help = "Fill a project with customers by COPY (docs/running.md)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--customers", type=int, required=True)
        parser.add_argument("--events", type=int, default=0, help="visits, contacts and further reports, in sum")
        parser.add_argument("--project", help="the code of a project that is there; without it, one called «seed»")
        parser.add_argument("--seed-number", type=int, default=1, help="the same number gives the same customers")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)

    def handle(self, *args: Any, **options: Any) -> None:
        customers, events = options["customers"], options["events"]
        if customers < 1 or events < 0 or options["processes"] < 1:
            raise CommandError("--customers and --processes are at least 1, --events at least 0")
        started, now = time.monotonic(), clock.now()
        try:
            base = filling.customers_before(customers)
            given = filling.Plan(self._house(options, now), customers, events, options["seed_number"], now, base)
            rows = self._fill(given, options["processes"], started)
        except ValueError as wrong:
            raise CommandError(str(wrong)) from wrong
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self._report(customers, rows, time.monotonic() - started)

    def _house(self, options: dict[str, Any], now: Any) -> house.House:
        """The project that was named; or the one called «seed», made where it is missing."""
        code = options["project"]
        if code:
            project = Project.objects.filter(code=code).first()
            if project is None:
                raise CommandError(f"{code}: no such project")
            return house.of_project(project, now)
        if Installation.objects.exists():
            raise CommandError("This installation is in use. Name the project that is to be filled: --project CODE")
        project = Project.objects.filter(code=house.CODE).first()
        if project is None:
            sellers = min(max(options["customers"] // A_SELLER, FEWEST), MOST)
            since, random = now - timedelta(days=DAYS + 30), Random(options["seed_number"])  # noqa: S311
            project, password = house.build(sellers, since, random)
            self.stdout.write(
                f"project «{house.CODE}»: log in as {house.CODE}-salesperson-1 (to {sellers}), {house.CODE}-front-desk-1,"
                f" {house.CODE}-manager-1 …; password: {password}"
            )
        return house.of_project(project, now)

    def _fill(self, given: filling.Plan, processes: int, started: float) -> int:
        done = rows = 0
        said = time.monotonic()
        for customers, written in filling.fill(given, processes):
            done, rows = done + customers, rows + written
            if time.monotonic() - said > 5:
                said = time.monotonic()
                self._progress(done, given.customers, rows, said - started)
        return rows

    def _progress(self, done: int, customers: int, rows: int, seconds: float) -> None:
        left = seconds / done * (customers - done)
        self.stdout.write(
            f"{done / customers:4.0%}  {done:,} of {customers:,} customers, {rows / seconds:,.0f} rows/s, {left / 60:.1f} min left"
        )

    def _report(self, customers: int, rows: int, seconds: float) -> None:
        peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
            (size,) = cursor.fetchone()
        self.stdout.write(
            f"{customers:,} customers, {rows:,} rows in {seconds / 60:.1f} min: {customers / seconds:,.0f} customers/s,"
            f" {rows / seconds:,.0f} rows/s; {peak // 1024} MB for the largest process, database {size}"
        )

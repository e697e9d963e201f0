"""Check the readers of registration against expected results: `manage.py screen --check tests/spec/data`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leads.screening.checking import check


class Command(BaseCommand):
    help = "Read phones.jsonl, report-texts.jsonl and matches.jsonl of a folder and compare with what they expect."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", metavar="DIR", required=True, type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcomes = list(check(options["check"]))
        except ValueError as problem:
            raise CommandError(str(problem)) from problem
        if not outcomes:
            raise CommandError(f"{options['check']}: none of phones.jsonl, report-texts.jsonl, matches.jsonl is here")
        for outcome in outcomes:
            self.stdout.write(f"{outcome.name}: passed {outcome.passed} of {outcome.total}")
            for difference in outcome.differences:
                self.stdout.write(f"  {difference}")
        if any(outcome.differences for outcome in outcomes):
            raise SystemExit(1)

"""Rule on a case file, or check a folder of them. Needs no database."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from arbitration.engine import cli


class Command(BaseCommand):
    help = "Rule on a case file (docs/engine.md)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        cli.arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        from argparse import Namespace

        code = cli.run(Namespace(**options))
        if code:
            sys.exit(code)

"""Check packs without deciding a case. Needs no database."""

import sys
from argparse import Namespace
from typing import Any

from django.core.management.base import BaseCommand

from arbitration.engine.check import command


class Command(BaseCommand):
    help = "Check policy packs, or tell what changes from one to another (docs/policies.md)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        command.arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        code = command.run(Namespace(**options))
        if code:
            sys.exit(code)

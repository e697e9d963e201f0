"""Run a worker: the background work of the program."""

from typing import Any

from django.core.management.base import BaseCommand

from config.schedule import steady
from trail.worker import Worker, settle


class Command(BaseCommand):
    help = "Do what need not be done at once: queue, set times, outbox. SIGTERM or Ctrl-C finishes what is in hand, then stops."
    # The checks load every page, 30 MB that it never needs; the web processes make them.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--once", action="store_true", help="do all that is due, then stop")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        worker = Worker(steady=steady())
        worker.configure_signals()
        if once:
            worker.run_once()
        else:
            settle()
            worker.run()

"""Compile the English catalogues to what Django reads."""

from typing import Any

from django.core.management.base import BaseCommand

from config import texts


class Command(BaseCommand):
    help = "Compile the translations (.po to .mo)."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{texts.compile_all()} catalogues compiled")

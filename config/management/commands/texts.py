"""Bring the English catalogues up to date with the Chinese texts in code and templates."""

from typing import Any

from django.core.management.base import BaseCommand

from config import texts


class Command(BaseCommand):
    help = "Update the catalogues; new texts come in empty and are listed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("apps", nargs="*", choices=[*texts.APPS, []], help="all, unless named")

    def handle(self, *args: Any, apps: list[str], **options: Any) -> None:
        for app in apps or texts.APPS:
            for message in texts.update(app):
                self.stdout.write(f"{app}: {message}")

"""Write the pages that are generated from the policies."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from arbitration.engine.catalogue import rules_page, vocabulary_page


class Command(BaseCommand):
    help = "Write docs/rules.md and docs/vocabulary.md from the shipped policies."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        docs = Path(settings.BASE_DIR) / "docs"
        for name, page in (("rules.md", rules_page()), ("vocabulary.md", vocabulary_page())):
            (docs / name).write_text(page, "utf-8")
            self.stdout.write(f"docs/{name}")

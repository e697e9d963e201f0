"""Recompute every hash chain and say what was changed, removed or reordered."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from trail.models import Link
from trail.services import broken_links


class Command(BaseCommand):
    help = "Verify the hash chains of ownership."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = broken_links()
        if broken:
            raise CommandError("\n".join(broken))
        self.stdout.write(f"{Link.objects.count()} links, all true")

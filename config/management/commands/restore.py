"""Bring a backup back, and look whether it is what was there (docs/running.md, "Backups")."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backups import archive, restoring
from config.backups.programs import Trouble
from config.backups.progress import Progress
from config.backups.restoring import Target
from trail import clock

SINCE = "Who was let go, and which tokens were revoked, since the backup was made: look at 设置 → 人员 before people come in."


class Command(BaseCommand):
    help = (
        "Bring a backup back into an empty database, check it, and say what it came to; exit 1 where anything differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--into", metavar="NAME", default="", help="another database on this server; made where there is none"
        )
        parser.add_argument(
            "--replace", action="store_true", help="empty the database first, for good; you are asked for its name"
        )
        parser.add_argument(
            "--erasures",
            type=Path,
            metavar="FILE",
            help="who was erased since: else the lists in .local and beside the backup",
        )

    def handle(self, *args: Any, file: Path, into: str, replace: bool, erasures: Path | None, **options: Any) -> None:
        seen, now = Progress(self.stderr), clock.now()
        known = [Path(settings.GUISHU_ERASURES), file.parent / archive.ERASURES]
        lists = [erasures] if erasures else [path for path in known if path.exists()]
        try:
            with archive.opened(file) as (whole, manifest):
                restoring.may(whole, manifest, seen)
                place = restoring.target(into)
                self._must_be_empty(place, replace)
                report = restoring.restore(whole, manifest, place, erasures=lists, at=now, seen=seen)
        except (Trouble, OSError) as trouble:
            raise CommandError(str(trouble)) from trouble
        self.stdout.write(f"{place.name}: as it was on {manifest.made_at}")
        for line in [*report.lines, SINCE]:
            self.stdout.write(f"  {line}")
        if report.wrong:
            raise CommandError("It is not what was there:\n" + "\n".join(report.wrong))

    def _must_be_empty(self, place: Target, replace: bool) -> None:
        if place.empty():
            return
        if not replace:
            raise CommandError(
                f"{place.name} is not empty. Restore into another: --into NAME; or empty it for good: --replace"
            )
        self.stdout.write(f"Everything in {place.name} will be gone. Type its name to go on: ", ending="")
        self.stdout.flush()
        if input().strip() != place.name:
            raise CommandError("Nothing was done.")
        restoring.clear(place)

"""Write a backup of everything but the keys (docs/running.md, "Backups")."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError

from config.backups import archive, making
from config.backups.programs import Trouble
from config.backups.progress import Progress
from people.safekeeping import backup_failed
from trail import clock
from trail.services import note

KEYS = """The keys are not in it. Without them no number can be read: keep a copy of .local/keys.env (or of what your environment sets)
apart from the backups, and another one after every new key."""


@contextmanager
def told_if_it_fails(now: datetime) -> Iterator[None]:
    """The administrators hear of it, where the database still lets us say so: nobody reads what a timer prints."""
    try:
        yield
    except Exception:
        with suppress(DatabaseError, InterfaceError):
            backup_failed(at=now)
        raise


class Command(BaseCommand):
    help = "Write a backup into a folder: one file, readable by nobody else. The keys are not in it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, metavar="DIR", default=settings.BASE_DIR / ".local" / "backups")
        parser.add_argument("--keep", type=int, metavar="N", help="remove all but the newest N afterwards")

    def handle(self, *args: Any, to: Path, keep: int | None, **options: Any) -> None:
        if keep is not None and keep < 1:
            raise CommandError("--keep is at least 1")
        now = clock.now()
        try:
            with told_if_it_fails(now):
                path, manifest = making.make(to, at=now, seen=Progress(self.stderr))
        except (Trouble, OSError) as trouble:
            raise CommandError(str(trouble)) from trouble
        note(by="system", action="backup.make", subject=f"backup:{now.isoformat()}", at=now)
        self.stdout.write(
            f"{path}: {sum(manifest.counts.values())} rows of {len(manifest.counts)} tables, {path.stat().st_size} bytes"
        )
        self.stdout.write(f"last seal: {manifest.seal or 'nothing is on record yet'}")
        for old in archive.keep(to, keep) if keep else []:
            self.stdout.write(f"removed: {old}")
        self.stdout.write(KEYS)

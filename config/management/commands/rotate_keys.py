"""Seal everything anew under the newest key, or compute every index anew (docs/running.md, "New keys")."""

from collections import Counter
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection

from config.keys import reindexing, resealing
from config.keys.columns import NUMBERS
from trail import clock, vault
from trail.models import Entry
from trail.services import note

NEWEST_ONLY = "the newest key opens everything; the others are needed for backups from before today only"


class Command(BaseCommand):
    help = "Seal everything anew under the newest key of GUISHU_PHONE_KEY; --index: compute every index anew under GUISHU_INDEX_KEY."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--index", action="store_true", help="the indexes, with the program stopped")
        parser.add_argument("--check", action="store_true", help="only whether our keys are those of this database")

    def handle(self, *args: Any, index: bool, check: bool, **options: Any) -> None:
        if check:
            return self._check()
        try:
            self._reindex() if index else self._reseal()
        except DatabaseError as error:
            if getattr(error.__cause__, "pgcode", "") == "42501":  # insufficient_privilege
                raise CommandError("OWNER_DATABASE_URL must name the owner of the tables") from error
            raise

    def _check(self) -> None:
        if not fitting():
            raise CommandError(
                "These keys are not those of this database. Put back the keys.env that was kept with its backup; while indexes "
                "are computed anew, finish that: ./guishu manage rotate_keys --index"
            )

    def _reseal(self) -> None:
        if behind := resealing.behind():
            raise CommandError(
                f"Start everything anew first, nothing was sealed: {behind} connections to the database are of web servers or "
                "workers that do not know the newest key. Behind a pooler, let it connect anew"
            )
        done, shut = resealing.reseal(lambda column, rows: self._progress(str(column), rows))
        self._noted("key.seal", settings.PHONE_KEYS)
        self.stdout.write(f"sealed anew: {done}")
        old = self._left()
        for column, count in shut.items():
            self.stdout.write(f"{column}: {count} that no key of ours opens")
        if shut:
            raise CommandError("something is under a key that is not in GUISHU_PHONE_KEY")
        self.stdout.write("keep the older keys: the rows named above stay under them" if old else NEWEST_ONLY)

    def _left(self) -> bool:
        """Name what still lies under an older key; whether there is anything."""
        newest, found = vault.key_id(settings.PHONE_KEYS[0]).hex(), False
        for column, under in [*resealing.left().items(), ("arbitration_caseevent.payload", resealing.left_in_cases())]:
            for key, count in sorted(under.items()):
                if key != newest:
                    found = True
                    self.stdout.write(f"{column}: {count} under {key}")
        return found

    def _reindex(self) -> None:
        if len(settings.INDEX_KEYS) < 2:
            raise CommandError(
                "GUISHU_INDEX_KEY holds one key. Put the new one before it: ./guishu manage new_key index"
            )
        if others := reindexing.others():
            raise CommandError(f"Stop the program first: {others} connections to the database are open")
        forgotten = 0 if self._done_before() else reindexing.forget_codes(at=clock.now())
        strange = reindexing.reindex(self._progress)
        if wrong := Counter({c: n for c, n in strange.items() if c.partition(".")[0] in _tables()}):
            raise CommandError(f"under a key that is not in GUISHU_INDEX_KEY: {dict(wrong)}")
        self._noted("key.index", settings.INDEX_KEYS)
        for column, count in strange.items():
            self.stdout.write(f"{column}: {count} about numbers that nobody reported stay as they are")
        self.stdout.write(f"recovery codes of {forgotten} people count no more; they were told to make new ones")
        self.stdout.write("every number is found under the newest key")

    def _done_before(self) -> bool:
        """Whether a run under this key came to its end: recovery codes of since then count."""
        return Entry.objects.filter(action="key.index", subject=_name(settings.INDEX_KEYS)).exists()

    def _noted(self, action: str, keys: tuple[str, ...]) -> None:
        note(by="system", action=action, subject=_name(keys), at=clock.now())

    def _progress(self, place: str, rows: int) -> None:
        if rows:
            self.stderr.write(f"· {place}: {rows} rows")


def fitting() -> bool:
    """Whether our keys are those of this database."""
    with connection.cursor() as cursor:

        def ask(sql: str) -> Any:
            cursor.execute(sql)
            return cursor.fetchone()

        return reindexing.fitting(ask)


def _name(keys: tuple[str, ...]) -> str:
    return f"key:{vault.key_id(keys[0]).hex()}"


def _tables() -> set[str]:
    return {apps.get_model(label)._meta.db_table for label in NUMBERS}

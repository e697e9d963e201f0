"""Hold every row of the guarded tables against its mark and the marks against their seals; name what is not as it was written."""

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from trail import clock, history, seals


class Command(BaseCommand):
    help = "Verify that ledger, rulings, ownerships and the audit log were not rewritten, then seal them as they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--kept",
            action="append",
            default=[],
            metavar="SEAL",
            help="a seal that was printed earlier and kept elsewhere",
        )

    def handle(self, *args: Any, kept: list[str], **options: Any) -> None:
        found = 0
        for mistake in self._mistakes(kept):
            found += 1
            self.stdout.write(str(mistake))
        if found:
            raise CommandError(f"{found} mistakes")
        last = seals.seal(at=clock.now())
        self.stdout.write(
            f"all true; keep this seal elsewhere: {seals.name(last)}" if last else "nothing is on record yet"
        )

    def _mistakes(self, kept: list[str]) -> Any:
        for exported in kept:
            if not re.fullmatch(r"\d{1,18}:[0-9a-f]{64}", exported):
                raise CommandError(f"{exported!r} is no seal; one reads like 412:ab… with 64 hexadecimal digits")
            if seals.missing(exported):
                yield history.Mistake(f"seal {exported.partition(':')[0]}", "is not the one that was kept")
        yield from history.mistakes(seen=self._progress)

    def _progress(self, table: str, ids: int) -> None:
        self.stderr.write(f"· {table}: {ids} ids")

"""Derive every stored ruling again and compare, byte for byte."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arbitration.cases.replay import replay
from arbitration.models import Ruling

BATCH = 200


class Command(BaseCommand):
    help = "Derive every stored ruling again from what it pins; exit 1 where one comes out otherwise (docs/engine.md)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("numbers", nargs="*", metavar="NO", help="numbers of rulings; all, when none is named")

    def handle(self, *args: Any, **options: Any) -> None:
        rulings = Ruling.objects.select_related("policy").order_by("at", "pk")
        if options["numbers"]:
            rulings = rulings.filter(no__in=options["numbers"])
        same = nothing = wrong = 0
        for row in replay(rulings.iterator(chunk_size=BATCH)):
            same, nothing = same + (row.result == "same"), nothing + (row.result == "nothing")
            if not row.sound:
                wrong += 1
                self.stdout.write(f"{row.no}: {row.result}: {row.detail}")
        self.stdout.write(f"{same} the same, {nothing} without a policy, {wrong} otherwise")
        if wrong:
            raise CommandError("some rulings do not come out as they are stored", returncode=1)

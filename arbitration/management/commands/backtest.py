"""Which cases would have come out otherwise under another policy."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arbitration.engine import CaseError, Pack, PackError, load_pack
from arbitration.engine.pack import parse_pack
from arbitration.models import Ruling
from arbitration.policies.backtest import backtest


class Command(BaseCommand):
    help = "Run two policies over the cases that were ruled on, and tell which would have come out otherwise (docs/policies.md)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("before", metavar="OLD", help="a shipped pack (id or id@version), or a YAML file")
        parser.add_argument("after", metavar="NEW", help="the same, for the draft")
        parser.add_argument("--project", metavar="CODE", help="only the cases of this project")

    def handle(self, *args: Any, **options: Any) -> None:
        rulings = Ruling.objects.all()
        if options["project"]:
            rulings = rulings.filter(collision__project__code=options["project"])
        report = backtest(_pack(options["before"]), _pack(options["after"]), rulings)
        for (old, new), n in report.moves.most_common():
            mark = " " if old == new else "→"
            self.stdout.write(f"{n:8} {mark} {' '.join(old)}" + ("" if old == new else f"  would be  {' '.join(new)}"))
            if old != new:
                self.stdout.write(f"           {', '.join(report.examples[old, new])}")
        self.stdout.write(f"{report.cases} cases, {report.flipped} would come out otherwise")


def _pack(name: str) -> Pack:
    path = Path(name)
    try:
        return parse_pack(path.read_text("utf-8")) if path.suffix in (".yaml", ".yml") else load_pack(name)
    except (PackError, CaseError) as trouble:
        raise CommandError("\n".join(trouble.mistakes), returncode=2) from None
    except OSError as trouble:
        raise CommandError(f"{name}: {trouble.strerror}", returncode=2) from None

"""What a month of complaints and incidents came to: by kind and cause, what was late, how long a reply took. Counted by the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Max, Q
from django.utils.translation import gettext as _

from leads.periodic.allocation import LEFT, LONGEST, Plot, plot
from people.models import Project
from visits.incidents.log import overdue
from visits.models import Incident, IncidentStep

HOUR = timedelta(hours=1)
PLOT = {"left": LEFT, "width": LEFT + LONGEST + 50}  # of the drawing


@dataclass(frozen=True, slots=True)
class Month:
    """Counts of a span. `kinds` and `causes`: (word, count, of these closed). `hours` and `longest`: until a complaint was answered."""

    kinds: list[tuple[str, int, int]]
    causes: list[tuple[str, int, int]]
    steps: int  # with a term
    late: int
    replied: int
    hours: float | None  # on average
    longest: float | None

    @property
    def share(self) -> int | None:
        """Late steps of those with a term, in percent."""
        return round(100 * self.late / self.steps) if self.steps else None

    @property
    def plots(self) -> list[Plot]:
        """By kind, and complaints by cause."""
        return [
            plot(_("按种类"), [(word, n) for word, n, _closed in self.kinds]),
            plot(_("投诉按原因"), [(word, n) for word, n, _closed in self.causes]),
        ]


def month(project: Project, begin: datetime, end: datetime, at: datetime) -> Month:
    """What happened from `begin` to before `end`, as it stands at `at`. Five queries, whatever there is."""
    rows = Incident.objects.filter(project=project, happened_at__gte=begin, happened_at__lt=end)
    steps = IncidentStep.objects.filter(incident__in=rows, due_at__isnull=False)
    took = ExpressionWrapper(F("done_at") - F("incident__happened_at"), output_field=DurationField())
    replies = steps.filter(code="reply", done_at__isnull=False).aggregate(n=Count("pk"), mean=Avg(took), most=Max(took))
    return Month(
        _counts(rows, "kind", dict(Incident.Kind.choices)),
        _counts(rows.filter(kind=Incident.Kind.COMPLAINT), "cause", causes()),
        steps.count(), overdue(at, steps).count(), replies["n"], _hours(replies["mean"]), _hours(replies["most"]),
    )  # fmt: skip


def causes() -> dict[str, Any]:
    """The causes in words."""
    return {**dict(Incident.Cause.choices), "": _("还没写原因")}


def _counts(rows: Any, key: str, words: dict[str, Any]) -> list[tuple[str, int, int]]:
    counted = rows.values(key).annotate(n=Count("pk"), over=Count("pk", filter=Q(closed_at__isnull=False)))
    return [(str(words[row[key]]), row["n"], row["over"]) for row in counted.order_by("-n", key)]


def _hours(span: timedelta | None) -> float | None:
    return None if span is None else round(span / HOUR, 1)

"""Visits that agents announced who could not come (D11-M2, D21-M2) → events: the announcement, the bring, its slip, the follow-up call."""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from visits.models import Expected

if TYPE_CHECKING:
    from arbitration.casefile.reader import Event, Reader

KNOWS = "channel-project"  # the policy, in its editions, that speaks of announcements; to others an announcement is no report


class Announced:
    """What was announced of the customers of a case, up to its time; what was withdrawn announced nothing."""

    def __init__(self, reader: "Reader") -> None:
        self.reader = reader
        about = Q(customer__in=reader.ids) | Q(customer__isnull=True, registration__customer__in=reader.ids)
        rows = Expected.objects.filter(
            about, project=reader.project, present=False, withdrawn_at=None, at__lte=reader.at
        )
        self.rows = reader.rows.want(rows.select_related("registration", "visit").order_by("at", "pk"))  # of receipt

    @cached_property
    def reports(self) -> set[int]:
        """The reports that are themselves the announcement: an SMS."""
        return {row.registration_id for row in self.rows if _is_report(row)}

    def events(self) -> Iterator["Event"]:
        """Of each announcement: what it is, and what came of it."""
        told = self.reader.pack == KNOWS
        for row in self.rows:
            if told and not _is_report(row):
                yield self._announcement(row)
            if told and row.called_at and row.called_at <= self.reader.at:
                by, customer = self.reader.tokens.person(row.called_by_id), self._customer(row)
                yield self.reader.event(f"yc{row.pk}", "contact", row.called_at, by=by, customer=customer, mode="call")
            if row.counts and row.visit.arrived_at <= self.reader.at:
                yield from self._brought(row)

    def _brought(self, row: Any) -> Iterator["Event"]:
        """The customer came after it, without the agent: brought by them all the same, and the slip is their agency's."""
        by = self.reader.tokens.person(row.by_id)
        keys = {"visit": f"v{row.visit_id}", "by": by, "present": False}
        yield self.reader.event(f"yb{row.pk}", "bring", row.visit.arrived_at, **keys)
        yield from self.reader.slip(f"ys{row.pk}", row.visit, row.by_id)

    def _announcement(self, row: Any) -> "Event":
        """Said on a page of a customer who had been reported before; Party A's check is its review."""
        keys: dict[str, Any] = {
            "by": self.reader.tokens.person(row.by_id), "customer": self._customer(row), **self.reader.things.of_report,
            "channel": row.channel, "announces_visit": True,
        }  # fmt: skip
        if row.checked_at and row.checked_at <= self.reader.at:
            by, at = self.reader.tokens.person(row.checked_by_id), self.reader.time(row.checked_at)
            last = row.registration.reviews.filter(at__lte=row.checked_at).order_by("-at", "-pk").first()
            review = "rejected" if last is not None and not last.approved else "approved"
            keys |= {"review": review, "reviewed_by": by, "reviewed_at": at}
        return self.reader.event(f"yr{row.pk}", "report", row.at, **keys)

    def _customer(self, row: Any) -> str:
        return self.reader.tokens.customer(row.customer_id or row.registration.customer_id)


def _is_report(row: Any) -> bool:
    """Whether it was said by the report itself, and not later on a page."""
    return bool(row.registration.at == row.at)

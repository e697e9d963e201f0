"""What some policies alone ask of the register → events: notebooks, complaints and incidents, customers given up; and the roster.

A policy is told only what it reads: of what it does not ask, nothing is pinned.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q

from arbitration.casefile.reader import Event, Reader
from leads.models import NotebookEntry, Ownership
from visits.models import Duty, Incident, Place

NOTEBOOKS = {"walk-in-store"}  # D01-3
COMPLAINTS, INCIDENTS = "complaint-handling", "site-incidents"  # D06, D16
# Where somebody who gives a customer up loses a claim by it. D18 asks only whom they let in (casefile/conduct.py).
GIVEN_UP = {
    "property-sharing",
    "first-report",
    "sales-office",
    "walk-in-store",
    "media-slots",
    "sample-protection",
    "crm-ownership",
}
ROSTERED = {"walk-in-store", "property-sharing", "sales-office", INCIDENTS}
STEPS = {
    "reply": "replied", "notify": "notified", "evidence": "evidence_kept", "report_up": "reported_up", "investigate": "investigated",
    "apologise": "admitted", "improve": "improved", "supervise": "supervised", "retrospect": "retrospective",
}  # fmt: skip
Kind, Cause = Incident.Kind, Incident.Cause
ABOUT: dict[str, str] = {
    Cause.NO_AFTER_SALES: "service", Cause.SERVICE: "service", Cause.NOT_AS_EXPECTED: "product", Cause.DEFECT: "product",
    Cause.DAMAGED: "product", Cause.LATE_DELIVERY: "delivery",
}  # fmt: skip
HAPPENED: dict[str, str] = {Kind.WALKOUT: "walked_out", Kind.TRAFFIC: "traffic_accident"}


class Records:
    """Reads these for the customers of a case; `packs` are the ids of the policies that it is ruled by."""

    def __init__(self, reader: Reader, packs: Collection[str]) -> None:
        self.reader, self.packs, want = reader, set(packs), reader.rows.want
        here = {"site__project": reader.project}
        if self.packs & NOTEBOOKS:
            lines = NotebookEntry.objects.filter(**reader.here, at__lte=reader.at, user__isnull=False)
            self.lines = want(lines.order_by("at", "pk"))
        if self.packs & ROSTERED:
            self.duties = want(Duty.objects.filter(**here, since__lte=reader.at).order_by("since", "pk"))
            self.places = want(Place.objects.filter(**here).order_by("site", "position", "pk"))

    def events(self) -> Iterator[Event]:
        """All that the policies ask for."""
        if self.packs & NOTEBOOKS:
            yield from self._notebooks()
        if self.packs & GIVEN_UP:
            yield from self._given_up()
        yield from self._incidents()

    def _notebooks(self) -> Iterator[Event]:
        """A line of a notebook; that something was written into it, not what (D01-3.b2f)."""
        for row in self.lines:
            noted = row.noted_at is not None and row.noted_at <= self.reader.at
            note = {"note": "given" if (row.note or "").strip() else ""} if noted else {}
            keys = {"by": self.reader.tokens.person(row.user_id or 0), "customer": self._customer(row.customer_id)}
            yield self.reader.event(f"o{row.pk}", "notebook", row.at, book=row.book, **keys, **note)

    def _given_up(self) -> Iterator[Event]:
        """A customer put back into the pool by whoever followed them."""
        last: dict[Any, int | None] = {}
        for row in self.reader.rows.owned:
            owner = last.get(row.customer_id)
            if row.reason == Ownership.Reason.RELEASED and owner and row.by == str(owner):
                keys = {"by": self.reader.tokens.person(owner), "customer": self._customer(row.customer_id)}
                yield self.reader.event(f"x{row.pk}", "withdrawal", row.since, **keys)
            last[row.customer_id] = row.user_id

    @cached_property
    def incidents(self) -> list[Incident]:
        """Complaints and incidents of these customers, as far as a policy asks for them."""
        kinds = ([Kind.COMPLAINT] if COMPLAINTS in self.packs else []) + (
            [*HAPPENED] if INCIDENTS in self.packs else []
        )
        if not kinds:
            return []
        ids, at = self.reader.ids, self.reader.at
        rows = Incident.objects.filter(Q(customer__in=ids) | Q(visit__customer__in=ids), project=self.reader.project)
        rows = rows.filter(kind__in=kinds, entered_at__lte=at).prefetch_related("steps").select_related("visit")
        return list(rows.order_by("happened_at", "pk"))

    @cached_property
    def complained(self) -> datetime | None:
        """When one of these customers first complained."""
        return next((row.happened_at for row in self.incidents if row.kind == Kind.COMPLAINT), None)

    def _incidents(self) -> Iterator[Event]:
        for row in self.incidents:
            known = {HAPPENED.get(row.kind), ABOUT.get(row.cause)} - {None}
            about = row.customer_id or (row.visit.customer_id if row.visit else None)
            keys: dict[str, Any] = {"customer": self._customer(about)} | ({"kind": known.pop()} if known else {})
            type_ = "complaint" if row.kind == Kind.COMPLAINT else "incident"
            yield self.reader.event(f"i{row.pk}", type_, row.happened_at, **keys, steps=self._steps(row))

    def _steps(self, row: Incident) -> dict[str, str]:
        done = ((s.code, s.done_at) for s in row.steps.all() if s.done_at and s.done_at <= self.reader.at)
        return {STEPS[code]: self.reader.time(at) for code, at in done if code in STEPS}

    def _customer(self, pk: Any) -> str:
        return self.reader.tokens.customer(pk)

    def roster(self) -> list[dict[str, Any]]:
        """Who is on duty, who is next and who is away, at the sites of the project."""
        if not self.packs & ROSTERED:
            return []
        return [*self._duties(), *self._places()]

    def _duties(self) -> Iterator[dict[str, Any]]:
        for row in self.duties:
            span = {"from": self.reader.time(row.since), "to": self.reader.time(row.until)}
            yield {"person": self.reader.tokens.person(row.user_id), "kind": "on_duty", **span}

    def _places(self) -> Iterator[dict[str, Any]]:
        for row in self.places:
            who = self.reader.tokens.person(row.user_id)
            yield {"person": who, "kind": "rotation", "position": row.position}
            if row.away:
                yield {"person": who, "kind": "absent"}

"""Leave to join or get in touch, and conduct that was established → events (D18-6, D18-7, D17-1.1, D17-2.6a).

Of conduct only what a manager established is told, and by its own time: an interruption is one while somebody receives, whenever
it was reported. Leave is told where something was done under it: the format knows no end of a consent, and leave to join is none
to telephone.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from arbitration.casefile.reader import Event, Reader
from leads.models import Ownership
from visits.models import Conduct, Permission

Kind, Ground = Permission.Kind, Permission.Ground
# Under these a manager's assignment lets somebody in and gives nobody the customer; elsewhere it is told as leave by a manager.
ASSIGNS = {"intent-table", "sales-office"}
# Where who received is asked: whoever gave a customer up, or gave them to somebody, let them in.
ASKS_RECEIVER = {"intent-table"}


class Act(NamedTuple):
    """Somebody was in touch with a customer, or cut in."""

    kind: str
    by: int
    customer: Any
    at: datetime


class Leave:
    """Reads these for the customers of a case."""

    def __init__(self, reader: Reader, policy: str) -> None:
        self.reader, self.pack = reader, policy.partition("@")[0]
        found = {"finding__established": True, "finding__at__lte": reader.at}
        conduct = Conduct.objects.filter(**reader.here, **found, happened_at__lte=reader.at)
        self.established = reader.rows.want(conduct.order_by("happened_at", "pk"))
        leave = Permission.objects.filter(**reader.here, at__lte=reader.at)
        self.permissions = reader.rows.want(leave.order_by("at", "pk"))

    def events(self) -> Iterator[Event]:
        """Consents under which something was done, and conduct."""
        yield from self._permissions()
        if self.pack in ASKS_RECEIVER:
            yield from self._handed()
            yield from self._given_up()
        yield from self._conduct()

    @cached_property
    def _acts(self) -> list[Act]:
        """What needs leave: to join, where somebody cut in; to get in touch."""
        acts = [Act(Kind.CONTACT, row.by_id, row.customer_id, row.at) for row in self.reader.rows.contacts]
        for row in self.established:
            kind = Kind.JOIN if row.kind == Conduct.Kind.INTERRUPTION else Kind.CONTACT
            acts.append(Act(kind, row.by_id, row.customer_id, row.happened_at))
        return acts

    def _done(self, by: int, customer: Any, since: datetime, until: datetime | None, kind: str = Kind.CONTACT) -> bool:
        """Whether somebody did what needs this leave while it held."""
        same = (a for a in self._acts if (a.kind, a.by, a.customer) == (kind, by, customer))
        return any(since <= act.at and (until is None or act.at < until) for act in same)

    def _permissions(self) -> Iterator[Event]:
        for row in self.permissions:
            if self._done(row.to_id, row.customer_id, row.at, row.ended_at, row.kind):
                assigns = row.ground == Ground.MANAGER and self.pack in ASSIGNS
                kind = "manager_assignment" if assigns else "holder_permission"
                yield self._consent(f"l{row.pk}", row.at, row.by_id, row.to_id, row.customer_id, kind)

    def _handed(self) -> Iterator[Event]:
        """Who gives a customer to somebody, by transfer, allocation, hand-over or ruling, lets them in."""
        for row in (own for own in self.reader.rows.owned if own.user_id):
            by = int(row.by) if row.by.isdigit() else row.user_id
            if by != row.user_id and row.user_id and self._done(row.user_id, row.customer_id, row.since, row.until):
                yield self._consent(f"lo{row.pk}", row.since, by, row.user_id, row.customer_id, "holder_permission")

    def _given_up(self) -> Iterator[Event]:
        """Who gives a customer up to the public pool lets in whoever is in touch with them from then on."""
        pool = (Ownership.Holder.POOL, Ownership.Reason.RELEASED)
        for row in (own for own in self.reader.rows.owned if (own.holder, own.reason) == pool):
            later = (
                a.by
                for a in self._acts
                if a.kind == Kind.CONTACT and a.customer == row.customer_id and a.at >= row.since
            )
            for to in dict.fromkeys(later):
                if row.by.isdigit() and int(row.by) != to:
                    id_ = f"lp{row.pk}-{self.reader.tokens.person(to)}"
                    yield self._consent(id_, row.since, int(row.by), to, row.customer_id, "holder_permission")

    def _consent(self, id_: str, at: datetime, by: int, to: int, customer: Any, kind: str) -> Event:
        tokens = self.reader.tokens
        keys = {"by": tokens.person(by), "to": tokens.person(to), "customer": tokens.customer(customer), "kind": kind}
        return self.reader.event(id_, "consent", at, **keys)

    def _conduct(self) -> Iterator[Event]:
        """Free text stays out, and who reported it: what is pinned names nobody."""
        for row in self.established:
            keys: dict[str, Any] = {"by": self.reader.tokens.person(row.by_id), "kind": row.kind}
            if row.against_id:
                keys["against"] = self.reader.tokens.person(row.against_id)
            keys["customer"] = self.reader.tokens.customer(row.customer_id)
            keys["before_customer"] = row.before_customer
            if row.stopped is not None:
                keys["stopped"] = row.stopped
            yield self.reader.event(f"m{row.pk}", "conduct", row.happened_at, **keys)

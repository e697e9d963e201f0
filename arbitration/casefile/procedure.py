"""How a case was dealt with → events: who knows of it since when, reports upward, investigations, talks, escalation, the result."""

from collections.abc import Iterator
from typing import Any

from arbitration.casefile.reader import Event, Reader
from arbitration.cases.parties import in_order
from arbitration.models import CaseEvent, Collision, Ruling

Type = CaseEvent.Type
# Whoever becomes a party is told by the program at once, and from then on has known of the collision. It is told where a policy
# counts a term from that; D09-6 asks who knew before the visit at which a case may open, and D07 what companies knew.
KNOWN_COUNTS = frozenset(
    {
        "walk-in-store", "cooperative", "first-report", "shared-platform", "first-contact", "collision-control",
        "channel-project", "double-sale", "sales-office",
    }
)  # fmt: skip
# Where telling the parties the result is a duty with a term (D14-3.4). Elsewhere such a notice would date the decision, which is taken
# at the moment of asking (case format, D17).
RESULT_COUNTS = frozenset({"collision-control"})
RECORDED = (Type.REPORTED, Type.INVESTIGATION, Type.ESCALATION)


class Procedure:
    """Reads these for one case."""

    def __init__(self, case: Collision, policy: str, reader: Reader) -> None:
        self.case, self.reader, self.pack = case, reader, policy.partition("@")[0]

    def events(self) -> Iterator[Event]:
        """All of them."""
        if self.pack in KNOWN_COUNTS:
            yield from self._known()
        yield from self._recorded()
        yield from self._talks()
        if self.pack in RESULT_COUNTS:
            yield from self._results()

    def _about(self) -> dict[str, Any]:
        pk = self.case.customer_id
        return {"customer": self.reader.tokens.customer(pk)} if pk else {}

    def _known(self) -> Iterator[Event]:
        for claim in (one for one in in_order(self.case) if one.joined_at <= self.reader.at):
            by = self.reader.tokens.person(claim.user_id)
            yield self.reader.event(f"kn{claim.pk}", "collision_known", claim.joined_at, by=by, **self._about())

    def _recorded(self) -> Iterator[Event]:
        """What was put on record, under the keys of the case format; `to` names a person."""
        for row in (one for one in self.reader.recorded if one.type in RECORDED):
            keys = {key: value for key, value in row.payload.items() if key in ("opened", "closed")}
            if row.payload.get("to"):
                keys["to"] = self.reader.tokens.person(row.payload["to"])
            by = self.reader.tokens.person(row.by_id)
            yield self.reader.event(f"e{row.pk}", row.type, row.at, by=by, **keys)

    def _talks(self) -> Iterator[Event]:
        """Written terms are talks, whatever came of them (D08-5.4, G-48); what all confirmed is told by its own event."""
        written = (row for row in self.case.settlements.all() if row.at <= self.reader.at)
        for row in sorted(written, key=lambda row: (row.at, row.pk)):
            yield self.reader.event(f"nt{row.pk}", "negotiation", row.at, outcome="open")

    def _results(self) -> Iterator[Event]:
        """A ruling tells each party its result (D14-3.4)."""
        parties = [claim.user_id for claim in in_order(self.case)]
        for ruling in Ruling.objects.filter(collision=self.case, at__lte=self.reader.at).order_by("at", "pk"):
            for party in parties:
                by, to = self.reader.tokens.person(ruling.by_id), self.reader.tokens.person(party)
                keys: dict[str, Any] = {"by": by, "to": to, "kind": "result", **self._about()}
                yield self.reader.event(f"nr{ruling.pk}-{party}", "notice", ruling.at, **keys)

"""What was brought for a case and what whoever rules makes of it: which things a person has to look at, and what was said of each.

The engine judges what it can by the clauses. What somebody with an interest asserts, and every document, a person looks at: the last
judgement of a thing is the one that holds. References are those of the case file: `e12` an event of the case, `f3` a file, `t5` a contact.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from arbitration.cases.once import once_a_page
from arbitration.models import Attachment, CaseEvent, Collision
from leads.models import Contact

Type = CaseEvent.Type
# Steps and declarations: they are true by being made, at the time of the server. There is nothing in them to believe or not.
STEPS = frozenset(
    {
        Type.OBJECTION, Type.NEGOTIATION, Type.EVIDENCE, Type.HOLD_REQUEST, Type.ESCALATION, Type.KNOWN, Type.REPORTED, Type.NOTICE,
        Type.INVESTIGATION, Type.WITHDRAWAL, Type.ACCUSATION,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Brought:
    """Something that was brought. `must`: the engine says nothing of it, so whoever rules has to, before agreeing."""

    ref: str
    by: int
    at: datetime
    must: bool
    judged: CaseEvent | None

    @property
    def open(self) -> bool:
        """Whether it waits to be judged."""
        return self.must and self.judged is None


def brought(
    case: Collision, tested: Collection[str] = (), *, events: Iterable[CaseEvent] | None = None, until: datetime | None = None
) -> list[Brought]:  # fmt: skip
    """Everything that can be judged, in the order of its time. `tested`: what the engine has findings of; `until`: as it stood then."""
    rows = list(case.events.all() if events is None else events)
    rows = [row for row in rows if until is None or row.at <= until]
    said = judgements(rows)
    parties = {claim.user_id for claim in case.claims.all()}
    found = [
        Brought(ref, row.by_id, row.at, row.by_id in parties and ref not in tested, said.get(ref))
        for ref, row in ((f"e{row.pk}", row) for row in rows)
        if row.type not in STEPS
    ]
    found += [Brought(f"f{file.pk}", file.by_id, at, True, said.get(f"f{file.pk}")) for file, at in files(case, until)]
    found += [Brought(f"t{c.pk}", c.by_id, c.at, False, said.get(f"t{c.pk}")) for c in late_contacts(case)]
    return sorted(found, key=lambda row: (row.at, row.ref))


def files(case: Collision, until: datetime | None = None) -> Iterator[tuple[Attachment, datetime]]:
    """The files that were submitted, with when; a copy made unreadable in part is judged with its original."""
    rows = (
        file for file in case.attachments.all() if file.state == Attachment.State.SUBMITTED and not file.redacted_of_id
    )
    brought_in = [(file, file.submitted_at) for file in rows if file.submitted_at]
    for file, at in sorted(brought_in, key=lambda row: (row[1], row[0].pk)):
        if until is None or at <= until:
            yield file, at


@once_a_page
def late_contacts(case: Collision) -> Any:
    """Contacts that were entered after the fact: from when they count hangs on evidence (G-35)."""
    late = {"customer": case.customer_id, "customer__isnull": False, "claimed_at__isnull": False}
    return Contact.objects.filter(project=case.project_id, **late).order_by("at", "pk")


def judgements(events: Collection[CaseEvent]) -> dict[str, CaseEvent]:
    """The last judgement of each thing."""
    rows = (row for row in events if row.type == Type.EVIDENCE and "about" in row.payload)
    return {row.payload["about"]: row for row in sorted(rows, key=lambda row: (row.at, row.pk))}

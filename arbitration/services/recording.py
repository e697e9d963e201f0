"""Steps of the procedure on record, as the policies read them."""

from datetime import datetime
from typing import Any

from arbitration.models import CaseEvent, Collision
from arbitration.services.opening import touch
from people.models import User
from people.workplace import Workplace
from trail import services as trail


def put_on_record(
    *, here: Workplace, case: Collision, type_: str, payload: dict[str, Any], action: str, at: datetime, **detail: Any
) -> CaseEvent:
    """Store a step. The case is locked, and whether the step may be taken is judged, by whoever calls."""
    event = CaseEvent.objects.create(collision=case, type=type_, payload=payload, by=here.user, at=at)
    touch(case, here.user, at)
    note(here, case, action, at, **detail)
    return event


def note(here: Workplace, case: Collision, action: str, at: datetime, **detail: Any) -> None:
    """A line of the audit log about a case."""
    trail.note(
        by=here.user.pk, action=action, subject=f"collision:{case.no}", at=at, project=case.project.code, **detail
    )


def tell_parties(case: Collision, kind: str, sentence: str, at: datetime, *, but: User | None = None) -> None:
    """The parties hear of a step, but for who took it. No name is said."""
    for pk in case.claims.exclude(user=but).values_list("user", flat=True):
        trail.tell(
            to=pk, kind=kind, project=case.project.code, link=f"/cases/{case.no}", at=at, sentence=sentence, no=case.no
        )

"""What the page of a case needs to put something on record: the kinds to choose from, by group, and the form of the one chosen."""

from itertools import groupby
from typing import Any

from arbitration import services
from arbitration.forms.records import RecordForm
from arbitration.models import Collision
from people.access import WorkRequest
from trail.forms import Form


def panel(request: WorkRequest, case: Collision, bound: Form | None) -> dict[str, Any]:
    """The form that was refused comes back filled in; else that of `?event=`."""
    kinds = services.recordable(request.workplace, case)
    form = bound if isinstance(bound, RecordForm) else None
    chosen = next((kind for kind in kinds if kind.type == request.GET.get("event")), None)
    if form is None and chosen:
        form = RecordForm(kind=chosen, here=request.workplace, case=case)
    groups = [(group, list(rows)) for group, rows in groupby(kinds, key=lambda kind: kind.group)]
    return {"record_groups": groups, "record_form": form if kinds else None}

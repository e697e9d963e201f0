"""Where a case stands in the queue that somebody came from, and whose it is: a part of its page."""

from typing import Any

from arbitration.cases import queue
from arbitration.forms.queue import QueueForm, query_of
from arbitration.models import Collision
from people.access import WorkRequest
from people.roles import Right
from trail import clock
from trail.forms import Form


def panel(request: WorkRequest, case: Collision, _bound: Form | None) -> dict[str, Any]:
    """The cases before and after it under the tab and the filters of the address; nothing for a party."""
    here = request.workplace
    if not here.may(Right.CASES):
        return {"queue": False}
    tab = request.GET.get("tab", "todo")
    wanted = QueueForm(request.GET, here=here).wanted(tab if tab in queue.TABS else "todo")
    before, after = queue.neighbours(here, wanted, case, clock.now())
    return {"queue": True, "before": before, "after": after, "query": query_of(request.GET), "act": Form()}

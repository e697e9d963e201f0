"""The filters of the list of cases, as the queue has them."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter

from arbitration.cases import queue
from arbitration.forms.queue import QueueForm
from arbitration.models import Collision
from people.api import Request
from people.roles import Right
from trail import clock
from trail.refusals import Refusal

MONEY = {"type": "number", "minimum": 0}
FILTERS = [
    OpenApiParameter("tab", str, enum=list(queue.TABS), description="a tab of the queue; all where none is named"),
    OpenApiParameter("trigger", str, enum=Collision.Trigger.values),
    OpenApiParameter("team", int, description="of which somebody is a party"),
    OpenApiParameter("party", int, description="id of a person who is a party"),
    OpenApiParameter("least", MONEY, description="commission at stake, in yuan"),
    OpenApiParameter("most", MONEY),
    OpenApiParameter(
        "due", str, enum=list(queue.DUES), description="what is up by then: over, today, within seven days"
    ),
]


def asked_for(request: Request) -> QuerySet[Collision]:
    """The cases that the address asks for. A party filters its own by the tab only. Raises Refusal for a filter that cannot be."""
    here, given = request.workplace, request.query_params
    tab = given.get("tab", "")
    if tab and tab not in queue.TABS:
        raise _wrong("tab")
    if not here.may(Right.CASES):
        return queue.rows(here, queue.Wanted(tab), clock.now())
    form = QueueForm(given, here=here)
    for field in form.errors:
        raise _wrong(field)
    return queue.rows(here, form.wanted(tab), clock.now())


def _wrong(field: str) -> Any:
    return Refusal("filter_wrong", _("没有这样的筛选"), field=field)

"""处罚建议: a list. Nothing here is deducted by itself."""

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from arbitration.appeals import pending
from penalties.models import SanctionProposal
from people.access import WorkRequest, needs
from people.roles import Right


@needs(Right.SANCTIONS)
@require_GET
def penalties(request: WorkRequest) -> HttpResponse:
    """What rulings propose against whom, newest first; what waits for an appeal is marked (G-27)."""
    rows = (
        SanctionProposal.objects.filter(project=request.workplace.project)
        .annotate(paused=Exists(pending().filter(ruling__no=OuterRef("ruling"))))
        .select_related("to", "by")
        .order_by("-at", "-pk")
    )
    return render(request, "penalties/list.html", {"page": Paginator(rows, 30).get_page(request.GET.get("page"))})

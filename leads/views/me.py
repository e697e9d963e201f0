"""我的三本: what I collected, who visited me, what I signed; and what I have to do."""

from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import require_GET, require_http_methods

from leads import reads
from leads.forms.register import PasteForm
from leads.views import books
from people.access import WorkRequest, needs
from people.roles import Right
from people.stepup import steps_up
from trail import clock


@needs(Right.OWN_BOOKS)
@require_http_methods(["GET", "POST"])
def me(request: WorkRequest) -> HttpResponse:
    """One notebook at a time; the book is in the address, so that it can be kept as a bookmark. A search is posted."""
    tasks = reads.my_tasks(request.workplace, clock.now())
    return books.shown(request, request.user, paste=PasteForm(), tasks=tasks)


@needs(Right.OWN_BOOKS)
@require_GET
def me_print(request: WorkRequest) -> HttpResponse:
    """My notebook on paper."""
    return books.printed(request, request.user)


@needs(Right.OWN_BOOKS)
@require_GET
@steps_up(back="me")
def me_csv(request: WorkRequest) -> HttpResponseBase:
    """My notebook as CSV."""
    return books.exported(request, request.user, "csv")


@needs(Right.OWN_BOOKS)
@require_GET
@steps_up(back="me")
def me_xlsx(request: WorkRequest) -> HttpResponseBase:
    """My notebook as XLSX."""
    return books.exported(request, request.user, "xlsx")

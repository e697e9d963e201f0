"""What happened: the audit log, searched and exported; and the seals that prove that nobody rewrote it."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from people import audit_log
from people.access import WorkRequest, needs
from people.audit import in_words
from people.exports import answer
from people.forms.audit import AuditForm
from people.roles import Right
from people.stepup import steps_up
from trail import clock
from trail.refusals import Refusal


@needs(Right.AUDIT)
@require_GET
def audit(request: WorkRequest) -> HttpResponse:
    """What happened in this project and in the company, newest first. Looking at it is itself on record."""
    here, form = request.workplace, _form(request)
    try:
        found, after = audit_log.piece(here, form.wanted, request.GET.get("after"))
    except Refusal:  # a cursor that somebody touched: from the beginning
        found, after = audit_log.piece(here, form.wanted, None)
    audit_log.looked_at(here, "audit.read", form.wanted, clock.now())
    shown = {
        "form": form, "filtered": form.wanted.names, "lines": in_words(found), "after": after, "query": _query(request),
        "history": audit_log.proof(),
    }  # fmt: skip
    return render(request, "people/audit.html", shown, status=422 if form.errors else 200)


@needs(Right.AUDIT)
@require_GET
@steps_up(back="audit")
def audit_csv(request: WorkRequest) -> HttpResponseBase:
    """The same as a file."""
    here, form, now = request.workplace, _form(request), clock.now()
    if form.errors:  # the page says what is wrong; a file of everything is not what was asked for
        return redirect(f"{reverse('audit')}?{_query(request)}")
    audit_log.looked_at(here, "audit.export", form.wanted, now)
    records = audit_log.records(here, form.wanted)
    name = f"audit-{now:%Y%m%d}"
    return answer(
        "csv", name=name, title=here.project.name, sheet="audit", heading=audit_log.heading(), records=records
    )


def _form(request: WorkRequest) -> AuditForm:
    asked = {name: value for name, value in request.GET.items() if value and name != "after"}
    return AuditForm(request.GET if asked else None, here=request.workplace)


def _query(request: WorkRequest) -> str:
    query = request.GET.copy()
    query.pop("after", None)
    return query.urlencode()

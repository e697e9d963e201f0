"""Who works here, and what happened."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from people.access import WorkRequest, needs
from people.audit import in_words
from people.models import Membership
from people.roles import Right
from trail import clock
from trail.models import Entry
from trail.services import note


@needs(Right.STAFF)
@require_GET
def staff(request: WorkRequest) -> HttpResponse:
    """Who holds which role in this project."""
    held = Membership.objects.at(clock.now()).filter(project=request.workplace.project)
    rows = held.select_related("user", "team", "team__leader", "organisation").order_by("organisation", "team", "role")
    return render(request, "people/staff.html", {"rows": rows})


@needs(Right.AUDIT)
@require_GET
def audit(request: WorkRequest) -> HttpResponse:
    """What happened in this project, newest first. Looking at it is itself on record."""
    project = request.workplace.project.code
    lines = Entry.objects.filter(project=project).order_by("-at", "-pk")
    page = Paginator(lines, 50).get_page(request.GET.get("page"))
    note(by=request.user.pk, action="audit.read", subject=f"project:{project}", at=clock.now(), project=project)
    return render(request, "people/audit.html", {"page": page, "lines": in_words(page.object_list)})

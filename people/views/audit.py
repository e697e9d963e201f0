"""What happened."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from people.access import WorkRequest, needs
from people.audit import in_words
from people.roles import Right
from trail import clock
from trail.models import Entry
from trail.services import note


@needs(Right.AUDIT)
@require_GET
def audit(request: WorkRequest) -> HttpResponse:
    """What happened in this project and in the company, newest first. Looking at it is itself on record."""
    project = request.workplace.project.code
    lines = Entry.objects.filter(project__in=["", project]).order_by("-at", "-pk")
    page = Paginator(lines, 50).get_page(request.GET.get("page"))
    note(by=request.user.pk, action="audit.read", subject=f"project:{project}", at=clock.now(), project=project)
    return render(request, "people/audit.html", {"page": page, "lines": in_words(page.object_list)})

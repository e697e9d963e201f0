"""消息: what I have to do, and what I should know."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from people.access import SIGNED_IN, WorkRequest, open_to
from people.workplace import projects_of
from trail import clock
from trail.models import Message


@open_to(SIGNED_IN)
@require_GET
def inbox(request: WorkRequest) -> HttpResponse:
    """What I have to do, and what I should know; seen once it was shown here."""
    mine = Message.objects.filter(to=str(request.user.pk)).order_by("-at", "-pk")
    page = Paginator(mine, 30).get_page(request.GET.get("page"))
    shown = [{"row": row, "sentence": _(row.sentence) % row.facts, "new": row.read_at is None} for row in page]
    Message.objects.filter(pk__in=[m["row"].pk for m in shown], read_at__isnull=True).update(read_at=clock.now())
    return render(request, "people/inbox.html", {"page": page, "shown": shown})


@open_to(SIGNED_IN)
@require_GET
def message(request: Any, pk: int) -> HttpResponse:
    """Follow a message to what it is about, in the project in which that is."""
    row = get_object_or_404(Message, pk=pk, to=str(request.user.pk))
    there = next((p for p in projects_of(request.user, clock.now()) if p.code == row.project), None)
    if there:
        request.session["project"] = there.pk
    return redirect(row.link or "inbox")

"""消息: what I have to do, and what I should know."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from people.access import PUBLIC, SIGNED_IN, WorkRequest, open_to
from people.inbox import page_of
from people.kinds import SAID_DONE, action
from people.workplace import projects_of
from trail import clock
from trail.models import Message
from trail.services import done

STOP_ASKING = 286  # htmx: asks no more


@open_to(SIGNED_IN)
@require_GET
def inbox(request: WorkRequest) -> HttpResponse:
    """What I have to do, and what I should know; seen once it was shown here."""
    page = page_of(request.user.pk, request.GET.get("page"))
    shown = [
        {"row": row, "action": action(row.kind), "done": SAID_DONE.get(row.kind), "new": row.read_at is None}
        for row in page
    ]
    Message.objects.filter(pk__in=[m["row"].pk for m in shown], read_at__isnull=True).update(read_at=clock.now())
    groups = {"to_do": [m for m in shown if m["row"].waits], "rest": [m for m in shown if not m["row"].waits]}
    return render(request, "people/inbox.html", {"page": page, **groups})


@open_to(SIGNED_IN)
@require_GET
def message(request: Any, pk: int) -> HttpResponse:
    """Follow a message to what it is about, in the project in which that is."""
    row = get_object_or_404(Message, pk=pk, to=str(request.user.pk))
    Message.objects.filter(pk=pk, read_at__isnull=True).update(read_at=clock.now())
    there = next((p for p in projects_of(request.user, clock.now()) if p.code == row.project), None)
    if there:
        request.session["project"] = there.pk
    return redirect(row.link or "inbox")


@open_to(SIGNED_IN)
@require_POST
def message_done(request: WorkRequest, pk: int) -> HttpResponse:
    """I have done what this asked for; once more changes nothing."""
    row = get_object_or_404(Message, pk=pk, to=str(request.user.pk), kind__in=SAID_DONE)
    done(link=row.link, kind=row.kind, to=request.user.pk, at=clock.now())
    return redirect("inbox")


@open_to(PUBLIC)
@require_GET
def badge(request: Any) -> HttpResponse:
    """How much waits for me: a fragment that every page asks for now and then. Nothing when that has not changed."""
    if not request.user.is_authenticated:
        return HttpResponse(status=STOP_ASKING)
    waiting = Message.objects.to(request.user.pk).waiting().count()
    if request.GET.get("n") == str(waiting):
        return HttpResponse(status=204)
    return render(request, "parts/badge.html", {"messages_waiting": waiting})

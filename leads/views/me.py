"""我的三本: what I collected, who visited me, what I signed."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from leads import reads
from leads.forms.register import PasteForm
from leads.models import NotebookEntry
from people.access import WorkRequest, needs
from people.roles import Right
from trail import clock


@needs(Right.OWN_BOOKS)
@require_GET
def me(request: WorkRequest) -> HttpResponse:
    """One notebook at a time; the book is in the address, so that it can be kept as a bookmark."""
    book = request.GET.get("book", NotebookEntry.Book.COLLECTION)
    if book not in NotebookEntry.Book.values:
        raise Http404
    here, counts = request.workplace, reads.counts(request.workplace)
    shown = {
        "book": book, "title": NotebookEntry.Book(book).label, "paste": PasteForm(),
        "books": [(value, label, counts[value]) for value, label in NotebookEntry.Book.choices],
        "page": reads.notebook(here, book, clock.now(), request.GET.get("page")),
    }  # fmt: skip
    return render(request, "leads/me.html", shown)

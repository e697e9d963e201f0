"""三本: one notebook of somebody at a time; searched, filtered, printed, exported. A manager looks at anybody's."""

from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from leads import notebook_sheets, reads, services
from leads.forms.notebooks import STATES, FilterForm, NoteForm, SearchForm
from leads.models import NotebookEntry
from leads.reads.notebooks import Notebook
from people.access import View, WorkRequest, needs
from people.exports import answer
from people.models import User
from people.roles import Right
from people.stepup import steps_up
from people.views.acting import acted
from trail import clock
from trail.refusals import Refusal

Book = NotebookEntry.Book
PRINTED = 500  # lines on paper; more is exported
EMPTY = {
    Book.COLLECTION: gettext_lazy("收集本是空的。"), Book.VISIT: gettext_lazy("还没有客户来访。"), Book.SIGNED: gettext_lazy("还没有签单。")
}  # fmt: skip


def asked(request: WorkRequest, keeper: User, text: str = "") -> tuple[Notebook, FilterForm]:
    """The notebook that the address names, and its filters. 404 for a fourth one."""
    book = request.GET.get("book", Book.COLLECTION)
    if book not in Book.values:
        raise Http404
    form = FilterForm(request.GET)
    return Notebook(request.workplace, keeper, book, clock.now(), form.wanted(text)), form


def shown(request: WorkRequest, keeper: User, **more: Any) -> HttpResponse:
    """A page of a notebook; or, where somebody is looked for, the first whom it may be."""
    search = SearchForm(request.POST if request.method == "POST" else None)
    text = search.cleaned_data["q"] if search.is_bound and search.is_valid() else ""
    notebook, form = asked(request, keeper, text)
    counts = reads.counts(request.workplace.project, keeper)
    page = None if text else reads.page(notebook, request.GET.get("page"), counts[notebook.book])
    found = reads.first_rows(notebook, reads.A_PAGE) if text else page
    query = request.GET.copy()
    query.pop("page", None)
    told = {
        "notebook": notebook, "book": notebook.book, "title": Book(notebook.book).label, "keeper": keeper, "page": page, "rows": found,
        "books": [(value, label, counts[value]) for value, label in Book.choices], "filter": form, "search": search, "text": text,
        "states": [(value, label) for value, label in STATES if value != "soon" or notebook.book == Book.COLLECTION],
        "filtered": bool(notebook.wanted != reads.EVERYTHING), "query": query.urlencode(), "empty": EMPTY[Book(notebook.book)],
    }  # fmt: skip
    return render(request, "leads/me.html", told | more)


def printed(request: WorkRequest, keeper: User) -> HttpResponse:
    """The same on paper: all that stands in it, numbers by their last four digits."""
    notebook, _form = asked(request, keeper)
    found, heading = reads.first_rows(notebook, PRINTED), notebook_sheets.heading(notebook.book)
    lines = [list(zip(heading, notebook_sheets.cells(notebook, row), strict=True)) for row in found]
    told = {
        "notebook": notebook, "title": Book(notebook.book).label, "heading": heading, "lines": lines,
        "cut": len(found) == PRINTED, "most": PRINTED,
    }  # fmt: skip
    return render(request, "leads/book_print.html", told)


def exported(request: WorkRequest, keeper: User, form: str) -> HttpResponseBase:
    """All of it as a file, on record with how many lines. Whole numbers where they are asked for, by who may see them anyway."""
    notebook, _form = asked(request, keeper)
    here, whole = request.workplace, request.workplace.may(Right.REVEAL) and "whole" in request.GET
    try:
        services.note_export(
            here=here, action="notebook.export", subject=f"user:{keeper.pk}", lines=reads.size(notebook), whole=whole, at=notebook.at,
            book=notebook.book, form=form,
        )  # fmt: skip
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("looks")
    heading, records = notebook_sheets.heading(notebook.book), notebook_sheets.records(notebook, whole=whole)
    return answer(
        form, name=f"{notebook.book}-{notebook.at:%Y%m%d}", title=f"{here.project.name} {keeper.name}", sheet=notebook.book,
        heading=heading, records=records,
    )  # fmt: skip


@needs(Right.ALL_CUSTOMERS)
@require_GET
def books(request: WorkRequest) -> HttpResponse:
    """Everybody who keeps notebooks here, with how much stands in them."""
    found = reads.keepers(request.workplace, clock.now())
    keepers = [(keeper["user"], list(zip(Book.labels, keeper["books"], strict=True))) for keeper in found]
    return render(request, "leads/books.html", {"keepers": keepers, "books": Book.labels})


def _keeper(request: WorkRequest, pk: int) -> User:
    """Somebody who works or worked in this project."""
    return get_object_or_404(User.objects.filter(memberships__project=request.workplace.project).distinct(), pk=pk)


def _of_somebody(view: View) -> View:
    """Nobody of this project: 404, before anything else is asked."""

    @wraps(view)
    def known(request: WorkRequest, pk: int) -> HttpResponseBase:
        _keeper(request, pk)
        return view(request, pk=pk)

    return known


@needs(Right.ALL_CUSTOMERS)
@require_http_methods(["GET", "POST"])
def books_of(request: WorkRequest, pk: int) -> HttpResponse:
    """Somebody's notebooks, for their manager."""
    return shown(request, _keeper(request, pk))


@needs(Right.ALL_CUSTOMERS)
@require_GET
def books_print(request: WorkRequest, pk: int) -> HttpResponse:
    """Somebody's notebook on paper."""
    return printed(request, _keeper(request, pk))


@needs(Right.ALL_CUSTOMERS)
@require_GET
@_of_somebody
@steps_up(back="books_of")
def books_csv(request: WorkRequest, pk: int) -> HttpResponseBase:
    """Somebody's notebook as CSV."""
    return exported(request, _keeper(request, pk), "csv")


@needs(Right.ALL_CUSTOMERS)
@require_GET
@_of_somebody
@steps_up(back="books_of")
def books_xlsx(request: WorkRequest, pk: int) -> HttpResponseBase:
    """Somebody's notebook as XLSX."""
    return exported(request, _keeper(request, pk), "xlsx")


@needs(Right.OWN_BOOKS)
@require_http_methods(["GET", "POST"])
def line_note(request: WorkRequest, pk: int) -> HttpResponse:
    """The detailed record of a visit, into one's own visit notebook."""
    here = request.workplace
    own = NotebookEntry.objects.filter(project=here.project, user=here.user, book=Book.VISIT).select_related("customer")
    line, form = get_object_or_404(own, pk=pk), NoteForm(request.POST or None)

    def write(given: dict[str, Any], now: datetime) -> Any:
        return services.write_note(here=here, line=line, note=given["note"], at=now)

    if acted(request, form, "line_note", write) is not None:
        messages.success(request, _("记录写好了"))
        return redirect("/me?book=visit")
    return render(request, "leads/line_note.html", {"line": line, "form": form}, status=form.http_status)

"""The API of the notebooks: their lines, somebody in them, and the record of a visit."""

from datetime import datetime
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from leads import reads, services
from leads.forms.notebooks import STATES, FilterForm
from leads.models import Customer, NotebookEntry, Profile
from leads.reads.notebook_rows import rows
from leads.reads.notebooks import Notebook
from people.api import PAGING, Asked, Request, Resource, Text, keyed, page
from people.models import User
from people.roles import Right
from trail import clock
from trail.refusals import Refusal

BOOKS = (Right.OWN_BOOKS, Right.ALL_CUSTOMERS)
DAY = {"type": "string", "format": "date"}
FILTERS = [
    OpenApiParameter("keeper", int, description="whose notebook; managers only. Else your own."),
    OpenApiParameter("state", str, enum=[value for value, _label in STATES if value != "masked"]),
    OpenApiParameter("idle_days", str, enum=["3", "7", "14", "30", "90"]),
    OpenApiParameter("stage", str, enum=Profile.Stage.values),
    OpenApiParameter("letter", str, enum=["A", "B", "C"]),
    OpenApiParameter("source", str, enum=Customer.Source.values),
    OpenApiParameter("first", DAY),
    OpenApiParameter("last", DAY),
]


class Line(serializers.Serializer):
    """A line of a notebook. Masked reports whose customer has not come are among the registrations, not here."""

    id = serializers.IntegerField(source="entry.pk")
    at = serializers.DateTimeField()
    customer = serializers.UUIDField(source="customer.pk", allow_null=True, help_text="null: a person must look first")
    name = serializers.CharField()
    honorific = serializers.CharField()
    number = serializers.CharField(source="tail", help_text="the last four digits")
    source = serializers.CharField(source="entry.source", help_text="the report, visit or contract")
    state = serializers.CharField(
        help_text="mine, soon (it ends within 24 hours), lapsed, other, company, nobody, check (a person must look): seen from the keeper"
    )
    protected_until = serializers.DateTimeField(source="until", allow_null=True)
    stage = serializers.SerializerMethodField()
    letter = serializers.CharField(help_text="A, B, C, or empty: not graded")
    note = serializers.CharField(source="entry.note", allow_null=True, help_text="of a visit")
    noted_at = serializers.DateTimeField(source="entry.noted_at", allow_null=True)
    amount_fen = serializers.SerializerMethodField()
    term_months = serializers.SerializerMethodField()
    lacking = serializers.ListField(
        child=serializers.CharField(), help_text="what the line still lacks, in words; empty: complete"
    )

    def get_stage(self, row: Any) -> str:
        return str(row.profile.stage if row.profile else Profile.Stage.DEVELOP)

    def get_amount_fen(self, row: Any) -> int | None:
        return row.deal.amount_fen if row.deal else None

    def get_term_months(self, row: Any) -> int | None:
        return row.deal.term_months if row.deal else None


class Lines(serializers.Serializer):
    """A page of lines."""

    results = Line(many=True)
    next = serializers.CharField(allow_null=True)


class Sought(Asked):
    """Whom to look for."""

    text = Text(max_length=40, help_text="name, pinyin, initials, or a number: whole, masked, the last four digits")
    keeper = serializers.IntegerField(required=False, help_text="whose notebook; managers only")


class Found(serializers.Serializer):
    """At most forty lines."""

    results = Line(many=True)


def _keeper(request: Request, pk: Any) -> User:
    """Whose notebook: one's own, or of somebody of this project for who may see all; 404 for others."""
    if pk in (None, "") or str(pk) == str(request.user.pk):
        return request.user
    if not request.workplace.may(Right.ALL_CUSTOMERS) or not str(pk).isdigit() or len(str(pk)) > 18:
        raise Http404
    return get_object_or_404(User.objects.filter(memberships__project=request.workplace.project).distinct(), pk=pk)


def _told(notebook: Notebook, entries: list[Any]) -> Any:
    found = [row for row in rows(notebook, [("entry", entry.pk) for entry in entries])]
    return Line(found, many=True).data


def _notebook(request: Request, book: str, keeper: User, text: str = "") -> Notebook:
    if book not in NotebookEntry.Book.values:
        raise Http404
    form = FilterForm(request.query_params)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Refusal("filter_wrong", errors[0], field=field)
    return Notebook(request.workplace, keeper, book, clock.now(), form.wanted(text))


class NotebookLines(Resource):
    """One of the three notebooks: collection, visit, signed."""

    rights = {"GET": BOOKS}

    @extend_schema(parameters=[*FILTERS, *PAGING], responses={200: Lines})
    def get(self, request: Request, book: str) -> Response:
        """Its lines, the newest first."""
        notebook = _notebook(request, book, _keeper(request, request.query_params.get("keeper")))
        return page(request, notebook.entries(), by="at", show=lambda entries: _told(notebook, entries))


class NotebookSearch(Resource):
    """Somebody in a notebook. A number never stands in an address, so this is a POST."""

    rights = {"POST": BOOKS}

    @extend_schema(request=Sought, responses={200: Found})
    @keyed
    def post(self, request: Request, book: str) -> Response:
        """Whom this may mean."""
        given = Sought.read(request)
        notebook = _notebook(request, book, _keeper(request, given.get("keeper")), given["text"])
        found = [row for row in reads.first_rows(notebook, reads.A_PAGE) if row.entry]
        return Response({"results": Line(found, many=True).data})


class Written(Asked):
    """The detailed record of a visit."""

    note = Text(max_length=500)


class LineNote(Resource):
    """The record of a visit, in one's own visit notebook."""

    rights = {"POST": (Right.OWN_BOOKS,)}

    @extend_schema(request=Written, responses={200: Line})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Write it; it cannot be changed."""
        here, now = request.workplace, clock.now()
        own = NotebookEntry.objects.filter(project=here.project, user=here.user, book=NotebookEntry.Book.VISIT)
        line = get_object_or_404(own, pk=pk)
        line = services.write_note(here=here, line=line, note=Written.read(request)["note"], at=now)
        return Response(_one(request, line, now))


def _one(request: Request, line: NotebookEntry, at: datetime) -> Any:
    return _told(Notebook(request.workplace, request.user, line.book, at), [line])[0]

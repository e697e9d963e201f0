"""The API of imports: bring a file, see what its rows would come to, import it. The same services and refusals as the pages."""

import hashlib
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.response import Response

from leads import services
from leads.importing import ending
from leads.importing.reading import MOST_BYTES
from leads.models import ImportRow, ImportRun
from leads.reads import imports as reads
from people.api import PAGING, Person, Request, Resource, created, keyed, page
from people.roles import Right
from trail import clock
from trail.refusals import Refusal

BRING = (Right.REGISTER, Right.IMPORT)
SEE = (*BRING, Right.ALLOCATE)
LONGEST_NAME = 120


class Given(dict[str, Any]):
    """The file as it was sent, and for the key of the request nothing but its digest."""

    content: bytes


class FileParser(BaseParser):
    """A file as the body of the request."""

    media_type = "application/octet-stream"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Given:
        """The bytes; one more than may be is enough to say that it is too much."""
        content = stream.read(MOST_BYTES + 1)
        given = Given(sha256=hashlib.sha256(content).hexdigest())
        given.content = content
        return given


class Run(serializers.Serializer):
    """A file on its way in. `counts`: rows by what they came to, of the try while it is `tried`, else of the import."""

    no = serializers.CharField()
    kind = serializers.ChoiceField(choices=ImportRun.Kind.values)
    file_name = serializers.CharField()
    state = serializers.ChoiceField(choices=ImportRun.State.values)
    rows = serializers.IntegerField(allow_null=True, help_text="below the head line; null while it is tried")
    done_rows = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    error = serializers.CharField(help_text="why it stopped; else empty")
    by = Person()
    at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    waits_for_confirmation = serializers.SerializerMethodField()
    confirmed_by = Person(allow_null=True)

    def get_waits_for_confirmation(self, run: ImportRun) -> bool:
        """Whether it brought ownership that management has not confirmed yet (G-54)."""
        return ending.waits_for_confirmation(run)


class Runs(serializers.Serializer):
    """A page of runs."""

    results = Run(many=True)
    next = serializers.CharField(allow_null=True)


class Row(serializers.Serializer):
    """A row with something to say. What stood in it is in the file that its bringer has."""

    line = serializers.IntegerField(help_text="as the file counts, with its head line")
    outcome = serializers.CharField(help_text="`wrong`, `twice`, `taken`, `check` or `yours`")
    code = serializers.CharField(help_text="of a wrong row: which mistake")
    sentence = serializers.SerializerMethodField(help_text="in words")
    registration = serializers.CharField(source="registration.no", default=None, help_text="the stored report, if any")

    def get_sentence(self, row: ImportRow) -> str:
        """The same as on the page."""
        return reads.why(row)


class Rows(serializers.Serializer):
    """Rows after `after`, at most 100; `next` is the line to go on after, null at the end."""

    results = Row(many=True)
    next = serializers.IntegerField(allow_null=True)


A_PAGE = 100
KIND = OpenApiParameter("kind", enum=ImportRun.Kind.values, required=True, description="what the file holds")
NAME = OpenApiParameter("name", str, description="the name of the file, for people")
AFTER = OpenApiParameter("after", int, description="rows after this line")


class Imports(Resource):
    """Files of reports, or of existing ownership: `.xlsx`, or CSV in UTF-8, UTF-16 or GBK; at most 25 MB."""

    rights = {"GET": SEE, "POST": BRING}
    parser_classes = [FileParser, *Resource.parser_classes]

    @extend_schema(parameters=PAGING, responses={200: Runs})
    def get(self, request: Request) -> Response:
        """Runs, the newest first."""
        return page(request, reads.runs(request.workplace), by="at", show=lambda rows: Run(rows, many=True).data)

    @extend_schema(
        parameters=[KIND, NAME], responses={201: Run},
        request={"application/octet-stream": {"type": "string", "format": "binary"}},
    )  # fmt: skip
    @keyed
    def post(self, request: Request) -> Response:
        """Bring a file. It is tried in the background: ask for the run until it is `tried`, then begin it."""
        query, given = request.query_params, request.data
        if not isinstance(given, Given) or not given.content:
            raise Refusal("empty_file", _("文件是空的"), field="file")
        run = services.start_import(
            here=request.workplace, kind=_kind(query.get("kind", "")), file_name=query.get("name", "")[:LONGEST_NAME],
            content=given.content, at=clock.now(),
        )  # fmt: skip
        return created(Run(run).data, reverse("api_import", args=[run.no]))


def _kind(text: str) -> str:
    if text not in ImportRun.Kind.values:
        raise Refusal("kind_wrong", _("kind 写 leads 或 ownership"), field="kind")
    return text


def _run(request: Request, no: str) -> ImportRun:
    return get_object_or_404(reads.runs(request.workplace), no=no)


class Import(Resource):
    """One run."""

    rights = {"GET": SEE}

    @extend_schema(responses={200: Run})
    def get(self, request: Request, no: str) -> Response:
        """How far it is, and what its rows came to."""
        return Response(Run(_run(request, no)).data)


class ImportRows(Resource):
    """The rows of a run that have something to say."""

    rights = {"GET": SEE}

    @extend_schema(parameters=[AFTER], responses={200: Rows})
    def get(self, request: Request, no: str) -> Response:
        """In the order of the file."""
        after = request.query_params.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) < 10):
            raise Refusal("after_wrong", _("after 写一个行号"), field="after")
        found = list(reads.said(_run(request, no)).filter(line__gt=int(after))[: A_PAGE + 1])
        more = found[A_PAGE - 1].line if len(found) > A_PAGE else None
        return Response({"results": Row(found[:A_PAGE], many=True).data, "next": more})


class ImportBegin(Resource):
    """Importing what was tried."""

    rights = {"POST": BRING}

    @extend_schema(request=None, responses={200: Run})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Only whoever brought the file begins it."""
        return Response(Run(services.begin_import(here=request.workplace, run=_run(request, no), at=clock.now())).data)


class ImportDrop(Resource):
    """Leaving a file that was tried."""

    rights = {"POST": BRING}

    @extend_schema(request=None, responses={200: Run})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """The file is dropped; nothing was stored of it."""
        return Response(Run(services.drop_import(here=request.workplace, run=_run(request, no), at=clock.now())).data)


class ImportConfirm(Resource):
    """Confirming ownership that was imported with its original dates (G-54)."""

    rights = {"POST": (Right.ALLOCATE,)}

    @extend_schema(request=None, responses={200: Run})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """By management, within 30 days."""
        return Response(
            Run(services.confirm_import(here=request.workplace, run=_run(request, no), at=clock.now())).data
        )

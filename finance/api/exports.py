"""The API of exports: ask for a month as a file, see how far it is, fetch it. The same services as the pages."""

from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from finance.exports.sending import headers
from finance.models import Export
from finance.services import exporting
from people.api import Asked, FileResource, Request, Resource, Text, created, keyed
from people.api.proof import PROOF, proved
from people.roles import Right
from trail import clock


class ExportPaper(serializers.Serializer):
    """An export of yours. `done_rows` of `rows` lines are written."""

    no = serializers.CharField()
    kind = serializers.ChoiceField(choices=Export.Kind.values)
    form = serializers.ChoiceField(choices=Export.Form.values)
    month = serializers.CharField(help_text="yyyymm")
    whole = serializers.BooleanField(help_text="telephone numbers in clear")
    state = serializers.ChoiceField(choices=Export.State.values)
    rows = serializers.IntegerField()
    done_rows = serializers.IntegerField()
    size = serializers.IntegerField(allow_null=True, help_text="bytes")
    sha256 = serializers.SerializerMethodField(help_text="of the file, hexadecimal; empty until it is made")
    error = serializers.CharField(help_text="why it failed")
    at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True, help_text="until when the file can be fetched")

    def get_sha256(self, row: Export) -> str:
        """Hexadecimal."""
        return bytes(row.sha256).hex() if row.sha256 else ""


class ExportAsked(Asked):
    """What of a month, and in which form. `beancount` is for the ledger, and holds all months up to this one."""

    month = serializers.RegexField(r"^20[0-9]{2}(0[1-9]|1[0-2])\Z", help_text="yyyymm")
    kind = serializers.ChoiceField(choices=Export.Kind.values)
    form = serializers.ChoiceField(choices=Export.Form.values)
    whole = serializers.BooleanField(
        default=False, help_text="telephone numbers in clear, in splits, for who may see them"
    )
    reason = Text(default="", allow_blank=True, max_length=100, help_text="why numbers in clear are needed")


def _own(request: Request, no: str) -> Export:
    return get_object_or_404(Export, no=no, project=request.workplace.project, by=request.user)


class Exports(Resource):
    """Exports of a month."""

    rights = {"POST": (Right.EXPORT,)}

    @extend_schema(request=ExportAsked, responses={201: ExportPaper}, parameters=[PROOF])
    @proved
    @keyed
    def post(self, request: Request) -> Response:
        """Export a month. A short file is there at once; of a long one read at its own address how far it is."""
        row = exporting.ask_for_export(here=request.workplace, at=clock.now(), **ExportAsked.read(request))
        return created(ExportPaper(row).data, reverse("api_export", args=[row.no]))


class ExportByNo(Resource):
    """An export of yours."""

    rights = {"GET": (Right.EXPORT,)}

    @extend_schema(responses={200: ExportPaper})
    def get(self, request: Request, no: str) -> Response:
        """How far it is."""
        return Response(ExportPaper(_own(request, no)).data)


class ExportRetry(Resource):
    """An export of yours that failed."""

    rights = {"POST": (Right.EXPORT,)}

    @extend_schema(request=None, responses={200: ExportPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Have it made again."""
        row = exporting.retry_export(here=request.workplace, export=_own(request, no), at=clock.now())
        return Response(ExportPaper(row).data)


class ExportFile(FileResource):
    """The file of an export."""

    rights = {"GET": (Right.EXPORT,)}

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, no: str) -> HttpResponseBase:
        """The file, for a quarter of an hour after it was made. Each time is on record."""
        row = _own(request, no)
        content = exporting.take_export(here=request.workplace, export=row, at=clock.now())
        if content is None:
            raise Http404
        sent = headers(row) | {"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff"}
        return StreamingHttpResponse(content, headers=sent)

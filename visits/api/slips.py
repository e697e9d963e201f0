"""The API of confirmation slips: issue one, and how it stands."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from people.api import Request, Resource, keyed
from people.roles import Right
from trail import clock
from visits import desk, services, slips
from visits.models import Slip, Visit


class SlipPaper(serializers.Serializer):
    """A slip (客户到访确认单) of a visit; a correction of the visit ends it."""

    no = serializers.CharField(source="visit.no", help_text="the visit's")
    code = serializers.CharField(help_text="checked by anybody at /v/<code>")
    revision = serializers.IntegerField()
    issued_at = serializers.DateTimeField()
    over_since = serializers.SerializerMethodField(help_text="null: it holds")
    signed_at = serializers.SerializerMethodField(help_text="on the customer's own phone; null: not there")

    def get_over_since(self, slip: Slip) -> str | None:
        """When the record was corrected after it."""
        since = slips.over_since(slip)
        return since.isoformat() if since else None

    def get_signed_at(self, slip: Slip) -> str | None:
        """When the customer signed."""
        signature = slips.signature_of(slip)
        return signature.at.isoformat() if signature else None


class VisitSlips(Resource):
    """The slips of a visit."""

    rights = {"GET": (Right.DESK, Right.VISIT_LOG), "POST": (Right.DESK,)}

    @extend_schema(responses={200: SlipPaper(many=True)})
    def get(self, request: Request, no: str) -> Response:
        """The newest first; at most one of them holds."""
        visit = self._visit(request, no)
        rows = visit.slips.select_related("visit").order_by("-revision")
        return Response(SlipPaper(rows, many=True).data)

    @extend_schema(request=None, responses={200: SlipPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """The slip of the visit as it stands; the one there is, where there is one."""
        slip = services.issue_slip(here=request.workplace, visit=self._visit(request, no), at=clock.now())
        return Response(SlipPaper(slip).data)

    def _visit(self, request: Request, no: str) -> Visit:
        return get_object_or_404(desk.visible(request.workplace), no=no)

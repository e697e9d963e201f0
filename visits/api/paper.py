"""The API of paper slips for an outage, and of asking the desk to enter something late. The same services as the pages."""

from datetime import date

from django.shortcuts import get_object_or_404
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from people.api import Asked, OneOf, Request, Resource, Text, keyed
from people.roles import Right
from trail import clock
from trail.refusals import Refusal
from visits import desk as reads
from visits import paper, services
from visits.api.desk import _sites

DAY = OpenApiParameter(
    "day", OpenApiTypes.DATE, description="the local day for which they were printed; today where none is named"
)
SITE = OpenApiParameter("site", int, description="the desk's own where none is named")


class PaperLine(serializers.Serializer):
    """A slip of paper."""

    no = serializers.CharField(source="slip.no", help_text="what the visit that is entered from it will be called")
    site = serializers.IntegerField(source="slip.site_id")
    printed_on = serializers.DateField(source="slip.printed_on")
    state = serializers.ChoiceField(choices=[*paper.STATES])
    void_note = serializers.CharField(source="slip.void_note", help_text="why it will not be used")


class PaperAsked(Asked):
    """How many slips to number in advance, for today."""

    site = OneOf(lambda here, at: _sites(here))
    count = serializers.IntegerField(min_value=1, max_value=50)


class PaperSlips(Resource):
    """纸单: slips of paper of a day."""

    rights = {"GET": (Right.DESK,), "POST": (Right.DESK,)}

    @extend_schema(parameters=[SITE, DAY], responses={200: PaperLine(many=True)})
    def get(self, request: Request) -> Response:
        """What became of each."""
        now = clock.now()
        site = reads.site_of(request.workplace, _site(request.GET.get("site", "")))
        on = _day(request.GET.get("day", ""), localtime(now, site.project.zone).date())
        return Response(PaperLine(paper.of_day(site, on, now), many=True).data)

    @extend_schema(request=PaperAsked, responses={201: PaperLine(many=True)})
    @keyed
    def post(self, request: Request) -> Response:
        """Number them; each visit that is entered from one gets its number (`POST visits/late`, `paper`)."""
        here, now, given = request.workplace, clock.now(), PaperAsked.read(request)
        on = localtime(now, here.project.zone).date()
        slips = services.print_paper(here=here, on=on, at=now, **given)
        return Response(PaperLine([paper.Row(slip, "open") for slip in slips], many=True).data, status=201)


class VoidAsked(Asked):
    """Why a slip will not be used."""

    note = Text(max_length=120)


class PaperVoid(Resource):
    """A slip will not be used."""

    rights = {"POST": (Right.DESK,)}

    @extend_schema(request=VoidAsked, responses={200: PaperLine})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Spoilt, thrown away, left blank."""
        found, given = get_object_or_404(paper.of_project(request.workplace.project), no=no), VoidAsked.read(request)
        slip = services.void_paper(here=request.workplace, paper=found, at=clock.now(), **given)
        return Response(PaperLine(paper.Row(slip, "void")).data)


class DeskAsked(Asked):
    """What the desk is to enter late: a visit that you received, or when somebody came whom nobody logged."""

    visit = Text(max_length=24, default="", allow_blank=True)
    arrived_at = serializers.DateTimeField(default=None, allow_null=True)

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """One of the two."""
        if bool(attrs["visit"]) == bool(attrs["arrived_at"]):
            raise serializers.ValidationError(
                {"visit": serializers.ErrorDetail(_("到访编号和到访时间，写一样"), "one_of_two")}
            )
        return attrs


class DeskTold(serializers.Serializer):
    """How many people at the desk were asked."""

    asked = serializers.IntegerField()


class AskDesk(Resource):
    """A salesperson asks the desk to enter late what they know; they write nothing themselves (D01-1)."""

    rights = {"POST": (Right.OWN_BOOKS,)}

    @extend_schema(request=DeskAsked, responses={200: DeskTold})
    @keyed
    def post(self, request: Request) -> Response:
        """Of a visit that they received, or of one that nobody logged."""
        here, given = request.workplace, DeskAsked.read(request)
        visit = get_object_or_404(reads.visible(here), no=given["visit"]) if given["visit"] else None
        at = visit.arrived_at if visit else given["arrived_at"]
        count = services.ask_entry(here=here, visit=visit, arrived_at=at, at=clock.now())
        return Response(DeskTold({"asked": count}).data)


def _site(text: str) -> str:
    if text and not (text.isascii() and text.isdigit()):
        raise Refusal("site_wrong", _("site 写案场的编号"), field="site")
    return text


def _day(text: str, today: date) -> date:
    try:
        return date.fromisoformat(text) if text else today
    except ValueError:
        raise Refusal("day_wrong", _("day 写成 2025-05-01"), field="day") from None

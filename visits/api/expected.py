"""The API of expected visits (约到访) and of what agents announce who cannot come: the same services and refusals as the pages."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from leads.models import Registration
from leads.reads import customer_or_404
from leads.templatetags.guishu import masked
from people.api import PAGING, Asked, OneOf, Person, Request, Resource, Text, created, keyed, page
from people.models import Site
from people.roles import Right
from people.workplace import Workplace
from trail import clock
from trail.refusals import Refusal
from visits import expected as reads
from visits import services
from visits.models import Expected

SEES = (Right.OWN_BOOKS, Right.DESK, Right.VISIT_LOG)
TASKS = ("", "waiting", "late", "done", "done_late")


def _sites(here: Workplace, _at: Any) -> QuerySet[Site]:
    return Site.objects.filter(project=here.project, closed_at__isnull=True).order_by("pk")


class ExpectAsked(Asked):
    """Which day, about when. An agent who cannot come says `present` false, on the day itself, before the arrival."""

    on = serializers.DateField()
    about = serializers.TimeField(default=None, allow_null=True, help_text="local time, 15:00")
    site = OneOf(_sites, default=None, allow_null=True, help_text="null: the first of the project")
    present = serializers.BooleanField(default=True, help_text="whether you come along")
    note = Text(max_length=120, default="", allow_blank=True, help_text="for the desk")


class ExpectedLine(serializers.Serializer):
    """An expected visit. Of the customer's name the first character, of the number 前三后四."""

    no = serializers.CharField()
    on = serializers.DateField()
    about = serializers.TimeField(allow_null=True)
    site = serializers.CharField(source="site.name")
    name = serializers.SerializerMethodField()
    number = serializers.SerializerMethodField()
    by = Person()
    present = serializers.BooleanField()
    channel = serializers.CharField()
    at = serializers.DateTimeField(help_text="when we received it: this time decides")
    state = serializers.SerializerMethodField()
    visit = serializers.CharField(source="visit.no", default=None, allow_null=True)
    counts = serializers.BooleanField(help_text="whether the visit counts as brought though the agent was not there")

    def get_name(self, row: Expected) -> str:
        return masked(row.name)

    def get_number(self, row: Expected) -> str:
        return reads.number_of(row)

    def get_state(self, row: Expected) -> str:
        """coming, came, missed or withdrawn."""
        return reads.state(row, clock.now())


class ExpectedPage(serializers.Serializer):
    """A page of them."""

    results = ExpectedLine(many=True)
    next = serializers.CharField(allow_null=True)


class AnnouncedLine(ExpectedLine):
    """A visit that an agent announced who cannot come, with what the counterpart does."""

    due_at = serializers.DateTimeField(help_text="of both tasks; exactly then is in time")
    check = serializers.SerializerMethodField()
    checked_at = serializers.DateTimeField(allow_null=True)
    check_note = serializers.CharField()
    call = serializers.SerializerMethodField()
    called_at = serializers.DateTimeField(allow_null=True)
    call_note = serializers.CharField()

    def get_check(self, row: Expected) -> str:
        """waiting, late, done or done_late."""
        return reads.task(row.due_at, row.checked_at, clock.now())

    def get_call(self, row: Expected) -> str:
        """waiting, late, done or done_late."""
        return reads.task(row.due_at, row.called_at, clock.now())


class AnnouncedPage(serializers.Serializer):
    """A page of them."""

    results = AnnouncedLine(many=True)
    next = serializers.CharField(allow_null=True)


class CheckAsked(Asked):
    """What Party A said."""

    passed = serializers.BooleanField()
    note = Text(max_length=200, default="", allow_blank=True)


class CallAsked(Asked):
    """What the customer said."""

    note = Text(max_length=200)


class Expects(Resource):
    """Expected visits that you may see: your own; at the desk, all."""

    rights = {"GET": SEES}

    @extend_schema(parameters=PAGING, responses={200: ExpectedPage})
    def get(self, request: Request) -> Response:
        """The one said last first."""
        rows = reads.visible(request.workplace).prefetch_related("customer__phones")
        return page(request, rows, by="at", show=lambda found: ExpectedLine(found, many=True).data)


class CustomerExpect(Resource):
    """Say that a customer comes."""

    rights = {"POST": (Right.OWN_BOOKS,)}

    @extend_schema(request=ExpectAsked, responses={201: ExpectedLine})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """The desk sees it on that day."""
        here, customer, given = request.workplace, customer_or_404(request.workplace, pk), ExpectAsked.read(request)
        site = given.pop("site") or _sites(here, None).first()
        if site is None:
            raise Refusal("site_closed", _("没有开着的案场"), field="site")
        row = services.expect(
            here=here, customer=customer, site=site, channel=Registration.Channel.API, at=clock.now(), **given
        )
        return created(ExpectedLine(row).data, reverse("api_expected_visit", args=[row.no]))


class ExpectedByNumber(Resource):
    """One of them."""

    rights = {"GET": SEES}

    @extend_schema(responses={200: ExpectedLine})
    def get(self, request: Request, no: str) -> Response:
        """By its number, YD-250428-0042."""
        return Response(ExpectedLine(get_object_or_404(reads.visible(request.workplace), no=no)).data)


class ExpectedWithdraw(Resource):
    """The customer does not come after all."""

    rights = {"POST": (Right.OWN_BOOKS,)}

    @extend_schema(request=None, responses={200: ExpectedLine})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Your own only."""
        row = get_object_or_404(reads.visible(request.workplace).filter(by=request.user), no=no)
        return Response(ExpectedLine(services.withdraw(here=request.workplace, expected=row, at=clock.now())).data)


class Announcements(Resource):
    """Visits that agents announced who cannot come (D11-M2)."""

    rights = {"GET": (Right.ANNOUNCED,)}

    @extend_schema(parameters=PAGING, responses={200: AnnouncedPage})
    def get(self, request: Request) -> Response:
        """The newest first."""
        rows = reads.visible(request.workplace).filter(present=False).prefetch_related("customer__phones")
        return page(request, rows, by="at", show=lambda found: AnnouncedLine(found, many=True).data)


class AnnouncedCheck(Resource):
    """审客: Party A has looked the customer up."""

    rights = {"POST": (Right.ANNOUNCED,)}

    @extend_schema(request=CheckAsked, responses={200: AnnouncedLine})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Once; it is the review of the report."""
        row = get_object_or_404(reads.announced(request.workplace), no=no)
        given = CheckAsked.read(request)
        done = services.check_announced(here=request.workplace, expected=row, at=clock.now(), **given)
        return Response(AnnouncedLine(done).data)


class AnnouncedCall(Resource):
    """电话追访: the customer was reached."""

    rights = {"POST": (Right.ANNOUNCED,)}

    @extend_schema(request=CallAsked, responses={200: AnnouncedLine})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Once."""
        row, given = get_object_or_404(reads.announced(request.workplace), no=no), CallAsked.read(request)
        done = services.call_announced(here=request.workplace, expected=row, at=clock.now(), **given)
        return Response(AnnouncedLine(done).data)

"""The API of the visit record: departure, gift, correction, late entry, statistics, gifts of a site. The services of the pages."""

from datetime import datetime

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from people.api import Asked, OneOf, Request, Resource, Text, created, keyed
from people.models import Site, User
from people.roles import Right
from people.workplace import Workplace
from trail import clock
from visits import desk as reads
from visits import log, receptions, services
from visits import paper as papers
from visits.api.desk import VisitPaper
from visits.models import Gift, Visit
from visits.services import Arrival, Past

LOG = (Right.VISIT_LOG, Right.DESK)
READERS = (*LOG, Right.OWN_BOOKS, Right.CORRECT)


def _sites(here: Workplace, at: datetime) -> QuerySet[Site]:
    return Site.objects.filter(project=here.project, closed_at__isnull=True).order_by("name")


def _gifts(here: Workplace, at: datetime) -> QuerySet[Gift]:
    return Gift.objects.filter(site__project=here.project).order_by("name", "pk")


def _sellers(here: Workplace, at: datetime) -> QuerySet[User]:
    return reads.sellers(here.project, at)


def _brokers(here: Workplace, at: datetime) -> QuerySet[User]:
    return reads.brokers(here.project, at)


def _visit(request: Request, no: str) -> Visit:
    return get_object_or_404(reads.visible(request.workplace), no=no)


def _answerable(request: Request, no: str) -> Visit:
    return get_object_or_404(receptions.answerable(request.workplace), no=no)


def _paper(request: Request, visit: Visit) -> Response:
    fresh = reads.visible(request.workplace).get(pk=visit.pk)
    return Response(VisitPaper(fresh, context={"here": request.workplace}).data)


class Departure(Asked):
    """What a visitor was given at the door. A receiver says nothing of gifts."""

    gift = OneOf(_gifts, default=None, allow_null=True, help_text="null: none, which is an answer too")


class Leave(Resource):
    """A visitor goes."""

    rights = {"POST": (Right.DESK, Right.OWN_BOOKS)}

    @extend_schema(request=Departure, responses={200: VisitPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Note the departure, now."""
        here, visit = request.workplace, _answerable(request, no)
        given = Departure.read(request)
        at_desk = here.may(Right.DESK)
        how = Visit.LeftHow.DESK if at_desk else Visit.LeftHow.RECEIVER
        gift = given["gift"] if at_desk else None
        return _paper(request, services.leave(here=here, visit=visit, gift=gift, at=clock.now(), how=how))


class StillHere(Resource):
    """A visitor is still there: whoever receives them is asked again later."""

    rights = {"POST": (Right.DESK, Right.OWN_BOOKS)}

    @extend_schema(request=None, responses={200: VisitPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Say so."""
        visit = _answerable(request, no)
        services.still_here(here=request.workplace, visit=visit, at=clock.now())
        return _paper(request, visit)


class VisitGift(Resource):
    """What a visitor got who left without the desk seeing it."""

    rights = {"POST": (Right.DESK,)}

    @extend_schema(request=Departure, responses={200: VisitPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Answer it, once."""
        gift = Departure.read(request)["gift"]
        visit = _visit(request, no)
        return _paper(request, services.answer_gift(here=request.workplace, visit=visit, gift=gift, at=clock.now()))


class Corrected(Asked):
    """What the record should say; what is left out stays. Another number moves the visit to the customer whose it is."""

    reason = Text(max_length=200)
    name = Text(max_length=60, required=False)
    number = Text(max_length=40, required=False, help_text="a whole mobile number")
    arrived_at = serializers.DateTimeField(required=False)
    left_at = serializers.DateTimeField(required=False)
    invited_by = OneOf(_sellers, required=False, allow_null=True)
    asked_for = OneOf(_sellers, required=False, allow_null=True)
    brought_by = OneOf(_brokers, required=False, allow_null=True)
    first_time = serializers.ChoiceField(choices=["", *Visit.First.values], required=False)
    companions = serializers.IntegerField(min_value=0, max_value=99, required=False)
    gift = OneOf(_gifts, required=False, allow_null=True, help_text="null: none was given")


class Correct(Resource):
    """A wrong entry is put right, by the front desk only (D01-1): refused for anybody else, and their try is on record."""

    rights = {"POST": READERS}

    @extend_schema(request=Corrected, responses={200: VisitPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """What stood there stays on record; slips that were printed no longer hold."""
        visit, here = _visit(request, no), request.workplace
        services.may_correct(here=here, visit=visit, at=clock.now())
        given = Corrected.read(request)
        reason = given.pop("reason")
        return _paper(request, services.correct(here=here, visit=visit, given=given, reason=reason, at=clock.now()))


class Entry(Asked):
    """Data of a visitor who gave none at first."""

    name = Text(max_length=60)
    number = Text(max_length=40, help_text="a whole mobile number")
    invited_by = OneOf(_sellers, default=None, allow_null=True)
    asked_for = OneOf(_sellers, default=None, allow_null=True)
    brought_by = OneOf(_brokers, default=None, allow_null=True)
    first_time = serializers.ChoiceField(choices=["", *Visit.First.values], default="")


class EnterLate(Resource):
    """Data after the fact (补登): later than 24 hours after leaving they are kept and give no claim."""

    rights = {"POST": (Right.DESK,)}
    renamed = {"phone": "number"}

    @extend_schema(request=Entry, responses={200: VisitPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Enter them, once."""
        visit, arrival = _visit(request, no), Arrival(**Entry.read(request))
        return _paper(
            request, services.enter_late(here=request.workplace, visit=visit, arrival=arrival, at=clock.now())
        )


class WholeEntry(Entry):
    """A visit that nobody logged when it was: the times are as claimed, the time of entry is the server's."""

    site = OneOf(_sites)
    arrived_at = serializers.DateTimeField()
    left_at = serializers.DateTimeField(default=None, allow_null=True)
    received_by = OneOf(_sellers, default=None, allow_null=True)
    companions = serializers.IntegerField(min_value=0, max_value=99, default=0)
    paper = Text(
        max_length=24, default="", allow_blank=True, help_text="the slip of paper that this stands on: its number becomes the visit's"
    )  # fmt: skip


class LateVisits(Resource):
    """Visits after the fact."""

    rights = {"POST": (Right.DESK,)}
    renamed = {"phone": "number"}

    @extend_schema(request=WholeEntry, responses={201: VisitPaper})
    @keyed
    def post(self, request: Request) -> Response:
        """Enter one. No turn is dealt for it."""
        given = WholeEntry.read(request)
        site, no = given.pop("site"), given.pop("paper")
        slip = get_object_or_404(papers.of_project(request.workplace.project), no=no) if no else None
        past = Past(**{key: given.pop(key) for key in ("arrived_at", "left_at", "received_by")}, paper=slip)
        visit = services.enter_visit(
            here=request.workplace, site=site, arrival=Arrival(**given), past=past, at=clock.now()
        )  # fmt: skip
        return created(_paper(request, visit).data, f"/api/v1/visits/{visit.no}")


class VisitsOfDay(serializers.Serializer):
    """How many came on a local day."""

    day = serializers.DateField()
    visits = serializers.IntegerField()


class VisitsOfHour(serializers.Serializer):
    """How many came in an hour of the local day."""

    hour = serializers.IntegerField()
    visits = serializers.IntegerField()


class Statistics(serializers.Serializer):
    """What the visits of a range come to."""

    visits = serializers.IntegerField()
    new = serializers.IntegerField(help_text="customers who had not been here before")
    again = serializers.IntegerField(help_text="customers who had")
    refused = serializers.IntegerField(help_text="visits without data")
    unknown = serializers.IntegerField(help_text="visits whose departure nobody saw")
    stay = serializers.IntegerField(allow_null=True, help_text="average, in minutes, of those seen leaving")
    by_day = VisitsOfDay(many=True, help_text="by the month where the range is longer than 62 days")
    by_hour = VisitsOfHour(many=True, help_text="from the first hour in which anybody came to the last")


class VisitStatistics(Resource):
    """Counts of the visit log."""

    rights = {"GET": LOG}

    @extend_schema(
        parameters=[OpenApiParameter("range", str, enum=list(log.RANGES), description="a named range of local days")],
        responses={200: Statistics},
    )
    def get(self, request: Request) -> Response:
        """Of a named range; the last seven days where none is named."""
        here, name = request.workplace, request.GET.get("range", "")
        wanted = log.Wanted(*log.days_of(name if name in log.RANGES else "week", here.project, clock.now()))
        told = log.totals(here, wanted) | {
            "by_day": [{"day": day, "visits": n} for day, n in log.by_day(here, wanted)],
            "by_hour": [{"hour": hour, "visits": n} for hour, n in log.by_hour(here, wanted)],
        }
        return Response(Statistics(told).data)


class GiftLine(serializers.Serializer):
    """A gift of a site."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    site = serializers.IntegerField(source="site_id")
    stock = serializers.IntegerField(allow_null=True, help_text="null: nobody counts them")
    ended_at = serializers.DateTimeField(allow_null=True)


class GiftAdded(Asked):
    """What a site gives from now on."""

    site = OneOf(_sites)
    name = Text(max_length=60)
    stock = serializers.IntegerField(min_value=0, max_value=30_000, default=None, allow_null=True)


class Gifts(Resource):
    """What the sites of your project give."""

    rights = {"GET": (Right.DESK, Right.SETTINGS), "POST": (Right.SETTINGS,)}

    @extend_schema(responses={200: GiftLine(many=True)})
    def get(self, request: Request) -> Response:
        """All of them, the ended ones too."""
        return Response(GiftLine(_gifts(request.workplace, clock.now()), many=True).data)

    @extend_schema(request=GiftAdded, responses={201: GiftLine})
    @keyed
    def post(self, request: Request) -> Response:
        """Add one."""
        gift = services.add_gift(here=request.workplace, at=clock.now(), **GiftAdded.read(request))
        return created(GiftLine(gift).data, "/api/v1/gifts")


class Moved(Asked):
    """Gifts came in (above zero) or went out."""

    count = serializers.IntegerField(min_value=-30_000, max_value=30_000)
    note = Text(max_length=120)


class GiftStock(Resource):
    """The stock of a gift."""

    rights = {"POST": (Right.SETTINGS,)}

    @extend_schema(request=Moved, responses={200: GiftLine})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Move it; never below zero."""
        gift = get_object_or_404(_gifts(request.workplace, clock.now()), pk=pk)
        given = Moved.read(request)
        return Response(GiftLine(services.move_stock(here=request.workplace, gift=gift, at=clock.now(), **given)).data)

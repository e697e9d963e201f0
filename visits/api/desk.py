"""The API of the desk: whom a check-in may name, checking in, and the site log. The same services and refusals as the pages."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from leads.screening import phones
from leads.templatetags.guishu import masked
from people.api import PAGING, Asked, OneOf, Person, Request, Resource, Text, created, keyed, page
from people.models import Site, User
from people.roles import Right
from people.workplace import Workplace
from trail import clock
from visits import desk as reads
from visits import log, services
from visits.models import Reception, Visit
from visits.record_forms import LogForm
from visits.services import Arrival

LOG = (Right.VISIT_LOG, Right.DESK)


def _sites(here: Workplace) -> QuerySet[Site]:
    return Site.objects.filter(project=here.project, closed_at__isnull=True).order_by("name")


def _sellers(here: Workplace, at: datetime) -> QuerySet[User]:
    return reads.sellers(here.project, at)


def _brokers(here: Workplace, at: datetime) -> QuerySet[User]:
    return reads.brokers(here.project, at)


def _one(among: Callable[[Workplace, datetime], QuerySet[Any]], **kwargs: Any) -> OneOf:
    return OneOf(among, default=None, allow_null=True, **kwargs)


class Place(serializers.Serializer):
    """A site with a front desk."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()


class Broker(Person):
    """An outside agent."""

    agency = serializers.CharField()


class Choices(serializers.Serializer):
    """What a check-in may name."""

    sites = Place(many=True)
    sellers = Person(many=True, help_text="who may have invited, be asked for, and receive")
    brokers = Broker(many=True, help_text="agents who may have come along")


class Desk(Resource):
    """The ids that a check-in takes."""

    rights = {"GET": (Right.DESK,)}

    @extend_schema(responses={200: Choices})
    def get(self, request: Request) -> Response:
        """Sites, colleagues and agents of this project."""
        here, now = request.workplace, clock.now()
        found = {"sites": _sites(here), "sellers": _sellers(here, now), "brokers": _brokers(here, now)}
        return Response(Choices(found).data)


class CheckIn(Asked):
    """Who came, and the three questions. A visitor who gives no name and number is never turned away: `refused`."""

    site = OneOf(lambda here, at: _sites(here))
    name = Text(max_length=60, default="", allow_blank=True)
    number = Text(max_length=40, default="", allow_blank=True, help_text="a whole mobile number")
    refused = serializers.BooleanField(default=False, help_text="the visitor leaves no name and number")
    invited_by = _one(_sellers)
    asked_for = _one(_sellers)
    brought_by = _one(_brokers)
    first_time = serializers.ChoiceField(
        choices=["", *Visit.First.values], default="", help_text="the customer's answer"
    )
    unsure = serializers.MultipleChoiceField(
        choices=["invited_by", "asked_for"], default=list, help_text="the questions that the customer could not answer"
    )
    told = serializers.BooleanField(
        default=False, help_text="they were shown what is kept of them and why; nothing waits for it"
    )
    companions = serializers.IntegerField(
        min_value=0, max_value=99, default=0, help_text="who came along without a record of their own"
    )
    party = Text(
        max_length=24, default="", allow_blank=True, help_text="the number of a visit of today with whom they came"
    )
    hand_to = _one(_sellers, help_text="who receives, where the desk decides otherwise than the routing")

    def validate(self, attrs: Any) -> Any:
        """Each of the three questions has an answer, be it null for nobody (D01-2); who refuses is asked nothing."""
        if attrs["refused"]:
            return attrs
        given = self.initial_data
        left = [name for name in ("invited_by", "asked_for") if name not in given and name not in attrs["unsure"]]
        left += [] if attrs["first_time"] else ["first_time"]
        if left:
            message = serializers.ErrorDetail(_("问一下客户；没有人填 null，说不清写进 unsure"), "not_asked")
            raise serializers.ValidationError({name: [message] for name in left})
        return attrs


class Received(serializers.Serializer):
    """Somebody receives the visitor, and why it is them."""

    by = Person()
    mode = serializers.ChoiceField(choices=Reception.Mode.values)
    why = serializers.ChoiceField(choices=Reception.Why.values)
    stands_in_for = Person(allow_null=True)
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True, help_text="when they said that they come")
    unanswered = serializers.BooleanField(help_text="called in vain")


class VisitLine(serializers.Serializer):
    """A line of the site log. Of the name, the first character."""

    no = serializers.CharField()
    site = Place()
    arrived_at = serializers.DateTimeField()
    left_at = serializers.DateTimeField(allow_null=True)
    name = serializers.SerializerMethodField(help_text="张**; empty where none was given")
    first_time = serializers.ChoiceField(choices=["", *Visit.First.values], help_text="what the customer said")
    party = serializers.CharField(help_text="the number of the first visit of those who came together")
    companions = serializers.IntegerField()
    differs = serializers.BooleanField(help_text="the customer's answer and the records differ; both are kept")
    registered = serializers.ChoiceField(choices=Visit.Registered.values)
    received_by = serializers.SerializerMethodField(help_text="one after another")

    def get_name(self, visit: Visit) -> str:
        """The name as the page shows it."""
        return masked(visit.name)

    @extend_schema_field(Person(many=True))
    def get_received_by(self, visit: Visit) -> Any:
        """Everybody who received."""
        return Person([reception.by for reception in visit.receptions.all()], many=True).data


class VisitLog(serializers.Serializer):
    """A page of the site log."""

    results = VisitLine(many=True)
    next = serializers.CharField(allow_null=True)


class VisitPaper(VisitLine):
    """One visit, as you may see it. The number is masked."""

    name = serializers.SerializerMethodField(
        help_text="whole for the desk and whoever receives; else the first character"
    )
    number = serializers.SerializerMethodField(help_text="139****3333; empty where none was given")
    invited_by = Person(allow_null=True)
    asked_for = Person(allow_null=True)
    brought_by = Person(allow_null=True)
    unsure = serializers.ListField(
        child=serializers.CharField(), help_text="questions that the customer could not answer"
    )
    agency = serializers.SerializerMethodField(help_text="of whoever came along")
    gift = serializers.CharField()
    registered_by = Person()
    registered_at = serializers.DateTimeField()
    receptions = serializers.SerializerMethodField()

    def get_name(self, visit: Visit) -> str:
        """The name as the page shows it to this person."""
        here = self.context["here"]
        return visit.name if here.may(Right.DESK) or here.may(Right.OWN_BOOKS) else masked(visit.name)

    def get_number(self, visit: Visit) -> str:
        """前三后四."""
        return phones.mask34(visit.number) if visit.number else ""

    def get_agency(self, visit: Visit) -> str:
        """The agency whose proof the slip is."""
        return reads.agency_of(visit)

    @extend_schema_field(Received(many=True))
    def get_receptions(self, visit: Visit) -> Any:
        """In their order."""
        rows = visit.receptions.select_related("by", "stands_in_for").order_by("since", "pk")
        return Received(rows, many=True).data


def _paper(request: Request, visit: Visit) -> Any:
    return VisitPaper(visit, context={"here": request.workplace}).data


def _asked_for(name: str, kind: Any, said: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, description=said, **more)


FILTERS = [
    _asked_for("since", OpenApiTypes.DATE, "from this local day on"),
    _asked_for("until", OpenApiTypes.DATE, "up to this local day, inclusive"), _asked_for("site", int, "at this site"),
    _asked_for("receiver", int, "whom this person received"),
    _asked_for("state", str, "of this kind only", enum=list(log.STATES)),
]  # fmt: skip


class Visits(Resource):
    """Arrivals (到访) at the sites of your project."""

    rights = {"GET": LOG, "POST": (Right.DESK,)}
    renamed = {"phone": "number"}

    @extend_schema(parameters=[*FILTERS, *PAGING], responses={200: VisitLog})
    def get(self, request: Request) -> Response:
        """The site log, the newest first; filtered as the page is."""
        here = request.workplace
        form = LogForm(request.GET, sites=log.sites(here.project), receivers=log.receivers(here.project))
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        rows = log.rows(here, form.wanted(None, None)).prefetch_related("receptions__by")
        return page(request, rows, by="arrived_at", show=lambda found: VisitLine(found, many=True).data)

    @extend_schema(request=CheckIn, responses={201: VisitPaper})
    @keyed
    def post(self, request: Request) -> Response:
        """Log a visitor and send somebody to receive them."""
        given = CheckIn.read(request)
        site = given.pop("site")
        if given["refused"]:
            given |= {"name": "", "number": ""}
        given["unsure"] = tuple(sorted(given["unsure"]))
        visit = services.check_in(here=request.workplace, site=site, arrival=Arrival(**given), at=clock.now())
        return created(_paper(request, visit), reverse("api_visit", args=[visit.no]))


class VisitByNumber(Resource):
    """One visit."""

    rights = {"GET": (*LOG, Right.OWN_BOOKS, Right.CORRECT)}

    @extend_schema(responses={200: VisitPaper})
    def get(self, request: Request, no: str) -> Response:
        """A visit by its number, DF-250428-0042."""
        return Response(_paper(request, get_object_or_404(reads.visible(request.workplace), no=no)))

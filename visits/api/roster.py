"""The API of the roster (设置 → 值班) and of who stands in the rotation (设置 → 轮接): the same services as the pages."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from people.api import Asked, OneOf, Person, Request, Resource, Text, keyed
from people.calendar import company_calendar
from people.models import Site
from people.roles import Right
from people.workplace import Workplace
from trail import clock
from visits import desk as reads
from visits import roster, services
from visits.models import Duty

SITE = OpenApiParameter("site", int, description="Of the project's first where it is not said.")
WEEK = OpenApiParameter("week", str, description="`2025-W18`; this week where it is not said.")
AHEAD = timedelta(days=3660)  # longer than anybody plans
MINE = "of the project's first where it is null"


def open_sites(here: Workplace, _at: Any) -> Any:
    """The sites that a roster can be for."""
    return Site.objects.filter(project=here.project, closed_at__isnull=True).order_by("pk")


def _people(here: Workplace, at: datetime) -> Any:
    """Who sells here some time from yesterday on: a shift that can still be changed began then at the earliest."""
    return roster.house_sellers(here.project, at - timedelta(days=1), at + AHEAD)


class HoursAsked(Asked):
    """Who, and from when to when."""

    user = OneOf(_people)
    since = serializers.TimeField(help_text="local time, 09:00")
    until = serializers.TimeField(help_text="00:00 is the midnight that ends the day")


class ShiftAsked(HoursAsked):
    """A shift of one day."""

    day = serializers.DateField()

    def validate_day(self, day: date) -> date:
        """A day of a week that the page could show: beyond them no moment need be told in every zone."""
        if not 2000 <= day.year < 2100:
            raise serializers.ValidationError(_("只能排 2000 到 2099 年的班"))
        return day


class ShiftNew(ShiftAsked):
    """A shift at a site."""

    site = OneOf(open_sites, default=None, allow_null=True, help_text=MINE)


class TodayAsked(HoursAsked):
    """A shift today."""

    site = OneOf(open_sites, default=None, allow_null=True, help_text=MINE)


class WeekAsked(Asked):
    """Which week of which site."""

    site = OneOf(open_sites, default=None, allow_null=True, help_text=MINE)
    week = Text(max_length=8, help_text="`2025-W18`: the one onto which the shifts of the week before go")

    def validate_week(self, text: str) -> date:
        """Its Monday."""
        monday = roster.monday_of(text, date.min)
        if monday is None:
            raise serializers.ValidationError(_("周写成 2025-W18"))
        return monday


class SiteName(serializers.Serializer):
    """A site."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()


class ShiftLine(serializers.Serializer):
    """Somebody is on duty (值班), half-open."""

    id = serializers.IntegerField(source="pk")
    site = SiteName()
    user = Person()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()


class ShiftOfDay(serializers.Serializer):
    """A shift, and whether it counts."""

    id = serializers.IntegerField(source="duty.pk")
    user = Person(source="duty.user")
    since = serializers.DateTimeField(source="duty.since")
    until = serializers.DateTimeField(source="duty.until")
    over = serializers.BooleanField()
    gone = serializers.BooleanField(help_text="they do not sell here at that time: the shift does not count")


class Hole(serializers.Serializer):
    """Nobody is on duty."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()


class RosterDay(serializers.Serializer):
    """A day, and what of its opening hours is still without anybody on duty."""

    day = serializers.DateField()
    working = serializers.BooleanField(source="state.working")
    shifts = ShiftOfDay(many=True)
    holes = serializers.SerializerMethodField()

    @extend_schema_field(Hole(many=True))
    def get_holes(self, day: roster.Day) -> Any:
        """The spans."""
        return Hole([{"since": since, "until": until} for since, until in day.holes], many=True).data


class RosterWeek(serializers.Serializer):
    """The roster of a week."""

    site = SiteName()
    sites = SiteName(many=True, help_text="that there are to choose")
    people = Person(many=True, help_text="who can be put on duty in it")
    days = RosterDay(many=True)


class WeekCopied(serializers.Serializer):
    """What came of it."""

    new = serializers.IntegerField()
    left = serializers.ListField(child=serializers.CharField(), help_text="a sentence for each that was not copied")


class ShiftRemoved(serializers.Serializer):
    """What was taken out."""

    id = serializers.IntegerField()


class Shifts(Resource):
    """Who is on duty at a site, week by week."""

    rights = {"GET": (Right.ROSTER,), "POST": (Right.ROSTER,)}

    @extend_schema(parameters=[SITE, WEEK], responses={200: RosterWeek})
    def get(self, request: Request) -> Response:
        """A week, with its holes."""
        now, query = clock.now(), request.query_params
        site, sites = reads.site_in(request.workplace, query.get("site", ""), None)
        monday = roster.monday_of(query.get("week", ""), localtime(now).date())
        if monday is None:
            raise Http404
        people = roster.house_sellers(site.project, *roster.days_span(site.project, monday, 7))
        days = roster.week(site, monday, company_calendar(), now)
        return Response(RosterWeek({"site": site, "sites": sites, "people": people, "days": days}).data)

    @extend_schema(request=ShiftNew, responses={201: ShiftLine})
    @keyed
    def post(self, request: Request) -> Response:
        """Put somebody on duty."""
        given = ShiftNew.read(request)
        return _added(request, site_or_first(request, given.pop("site")), given)


class ShiftsToday(Resource):
    """Who is on duty today, put there by whoever keeps the rotation."""

    rights = {"POST": (Right.ROTATION,)}

    @extend_schema(request=TodayAsked, responses={201: ShiftLine})
    @keyed
    def post(self, request: Request) -> Response:
        """Put somebody on duty for hours of today."""
        given = TodayAsked.read(request)
        today = {"day": localtime(clock.now()).date()}
        return _added(request, site_or_first(request, given.pop("site")), given | today)


class ShiftChange(Resource):
    """Change a shift."""

    rights = {"POST": (Right.ROSTER,)}

    @extend_schema(request=ShiftAsked, responses={200: ShiftLine})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Another person, day or hours, of a shift that is not over."""
        duty = _duty(request, pk)
        given = _span(duty.site, ShiftAsked.read(request))
        changed = services.change_shift(here=request.workplace, duty=duty, at=clock.now(), **given)
        return Response(ShiftLine(changed).data)


class ShiftRemove(Resource):
    """Take a shift out."""

    rights = {"POST": (Right.ROSTER,)}

    @extend_schema(request=None, responses={200: ShiftRemoved})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """One that is not over: what is over stays as a record."""
        services.remove_shift(here=request.workplace, duty=_duty(request, pk), at=clock.now())
        return Response(ShiftRemoved({"id": pk}).data)


class ShiftsCopy(Resource):
    """Copy a week."""

    rights = {"POST": (Right.ROSTER,)}

    @extend_schema(request=WeekAsked, responses={200: WeekCopied})
    @keyed
    def post(self, request: Request) -> Response:
        """The shifts of the week before onto this one; each whole or not at all."""
        given = WeekAsked.read(request)
        site = site_or_first(request, given["site"])
        copied = services.copy_week(here=request.workplace, site=site, monday=given["week"], at=clock.now())
        return Response(WeekCopied(copied).data)


def site_or_first(request: Request, site: Site | None) -> Site:
    """The one that was named, else the first of the project; 404 for a project without any."""
    return site or reads.site_in(request.workplace, "", None)[0]


def _added(request: Request, site: Site, given: dict[str, Any]) -> Response:
    duty = services.add_shift(here=request.workplace, site=site, at=clock.now(), **_span(site, given))
    return Response(ShiftLine(duty).data, status=201)


def _span(site: Site, given: dict[str, Any]) -> dict[str, Any]:
    since, until = roster.span_of(site.project, given["day"], given["since"], given["until"])
    return {"user": given["user"], "since": since, "until": until}


def _duty(request: Request, pk: int) -> Duty:
    rows = Duty.objects.filter(site__project=request.workplace.project, site__closed_at__isnull=True)
    return get_object_or_404(rows.select_related("site__project", "user"), pk=pk)

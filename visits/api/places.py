"""The API of who stands in the rotation of a site, and in which order (设置 → 轮接)."""

from datetime import datetime, timedelta
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from people.api import Asked, OneOf, Person, Request, Resource, keyed
from people.models import Site
from people.roles import Right
from people.workplace import Workplace
from trail import clock
from visits import desk as reads
from visits import roster, services
from visits.api.roster import MINE, SITE, SiteName, open_sites, site_or_first
from visits.models import Place
from visits.routing import in_order


def _sellers(here: Workplace, at: datetime) -> Any:
    return roster.house_sellers(here.project, at, at + timedelta(seconds=1))


class JoinAsked(Asked):
    """Who joins."""

    site = OneOf(open_sites, default=None, allow_null=True, help_text=MINE)
    user = OneOf(_sellers, help_text="a salesperson of the house")


class AwayAsked(Asked):
    """Away, or back."""

    away = serializers.BooleanField()


class MoveAsked(Asked):
    """Which way."""

    up = serializers.BooleanField(help_text="one step towards the first; false: one step back")


class PlaceLine(serializers.Serializer):
    """A place in the rotation (轮接)."""

    id = serializers.IntegerField(source="pk")
    user = Person()
    position = serializers.IntegerField(help_text="the smallest is next")
    away = serializers.BooleanField()
    owed = serializers.IntegerField()
    skips = serializers.IntegerField()


class PlaceOfSite(PlaceLine):
    """A place, and whether its person still sells here."""

    gone = serializers.BooleanField(help_text="they do not sell here now, and get no turn")


class RotationPlaces(serializers.Serializer):
    """Who stands in the rotation of a site, in order."""

    site = SiteName()
    sites = SiteName(many=True, help_text="that there are to choose")
    places = PlaceOfSite(many=True)
    others = Person(many=True, help_text="who can join")


class PlaceRemoved(serializers.Serializer):
    """What was taken out."""

    id = serializers.IntegerField()


class Places(Resource):
    """The places of a site's rotation."""

    rights = {"GET": (Right.ROSTER, Right.ROTATION), "POST": (Right.ROSTER,)}

    @extend_schema(parameters=[SITE], responses={200: RotationPlaces})
    def get(self, request: Request) -> Response:
        """All, also of whoever does not sell here now; and who can join."""
        site, sites = reads.site_in(request.workplace, request.query_params.get("site", ""), None)
        return Response(RotationPlaces(_told(request.workplace, site, clock.now()) | {"sites": sites}).data)

    @extend_schema(request=JoinAsked, responses={201: PlaceLine})
    @keyed
    def post(self, request: Request) -> Response:
        """Somebody joins at the end."""
        given = JoinAsked.read(request)
        site = site_or_first(request, given["site"])
        place = services.add_to_rotation(here=request.workplace, site=site, user=given["user"], at=clock.now())
        return Response(PlaceLine(place).data, status=201)


class PlaceAway(Resource):
    """Somebody is away (暂离), or back."""

    rights = {"POST": (Right.ROTATION,)}

    @extend_schema(request=AwayAsked, responses={200: PlaceLine})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """The turn passes to the next meanwhile."""
        place = _place(request, pk)
        services.set_away(here=request.workplace, place=place, at=clock.now(), **AwayAsked.read(request))
        return _shown(place)


class PlaceMove(Resource):
    """Another order."""

    rights = {"POST": (Right.ROSTER, Right.ROTATION)}

    @extend_schema(request=MoveAsked, responses={200: PlaceLine})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """One step; at either end nothing happens."""
        place = _place(request, pk)
        services.move_place(here=request.workplace, place=place, at=clock.now(), **MoveAsked.read(request))
        return _shown(place)


class PlaceRemove(Resource):
    """Out of the rotation."""

    rights = {"POST": (Right.ROSTER,)}

    @extend_schema(request=None, responses={200: PlaceRemoved})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Turns that are owed are kept for when they join again."""
        services.remove_from_rotation(here=request.workplace, place=_place(request, pk), at=clock.now())
        return Response(PlaceRemoved({"id": pk}).data)


def _told(here: Workplace, site: Site, at: datetime) -> dict[str, Any]:
    places = list(Place.objects.filter(site=site).select_related("user").order_by("position", "pk"))
    selling = {place.pk for place in in_order(site, at)}
    for place in places:
        place.gone = place.pk not in selling  # type: ignore[attr-defined]
    others = _sellers(here, at).exclude(pk__in=[place.user_id for place in places])
    return {"site": site, "places": places, "others": others}


def _shown(place: Place) -> Response:
    place.refresh_from_db()
    return Response(PlaceLine(place).data)


def _place(request: Request, pk: int) -> Place:
    rows = Place.objects.filter(site__project=request.workplace.project)
    return get_object_or_404(rows.select_related("site", "user"), pk=pk)

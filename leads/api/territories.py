"""The API of the map of regions and trades."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from leads import reads, services, territories
from leads.models import Territory
from people.api import Asked, OneOf, Person, Request, Resource, Text, keyed
from people.models import Team
from people.roles import Right
from trail import clock


class TerritoryAsked(Asked):
    """A region, a trade or both, for a person or a team."""

    region = Text(max_length=40, default="", allow_blank=True)
    industry = Text(max_length=40, default="", allow_blank=True)
    user = OneOf(reads.sellers, required=False)
    team = OneOf(
        lambda here, at: Team.objects.filter(memberships__project=here.project, closed_at=None).distinct(),
        required=False,
    )
    weight = serializers.IntegerField(
        default=100, min_value=1, max_value=1000, help_text="the heavier goes first; the same for all: off"
    )


class TerritoryTold(serializers.Serializer):
    """Whose region or trade."""

    id = serializers.IntegerField(source="pk")
    region = serializers.CharField()
    industry = serializers.CharField()
    user = Person(allow_null=True)
    team = serializers.IntegerField(source="team_id", allow_null=True)
    weight = serializers.IntegerField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)


class Map(serializers.Serializer):
    """All rows that count now."""

    results = TerritoryTold(many=True)


class Territories(Resource):
    """The map of regions and trades."""

    rights = {"GET": (Right.ALLOCATE,), "POST": (Right.ALLOCATE,)}

    @extend_schema(responses={200: Map})
    def get(self, request: Request) -> Response:
        """As it counts now."""
        rows = territories.in_force(request.workplace.project, clock.now())
        return Response({"results": TerritoryTold(rows, many=True).data})

    @extend_schema(request=TerritoryAsked, responses={201: TerritoryTold})
    @keyed
    def post(self, request: Request) -> Response:
        """Add a row, or give one another weight."""
        given = {"user": None, "team": None} | TerritoryAsked.read(request)
        row = services.give_territory(here=request.workplace, at=clock.now(), **given)
        return Response(TerritoryTold(row).data, status=201)


class TerritoryEnd(Resource):
    """A row counts no longer."""

    rights = {"POST": (Right.ALLOCATE,)}

    @extend_schema(request=None, responses={200: TerritoryTold})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """End it."""
        row = get_object_or_404(Territory, pk=pk, project=request.workplace.project)
        services.end_territory(here=request.workplace, territory=row, at=clock.now())
        row.refresh_from_db()
        return Response(TerritoryTold(row).data)

"""The API of who receives: answering a call, the next one, and the rotation with today's turns."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from people.api import Asked, OneOf, Person, Request, Resource, keyed
from people.roles import Right
from trail import clock
from trail.refusals import Refusal
from visits import desk as reads
from visits import receptions, services, turns
from visits.api.desk import Received
from visits.models import Visit
from visits.routing import queue_of


class Answer(Resource):
    """Whoever was called says that they come."""

    rights = {"POST": (Right.DESK, Right.OWN_BOOKS)}

    @extend_schema(request=None, responses={200: Received})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """The receiver comes, or the desk saw them come: for the visitor and for all who came with them."""
        found = get_object_or_404(receptions.answerable(request.workplace), no=no)
        return Response(Received(services.answer(here=request.workplace, visit=found, at=clock.now())).data)


class PassOn(Resource):
    """Whoever was called did not answer."""

    rights = {"POST": (Right.DESK,)}

    @extend_schema(request=None, responses={200: Received})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Call the next one, once the time to answer is over. 409 `nobody_free`: the call stands, find somebody."""
        found = get_object_or_404(Visit.objects.filter(project=request.workplace.project), no=no)
        called = services.pass_on(here=request.workplace, visit=found, at=clock.now())
        if called is None:
            raise Refusal("nobody_free", turns.NOBODY_FREE, status=409)
        return Response(Received(called).data)


class HandedTo(Asked):
    """To whom."""

    to = OneOf(lambda here, at: reads.sellers(here.project, at))
    out_of_turn = serializers.BooleanField(
        default=False, help_text="they took the visitor themselves, out of their turn"
    )


class HandOver(Resource):
    """The desk arranges that somebody else receives."""

    rights = {"POST": (Right.DESK,)}

    @extend_schema(request=HandedTo, responses={200: Received})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """From now on; who arranged it is on record (D17-3.4a)."""
        found, given = get_object_or_404(reads.visible(request.workplace), no=no), HandedTo.read(request)
        reception = services.hand_over(here=request.workplace, visit=found, at=clock.now(), **given)
        return Response(Received(reception).data)


class Turn(serializers.Serializer):
    """A place in the rotation, in the order of calling."""

    user = Person(source="place.user")
    state = serializers.ChoiceField(choices=["ready", "busy", "away", "suspended"])
    next = serializers.BooleanField()
    owed = serializers.IntegerField(source="place.owed", help_text="make-up turns, served first, the oldest first")
    skips = serializers.IntegerField(source="place.skips", help_text="turns to be missed")
    suspended_since = serializers.DateTimeField(source="place.suspended_since", allow_null=True)
    suspended_until = serializers.DateTimeField(source="place.suspended_until", allow_null=True, help_text="exclusive")


class TurnLine(serializers.Serializer):
    """Something that happened to somebody's turn today."""

    at = serializers.DateTimeField()
    who = serializers.CharField()
    kind = serializers.CharField(help_text="taken, made_up, missed, passed; make_up, skip, suspend; other; moved")
    what = serializers.CharField()
    why = serializers.CharField(help_text="why it was them; empty where no visitor came")
    visit = serializers.CharField(help_text="empty where it came from no visit")
    source = serializers.CharField(help_text="the ruling that it came from")


class RotationOfSite(serializers.Serializer):
    """Who is next, and today's turns, the newest first."""

    queue = Turn(many=True)
    today = TurnLine(many=True)


class RotationNow(Resource):
    """The rotation of a site."""

    rights = {"GET": (Right.ROTATION,)}

    @extend_schema(parameters=[OpenApiParameter("site", int)], responses={200: RotationOfSite})
    def get(self, request: Request) -> Response:
        """Of the site asked for, else of the project's first."""
        now = clock.now()
        site, _all = reads.site_in(request.workplace, request.query_params.get("site", ""), None)
        found: Any = {"queue": reads.rotation(queue_of(site, now), now), "today": turns.today(site, now)}
        return Response(RotationOfSite(found).data)

"""The API of robots of chat groups (设置 → 渠道). Address and secret are written and never told."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from people import deliveries
from people import services as acts
from people.api.channels import KEEPS, NotSentFor, Sent
from people.api.conditions import tagged, unchanged
from people.api.idempotency import created, keyed
from people.api.proof import PROOF, proved
from people.api.resource import Request, Resource
from people.api.serializers import AddressAsked, Asked, OneOf, StateAsked, Stated, Text
from people.api.trials import tried
from people.events import POSTED
from people.models import Robot, Team
from people.roles import Right
from people.services.robots import Given, look_at
from trail import clock


class RobotTeam(serializers.Serializer):
    """A team."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()


class RobotLine(Stated):
    """A robot of a chat group."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(Robot.Kind.choices)
    name = serializers.CharField()
    team = RobotTeam(allow_null=True, help_text="null: of the whole project")
    managers = serializers.BooleanField(help_text="a group of managers only: what is posted may name sums")
    events = serializers.SerializerMethodField()
    on = serializers.BooleanField()
    changed_at = serializers.DateTimeField()
    failing_since = serializers.DateTimeField(allow_null=True)

    def get_events(self, row: Robot) -> list[str]:
        """What it posts."""
        return [code for code, event in POSTED.items() if set(event.for_robots) & set(row.wants)]


class RobotLately(serializers.Serializer):
    """A robot, and what became of its last days' posts."""

    robot = RobotLine()
    why = serializers.CharField(help_text="why nothing gets out just now, in words; else empty")
    sent = serializers.IntegerField()
    waiting = serializers.IntegerField()
    failed = NotSentFor(many=True)


class RobotList(serializers.Serializer):
    """All robots of the project."""

    results = RobotLately(many=True)


def _teams(_here: Any, _at: Any) -> QuerySet[Team]:
    return Team.objects.filter(closed_at=None)


class RobotAsked(AddressAsked):
    """Where it posts, and what."""

    kind = serializers.ChoiceField(Robot.Kind.choices)
    name = Text(max_length=40)
    address = Text(
        max_length=300,
        default="",
        allow_blank=True,
        help_text="whole, as the group tells it; empty: the stored one stays",
    )
    secret = Text(max_length=100, default="", allow_blank=True, help_text=f"{KEEPS}; another address forgets it")
    team = OneOf(_teams, default=None, allow_null=True)
    managers = serializers.BooleanField(default=False)
    events = serializers.ListField(child=serializers.ChoiceField([*POSTED]), allow_empty=False)

    def look_at(self, address: str, data: Mapping[str, Any]) -> None:
        """Raises Refusal (address_missing, robot_…); of a product that nobody knows, nothing can be said."""
        if data.get("kind") in Robot.Kind.values:
            look_at(robot=self.context["robot"], kind=data["kind"], address=address)


class RobotChangeAsked(RobotAsked, StateAsked):
    """A robot as it is to be."""


class RobotSwitchAsked(Asked):
    """On or off."""

    on = serializers.BooleanField()


class RobotAgainTold(serializers.Serializer):
    """How many are sent again."""

    count = serializers.IntegerField(help_text="0: somebody else was quicker")


class Robots(Resource):
    """The robots of the project."""

    rights = {"GET": (Right.SETTINGS,), "POST": (Right.SETTINGS,)}

    @extend_schema(responses={200: RobotList})
    def get(self, request: Request) -> Response:
        """With what they got out lately, what waits, and what was given up."""
        rows: Any = {"results": deliveries.robots(request.workplace.project, clock.now())}
        return Response(RobotList(rows).data)

    @extend_schema(request=RobotAsked, parameters=[PROOF], responses={201: RobotLine})
    @proved
    @keyed
    def post(self, request: Request) -> Response:
        """One more."""
        given = Given(**RobotAsked.read(request, robot=None))
        row = acts.save_robot(here=request.workplace, robot=None, given=given, at=clock.now())
        return created(RobotLine(row).data, reverse("api_robot", args=[row.pk]))


class RobotById(Resource):
    """One robot."""

    rights = {"GET": (Right.SETTINGS,)}

    @extend_schema(responses={200: RobotLine})
    @tagged("version")
    def get(self, request: Request, pk: int) -> Response:
        """What it posts."""
        return Response(RobotLine(_found(request, pk)).data)


class RobotChange(Resource):
    """Change a robot."""

    rights = {"POST": (Right.SETTINGS,)}

    @extend_schema(request=RobotChangeAsked, parameters=[PROOF], responses={200: RobotLine})
    @proved
    @unchanged("version")
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """An empty address or secret keeps the one that is stored."""
        robot = _found(request, pk)
        given = RobotChangeAsked.read(request, robot=robot)
        seen = given.pop("seen", "")
        row = acts.save_robot(here=request.workplace, robot=robot, given=Given(**given), at=clock.now(), seen=seen)
        return Response(RobotLine(row).data)


class RobotTry(Resource):
    """Try a robot."""

    rights = {"POST": (Right.SETTINGS,)}

    @extend_schema(request=None, responses={200: Sent})
    @tried("robot")
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Let it say something in its group; refused with what was answered."""
        acts.try_robot(here=request.workplace, robot=_found(request, pk), at=clock.now())
        return Response(Sent({"sent": True}).data)


class RobotSwitch(Resource):
    """Switch a robot on or off."""

    rights = {"POST": (Right.SETTINGS,)}

    @extend_schema(request=RobotSwitchAsked, responses={200: RobotLine})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Off, it posts nothing, and nothing is made up for afterwards."""
        robot = _found(request, pk)
        on = RobotSwitchAsked.read(request)["on"]
        return Response(RobotLine(acts.switch_robot(here=request.workplace, robot=robot, on=on, at=clock.now())).data)


class RobotAgain(Resource):
    """Send again."""

    rights = {"POST": (Right.SETTINGS,)}

    @extend_schema(request=None, responses={200: RobotAgainTold})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """What was given up waits anew, with all its tries."""
        count = acts.post_again(here=request.workplace, robot=_found(request, pk), at=clock.now())
        return Response(RobotAgainTold({"count": count}).data)


def _found(request: Request, pk: int) -> Robot:
    return get_object_or_404(Robot.objects.select_related("team"), pk=pk, project=request.workplace.project)

"""The API of what is said in a case: a party's statement, and taking a ruled case up again."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from arbitration import services
from arbitration.cases import reads
from arbitration.models import Collision
from people.api import Asked, Request, Resource, Text, keyed
from people.roles import Right
from trail import clock


class PartySays(Asked):
    """What speaks for your claim."""

    text = Text(max_length=2000, help_text="every party reads it")


class PartySaid(serializers.Serializer):
    """A statement, final."""

    text = serializers.CharField()
    at = serializers.DateTimeField()


class CollisionStatement(Resource):
    """A party's statement (陈述)."""

    rights = {"POST": (Right.OWN_BOOKS,)}

    @extend_schema(request=PartySays, responses={200: PartySaid})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Final once submitted; more can be added until the ruling."""
        case, given = reads.of_number(request.workplace, no), PartySays.read(request)
        made = services.state_case(here=request.workplace, case=case, at=clock.now(), **given)
        return Response(PartySaid(made).data)


class HeardAnewAsked(Asked):
    """Why."""

    reason = Text(max_length=2000, help_text="every party reads it")


class Reopened(serializers.Serializer):
    """The case, open again."""

    no = serializers.CharField()
    state = serializers.ChoiceField(choices=Collision.State.values)
    version = serializers.IntegerField()


class CollisionReopen(Resource):
    """Hearing a ruled case anew, without an appeal."""

    rights = {"POST": (Right.RULE,)}

    @extend_schema(request=HeardAnewAsked, responses={200: Reopened})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """The general manager's; the ruling stays in force until another supersedes it."""
        case, given = reads.of_number(request.workplace, no), HeardAnewAsked.read(request)
        return Response(Reopened(services.reopen(here=request.workplace, case=case, at=clock.now(), **given)).data)

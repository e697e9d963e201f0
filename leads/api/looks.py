"""The API of whole numbers: how many somebody has seen, and leave to see more."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from leads import services
from leads.models import NumberLeave
from leads.reads.looks import leaves, seen
from leads.services.number_looks import FREE
from people.api import PAGING, Asked, Person, Request, Resource, Text, keyed, page
from people.roles import Right
from trail import clock

MAY_OPEN = (Right.OWN_BOOKS, Right.ALL_CUSTOMERS, Right.DESK)


class LeaveTold(serializers.Serializer):
    """Leave to see more whole numbers."""

    id = serializers.IntegerField(source="pk")
    user = Person()
    reason = serializers.CharField()
    seen = serializers.IntegerField(help_text="in the thirty days before it was asked for")
    upto = serializers.IntegerField(help_text="how many in all, in thirty days")
    wide = serializers.BooleanField(help_text="two people have to agree")
    state = serializers.ChoiceField(choices=NumberLeave.State.values)
    asked_at = serializers.DateTimeField()
    first_by = Person(allow_null=True)
    decided_by = Person(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField()


class LeavePage(serializers.Serializer):
    """A page of leaves."""

    results = LeaveTold(many=True)
    next = serializers.CharField(allow_null=True)


class LeaveAsked(Asked):
    """How many more, and what for."""

    more = serializers.IntegerField(min_value=1, max_value=1_000_000)
    reason = Text(max_length=200)


class Looks(Resource):
    """Leave to see more whole numbers: your own; for who decides, all of the project."""

    rights = {"GET": (*MAY_OPEN, Right.SETTINGS), "POST": (*MAY_OPEN, Right.SETTINGS)}

    @extend_schema(parameters=PAGING, responses={200: LeavePage})
    def get(self, request: Request) -> Response:
        """The newest first."""
        rows = leaves(request.workplace)
        return page(request, rows, by="asked_at", show=lambda found: LeaveTold(found, many=True).data)

    @extend_schema(request=LeaveAsked, responses={200: LeaveTold})
    @keyed
    def post(self, request: Request) -> Response:
        """Ask."""
        return Response(
            LeaveTold(services.ask_leave(here=request.workplace, at=clock.now(), **LeaveAsked.read(request))).data
        )


class NumbersSeen(serializers.Serializer):
    """How many whole numbers you have seen."""

    seen = serializers.IntegerField(help_text="in the thirty days before now")
    free = serializers.IntegerField(help_text="so many without leave")


class LooksSeen(Resource):
    """How many whole numbers you have seen in thirty days."""

    rights = {"GET": MAY_OPEN}

    @extend_schema(responses={200: NumbersSeen})
    def get(self, request: Request) -> Response:
        """Reveals, exports with whole numbers, and files for customers."""
        return Response(NumbersSeen({"seen": seen(request.user, clock.now()), "free": FREE}).data)


class LeaveAnswer(Asked):
    """Yes or no; a no needs its reason."""

    approve = serializers.BooleanField()
    reason = Text(max_length=200, default="", allow_blank=True)


class LookDecide(Resource):
    """Giving leave for a day, or not."""

    rights = {"POST": (Right.PRIVACY, Right.SETTINGS)}

    @extend_schema(request=LeaveAnswer, responses={200: LeaveTold})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Of very many, the first yes waits for a second person's. Where nobody else leads the project, its administrators decide."""
        here, row = request.workplace, get_object_or_404(leaves(request.workplace), pk=pk)
        return Response(
            LeaveTold(services.decide_leave(here=here, leave=row, at=clock.now(), **LeaveAnswer.read(request))).data
        )

"""Rewards over the API."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from penalties import reads, services
from penalties.api.sanctions import EVERYBODY
from penalties.models import Reward, RewardStep
from people.api import PAGING, Asked, OneOf, Person, Request, Resource, Text, created, keyed, page
from people.models import User
from people.roles import Right
from people.workplace import Workplace
from trail import clock


def staff(here: Workplace, at: datetime) -> QuerySet[User]:
    """Employees of the house at work here."""
    return reads.staff(here.project, at)


class RewardAsked(Asked):
    """Who is rewarded, and why: cooperation in a collision and outstanding results, both."""

    to = OneOf(staff)
    kind = serializers.ChoiceField(choices=Reward.Kind.values)
    amount_fen = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=10**12)
    case = Text(max_length=24)
    cooperation = Text(max_length=300)
    results = Text(max_length=300)


class RewardStepTold(serializers.Serializer):
    """One step."""

    number = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=RewardStep.Kind.values)
    amount_fen = serializers.IntegerField(allow_null=True)
    entry = serializers.CharField(source="entry_no")
    text = serializers.CharField()
    by = Person()
    at = serializers.DateTimeField()


class RewardTold(serializers.Serializer):
    """A reward and how far it is."""

    no = serializers.CharField()
    to = Person()
    kind = serializers.ChoiceField(choices=Reward.Kind.values)
    amount_fen = serializers.IntegerField(allow_null=True)
    case = serializers.CharField()
    cooperation = serializers.CharField()
    results = serializers.CharField()
    state = serializers.ChoiceField(choices=RewardStep.Kind.values, source="last.kind")
    at = serializers.DateTimeField()
    steps = RewardStepTold(many=True, source="timeline")


class RewardPage(serializers.Serializer):
    """A page of rewards."""

    results = RewardTold(many=True)
    next = serializers.CharField(allow_null=True)


def _found(request: Request, no: str) -> Reward:
    row: Reward = get_object_or_404(reads.rewards(request.workplace), no=no)
    return row


def _told(request: Request, no: str) -> Any:
    return RewardTold(_found(request, no)).data


class Rewards(Resource):
    """奖励."""

    rights = {"GET": (Right.SANCTIONS,), "POST": (Right.PUNISH,)}

    @extend_schema(parameters=PAGING, responses={200: RewardPage})
    def get(self, request: Request) -> Response:
        """All of the project, the newest first."""
        rows = reads.rewards(request.workplace)
        return page(request, rows, by="at", show=lambda found: RewardTold(found, many=True).data)

    @extend_schema(request=RewardAsked, responses={201: RewardTold})
    @keyed
    def post(self, request: Request) -> Response:
        """Propose one; another manager approves."""
        given = RewardAsked.read(request)
        made = services.propose_reward(here=request.workplace, at=clock.now(), **given)
        return created(_told(request, made.no), f"/api/v1/rewards/{made.no}")


class RewardById(Resource):
    """One reward."""

    rights = {"GET": EVERYBODY}

    @extend_schema(responses={200: RewardTold})
    def get(self, request: Request, no: str) -> Response:
        """To who works with them, and to who got it."""
        return Response(_told(request, no))


class RewardNothingAsked(Asked):
    """Nothing."""


class RewardApproval(Resource):
    """A manager approves what another proposed."""

    rights = {"POST": (Right.PUNISH,)}

    @extend_schema(request=RewardNothingAsked, responses={200: RewardTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Neither who proposed it nor who gets it."""
        row = _found(request, no)
        RewardNothingAsked.read(request)
        services.approve_reward(here=request.workplace, reward=row, at=clock.now())
        return Response(_told(request, no))


class RewardDropAsked(Asked):
    """Why not."""

    reason = Text(max_length=300)


class RewardDrop(Resource):
    """It is not gone on with."""

    rights = {"POST": (Right.PUNISH,)}

    @extend_schema(request=RewardDropAsked, responses={200: RewardTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Until it is approved."""
        row, given = _found(request, no), RewardDropAsked.read(request)
        services.drop_reward(here=request.workplace, reward=row, at=clock.now(), **given)
        return Response(_told(request, no))

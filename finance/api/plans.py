"""The API of commission plans (设置 → 提成方案). Rates are integer basis points of the contract amount; days are local."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from finance import services
from finance.models import CommissionPlan
from finance.plans import WHOLE, agencies
from people.api import PAGING, Asked, OneOf, Request, Resource, Text, created, keyed, page
from people.roles import SELLING, Right
from trail import clock

RATE = {"min_value": 0, "max_value": WHOLE, "help_text": "basis points: 250 are 2.5 %"}


class PlanAsked(Asked):
    """A new plan: of an agency, of a role, or of everybody where neither is named."""

    organisation = OneOf(lambda here, at: agencies(), required=False, help_text="an agency's id")
    role = serializers.ChoiceField(sorted(SELLING), default="", allow_blank=True)
    product = Text(max_length=60, default="", allow_blank=True, help_text="as contracts write it; empty: all products")
    rate_bp = serializers.IntegerField(**RATE)
    since = serializers.DateField()
    until = serializers.DateField(default=None, allow_null=True, help_text="the first day on which it no longer counts")


class PlanEndAsked(Asked):
    """When it ends."""

    until = serializers.DateField(help_text="today or later: the first day on which it no longer counts")


class PlanChangeAsked(Asked):
    """Another rate."""

    rate_bp = serializers.IntegerField(**RATE)
    since = serializers.DateField(help_text="today or later: days before keep the rate that they had")


class PlanAgency(serializers.Serializer):
    """An agency."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()


class PlanLine(serializers.Serializer):
    """A commission plan (提成方案)."""

    id = serializers.IntegerField(source="pk")
    organisation = PlanAgency(allow_null=True)
    role = serializers.CharField(help_text="empty with an agency's, and with everybody's")
    product = serializers.CharField()
    rate_bp = serializers.IntegerField()
    since = serializers.DateField()
    until = serializers.DateField(allow_null=True)


class PlanList(serializers.Serializer):
    """A page of plans."""

    results = PlanLine(many=True)
    next = serializers.CharField(allow_null=True)


class PlanEnded(serializers.Serializer):
    """What became of it."""

    plan = PlanLine(allow_null=True, help_text="null: it had not begun, and is taken back")


class Plans(Resource):
    """The commission plans of the project."""

    rights = {"GET": (Right.PLANS,), "POST": (Right.PLANS,)}

    @extend_schema(parameters=PAGING, responses={200: PlanList})
    def get(self, request: Request) -> Response:
        """All of them, those that are over, too; what begins last comes first."""
        return page(request, _all(request), by="since", show=lambda rows: PlanLine(rows, many=True).data)

    @extend_schema(request=PlanAsked, responses={201: PlanLine})
    @keyed
    def post(self, request: Request) -> Response:
        """Add one. Of those for the same people and product one counts a day (409)."""
        given = PlanAsked.read(request)
        plan = services.add_plan(project=request.workplace.project, **given, **_signed(request))
        return created(PlanLine(plan).data, reverse("api_plan", args=[plan.pk]))


class PlanById(Resource):
    """One plan."""

    rights = {"GET": (Right.PLANS,)}

    @extend_schema(responses={200: PlanLine})
    def get(self, request: Request, pk: int) -> Response:
        """For whom, how much, from when to when."""
        return Response(PlanLine(_plan(request, pk)).data)


class PlanEnd(Resource):
    """End a plan."""

    rights = {"POST": (Right.PLANS,)}

    @extend_schema(request=PlanEndAsked, responses={200: PlanEnded})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """It counts no more from a day on; what it has counted for stays."""
        plan = _plan(request, pk)
        ended = services.end_plan(plan=plan, **PlanEndAsked.read(request), **_signed(request))
        return Response(PlanEnded({"plan": ended}).data)


class PlanChange(Resource):
    """Change the rate of a plan."""

    rights = {"POST": (Right.PLANS,)}
    renamed = {"rate": "rate_bp"}

    @extend_schema(request=PlanChangeAsked, responses={201: PlanLine})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Another rate from a day on: the plan ends there, and the one that is answered takes its place."""
        plan = _plan(request, pk)
        new = services.change_plan(plan=plan, **PlanChangeAsked.read(request), **_signed(request))
        return created(PlanLine(new).data, reverse("api_plan", args=[new.pk]))


def _all(request: Request) -> Any:
    return CommissionPlan.objects.filter(project=request.workplace.project).select_related("project", "organisation")


def _plan(request: Request, pk: int) -> CommissionPlan:
    found: CommissionPlan = get_object_or_404(_all(request), pk=pk)
    return found


def _signed(request: Request) -> dict[str, Any]:
    return {"by": request.user, "at": clock.now()}

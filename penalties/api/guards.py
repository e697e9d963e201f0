"""Wages and the rules of a project over the API."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from penalties import services
from penalties.api.rewards import staff
from penalties.jurisdictions import jurisdictions
from penalties.models import Wage
from penalties.rules import Rules, rules_of
from people.api import PAGING, Asked, OneOf, Person, Request, Resource, Text, keyed, page
from people.api.proof import PROOF, proved
from people.roles import Right
from trail import clock


class WageAsked(Asked):
    """What somebody earns in a month."""

    user = OneOf(staff)
    month = Text(max_length=6, help_text="yyyymm")
    wage_fen = serializers.IntegerField(min_value=0, max_value=10**12)


class WageTold(serializers.Serializer):
    """A wage as it was entered; of several for a month the last counts."""

    user = Person()
    month = serializers.CharField()
    wage_fen = serializers.IntegerField()
    at = serializers.DateTimeField()


class WagePage(serializers.Serializer):
    """A page of wages."""

    results = WageTold(many=True)
    next = serializers.CharField(allow_null=True)


class Wages(Resource):
    """Wages, which limit what may be deducted."""

    rights = {"GET": (Right.BOOKKEEPING,), "POST": (Right.BOOKKEEPING,)}

    @extend_schema(parameters=PAGING, responses={200: WagePage})
    def get(self, request: Request) -> Response:
        """As they were entered, the newest first."""
        rows: QuerySet[Wage] = Wage.objects.filter(project=request.workplace.project).select_related("user")
        return page(request, rows, by="at", show=lambda found: WageTold(found, many=True).data)

    @extend_schema(request=WageAsked, responses={201: WageTold})
    @keyed
    def post(self, request: Request) -> Response:
        """Enter one."""
        made = services.enter_wage(here=request.workplace, at=clock.now(), **WageAsked.read(request))
        return Response(WageTold(made).data, status=201)


class PenaltyRulesAsked(Asked):
    """Which law holds, and how the rules came about."""

    jurisdiction = serializers.ChoiceField(choices=sorted(jurisdictions()))
    city = Text(max_length=20, required=False, allow_blank=True)
    minimum_wage_fen = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=10**12)
    fines_payable = serializers.BooleanField(required=False, help_text="the general manager's switch")
    adopted_on = serializers.DateField(required=False, allow_null=True)
    published_on = serializers.DateField(required=False, allow_null=True)
    basis = Text(max_length=300, required=False, allow_blank=True)


class PenaltyRulesTold(serializers.Serializer):
    """What holds."""

    jurisdiction = serializers.CharField(source="law.code")
    city = serializers.CharField()
    minimum_wage_fen = serializers.IntegerField(allow_null=True)
    fines_payable = serializers.BooleanField()
    fines_allowed = serializers.BooleanField(
        source="law.fines_payable", help_text="whether the law of the place allows it"
    )
    cap_percent = serializers.IntegerField(source="law.cap_percent")
    answer_working_days = serializers.IntegerField(source="law.answer_working_days")
    appeal_days = serializers.IntegerField(source="law.appeal_days")
    adopted_on = serializers.DateField(allow_null=True)
    published_on = serializers.DateField(allow_null=True)
    basis = serializers.CharField()


class PenaltyRules(Resource):
    """The rules of sanctions in this project."""

    rights = {"GET": (Right.POLICIES,), "POST": (Right.POLICIES,)}

    @extend_schema(responses={200: PenaltyRulesTold})
    def get(self, request: Request) -> Response:
        """As they stand."""
        return Response(_told(rules_of(request.workplace.project)))

    @extend_schema(request=PenaltyRulesAsked, parameters=[PROOF], responses={200: PenaltyRulesTold})
    @proved
    @keyed
    def post(self, request: Request) -> Response:
        """Set them; the last ones count."""
        services.set_rules(here=request.workplace, at=clock.now(), **PenaltyRulesAsked.read(request))
        return Response(_told(rules_of(request.workplace.project)))


def _told(rules: Rules) -> Any:
    return PenaltyRulesTold(rules).data

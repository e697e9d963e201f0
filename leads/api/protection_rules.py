"""The API of a project's rules of protection and pool (设置 → 保护与公海)."""

from dataclasses import asdict, replace

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from leads.services.protection_terms import OWN, change_protection, marker
from people.api import Asked, Request, Resource, Text, keyed
from people.roles import Right
from people.terms import RENEWS, Terms
from trail import clock

MARK = "as told by GET: rules that somebody changed meanwhile are not overwritten (409)"


class Rules(Asked):
    """All of them; null where there is none. Days are whole local days after the first (G-04)."""

    protection_days = serializers.IntegerField(allow_null=True, help_text="null: no expiry")
    protection_min = serializers.IntegerField(
        allow_null=True, help_text="within which a manager decides for one customer"
    )
    protection_max = serializers.IntegerField(allow_null=True)
    deal_days = serializers.IntegerField(allow_null=True, help_text="the second stage, from the first visit")
    sample_days = serializers.IntegerField(allow_null=True)
    extend_days = serializers.IntegerField(allow_null=True)
    extend_on = serializers.ListField(child=serializers.ChoiceField(choices=[way for way, _label in RENEWS]))
    extend_limit = serializers.IntegerField()
    warn_hours = serializers.ListField(child=serializers.IntegerField())
    offer_hours = serializers.IntegerField(help_text="0: straight to the pool")
    pool_holding_limit = serializers.IntegerField(allow_null=True)
    pool_claims_a_day = serializers.IntegerField(allow_null=True)
    pool_cooldown_days = serializers.IntegerField()
    questions_a_day = serializers.IntegerField(help_text="how many customers one person may ask for (查重)")
    ask_receiver = serializers.BooleanField(
        help_text="whether colleagues need the leave of whoever receives, or last received, a customer"
    )
    seen = Text(max_length=16, help_text=MARK)


def _said(terms: Terms) -> Response:
    own = {name: value for name, value in asdict(terms).items() if name in OWN}
    return Response(Rules(own | {"seen": marker(terms)}).data)


class ProtectionRules(Resource):
    """How this project protects customers, and the limits of its public pool."""

    rights = {"GET": (Right.POLICIES,), "POST": (Right.POLICIES,)}

    @extend_schema(responses={200: Rules})
    def get(self, request: Request) -> Response:
        """The rules as they are."""
        return _said(request.workplace.project.terms)

    @extend_schema(request=Rules, responses={200: Rules})
    @keyed
    def post(self, request: Request) -> Response:
        """Rules for what comes after; what runs already is not changed."""
        here, given = request.workplace, Rules.read(request)
        seen, lists = given.pop("seen"), {name: tuple(given[name]) for name in ("extend_on", "warn_hours")}
        terms = replace(here.project.terms, **given | lists)
        return _said(change_protection(here=here, terms=terms, seen=seen, at=clock.now()))

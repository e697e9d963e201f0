"""The API of settlements by Party A (甲方结佣). Money is integer fen."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from finance import services
from finance.reads import settling
from finance.services.settling import SLIP_LENGTH
from leads.api.deals import Fen
from leads.models import Deal
from people.api import Asked, Request, Resource, Text, keyed
from people.roles import Right
from trail import clock


class SettlementAsked(Asked):
    """What Party A has paid of a contract's agency commission, gross. Instalments are entered one by one."""

    amount_fen = Fen()
    slip = Text(max_length=SLIP_LENGTH, help_text="number of the invoice or the payment")


class AgencySettled(serializers.Serializer):
    """An agency of a contract: what is payable to it by now, and what waits for Party A."""

    organisation = serializers.CharField()
    settled_fen = serializers.IntegerField()
    waits_fen = serializers.IntegerField()


class DealSettled(serializers.Serializer):
    """The agencies of a contract."""

    deal = serializers.CharField()
    agencies = AgencySettled(many=True)


class DealSettlements(Resource):
    """Payments of Party A for a contract."""

    rights = {"GET": (Right.BOOKKEEPING,), "POST": (Right.BOOKKEEPING,)}

    @extend_schema(responses={200: DealSettled})
    def get(self, request: Request, no: str) -> Response:
        """What each agency has, and has coming."""
        return _shown(_deal(request, no))

    @extend_schema(request=SettlementAsked, responses={200: DealSettled})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Enter one payment: it becomes payable to the agencies, in proportion."""
        deal, given = _deal(request, no), SettlementAsked.read(request)
        services.settle_deal(here=request.workplace, deal=deal, at=clock.now(), **given)
        return _shown(deal)


def _deal(request: Request, no: str) -> Deal:
    return get_object_or_404(Deal, project=request.workplace.project, no=no)


def _shown(deal: Deal) -> Response:
    rows = [
        {"organisation": name, "settled_fen": settled, "waits_fen": waits}
        for name, settled, waits in settling.of_agencies(deal)
    ]
    return Response(DealSettled({"deal": deal.no, "agencies": rows}).data)

"""The API of contracts: deposits and their refunds, signing, and what becomes of a contract. Money is integer fen."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from leads import reads, services
from leads.models import Deal, DealChange
from leads.services import Change
from people.api import Asked, OneOf, Person, Request, Resource, Text, created, keyed
from people.roles import Right, Role
from people.workplace import Workplace
from trail import clock

MOST = 10**13  # fen
SEES = (Right.DEALS, Right.OWN_BOOKS, Right.ALL_CUSTOMERS, Right.SPLITS)


def _designers(here: Workplace, at: datetime) -> Any:
    return reads.colleagues(here, at, Role.DESIGNER)


class Fen(serializers.IntegerField):
    """An amount that is asked for, in fen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MOST, **kwargs)


class DepositAsked(Asked):
    """A deposit that the customer paid with you."""

    amount_fen = Fen()
    designer = OneOf(_designers, default=None, allow_null=True, help_text="id, where one planned for them")


class DepositTaken(serializers.Serializer):
    """A deposit. `left_fen` can still be given back."""

    no = serializers.CharField()
    amount_fen = serializers.IntegerField()
    left_fen = serializers.IntegerField()


class Deposits(Resource):
    """Deposits (定金) of a customer."""

    rights = {"POST": (Right.DEALS,)}

    @extend_schema(request=DepositAsked, responses={201: DepositTaken})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """Record that the customer paid one."""
        here = request.workplace
        customer, given = reads.customer_or_404(here, pk), DepositAsked.read(request)
        made = services.take_deposit(here=here, customer=customer, by=here.user, at=clock.now(), **given)
        return Response(DepositTaken(made).data, status=201)


class GivenBack(Asked):
    """How much of a deposit was given back."""

    amount_fen = Fen()


class DepositRefunds(Resource):
    """Money of a deposit given back (退定)."""

    rights = {"POST": (Right.DEALS,)}

    @extend_schema(request=GivenBack, responses={200: DepositTaken})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """At most what is left of it."""
        here = request.workplace
        deposit, given = get_object_or_404(reads.deposits(here), no=no), GivenBack.read(request)
        services.give_deposit_back(here=here, deposit=deposit, at=clock.now(), **given)
        deposit.refresh_from_db()
        return Response(DepositTaken(deposit).data)


class Contract(Asked):
    """A contract that was signed."""

    closer = OneOf(reads.sellers, help_text="id of who signed it")
    amount_fen = Fen()
    commission_fen = Fen(default=None, allow_null=True, help_text="null: by the commission plan of who signed")
    product = Text(max_length=60, default="", allow_blank=True, help_text="as commission plans name it")
    term_months = serializers.IntegerField(default=None, allow_null=True, min_value=1, max_value=600)
    designer = OneOf(_designers, default=None, allow_null=True, help_text="id, where one planned for them")


class DealChangePaper(serializers.Serializer):
    """What became of a contract once."""

    kind = serializers.ChoiceField(choices=DealChange.Kind.values)
    was_amount_fen = serializers.IntegerField()
    amount_fen = serializers.IntegerField()
    was_commission_fen = serializers.IntegerField()
    commission_fen = serializers.IntegerField()
    reason = serializers.CharField()
    by = Person()
    at = serializers.DateTimeField()


class DealPaper(serializers.Serializer):
    """A contract as it stands."""

    no = serializers.CharField()
    customer = serializers.UUIDField(source="customer_id")
    closer = Person()
    amount_fen = serializers.IntegerField()
    commission_fen = serializers.IntegerField()
    product = serializers.CharField()
    term_months = serializers.IntegerField(allow_null=True)
    signed_at = serializers.DateTimeField()
    cancelled_at = serializers.DateTimeField(allow_null=True)
    changes = DealChangePaper(many=True)


def _paper(deal: Deal) -> Any:
    rows = deal.changes.select_related("by").order_by("pk")
    whole = {field: getattr(deal, field) for field in ("no", "customer_id", "closer", "amount_fen", "commission_fen")}
    more = ("product", "term_months", "signed_at", "cancelled_at")
    return DealPaper(whole | {field: getattr(deal, field) for field in more} | {"changes": rows}).data


class CustomerDeals(Resource):
    """Contracts (签单) of a customer."""

    rights = {"POST": (Right.DEALS,)}

    @extend_schema(request=Contract, responses={201: DealPaper})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """Record a signed contract; its commission is booked, or waits for the ruling."""
        here = request.workplace
        customer, given = reads.customer_or_404(here, pk), Contract.read(request)
        deal = services.sign_deal(here=here, customer=customer, at=clock.now(), **given)
        return created(_paper(deal), reverse("api_deal", args=[deal.no]))


class DealByNumber(Resource):
    """One contract."""

    rights = {"GET": SEES}

    @extend_schema(responses={200: DealPaper})
    def get(self, request: Request, no: str) -> Response:
        """A contract by its number, with what became of it."""
        return Response(_paper(get_object_or_404(reads.deals(request.workplace), no=no)))


class DealChangeAsked(Asked):
    """What becomes of a contract. Of `price` the amount is the new one, of `refund` what was given back, of `cancel` nothing."""

    kind = serializers.ChoiceField(choices=DealChange.Kind.values)
    amount_fen = Fen(default=None, allow_null=True)
    commission_fen = Fen(default=None, allow_null=True, help_text="from now on; null: in proportion")
    reason = Text(max_length=300)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """An amount, but for a cancellation."""
        if given["kind"] != DealChange.Kind.CANCEL and given["amount_fen"] is None:
            raise serializers.ValidationError({"amount_fen": [self.fields["amount_fen"].error_messages["required"]]})
        return given


class DealChanges(Resource):
    """What becomes of a contract: another price, money given back, cancelled."""

    rights = {"POST": (Right.CHANGE_DEALS,)}

    @extend_schema(request=DealChangeAsked, responses={200: DealPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Change it; the shares are corrected with the same percentages."""
        here = request.workplace
        deal, given = get_object_or_404(reads.deals(here), no=no), DealChangeAsked.read(request)
        change = Change(given["kind"], given["amount_fen"], given["commission_fen"])
        services.change_deal(here=here, deal=deal, change=change, reason=given["reason"], at=clock.now())
        return Response(_paper(get_object_or_404(reads.deals(here), no=no)))

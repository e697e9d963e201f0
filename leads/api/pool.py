"""The API of the public pool, offers and protection: the same services and refusals as the pages."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from leads import reads, services
from leads.models import Customer, Offer, Ownership, Provision
from leads.privacy.giving import allocate_told
from leads.reads import pool
from leads.templatetags.guishu import masked
from people.api import PAGING, Asked, OneOf, Person, Request, Resource, Text, keyed, page
from people.roles import Right
from trail import clock

BOOKS_OR_BOSS = (Right.OWN_BOOKS, Right.ALLOCATE)


class Claimed(serializers.Serializer):
    """Who follows a customer now."""

    customer = serializers.UUIDField(source="customer_id")
    holder = serializers.ChoiceField(choices=Ownership.Holder.values)
    owner = Person(source="user", allow_null=True)
    reason = serializers.ChoiceField(choices=Ownership.Reason.values)
    source = serializers.CharField(help_text="the number that it rests on")
    since = serializers.DateTimeField()
    protected_until = serializers.DateTimeField(allow_null=True, help_text="exclusive; null: without end")


def _claimed(held: Ownership) -> Response:
    return Response(Claimed(held).data)


def _customer(request: Request, pk: UUID) -> Customer:
    return reads.customer_or_404(request.workplace, pk)


class Free(serializers.Serializer):
    """A customer of the pool. Of the name, the first character."""

    customer = serializers.UUIDField(source="customer_id")
    name = serializers.SerializerMethodField(help_text="张**")
    region = serializers.CharField()
    reason = serializers.ChoiceField(choices=Ownership.Reason.values, help_text="why they are in the pool")
    since = serializers.DateTimeField()
    asked_until = serializers.DateTimeField(allow_null=True, help_text="until then somebody else is asked first")

    def get_name(self, row: Ownership) -> str:
        """The name as the pool's page shows it."""
        return masked(row.customer.name)


class FreePage(serializers.Serializer):
    """A page of the pool."""

    results = Free(many=True)
    next = serializers.CharField(allow_null=True)


class Pool(Resource):
    """The public pool (公海)."""

    rights = {"GET": (Right.POOL, Right.ALLOCATE)}

    @extend_schema(parameters=PAGING, responses={200: FreePage})
    def get(self, request: Request) -> Response:
        """Customers whom nobody follows, the newest first."""
        rows = pool.in_pool(request.workplace, clock.now())
        return page(request, rows, by="since", show=lambda found: Free(found, many=True).data)


class PoolClaim(Resource):
    """Taking a customer out of the pool (认领)."""

    rights = {"POST": (Right.POOL,)}

    @extend_schema(request=None, responses={200: Claimed})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """Of several at once the first one owns; the others get 409 `not_in_pool`."""
        here = request.workplace
        found = get_object_or_404(pool.known_to_pool(here), pk=pk)
        return _claimed(services.claim_from_pool(here=here, customer=found, at=clock.now()))


class Why(Asked):
    """A reason that stays on record."""

    reason = Text(max_length=100)


class Release(Resource):
    """Giving a customer up (放回公海)."""

    rights = {"POST": BOOKS_OR_BOSS}

    @extend_schema(request=Why, responses={200: Claimed})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """Of one's own, or for managers of anybody's; the next in line are asked first."""
        here, found, given = request.workplace, _customer(request, pk), Why.read(request)
        return _claimed(services.release_to_pool(here=here, customer=found, at=clock.now(), **given))


class OnRecord(Asked):
    """Where an agent of another company gets a customer, what the law asks for (PIPL 23)."""

    ground = serializers.ChoiceField(
        choices=Provision.Ground.values,
        default="",
        allow_blank=True,
        help_text="on what basis another company gets the customer",
    )
    told = Text(max_length=100, default="", allow_blank=True, help_text="how the customer was told, and agreed")
    reached = Text(
        max_length=80,
        default="",
        allow_blank=True,
        help_text="how the customer reaches that company; empty: as it was written last",
    )


class Provided(Why, OnRecord):
    """To whom a customer is given, and why."""

    to = OneOf(reads.sellers)


class Allocation(Provided):
    """To whom a manager gives a customer, and why."""


class Allocate(Resource):
    """A manager gives a customer to somebody (分配)."""

    rights = {"POST": (Right.ALLOCATE,)}

    @extend_schema(request=Allocation, responses={200: Claimed})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """Of the pool, of the company, or of somebody else. To another company: on record as a provision, too."""
        here, found, given = request.workplace, _customer(request, pk), Allocation.read(request)
        return _claimed(allocate_told(here=here, customer=found, at=clock.now(), **given))


class Days(Why):
    """How many days, within the policy's range, and why."""

    days = serializers.IntegerField(min_value=1)


class Protection(Resource):
    """How long one customer is protected."""

    rights = {"POST": (Right.ALLOCATE,)}

    @extend_schema(request=Days, responses={200: Claimed})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """Decide it within the policy's range, never shorter than it is."""
        here, found, given = request.workplace, _customer(request, pk), Days.read(request)
        return _claimed(services.decide_protection(here=here, customer=found, at=clock.now(), **given).ownership)


class OfferLine(serializers.Serializer):
    """A customer whom you had reported too, and may take."""

    id = serializers.IntegerField(source="pk")
    customer = serializers.UUIDField(source="customer_id")
    registration = serializers.CharField(source="registration.no", help_text="your report")
    at = serializers.DateTimeField()
    until = serializers.DateTimeField(help_text="exclusive")


class OfferPage(serializers.Serializer):
    """A page of offers."""

    results = OfferLine(many=True)
    next = serializers.CharField(allow_null=True)


class Offers(Resource):
    """What you are asked to take (顺位递补)."""

    rights = {"GET": (Right.OWN_BOOKS,)}

    @extend_schema(parameters=PAGING, responses={200: OfferPage})
    def get(self, request: Request) -> Response:
        """Offers that wait for your answer, the newest first."""
        rows = pool.offers_to(request.workplace, clock.now())
        return page(request, rows, by="at", show=lambda found: OfferLine(found, many=True).data)


class OfferAnswered(Asked):
    """Whether you take the customer."""

    accept = serializers.BooleanField()


class Came(serializers.Serializer):
    """What came of an offer."""

    answer = serializers.ChoiceField(choices=Offer.Answer.values)
    customer = serializers.UUIDField()


class OfferAnswer(Resource):
    """Answering an offer."""

    rights = {"POST": (Right.OWN_BOOKS,)}

    @extend_schema(request=OfferAnswered, responses={200: Came})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Take the customer, or let the next one be asked. Too late: 409 `offer_over`."""
        here = request.workplace
        offer, given = get_object_or_404(pool.asked_of(here), pk=pk), OfferAnswered.read(request)
        taken = services.answer_offer(here=here, offer=offer, at=clock.now(), **given)
        answer = Offer.Answer.ACCEPTED if taken else Offer.Answer.DECLINED
        return Response({"answer": str(answer), "customer": str(offer.customer_id)})

"""The API of transfers and ownership agreements: the same services and refusals as the pages."""

from datetime import datetime, time
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from leads import reads, services
from leads.api.pool import BOOKS_OR_BOSS, OnRecord, Provided
from leads.forms.protection import NEITHER
from leads.models import Provision, Transfer
from leads.privacy.giving import decide_told, deed_told, transfer_told
from leads.reads import pool
from leads.templatetags.guishu import masked
from people.api import PAGING, Asked, OneOf, Person, Request, Resource, Text, keyed, page
from people.api.problems import CONTENT_TYPE, problem
from people.roles import Right
from trail import clock


class TransferLine(serializers.Serializer):
    """A customer handed over, or to be (转交). Of the name, the first character."""

    no = serializers.CharField()
    name = serializers.SerializerMethodField(help_text="张**")
    giver = Person()
    taker = Person()
    consent = serializers.ChoiceField(choices=Transfer.Consent.values)
    reason = serializers.CharField()
    ground = serializers.ChoiceField(
        choices=Provision.Ground.values, allow_blank=True, help_text="on what another company gets them; else empty"
    )
    told = serializers.CharField(help_text="how the customer was told of that")
    state = serializers.ChoiceField(choices=Transfer.State.values)
    at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decision = serializers.CharField(help_text="why it was approved or not")

    def get_name(self, row: Transfer) -> str:
        """The name as the queue shows it."""
        return masked(row.customer.name)


class TransferPage(serializers.Serializer):
    """A page of transfers."""

    results = TransferLine(many=True)
    next = serializers.CharField(allow_null=True)


class Transfers(Resource):
    """Transfers: your own; for managers, all of the project."""

    rights = {"GET": BOOKS_OR_BOSS}

    @extend_schema(parameters=PAGING, responses={200: TransferPage})
    def get(self, request: Request) -> Response:
        """Transfers, the newest first."""
        rows = pool.transfers(request.workplace)
        return page(request, rows, by="at", show=lambda found: TransferLine(found, many=True).data)


class TransferAsked(Provided):
    """To whom, and what allows it: `none` is refused and put on record (D05-4.2b2)."""

    consent = serializers.ChoiceField(choices=[*Transfer.Consent.values, NEITHER])


class TransferAsk(Resource):
    """Handing a customer over."""

    rights = {"POST": (Right.OWN_BOOKS,)}

    @extend_schema(request=TransferAsked, responses={200: TransferLine})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """Done at once with the customer's consent; else it waits for the department. To another company: once done, on
        record as a provision, too.
        """
        here, now = request.workplace, clock.now()
        found, given = reads.customer_or_404(here, pk), TransferAsked.read(request)
        if given["consent"] == NEITHER:  # answered, not raised: what is raised would take the note of the try with it
            why = services.refuse_private(here=here, customer=found, to=given["to"], at=now)
            body = problem(why.status, why.code, str(why.sentence), field=why.field)
            return Response(body, status=why.status, content_type=CONTENT_TYPE)
        return Response(TransferLine(transfer_told(here=here, customer=found, at=now, **given)).data)


class Verdict(Asked):
    """Whether the department approves; a no needs its reason."""

    approve = serializers.BooleanField()
    reason = Text(max_length=100, default="", allow_blank=True)


class TransferDecide(Resource):
    """The department decides."""

    rights = {"POST": (Right.ALLOCATE,)}

    @extend_schema(request=Verdict, responses={200: TransferLine})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Of several at once the first one decides; the others get 409 `transfer_decided`. To another company with no ground
        on the transfer: 409 `provision_missing`.
        """
        here = request.workplace
        row, given = get_object_or_404(pool.transfers(here), no=no), Verdict.read(request)
        return Response(TransferLine(decide_told(here=here, transfer=row, at=clock.now(), **given)).data)


class TransferWithdraw(Resource):
    """Whoever asked takes it back."""

    rights = {"POST": (Right.OWN_BOOKS,)}

    @extend_schema(request=None, responses={200: TransferLine})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """As long as nobody decided."""
        here = request.workplace
        row = get_object_or_404(pool.transfers(here).filter(giver=here.user), no=no)
        return Response(TransferLine(services.withdraw_transfer(here=here, transfer=row, at=clock.now())).data)


class DeedAsked(OnRecord):
    """A signed agreement as it stands on the paper."""

    user = OneOf(reads.sellers)
    signed_on = serializers.DateField()
    terms = Text(max_length=500, default="", allow_blank=True)


class DeedLine(serializers.Serializer):
    """An ownership agreement on record (客户归属协议)."""

    no = serializers.CharField()
    customer = serializers.UUIDField(source="customer_id")
    user = Person()
    signed_at = serializers.DateTimeField(help_text="as on the paper")
    at = serializers.DateTimeField(help_text="when it was entered: this time decides")
    terms = serializers.CharField()


class Deeds(Resource):
    """Putting an ownership agreement on record."""

    rights = {"POST": (Right.ALLOCATE,)}

    @extend_schema(request=DeedAsked, responses={200: DeedLine})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """Gives a free customer to the one named; against somebody else's claim it opens a case. To an agent of another company:
        with ground and notice, on record as a provision, too.
        """
        here = request.workplace
        found, given = reads.customer_or_404(here, pk), DeedAsked.read(request)
        signed = datetime.combine(given.pop("signed_on"), time.min, tzinfo=here.project.zone)
        row = deed_told(here=here, customer=found, signed_at=signed, at=clock.now(), **given)
        return Response(DeedLine(row).data)

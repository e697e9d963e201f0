"""The API of what other companies were given of a customer."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from leads import reads
from leads.models import Provision
from leads.privacy.provisions import provisions_of, record_provision
from leads.privacy.requests import MAY_TAKE
from people.api import PAGING, Asked, Person, Request, Resource, Text, keyed, page
from trail import clock


class ProvisionTold(serializers.Serializer):
    """Another company was given something of a customer."""

    recipient = serializers.CharField()
    reached = serializers.CharField()
    purpose = serializers.CharField()
    what = serializers.CharField()
    ground = serializers.ChoiceField(choices=Provision.Ground.values)
    told = serializers.CharField()
    at = serializers.DateTimeField()
    by = Person()


class ProvisionPage(serializers.Serializer):
    """A page of what was given."""

    results = ProvisionTold(many=True)
    next = serializers.CharField(allow_null=True)


class Provided(Asked):
    """Something is given to another company; no telephone number in any of it."""

    recipient = Text(max_length=80, help_text="full name of the company")
    reached = Text(max_length=80, help_text="how the customer reaches it: address, website, e-mail")
    purpose = Text(max_length=100)
    what = Text(max_length=100, help_text="kinds of data, not the data")
    ground = serializers.ChoiceField(choices=Provision.Ground.values)
    told = Text(max_length=100, help_text="how the customer was told, and agreed")


class CustomerProvisions(Resource):
    """What other companies were given of one customer (PIPL 23)."""

    rights = {"GET": MAY_TAKE, "POST": MAY_TAKE}

    @extend_schema(parameters=PAGING, responses={200: ProvisionPage})
    def get(self, request: Request, pk: UUID) -> Response:
        """The newest first."""
        here = request.workplace
        found = reads.customer_or_404(here, pk)
        rows = provisions_of(here.project, found)
        rows = rows.filter(by=here.user) if found.as_told else rows
        return page(request, rows, by="at", show=lambda found: ProvisionTold(found, many=True).data)

    @extend_schema(request=Provided, responses={201: ProvisionTold})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """Put it on record. What is written stays."""
        here = request.workplace
        found = reads.customer_or_404(here, pk)  # before anything is said of what was sent
        row = record_provision(here=here, customer=found, at=clock.now(), **Provided.read(request))
        return Response(ProvisionTold(row).data, status=201)

"""The API of a customer's page: a look at the whole number, and relations."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from leads import reads, services
from leads.api.following import MAY_WRITE
from leads.models import Relation
from people.api import Asked, OneOf, Request, Resource, Text, keyed
from people.api.proof import PROOF, proved
from people.roles import Right
from trail import clock

MAY_OPEN = (Right.OWN_BOOKS, Right.ALL_CUSTOMERS, Right.DESK)


class RevealAsked(Asked):
    """Why it must be seen."""

    reason = Text(max_length=100)


class Revealed(serializers.Serializer):
    """Whole numbers. They are told once: the same request under its key again is told null."""

    numbers = serializers.ListField(child=serializers.CharField(), allow_null=True)


class Reveal(Resource):
    """A look at a customer's whole numbers."""

    rights = {"POST": MAY_OPEN}
    seen: list[str] | None = None

    @extend_schema(parameters=[PROOF], request=RevealAsked, responses={200: Revealed})
    @proved
    def post(self, request: Request, pk: UUID) -> Response:
        """On record with its reason; counted with every other look of yours."""
        looked = self._look(request, pk)
        looked.data = {"numbers": self.seen}  # beside what is kept under the key
        return looked

    post.keyed = True  # type: ignore[attr-defined]

    @keyed
    def _look(self, request: Request, pk: UUID) -> Response:
        found, given = reads.customer_or_404(request.workplace, pk), RevealAsked.read(request)
        self.seen = services.reveal(here=request.workplace, customer=found, at=clock.now(), **given)
        return Response({"numbers": None})


class RelationAsked(Asked):
    """Kin or friend of another customer, by name or whole number, or of a colleague."""

    kind = serializers.ChoiceField(choices=Relation.Kind.values)
    other = Text(max_length=80, default="", allow_blank=True)
    staff = OneOf(reads.sellers, default=None, allow_null=True)


class RelationTold(serializers.Serializer):
    """A relation."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(choices=Relation.Kind.values)


class Relations(Resource):
    """Relations of a customer."""

    rights = {"POST": MAY_WRITE}

    @extend_schema(request=RelationAsked, responses={200: RelationTold})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """Note one; what proves it comes later."""
        here, now, found = request.workplace, clock.now(), reads.customer_or_404(request.workplace, pk)
        given: dict[str, Any] = RelationAsked.read(request)
        typed = given.pop("other")
        other = services.other_customer(here=here, text=typed, at=now) if typed else None
        return Response(RelationTold(services.relate(here=here, customer=found, other=other, at=now, **given)).data)

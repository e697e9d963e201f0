"""Sanctions over the API: listed, one with its steps, proposed from what was established."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from arbitration.sanctions import SanctionKind
from penalties import reads, services
from penalties.models import Nature, Sanction, SanctionStep
from people.api import PAGING, Asked, Person, Request, Resource, Text, created, keyed, page
from people.roles import Right
from trail import clock
from visits.models import Conduct

EVERYBODY = (Right.ACCUSE, Right.POLICY, Right.SANCTIONS, Right.STAFF)


class PenaltyStepTold(serializers.Serializer):
    """One step."""

    number = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=SanctionStep.Kind.values)
    amount_fen = serializers.IntegerField(allow_null=True)
    entry = serializers.CharField(source="entry_no")
    text = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True, help_text="until when to answer, or to appeal; exclusive")
    by = Person()
    at = serializers.DateTimeField()


class PenaltyTold(serializers.Serializer):
    """A sanction and how far it is. Money in fen; nothing is ever deducted by itself."""

    no = serializers.CharField()
    to = Person(allow_null=True)
    agency = serializers.CharField(source="organisation.name", default=None, allow_null=True)
    kind = serializers.ChoiceField(choices=SanctionKind.values)
    nature = serializers.ChoiceField(choices=Nature.values)
    state = serializers.ChoiceField(choices=SanctionStep.Kind.values, source="standing.kind")
    amount_fen = serializers.IntegerField(source="in_force_fen", allow_null=True)
    minimum_fen = serializers.IntegerField(allow_null=True)
    maximum_fen = serializers.IntegerField(allow_null=True)
    days = serializers.IntegerField(allow_null=True)
    clause = serializers.CharField()
    policy = serializers.CharField()
    act = serializers.CharField(help_text="number of the ruling or the accusation, or conduct:<id>")
    case = serializers.CharField()
    reason = serializers.CharField()
    replaces = serializers.CharField(source="replaces.no", default=None, allow_null=True)
    at = serializers.DateTimeField()
    steps = PenaltyStepTold(many=True, source="timeline")


class PenaltyPage(serializers.Serializer):
    """A page of sanctions."""

    results = PenaltyTold(many=True)
    next = serializers.CharField(allow_null=True)


class PenaltyAsked(Asked):
    """What a manager proposes, and for what: an accusation that was established, or conduct that was found."""

    accusation = Text(required=False, max_length=24)
    conduct = serializers.IntegerField(required=False)
    kind = serializers.ChoiceField(choices=SanctionKind.values)
    nature = serializers.ChoiceField(choices=Nature.values, required=False, help_text="the default for the kind else")
    amount_fen = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=10**12)
    days = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=90)
    clause = Text(required=False, allow_blank=True, max_length=24)
    against_agency = serializers.BooleanField(required=False)
    reason = Text(max_length=300)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of both grounds."""
        if ("accusation" in attrs) == ("conduct" in attrs):
            raise serializers.ValidationError({"accusation": [_("accusation 和 conduct 填一个")]})
        return attrs


class Penalties(Resource):
    """处分."""

    rights = {"GET": (Right.SANCTIONS,), "POST": (Right.PUNISH,)}

    @extend_schema(parameters=PAGING, responses={200: PenaltyPage})
    def get(self, request: Request) -> Response:
        """All of the project, the newest first."""
        return page(request, reads.sanctions(request.workplace), by="at", show=_shown)

    @extend_schema(request=PenaltyAsked, responses={201: PenaltyTold})
    @keyed
    def post(self, request: Request) -> Response:
        """Propose one. Who proposes does not decide."""
        here, now, given = request.workplace, clock.now(), PenaltyAsked.read(request)
        number, conduct = given.pop("accusation", None), given.pop("conduct", None)
        plan = services.Plan(**given)
        if number is not None:
            found = get_object_or_404(reads.accusations(here, now), no=number)
            made = services.propose_from_accusation(here=here, accusation=found, plan=plan, at=now)
        else:
            row = get_object_or_404(Conduct.objects.filter(project=here.project), pk=conduct)
            made = services.propose_from_conduct(here=here, conduct=row, plan=plan, at=now)
        return created(told(request, made.no), f"/api/v1/penalties/{made.no}")


class PenaltiesMine(Resource):
    """My own."""

    rights = {"GET": EVERYBODY}

    @extend_schema(parameters=PAGING, responses={200: PenaltyPage})
    def get(self, request: Request) -> Response:
        """Those that I, or my agency, was told of."""
        here = request.workplace
        rows = reads.full(Sanction.objects.filter(reads.own(here), project=here.project))
        return page(request, rows, by="at", show=_shown)


def _shown(rows: list[Sanction]) -> Any:
    return PenaltyTold(rows, many=True).data


def found(request: Request, no: str) -> Sanction:
    """The sanction, if this person may see it."""
    return get_object_or_404(reads.sanctions(request.workplace), no=no)


def told(request: Request, no: str) -> Any:
    """It as it stands now."""
    return PenaltyTold(found(request, no)).data


class PenaltyById(Resource):
    """One sanction."""

    rights = {"GET": EVERYBODY}

    @extend_schema(responses={200: PenaltyTold})
    def get(self, request: Request, no: str) -> Response:
        """To who works with sanctions, and to whom it is against once they were told."""
        return Response(told(request, no))

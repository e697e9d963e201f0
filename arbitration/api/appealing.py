"""The API of appeals (申诉, G-27): object to a ruling, decide on it, take it back."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from arbitration import services
from arbitration.api.procedure import SEES, StepReason
from arbitration.cases import reads
from arbitration.models import Appeal, Ruling
from people.api import Asked, Person, Request, Resource, Text, created, keyed
from people.api.proof import PROOF, proved
from people.roles import Right
from trail import clock


class AppealPaper(serializers.Serializer):
    """An appeal, and what came of it. While it is open nothing is paid or punished by its ruling."""

    no = serializers.CharField()
    ruling = serializers.CharField(source="ruling.no")
    by = Person()
    reason = serializers.CharField()
    at = serializers.DateTimeField()
    appeal_state = serializers.ChoiceField(choices=Appeal.State.values, source="state")
    decided_by = Person(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_why = serializers.CharField()


class RulingAppeal(Resource):
    """Objecting to a ruling."""

    rights = {"POST": SEES}

    @extend_schema(request=StepReason, responses={201: AppealPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """By a party, once, within the term (G-27); to the next level."""
        rows = Ruling.objects.filter(collision__in=reads.visible(request.workplace))
        ruling = get_object_or_404(rows.select_related("collision__project"), no=no)
        services.may_appeal(request.workplace, ruling, clock.now())
        why = StepReason.read(request)["reason"]
        made = services.open_appeal(here=request.workplace, ruling=ruling, reason=why, at=clock.now())
        return created(AppealPaper(made).data, reverse("api_appeal", args=[made.no]))


def _appeal(request: Request, no: str) -> Appeal:
    rows = Appeal.objects.filter(ruling__collision__in=reads.visible(request.workplace))
    found: Appeal = get_object_or_404(rows.select_related("by", "decided_by", "ruling__collision__project"), no=no)
    return found


class AppealByNumber(Resource):
    """One appeal."""

    rights = {"GET": SEES}

    @extend_schema(responses={200: AppealPaper})
    def get(self, request: Request, no: str) -> Response:
        """An appeal by its number, SS-250505-0007."""
        return Response(AppealPaper(_appeal(request, no)).data)


class AppealOutcome(Asked):
    """What becomes of it."""

    outcome = serializers.ChoiceField(choices=[Appeal.State.UPHELD.value, Appeal.State.ACCEPTED.value])
    reason = Text(max_length=2000)


class AppealDecide(Resource):
    """The next level decides."""

    rights = {"POST": (Right.RULE,)}

    @extend_schema(parameters=[PROOF], request=AppealOutcome, responses={200: AppealPaper})
    @proved
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """`upheld`, or `accepted`: the case is heard anew, the ruling stays in force until another supersedes it."""
        appeal, given = _appeal(request, no), AppealOutcome.read(request)
        accepts = given["outcome"] == Appeal.State.ACCEPTED
        done = services.decide_appeal(
            here=request.workplace, appeal=appeal, accepts=accepts, reason=given["reason"], at=clock.now()
        )
        return Response(AppealPaper(done).data)


class AppealWithdraw(Resource):
    """Who appealed takes it back."""

    rights = {"POST": SEES}

    @extend_schema(request=None, responses={200: AppealPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """While it is undecided; the same ruling cannot be appealed against again."""
        done = services.withdraw_appeal(here=request.workplace, appeal=_appeal(request, no), at=clock.now())
        return Response(AppealPaper(done).data)

"""The steps of a sanction over the API. Deciding asks for proof, as the page does."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from penalties import services
from penalties.api.sanctions import EVERYBODY, PenaltyTold, found, told
from penalties.models import Nature
from penalties.services.converting import INSTEAD
from people.api import Asked, Request, Resource, Text, created, keyed
from people.api.proof import PROOF, proved
from people.roles import Right
from trail import clock

MANAGERS = (Right.PUNISH,)
MONEY = {"required": False, "allow_null": True, "min_value": 1, "max_value": 10**12}


def taken(request: Request, no: str, asked: type[Asked], step: Callable[..., Any]) -> Response:
    """The step is taken with what was asked; the sanction as it is then."""
    row = found(request, no)
    step(here=request.workplace, sanction=row, at=clock.now(), **asked.read(request))
    return Response(told(request, no))


class NoticeAsked(Asked):
    """What whom it is against is told."""

    fact = Text(max_length=400)
    evidence = Text(max_length=300)
    own_fault = Text(
        max_length=200, required=False, allow_blank=True, help_text="of a superior who is fined (D01-P.c5)"
    )


class PenaltyNotice(Resource):
    """Tell whom it is against."""

    rights = {"POST": MANAGERS}

    @extend_schema(request=NoticeAsked, responses={200: PenaltyTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """They have at least five working days to answer."""
        return taken(request, no, NoticeAsked, services.notice_sanction)


class ConversionAsked(Asked):
    """What takes the place of a fine."""

    instead = serializers.ChoiceField(choices=[Nature.VARIABLE_PAY.value, *(kind.value for kind in INSTEAD)])
    days = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=90)


class PenaltyConversion(Resource):
    """Make something lawful of a fine that nobody was told of."""

    rights = {"POST": MANAGERS}

    @extend_schema(request=ConversionAsked, responses={201: PenaltyTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """The fine is dropped; what takes its place is another sanction."""
        row, given = found(request, no), ConversionAsked.read(request)
        made = services.convert_sanction(here=request.workplace, sanction=row, at=clock.now(), **given)
        return created(told(request, made.no), f"/api/v1/penalties/{made.no}")


class WordsAsked(Asked):
    """What somebody says."""

    text = Text(max_length=1000)


class PenaltyAnswer(Resource):
    """The side of whom it is against."""

    rights = {"POST": EVERYBODY}

    @extend_schema(request=WordsAsked, responses={200: PenaltyTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Once, within the term."""
        return taken(request, no, WordsAsked, services.answer_sanction)


class PenaltyDecisionAsked(Asked):
    """What is decided."""

    reason = Text(max_length=1000)
    amount_fen = serializers.IntegerField(**MONEY)


class PenaltyDecision(Resource):
    """A second person decides."""

    rights = {"POST": MANAGERS}

    @extend_schema(request=PenaltyDecisionAsked, parameters=[PROOF], responses={200: PenaltyTold})
    @proved
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Not who proposed it, no party, after the answer or its term."""
        return taken(request, no, PenaltyDecisionAsked, services.decide_sanction)


class ReasonAsked(Asked):
    """Why."""

    reason = Text(max_length=1000)


class PenaltyDrop(Resource):
    """It is not gone on with."""

    rights = {"POST": MANAGERS}

    @extend_schema(request=ReasonAsked, responses={200: PenaltyTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Until it is decided."""
        return taken(request, no, ReasonAsked, services.drop_sanction)


class PenaltyNothingAsked(Asked):
    """Nothing."""


class PenaltyAcknowledged(Resource):
    """Whom it is against signs that they read it."""

    rights = {"POST": EVERYBODY}

    @extend_schema(request=PenaltyNothingAsked, responses={200: PenaltyTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """They may still appeal."""
        return taken(request, no, PenaltyNothingAsked, services.acknowledge_sanction)


class PenaltyRefusal(Resource):
    """Whom it is against does not sign."""

    rights = {"POST": MANAGERS}

    @extend_schema(request=WordsAsked, responses={200: PenaltyTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Recorded, with who was there; it holds nothing up."""
        return taken(request, no, WordsAsked, services.record_refusal)


class PenaltyAppeal(Resource):
    """Whom it is against objects."""

    rights = {"POST": EVERYBODY}

    @extend_schema(request=ReasonAsked, responses={200: PenaltyTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Once, within the term."""
        return taken(request, no, ReasonAsked, services.appeal_sanction)


class AppealDecisionAsked(PenaltyDecisionAsked):
    """What comes of an appeal; `amount_fen` where it is upheld and lowered."""

    accepts = serializers.BooleanField()


class PenaltyAppealDecision(Resource):
    """The general manager who did not decide answers an appeal."""

    rights = {"POST": MANAGERS}

    @extend_schema(request=AppealDecisionAsked, parameters=[PROOF], responses={200: PenaltyTold})
    @proved
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Upheld, lowered, or reversed."""
        return taken(request, no, AppealDecisionAsked, services.decide_sanction_appeal)


class PenaltyRelease(Resource):
    """Release it to Finance."""

    rights = {"POST": MANAGERS}

    @extend_schema(request=PenaltyNothingAsked, responses={200: PenaltyTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """After the term to appeal; Finance posts it within the guard of wages."""
        return taken(request, no, PenaltyNothingAsked, services.release_sanction)


class PenaltyReversal(Resource):
    """Take it back."""

    rights = {"POST": MANAGERS}

    @extend_schema(request=ReasonAsked, responses={200: PenaltyTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """By a step against it; what was posted Finance gives back."""
        return taken(request, no, ReasonAsked, services.reverse_sanction)

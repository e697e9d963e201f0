"""The API of the procedure: written terms, talks, reports, investigations, duties. A gate that is shut answers 409 with the clause."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from arbitration import services
from arbitration.api.deciding import SharePart
from arbitration.cases import reads
from arbitration.cases.proposals import proposed
from arbitration.models import CaseEvent, Collision, Settlement
from arbitration.panels import procedure as procedure_panels
from people.api import PAGING, Asked, OneOf, Person, Request, Resource, Text, created, keyed, page
from people.models import Membership, User
from people.roles import Right
from people.workplace import Workplace
from trail import clock

SEES = (Right.CASES, Right.OWN_BOOKS)  # of somebody without CASES, those that they are a party of


def _colleagues(here: Workplace, _at: Any) -> QuerySet[User]:
    return User.objects.filter(pk__in=Membership.objects.filter(project=here.project).values("user"))


class Answer(serializers.Serializer):
    """A party's yes or no."""

    by = Person()
    agrees = serializers.BooleanField()
    why = serializers.CharField()
    at = serializers.DateTimeField()


class SettlementPaper(serializers.Serializer):
    """Written terms, and who has answered them."""

    id = serializers.IntegerField(source="pk")
    terms = serializers.CharField()
    shares = serializers.DictField(child=serializers.IntegerField(), help_text="party's key → basis points")
    owner = Person(allow_null=True, help_text="who follows the customer; null: as before")
    settlement_state = serializers.ChoiceField(choices=Settlement.State.values, source="state")
    by = Person()
    at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    answers = Answer(many=True, source="confirmations")


class SettlementLog(serializers.Serializer):
    """A page of terms."""

    results = SettlementPaper(many=True)
    next = serializers.CharField(allow_null=True)


class Terms(Asked):
    """What the parties agree on. Each party has a share, if it is 0; together they are 10,000."""

    terms = Text(max_length=2000)
    shares = SharePart(many=True)
    owner = OneOf(_colleagues, required=False, allow_null=True, default=None)


class Settlements(Resource):
    """The written terms of a case."""

    rights = {"GET": SEES, "POST": SEES}

    @extend_schema(parameters=PAGING, responses={200: SettlementLog})
    def get(self, request: Request, no: str) -> Response:
        """Terms, the newest first."""
        return page(
            request,
            _terms(reads.of_number(request.workplace, no)),
            by="at",
            show=lambda r: SettlementPaper(r, many=True).data,
        )

    @extend_schema(request=Terms, responses={201: SettlementPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Write terms for the other parties to confirm (G-48)."""
        case = reads.of_number(request.workplace, no)
        services.may_write(request.workplace, case)
        given = Terms.read(request)
        shares = {row["party"]: row["basis_points"] for row in given["shares"]}
        agreement = services.Agreement(given["terms"], shares, given["owner"])
        made = services.write_terms(here=request.workplace, case=case, agreement=agreement, at=clock.now())
        return created(SettlementPaper(_terms(case).get(pk=made.pk)).data, reverse("api_settlements", args=[no]))


def _terms(case: Collision) -> QuerySet[Settlement]:
    rows = case.settlements.select_related("by", "owner", "collision__project")
    return rows.prefetch_related("confirmations__by")


class StepReason(Asked):
    """Why."""

    reason = Text(max_length=2000)


class _OfSettlement(Resource):
    """An act about terms."""

    rights = {"POST": SEES}

    def found(self, request: Request, no: str, pk: int) -> Settlement:
        """The terms."""
        row: Settlement = get_object_or_404(_terms(reads.of_number(request.workplace, no)), pk=pk)
        return row

    def told(self, row: Settlement) -> Response:
        """The terms as they are now."""
        return Response(SettlementPaper(_terms(row.collision).get(pk=row.pk)).data)


class SettlementConfirm(_OfSettlement):
    """A party confirms."""

    @extend_schema(request=None, responses={200: SettlementPaper})
    @keyed
    def post(self, request: Request, no: str, pk: int) -> Response:
        """Yes, for one's side; the last yes makes it a fact of the case."""
        row = self.found(request, no, pk)
        return self.told(services.answer_terms(here=request.workplace, settlement=row, agrees=True, at=clock.now()))


class SettlementReject(_OfSettlement):
    """A party does not agree."""

    @extend_schema(request=StepReason, responses={200: SettlementPaper})
    @keyed
    def post(self, request: Request, no: str, pk: int) -> Response:
        """No, with a reason that the others read; others may be written."""
        row = self.found(request, no, pk)
        services.may_answer(request.workplace, row)
        why = StepReason.read(request)["reason"]
        done = services.answer_terms(here=request.workplace, settlement=row, agrees=False, why=why, at=clock.now())
        return self.told(done)


class SettlementWithdraw(_OfSettlement):
    """Terms are taken back."""

    @extend_schema(request=None, responses={200: SettlementPaper})
    @keyed
    def post(self, request: Request, no: str, pk: int) -> Response:
        """By who wrote them, while not all have confirmed."""
        row = self.found(request, no, pk)
        return self.told(services.withdraw_terms(here=request.workplace, settlement=row, at=clock.now()))


class StepPaper(serializers.Serializer):
    """A step of the procedure, as it was put on record."""

    type = serializers.ChoiceField(choices=CaseEvent.Type.values)
    by = Person()
    at = serializers.DateTimeField(help_text="when it was received, which is what counts")


class Talks(Asked):
    """How the talks stand."""

    outcome = serializers.ChoiceField(choices=["open", "failed"])


class CollisionTalks(Resource):
    """A party says how the talks stand."""

    rights = {"POST": (Right.OWN_BOOKS,)}

    @extend_schema(request=Talks, responses={200: StepPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """`open`: spoke with the other side (D08-5.4). `failed`: the policy's rules apply (D07-8.6)."""
        case = reads.of_number(request.workplace, no)
        services.may_talk(request.workplace, case)
        outcome = Talks.read(request)["outcome"]
        act = services.record_talk if outcome == "open" else services.declare_failed
        return Response(StepPaper(act(here=request.workplace, case=case, at=clock.now())).data)


class Report(Asked):
    """To whom, and what happened."""

    to = OneOf(_colleagues)
    text = Text(max_length=2000)


class CollisionReport(Resource):
    """A party reports the collision upward."""

    rights = {"POST": (Right.OWN_BOOKS,)}

    @extend_schema(request=Report, responses={200: StepPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """To a superior, once (D04-4.4, D13-5.1, D14-3.1); what happened becomes your statement."""
        case = reads.of_number(request.workplace, no)
        services.may_report(request.workplace, case)
        given = Report.read(request)
        return Response(
            StepPaper(services.report_collision(here=request.workplace, case=case, at=clock.now(), **given)).data
        )


class CollisionInvestigation(Resource):
    """The investigation of a case."""

    rights = {"POST": (Right.RULE,)}

    @extend_schema(request=None, responses={200: StepPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Begin it (D12-6.4a, D13-5.2, D14-3.2)."""
        event = services.open_investigation(
            here=request.workplace, case=reads.of_number(request.workplace, no), at=clock.now()
        )
        return Response(StepPaper(event).data)


class CollisionFindings(Resource):
    """The end of an investigation."""

    rights = {"POST": (Right.RULE,)}

    @extend_schema(request=StepReason, responses={200: StepPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """What was found, as `reason`; every party reads it."""
        case, found = reads.of_number(request.workplace, no), StepReason.read(request)["reason"]
        event = services.close_investigation(here=request.workplace, case=case, findings=found, at=clock.now())
        return Response(StepPaper(event).data)


class DutyLine(serializers.Serializer):
    """What the policy asks of somebody."""

    clause = serializers.CharField()
    title = serializers.CharField()
    person = serializers.IntegerField(source="user", allow_null=True, help_text="id; null: nobody in particular")
    duty_state = serializers.ChoiceField(choices=["open", "met", "breached"], source="state")
    due = serializers.DateTimeField(allow_null=True)


class Duties(serializers.Serializer):
    """All of them, the time to settle, and who may rule as the case stands (G-47)."""

    duties = DutyLine(many=True)
    talks_until = serializers.DateTimeField(allow_null=True, help_text="not included (G-48)")
    recused = serializers.CharField(help_text="why you may not rule on it (G-47); empty: nothing keeps you from it")
    rulers = Person(many=True, help_text="who may rule; nobody: it waits for another general manager")


class CollisionDuties(Resource):
    """What the policy asks of people in a case."""

    rights = {"GET": SEES}

    @extend_schema(responses={200: Duties})
    def get(self, request: Request, no: str) -> Response:
        """Of everybody for who sees the queue, else your own. Nothing once it is ruled."""
        here, case, now = request.workplace, reads.of_number(request.workplace, no), clock.now()
        found = proposed(case, now)
        told = {
            "duties": procedure_panels.duties_of(here, found), "talks_until": found.talks_until if found else None,
            "recused": services.recused(here, case) if here.may(Right.RULE) else "",
            "rulers": [] if case.closed else services.rulers(case, now),
        }  # fmt: skip
        return Response(Duties(told).data)

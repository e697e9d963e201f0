"""The API of collisions (撞单), to be read: who claims whom, until when, what is proposed and what is ruled. No number, ever."""

from typing import Any

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from arbitration import evidence, reads
from arbitration.models import Claim, Collision, Ruling
from arbitration.parties import agencies
from arbitration.proposals import propose
from leads.templatetags.guishu import masked
from people.api import PAGING, Person, Request, Resource, page
from people.roles import Right
from trail import clock

SEES = (Right.CASES, Right.OWN_BOOKS)  # of somebody without CASES, those that they are a party of
PROPOSED = (
    "`decided`: owner and shares follow from the policy. `needs_evidence`, `on_hold`, `no_collision`, `conflict`,"
    " `escalated`: a person has to look further."
)


class Share(serializers.Serializer):
    """Who gets how much of the commission."""

    name = serializers.CharField()
    basis_points = serializers.IntegerField(help_text="4000 is 40 %")


class RulingLine(serializers.Serializer):
    """The ruling in force."""

    no = serializers.CharField()
    at = serializers.DateTimeField()
    by = Person()
    kind = serializers.ChoiceField(choices=Ruling.Kind.values, help_text="as proposed, or otherwise")
    owner_kind = serializers.ChoiceField(choices=Ruling.Owner.values)
    owner = Person(allow_null=True)


class RulingPaper(RulingLine):
    """The ruling in force, with what it shares out and why."""

    shares = serializers.SerializerMethodField()
    reason = serializers.CharField()
    clauses = serializers.SerializerMethodField(
        help_text="that it rests on; none where it was ruled otherwise than proposed"
    )

    def get_clauses(self, ruling: Ruling) -> list[str]:
        """Ids of the rules."""
        return [clause["id"] for clause in reads.ruled_by(ruling)]

    @extend_schema_field(Share(many=True))
    def get_shares(self, ruling: Ruling) -> Any:
        """In the order of the ruling."""
        return [{"name": name, "basis_points": bp} for name, bp in reads.ruled_shares(ruling)]


class Claimant(serializers.Serializer):
    """A party, by letter in the order of joining."""

    letter = serializers.CharField()
    person = Person(source="user")
    joined_at = serializers.DateTimeField()
    agency = serializers.SerializerMethodField(help_text="of an outside agent; else empty")

    def get_agency(self, claim: Claim) -> str:
        """The agency that the claimant is of."""
        return str(self.context["agencies"].get(claim.user_id, ""))


class CollisionLine(serializers.Serializer):
    """A case. Of the customer's name, the first character."""

    no = serializers.CharField()
    state = serializers.ChoiceField(choices=Collision.State.values)
    trigger = serializers.ChoiceField(choices=Collision.Trigger.values)
    customer = serializers.SerializerMethodField(help_text="张**")
    opened_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    evidence_due = serializers.DateTimeField(allow_null=True, help_text="until when the parties may bring evidence")
    with_general_manager = serializers.BooleanField()
    claimants = Claimant(source="claims", many=True)
    ruling = serializers.SerializerMethodField(help_text="the one in force")

    def get_customer(self, case: Collision) -> str:
        """The name as the queue shows it."""
        return masked(case.customer.name)

    @extend_schema_field(RulingLine(allow_null=True))
    def get_ruling(self, case: Collision) -> Any:
        """What was decided last, if anything was."""
        in_force = next(iter(case.rulings.all()), None)
        return RulingLine(in_force).data if in_force else None


class CollisionLog(serializers.Serializer):
    """A page of cases."""

    results = CollisionLine(many=True)
    next = serializers.CharField(allow_null=True)


class ProposalSummary(serializers.Serializer):
    """What the policy says of the case as it stands."""

    status = serializers.CharField(help_text=PROPOSED)
    policy = serializers.CharField(help_text="id@version; empty where none governs")
    owner = serializers.CharField(help_text="in words; empty where nobody is proposed")
    shares = Share(many=True)
    clauses = serializers.ListField(child=serializers.CharField())


class CollisionPaper(CollisionLine):
    """One case. `proposal` is for whoever rules, until it is ruled."""

    proposal = serializers.SerializerMethodField()

    @extend_schema_field(RulingPaper(allow_null=True))
    def get_ruling(self, case: Collision) -> Any:
        """The ruling in force, whole."""
        in_force = next(iter(case.rulings.all()), None)
        return RulingPaper(in_force).data if in_force else None

    @extend_schema_field(ProposalSummary(allow_null=True))
    def get_proposal(self, case: Collision) -> Any:
        """As the page shows it; null for the parties and once the case is ruled."""
        if case.closed or not self.context["here"].may(Right.RULE):
            return None
        proposal = propose(case, clock.now())
        told = reads.readable(proposal)
        return {
            "status": proposal.status, "policy": str(proposal.policy or ""), "owner": told.get("owner") or "",
            "shares": [{"name": s["name"], "basis_points": s["bp"]} for s in told.get("shares", [])],
            "clauses": [rule["id"] for rule in told["rules"]],
        }  # fmt: skip


def _cases(request: Request) -> Any:
    """Cases that this person may open, with their claims and the ruling in force; three queries for all."""
    claims = Prefetch("claims", Claim.objects.select_related("user").order_by("joined_at", "pk"))
    in_force = Ruling.objects.filter(superseded_by__isnull=True).select_related("by", "owner", "policy")
    return reads.visible(request.workplace).prefetch_related(claims, Prefetch("rulings", in_force))


class Collisions(Resource):
    """Cases (撞单): all of the project for whoever sees the queue, else those that you are a party of."""

    rights = {"GET": SEES}

    @extend_schema(parameters=PAGING, responses={200: CollisionLog})
    def get(self, request: Request) -> Response:
        """Cases, the newest first."""
        return page(request, _cases(request), by="opened_at", show=lambda rows: _lines(request, rows))


def _lines(request: Request, cases: list[Collision]) -> Any:
    people = {claim.user_id for case in cases for claim in case.claims.all()}
    context = {"agencies": {pk: org.name for pk, org in agencies(request.workplace.project, people).items()}}
    return CollisionLine(cases, many=True, context=context).data


class CollisionByNumber(Resource):
    """One case."""

    rights = {"GET": SEES}

    @extend_schema(responses={200: CollisionPaper})
    def get(self, request: Request, no: str) -> Response:
        """A case by its number, ZD-250428-0007."""
        case = get_object_or_404(_cases(request), no=no)
        context = {"here": request.workplace, "agencies": evidence.agency_names(case, list(case.claims.all()))}
        return Response(CollisionPaper(case, context=context).data)

"""The API of collisions (撞单), to be read: who claims whom, until when, what is proposed and what is ruled. No number, ever."""

from typing import Any

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from arbitration import services
from arbitration.api.filters import FILTERS, asked_for
from arbitration.cases import evidence, reads
from arbitration.cases.judgement import Brought, brought
from arbitration.cases.parties import agencies
from arbitration.cases.proposals import Proposal, propose
from arbitration.models import Claim, Collision, Ruling
from leads.templatetags.guishu import masked
from people.api import PAGING, Person, Request, Resource, page
from people.api.conditions import tagged
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
    customer = serializers.SerializerMethodField(
        help_text="张**; where the case is about no customer, the thing that it is about"
    )
    opened_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    evidence_due = serializers.DateTimeField(allow_null=True, help_text="until when the parties may bring evidence")
    with_general_manager = serializers.BooleanField()
    claimants = Claimant(source="claims", many=True)
    ruling = serializers.SerializerMethodField(help_text="the one in force")
    ripe_at = serializers.DateTimeField(allow_null=True, help_text="before this nobody may rule")
    postponed_until = serializers.DateTimeField(allow_null=True)
    taken_by = Person(allow_null=True, help_text="who has it in hand; it keeps nobody else from ruling")

    def get_customer(self, case: Collision) -> str:
        """The name as the queue shows it; of a case that is about a thing, what it is."""
        return masked(case.customer.name) if case.customer else str(case.subject)

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
    fingerprint = serializers.CharField(help_text="to be sent back with a decision that agrees with it")


class CheckLine(serializers.Serializer):
    """One of the checks before signing."""

    name = serializers.CharField(help_text="`judged`, `heard`, `ripe`, `conflict`, `authority`")
    ok = serializers.BooleanField()
    todo = serializers.CharField(help_text="what to do where it is not so")
    clause = serializers.CharField()
    stops = serializers.ListField(
        child=serializers.CharField(), help_text="decisions that are refused with 409 meanwhile"
    )


class EvidenceLine(serializers.Serializer):
    """Something that was brought, and whether it was taken."""

    ref = serializers.CharField(help_text="to name it in a judgement")
    person = serializers.IntegerField(source="by", help_text="id of whoever brought it")
    at = serializers.DateTimeField()
    waits = serializers.BooleanField(source="open", help_text="it has to be judged before anybody agrees")
    accepted = serializers.SerializerMethodField(help_text="null: nobody has said")

    @extend_schema_field(serializers.BooleanField(allow_null=True))
    def get_accepted(self, row: Brought) -> bool | None:
        """The last judgement."""
        return bool(row.judged.payload["accepted"]) if row.judged else None


class CollisionPaper(CollisionLine):
    """One case. `proposal`, `checks` and `evidence` are for whoever rules, until it is ruled."""

    version = serializers.IntegerField(help_text="counts the changes; a decision names the one that it was made on")
    proposal = serializers.SerializerMethodField()
    checks = serializers.SerializerMethodField()
    evidence = serializers.SerializerMethodField()

    @extend_schema_field(RulingPaper(allow_null=True))
    def get_ruling(self, case: Collision) -> Any:
        """The ruling in force, whole."""
        in_force = next(iter(case.rulings.all()), None)
        return RulingPaper(in_force).data if in_force else None

    @extend_schema_field(ProposalSummary(allow_null=True))
    def get_proposal(self, case: Collision) -> Any:
        """As the page shows it; null for the parties and once the case is ruled."""
        proposal = self._proposal(case)
        if proposal is None:
            return None
        told = reads.readable(proposal)
        return {
            "status": proposal.status, "policy": str(proposal.policy or ""), "owner": told.get("owner") or "",
            "shares": [{"name": s["name"], "basis_points": s["bp"]} for s in told.get("shares", [])],
            "clauses": [rule["id"] for rule in told["rules"]], "fingerprint": proposal.fingerprint,
        }  # fmt: skip

    def _proposal(self, case: Collision) -> Proposal | None:
        """Worked out once for all that hangs on it."""
        if case.closed or not self.context["here"].may(Right.RULE):
            return None
        if "proposal" not in self.context:
            self.context["proposal"] = propose(case, clock.now())
        found: Proposal = self.context["proposal"]
        return found

    @extend_schema_field(CheckLine(many=True))
    def get_checks(self, case: Collision) -> Any:
        """What has to be so before signing; empty for the parties and once the case is ruled."""
        proposal = self._proposal(case)
        checks = services.checklist(self.context["here"], case, proposal, clock.now()) if proposal else []
        return [
            {"name": c.name, "ok": c.ok, "todo": "" if c.ok else c.todo, "clause": c.clause, "stops": sorted(c.stops)}
            for c in checks
        ]

    @extend_schema_field(EvidenceLine(many=True))
    def get_evidence(self, case: Collision) -> Any:
        """What can be judged."""
        proposal = self._proposal(case)
        return EvidenceLine(brought(case, proposal.findings()), many=True).data if proposal else []


def _cases(request: Request, rows: Any = None) -> Any:
    """Cases that this person may open, or these of them, with their claims and the ruling in force; three queries for all."""
    claims = Prefetch("claims", Claim.objects.select_related("user").order_by("joined_at", "pk"))
    in_force = Ruling.objects.filter(superseded_by__isnull=True).select_related("by", "owner", "policy")
    found = rows if rows is not None else reads.visible(request.workplace)
    return found.select_related("taken_by").prefetch_related(claims, Prefetch("rulings", in_force))


class Collisions(Resource):
    """Cases (撞单): all of the project for whoever sees the queue, else those that you are a party of."""

    rights = {"GET": SEES}

    @extend_schema(parameters=[*PAGING, *FILTERS], responses={200: CollisionLog})
    def get(self, request: Request) -> Response:
        """Cases, the newest first."""
        return page(
            request, _cases(request, asked_for(request)), by="opened_at", show=lambda rows: _lines(request, rows)
        )


def _lines(request: Request, cases: list[Collision]) -> Any:
    people = {claim.user_id for case in cases for claim in case.claims.all()}
    context = {"agencies": {pk: org.name for pk, org in agencies(request.workplace.project, people).items()}}
    return CollisionLine(cases, many=True, context=context).data


class CollisionByNumber(Resource):
    """One case."""

    rights = {"GET": SEES}

    @extend_schema(responses={200: CollisionPaper})
    @tagged("version")
    def get(self, request: Request, no: str) -> Response:
        """A case by its number, ZD-250428-0007."""
        return Response(paper(request, no))


def paper(request: Request, no: str) -> Any:
    """A case as this person may read it; else 404."""
    case = get_object_or_404(_cases(request), no=no)
    context = {"here": request.workplace, "agencies": evidence.agency_names(case)}
    return CollisionPaper(case, context=context).data

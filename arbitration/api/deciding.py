"""The API of ruling: judge evidence, decide. A gate that is shut answers 409 with the clause, as on the page."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from arbitration import services
from arbitration.api.collisions import RulingPaper
from arbitration.cases import reads
from arbitration.cases.decisions import KINDS, Decision
from arbitration.cases.parties import parties
from arbitration.cases.proposals import policy_of, propose
from arbitration.models import Collision, Ruling
from people.api import Asked, Request, Resource, Text, keyed
from people.api.conditions import unchanged
from people.api.proof import PROOF, proved
from people.models import User
from people.roles import Right
from people.workplace import Workplace
from trail import clock
from trail.refusals import Refusal


class SharePart(Asked):
    """A party and its part of the commission."""

    party = Text(max_length=24, help_text="a party's key of the case: the id of a person, `o3` for an agency")
    basis_points = serializers.IntegerField(min_value=0, max_value=10_000)


class DecisionAsked(Asked):
    """What is decided. `owner_kind`, `owner` and `shares` are for `otherwise`; `evidence_due` for `evidence`."""

    version = serializers.IntegerField(help_text="of the case as it was read; another by now is refused with `stale`")
    proposal = Text(
        required=False, allow_blank=True, max_length=64, help_text="its fingerprint as it was read, to agree with it"
    )
    kind = serializers.ChoiceField(choices=KINDS)
    reason = Text(max_length=2000, help_text="every party reads it")
    owner_kind = serializers.ChoiceField(choices=Ruling.Owner.values, required=False)
    owner = serializers.IntegerField(
        required=False, allow_null=True, help_text="id of a claimant, where the owner is a person"
    )
    shares = SharePart(many=True, required=False)
    evidence_due = serializers.DateTimeField(required=False, allow_null=True)
    unheard = serializers.BooleanField(required=False, help_text="rule although not every party has said something")


class Decided(serializers.Serializer):
    """The case after it, and the ruling where it was one."""

    no = serializers.CharField()
    state = serializers.ChoiceField(choices=Collision.State.values)
    version = serializers.IntegerField()
    evidence_due = serializers.DateTimeField(allow_null=True)
    ruling = RulingPaper(allow_null=True)


class CollisionDecision(Resource):
    """Ruling on a case, asking for evidence, passing it up, or leaving it to the parties for a day."""

    rights = {"POST": (Right.RULE,)}

    @extend_schema(parameters=[PROOF], request=DecisionAsked, responses={200: Decided})
    @proved
    @unchanged("version")
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Signed at once, with everything that follows. 409: the case has changed (`stale`), or a gate is shut (`gate_*`, with the
        clause)."""
        here, now, given = request.workplace, clock.now(), DecisionAsked.read(request)
        case = reads.of_number(here, no)
        decision = _decision(case, given)
        _heard(here, case, decision, now)
        ruling = services.decide_case(
            here=here, case=case, seen_version=given["version"], seen_proposal=given.get("proposal", ""),
            decision=decision, at=now,
        )  # fmt: skip
        case.refresh_from_db()
        told = {
            "no": case.no,
            "state": case.state,
            "version": case.version,
            "evidence_due": case.evidence_due,
            "ruling": ruling,
        }
        return Response(Decided(told).data)


def _decision(case: Collision, given: dict[str, Any]) -> Decision:
    more: dict[str, Any] = {"evidence_due": given.get("evidence_due"), "unheard": given.get("unheard", False)}
    if given["kind"] == Ruling.Kind.OTHERWISE:
        kind = given.get("owner_kind") or Ruling.Owner.UNCHANGED.value
        more |= {"owner_kind": kind, "owner": _owner(case, kind, given.get("owner")), "shares": _shares(case, given)}
    return Decision(kind=given["kind"], reason=given["reason"], **more)


def _owner(case: Collision, kind: str, pk: int | None) -> User | None:
    claimed = User.objects.filter(claims__collision=case, pk=pk).first() if pk else None
    if kind == Ruling.Owner.PERSON and claimed is None:
        raise Refusal("owner_missing", _("改判要选客户归谁"), field="owner")
    return claimed if kind == Ruling.Owner.PERSON else None


def _shares(case: Collision, given: dict[str, Any]) -> list[Any]:
    sides = {side.key: side.sharer for side in parties(case, policy_of(case))}
    asked = {row["party"]: row["basis_points"] for row in given.get("shares", [])}
    if unknown := sorted(asked.keys() - sides.keys()):
        raise Refusal("party_unknown", _("没有这一方：%(party)s") % {"party": unknown[0]}, field="shares")
    return [(sides[key], bp) for key, bp in asked.items() if bp]


def _heard(here: Workplace, case: Collision, decision: Decision, now: datetime) -> None:
    """That every party was heard, or why not, is asked before signing, as the page does."""
    if decision.kind in Ruling.Kind.values:
        services.may_decide(here, case, case.version, decision.kind)
        services.stopped(
            services.checklist(here, case, propose(case, now), now), decision.kind, unheard=decision.unheard
        )


class JudgementAsked(Asked):
    """Whether a thing that was brought is taken, and why."""

    about = Text(max_length=24, help_text="`ref` of the evidence of the case")
    accepted = serializers.BooleanField()
    reason = Text(max_length=300)


class Judged(serializers.Serializer):
    """What was said of it."""

    about = serializers.CharField(source="payload.about")
    accepted = serializers.BooleanField(source="payload.accepted")
    reason = serializers.CharField(source="payload.reason")
    at = serializers.DateTimeField()


class CollisionJudgement(Resource):
    """Judging evidence (采信); a later judgement replaces an earlier one."""

    rights = {"POST": (Right.RULE,)}

    @extend_schema(request=JudgementAsked, responses={200: Judged})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """The engine is told, and the proposal may change with it."""
        case, given = reads.of_number(request.workplace, no), JudgementAsked.read(request)
        judged = services.judge_evidence(here=request.workplace, case=case, at=clock.now(), **given)
        return Response(Judged(judged).data)

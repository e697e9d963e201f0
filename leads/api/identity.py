"""The API of who is who: questions and their answers, further numbers, proof of a relation, merging and parting."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from leads import reads, services
from leads.findings import REASONS
from leads.models import IdentityQuestion, Relation
from leads.reads import questions as asked
from people.api import PAGING, Asked, Person, Request, Resource, Text, keyed, page
from people.roles import Right
from trail import clock

MAY_ADD = (Right.OWN_BOOKS, Right.ALL_CUSTOMERS, Right.DESK)


class Candidate(serializers.Serializer):
    """Somebody it may be. The numbers are masked; `owner` is empty where you may not know."""

    customer = serializers.UUIDField(source="customer.pk")
    name = serializers.CharField(source="customer.name")
    honorific = serializers.CharField(source="customer.honorific")
    numbers = serializers.ListField(child=serializers.CharField())
    followed = serializers.BooleanField(source="held")
    owner = serializers.CharField()
    differs = serializers.ListField(child=serializers.CharField(), help_text="name, honorific, number")


class OpenQuestion(serializers.Serializer):
    """Who is this? What came in, and whom it may be."""

    id = serializers.IntegerField(source="question.pk")
    registration = serializers.CharField(source="question.registration.no", default=None)
    visit = serializers.CharField(source="question.visit")
    name = serializers.CharField()
    honorific = serializers.CharField()
    number = serializers.CharField(help_text="139****3333")
    reporter = serializers.CharField(source="who", help_text="empty where you may not know")
    strength = serializers.ChoiceField(source="question.strength", choices=IdentityQuestion.Strength.values)
    reason = serializers.ChoiceField(source="question.reason", choices=list(REASONS))
    asked_at = serializers.DateTimeField(source="question.at")
    candidates = Candidate(source="sides", many=True)


class QuestionPage(serializers.Serializer):
    """A page of questions that wait."""

    results = OpenQuestion(many=True)
    next = serializers.CharField(allow_null=True)


class Questions(Resource):
    """Questions that screening leaves to a person (核身份)."""

    rights = {"GET": (Right.IDENTITY,)}

    @extend_schema(parameters=PAGING, responses={200: QuestionPage})
    def get(self, request: Request) -> Response:
        """Those that wait, the newest first."""
        here = request.workplace
        rows = asked.questions(here).waiting()
        return page(request, rows, by="at", show=lambda found: _shown(request, found))


def _shown(request: Request, found: list[IdentityQuestion]) -> list[Any]:
    shown: list[Any] = OpenQuestion(asked.views(request.workplace, found, clock.now()), many=True).data
    return shown


class Said(Asked):
    """Who it is: `same` names the candidate, null says that it is somebody else."""

    same = serializers.UUIDField(allow_null=True)
    why = Text(max_length=200, help_text="how that was found out; stays on record")


class Answered(serializers.Serializer):
    """What was answered."""

    id = serializers.IntegerField(source="pk")
    answer = serializers.ChoiceField(choices=IdentityQuestion.Answer.values)
    customer = serializers.UUIDField(source="answered_customer_id", allow_null=True)
    answered_by = Person()
    answered_at = serializers.DateTimeField()


class QuestionAnswer(Resource):
    """The answer to a question, given once."""

    rights = {"POST": (Right.IDENTITY,)}

    @extend_schema(request=Said, responses={200: Answered})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """The report keeps its time. A second answer is refused with 409 `answered_already`."""
        here = request.workplace
        question, given = asked.question_or_404(here, pk), Said.read(request)
        same = get_object_or_404(question.candidates, pk=given["same"]) if given["same"] else None
        done = services.answer_question(here=here, question=question, same=same, why=given["why"], at=clock.now())
        return Response(Answered(done).data)


class Further(Asked):
    """A further number of a customer."""

    number = Text(max_length=40, help_text="a whole mobile number in any spelling")
    proof = Text(max_length=100, help_text="how somebody knows that it is theirs")


class Entered(serializers.Serializer):
    """It was entered. `question`: it is somebody else's too, and whether they are one is asked; an agency is not told."""

    question = serializers.IntegerField(allow_null=True)


class FurtherNumber(Resource):
    """Adding a number to a customer (补登号码)."""

    rights = {"POST": MAY_ADD}
    renamed = {"phone": "number"}

    @extend_schema(request=Further, responses={200: Entered})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """It counts from now on, never backwards."""
        here = request.workplace
        found, given = reads.customer_or_404(here, pk), Further.read(request)
        question = services.add_number(here=here, customer=found, at=clock.now(), **given)
        return Response({"question": question.pk if question and not here.outside else None})


class Seen(Asked):
    """What somebody saw."""

    proof = serializers.ChoiceField(choices=Relation.Proof.values)


class Proven(serializers.Serializer):
    """A relation and what proves it."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(choices=Relation.Kind.values)
    proof = serializers.ChoiceField(choices=Relation.Proof.values)
    proof_at = serializers.DateTimeField()


class RelationProof(Resource):
    """What proves that two customers are direct kin (凭据)."""

    rights = {"POST": (Right.IDENTITY,)}

    @extend_schema(request=Seen, responses={200: Proven})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Who saw it and when; no copy is kept."""
        here = request.workplace
        relation, given = asked.relation_or_404(here, pk), Seen.read(request)
        done = services.prove_relation(here=here, relation=relation, proof=given["proof"], at=clock.now())
        return Response(Proven(done).data)


class One(Asked):
    """The other record, which becomes part of this one; and why they are one."""

    merged = serializers.UUIDField()
    reason = Text(max_length=200)


class Merged(serializers.Serializer):
    """A merge. `rows`: how many rows name the record that stays since."""

    id = serializers.IntegerField(source="pk")
    kept = serializers.UUIDField(source="kept_id")
    merged = serializers.UUIDField(source="merged_id")
    rows = serializers.SerializerMethodField()
    at = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)

    def get_rows(self, done: Any) -> int:
        """What was moved."""
        return sum(len(ids) for ids in done.moved.values())


class Merge(Resource):
    """Making two records one (合并)."""

    rights = {"POST": (Right.MERGE,)}
    renamed = {"other": "merged"}

    @extend_schema(request=One, responses={200: Merged})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """This one stays. Of two who follow them the earlier stays, and a case opens for the later."""
        here = request.workplace
        kept, given = reads.customer_or_404(here, pk), One.read(request)
        merged = get_object_or_404(reads.visible(here), pk=given["merged"])
        done = services.merge(here=here, kept=kept, merged=merged, reason=given["reason"], at=clock.now())
        return Response(Merged(done).data)


class Reason(Asked):
    """Why they are not one."""

    why = Text(max_length=200)


class MergeUndo(Resource):
    """Parting two records again (撤销合并)."""

    rights = {"POST": (Right.MERGE,)}

    @extend_schema(request=Reason, responses={200: Merged})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """What was moved goes back; what came since stays. Refused with 409 where a ruling was built on it."""
        here = request.workplace
        found, given = asked.merge_or_404(here, pk), Reason.read(request)
        done = services.unmerge(here=here, done=found, why=given["why"], at=clock.now())
        return Response(Merged(done).data)

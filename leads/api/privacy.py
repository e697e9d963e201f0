"""The API of what the law gives a customer: notices, the basis they are kept on, their requests."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from leads import privacy, reads
from leads.models import Basis, Customer, Ground, PersonRequest, PrivacyNotice
from leads.privacy import notices, requests
from leads.reads.requests import requests_of
from leads.templatetags.guishu import masked
from people.api import PAGING, Asked, Person, Request, Resource, Text, created, keyed, page
from people.api.proof import PROOF, proved
from people.roles import Right
from trail import clock

IDENTIFIED = "how they showed that it is them; no number, no name"


class Notice(serializers.Serializer):
    """What customers are told, a version of it."""

    version = serializers.IntegerField()
    text = serializers.CharField()
    text_en = serializers.CharField()
    ground = serializers.ChoiceField(choices=Ground.values)
    at = serializers.DateTimeField(help_text="in force from then on")
    by = Person()


class NoticePage(serializers.Serializer):
    """A page of versions."""

    results = Notice(many=True)
    next = serializers.CharField(allow_null=True)


class NoticeVersion(Asked):
    """A new version."""

    text = Text(max_length=8_000)
    text_en = Text(max_length=8_000, default="", allow_blank=True)
    ground = serializers.ChoiceField(
        choices=[Ground.CONSENT.value, Ground.CONTRACT.value], default=Ground.CONSENT.value
    )


class Notices(Resource):
    """What customers of the project are told (个人信息告知)."""

    rights = {"GET": (Right.SETTINGS,), "POST": (Right.SETTINGS,)}

    @extend_schema(parameters=PAGING, responses={200: NoticePage})
    def get(self, request: Request) -> Response:
        """Every version, the newest first."""
        rows = PrivacyNotice.objects.filter(project=request.workplace.project).select_related("by")
        return page(request, rows, by="at", show=lambda found: Notice(found, many=True).data)

    @extend_schema(request=NoticeVersion, responses={200: Notice})
    @keyed
    def post(self, request: Request) -> Response:
        """Publish one; it counts from now on."""
        given = NoticeVersion.read(request)
        return Response(Notice(notices.publish_notice(here=request.workplace, at=clock.now(), **given)).data)


class BasisTold(serializers.Serializer):
    """On what basis a customer is kept."""

    ground = serializers.ChoiceField(choices=Ground.values)
    way = serializers.ChoiceField(choices=Basis.Way.values)
    at = serializers.DateTimeField()
    by = Person(allow_null=True)
    version = serializers.IntegerField(
        allow_null=True, help_text="of what they were told; null: of nothing, such as an import"
    )


class CustomerBasis(Resource):
    """The legal basis of one customer."""

    rights = {"GET": requests.MAY_TAKE, "POST": requests.MAY_TAKE}

    @extend_schema(responses={200: BasisTold})
    def get(self, request: Request, pk: UUID) -> Response:
        """As it stands; 404 where there is none."""
        return _basis(request, reads.customer_or_404(request.workplace, pk))

    @extend_schema(request=None, responses={200: BasisTold})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """They were told the version in force now."""
        here, now = request.workplace, clock.now()
        found = reads.customer_or_404(here, pk)
        notices.tell_now(here=here, customer=found, at=now)
        return _basis(request, found, told_now=now)


def _basis(request: Request, customer: Customer, *, told_now: datetime | None = None) -> Response:
    """The basis as this person may read it; 404 where there is none. Of what others told somebody whom it does not follow an agency
    reads nothing, and has its own word taken down alike (`told_now`).
    """
    found = notices.basis_of(request.workplace.project, customer)
    if customer.as_told and found and found.by != request.user:
        found = replace(found, at=told_now, by=request.user, way=Basis.Way.SELLER) if told_now else None
    if found is None:
        raise Http404
    return Response(BasisTold(found).data)


class Withdrawn(Asked):
    """Somebody takes their consent back."""

    identified = Text(max_length=100, help_text=IDENTIFIED)


class CustomerWithdraw(Resource):
    """Consent taken back (撤回同意)."""

    rights = {"POST": requests.MAY_TAKE}

    @extend_schema(request=Withdrawn, responses={200: BasisTold})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """On record, and a request to stop using what is kept."""
        here = request.workplace
        found = reads.customer_or_404(here, pk)
        notices.withdraw_consent(here=here, customer=found, at=clock.now(), **Withdrawn.read(request))
        return Response(BasisTold(notices.basis_of(here.project, found)).data)


class PersonRequestTold(serializers.Serializer):
    """What a customer asks for. Of the name, the first character."""

    no = serializers.CharField()
    customer = serializers.UUIDField(source="customer_id")
    name = serializers.SerializerMethodField(help_text="张**")
    kind = serializers.ChoiceField(choices=PersonRequest.Kind.values)
    state = serializers.ChoiceField(choices=PersonRequest.State.values)
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    identified = serializers.CharField()
    note = serializers.CharField()
    taken_by = Person()
    proposed_by = Person(allow_null=True)
    closed_by = Person(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField()

    def get_name(self, row: PersonRequest) -> str:
        """The name as lists show it."""
        return masked(row.customer.name)


class PersonRequestPage(serializers.Serializer):
    """A page of requests."""

    results = PersonRequestTold(many=True)
    next = serializers.CharField(allow_null=True)


class Hindrance(serializers.Serializer):
    """Why it cannot be done yet."""

    code = serializers.CharField()
    sentence = serializers.CharField()


class PersonRequestOne(PersonRequestTold):
    """The same, with what stands against it."""

    hindrances = serializers.SerializerMethodField(help_text="empty: it may be done")

    @extend_schema_field(Hindrance(many=True))
    def get_hindrances(self, row: PersonRequest) -> Any:
        """Why it cannot be done yet, of freezing and erasing."""
        if row.kind not in ("freeze", "erase") or row.state in ("done", "refused"):
            return []
        return Hindrance(privacy.hindrances(row.customer, clock.now(), erasing=row.kind == "erase"), many=True).data


class PersonRequests(Resource):
    """What customers ask for (个人信息要求): all of the project for who handles them, else those you took down."""

    rights = {"GET": requests.MAY_TAKE}

    @extend_schema(parameters=PAGING, responses={200: PersonRequestPage})
    def get(self, request: Request) -> Response:
        """The newest first."""
        rows = requests_of(request.workplace)
        return page(request, rows, by="asked_at", show=lambda found: PersonRequestTold(found, many=True).data)


class RequestAsked(Asked):
    """What a customer asks for."""

    kind = serializers.ChoiceField(choices=PersonRequest.Kind.values)
    identified = Text(max_length=100, help_text=IDENTIFIED)
    note = Text(max_length=200, default="", allow_blank=True)


class CustomerRequests(Resource):
    """Taking a customer's request down."""

    rights = {"POST": requests.MAY_TAKE}

    @extend_schema(request=RequestAsked, responses={201: PersonRequestTold})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """It is answered within thirty days."""
        here = request.workplace
        found = reads.customer_or_404(here, pk)
        row = requests.take_request(here=here, customer=found, at=clock.now(), **RequestAsked.read(request))
        return created(PersonRequestTold(row).data, f"/api/v1/person-requests/{row.no}")


class PersonRequestByNumber(Resource):
    """One request, for who handles them."""

    rights = {"GET": (Right.PRIVACY,)}

    @extend_schema(responses={200: PersonRequestOne})
    def get(self, request: Request, no: str) -> Response:
        """With what stands against it."""
        return Response(PersonRequestOne(_found(request, no)).data)


def _found(request: Request, no: str) -> PersonRequest:
    return get_object_or_404(requests_of(request.workplace), no=no)


class Step(Asked):
    """What is done about a request: `step`, with its reason where it has one. `erase` is proposed here and approved by another."""

    step = serializers.ChoiceField(choices=["finish", "freeze", "release", "propose", "refuse"])
    reason = Text(max_length=300, default="", allow_blank=True, help_text="of finish, release and refuse")


class PersonRequestStep(Resource):
    """Handling a request; a correction and an approval have addresses of their own."""

    rights = {"POST": (Right.PRIVACY,)}
    renamed = {"answer": "reason"}

    @extend_schema(request=Step, responses={200: PersonRequestTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """One step; 409 `needed` says what stands against it."""
        row, given = _found(request, no), Step.read(request)  # a stranger hears of no field
        told: dict[str, Any] = {"here": request.workplace, "request": row, "at": clock.now()}
        why = {"reason": given["reason"]}
        steps = {
            "finish": lambda: requests.finish_request(answer=given["reason"], **told), "freeze": lambda: requests.freeze_request(**told),
            "release": lambda: requests.release_request(**told, **why), "propose": lambda: requests.propose_erasure(**told),
            "refuse": lambda: requests.refuse_request(**told, **why),
        }  # fmt: skip
        return Response(PersonRequestTold(steps[given["step"]]()).data)


class Correction(Asked):
    """How it is right; null leaves it as it is."""

    reason = Text(max_length=100)
    name = Text(max_length=80, default=None, allow_null=True)
    honorific = serializers.ChoiceField(choices=["", "先生", "女士"], default=None, allow_null=True)


class PersonRequestCorrect(Resource):
    """Putting right what is wrong. A number is put right on the page only, where it can be compared."""

    rights = {"POST": (Right.PRIVACY,)}

    @extend_schema(request=Correction, responses={200: PersonRequestTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """The old version stays in the history."""
        row, given = _found(request, no), Correction.read(request)
        return Response(
            PersonRequestTold(
                requests.correct_request(here=request.workplace, request=row, at=clock.now(), **given)
            ).data
        )


class PersonRequestApprove(Resource):
    """A second person agrees to an erasure: gone for good."""

    rights = {"POST": (Right.PRIVACY,)}

    @extend_schema(request=None, parameters=[PROOF], responses={200: PersonRequestTold})
    @proved
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """403 `second_person` for who proposed it."""
        row = requests.approve_erasure(here=request.workplace, request=_found(request, no), at=clock.now())
        return Response(PersonRequestTold(PersonRequest.objects.get(pk=row.pk)).data)


class PersonRequestFile(Resource):
    """Everything kept about the customer, to be handed to them."""

    rights = {"GET": (Right.PRIVACY,)}

    @extend_schema(parameters=[PROOF], responses={200: OpenApiTypes.OBJECT})
    @proved
    def get(self, request: Request, no: str) -> Response:
        """One JSON document: by table, the rows that are about them. Each time on record."""
        pieces = requests.give_file(here=request.workplace, request=_found(request, no), form="json", at=clock.now())
        return Response(json.loads(b"".join(pieces)))

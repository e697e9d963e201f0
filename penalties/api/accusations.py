"""Accusations over the API: only to who reported and to who handles them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from arbitration.api.files import FileField, UploadParser, downloaded
from arbitration.cases.attachments import ORIGINAL, TAKEN
from arbitration.uploads import read_bounded
from penalties import reads, services
from penalties.models import Accusation, AccusationFile, AccusationStep
from penalties.services.accusing import prompt
from people.api import PAGING, Asked, FileResource, OneOf, Person, Request, Resource, Text, created, keyed, page
from people.api.resource import JsonParser
from people.models import User
from people.roles import Right
from people.workplace import Workplace
from trail import clock

THOSE = (Right.ACCUSE, Right.PUNISH)


def _people(here: Workplace, at: datetime) -> QuerySet[User]:
    return reads.accusable(here, at)


class AccusationAsked(Asked):
    """What you report. The burden of proof is yours."""

    against = OneOf(_people)
    kind = serializers.ChoiceField(choices=Accusation.Kind.values)
    what = Text(max_length=1000)
    happened_at = serializers.DateTimeField()
    known_at = serializers.DateTimeField(help_text="when you found out; within 24 hours from then is prompt")
    evidence = Text(max_length=1000, required=False, allow_blank=True)
    case = Text(max_length=24, required=False, allow_blank=True, help_text="a case in which you have a part")


class EvidenceFileTold(serializers.Serializer):
    """A file that was brought; its bytes are at `accusations/{no}/evidence/{number}/copy` and `/original`."""

    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text="bytes of what was sent")
    sha256 = serializers.SerializerMethodField(help_text="of what was sent")

    def get_sha256(self, file: AccusationFile) -> str:
        """Hexadecimal."""
        return bytes(file.sha256).hex()


class EvidenceTold(serializers.Serializer):
    """Something that was brought to prove it."""

    number = serializers.IntegerField()
    text = serializers.CharField()
    file = EvidenceFileTold(allow_null=True, default=None, help_text="null where there is none")
    accepted = serializers.BooleanField(allow_null=True, help_text="null until it is judged")
    at = serializers.DateTimeField()


class AccusationFound(serializers.Serializer):
    """What came of it."""

    kind = serializers.ChoiceField(choices=["established", "dismissed", "withdrawn"])
    text = serializers.CharField()
    severity = serializers.CharField()
    malicious = serializers.BooleanField()
    at = serializers.DateTimeField()


class AccusationTold(serializers.Serializer):
    """An accusation, to who reported it and to who handles it; nobody else learns of it."""

    no = serializers.CharField()
    against = Person()
    kind = serializers.ChoiceField(choices=Accusation.Kind.values)
    what = serializers.CharField()
    happened_at = serializers.DateTimeField()
    prompt = serializers.SerializerMethodField()
    case = serializers.CharField()
    by = Person()
    at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=AccusationStep.Kind.values, source="last.kind")
    evidence = EvidenceTold(many=True)
    finding = AccusationFound(allow_null=True)

    def get_prompt(self, row: Accusation) -> bool:
        """Whether it was reported within 24 hours (D08-7.3)."""
        return prompt(row)


class AccusationPage(serializers.Serializer):
    """A page of accusations."""

    results = AccusationTold(many=True)
    next = serializers.CharField(allow_null=True)


def _found(request: Request, no: str) -> Accusation:
    row: Accusation = get_object_or_404(reads.accusations(request.workplace, clock.now()), no=no)
    return row


def _told(request: Request, no: str) -> Any:
    return AccusationTold(_found(request, no)).data


def _taken(request: Request, no: str, asked: type[Asked], step: Callable[..., Any]) -> Response:
    """The step is taken with what was asked; the accusation as it is then."""
    row = _found(request, no)
    step(here=request.workplace, accusation=row, at=clock.now(), **asked.read(request))
    return Response(_told(request, no))


class Accusations(Resource):
    """举报."""

    rights = {"GET": THOSE, "POST": (Right.ACCUSE,)}

    @extend_schema(parameters=PAGING, responses={200: AccusationPage})
    def get(self, request: Request) -> Response:
        """Those that you reported, and those that you handle."""
        rows = reads.accusations(request.workplace, clock.now())
        return page(request, rows, by="at", show=lambda found: AccusationTold(found, many=True).data)

    @extend_schema(request=AccusationAsked, responses={201: AccusationTold})
    @keyed
    def post(self, request: Request) -> Response:
        """Report a violation."""
        here, given = request.workplace, AccusationAsked.read(request)
        made = services.file_accusation(here=here, report=services.Report(**given), at=clock.now())
        return created(_told(request, made.no), f"/api/v1/accusations/{made.no}")


class AccusationById(Resource):
    """One accusation."""

    rights = {"GET": THOSE}

    @extend_schema(responses={200: AccusationTold})
    def get(self, request: Request, no: str) -> Response:
        """To who reported it and who handles it."""
        return Response(_told(request, no))


class EvidenceAsked(Asked):
    """Something that proves it."""

    text = Text(max_length=1000)


class EvidenceWithFile(EvidenceAsked):
    """The same, and a file that shows it."""

    file = FileField(allow_empty_file=True)


class AccusationEvidence(Resource):
    """Bring evidence."""

    rights = {"POST": THOSE}
    parser_classes = [UploadParser, JsonParser]
    given: dict[str, Any]

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """A file is looked at outside the transaction of the act, so that each look counts and none holds a lock."""
        super().initial(request, *args, **kwargs)
        if request.method != "POST":
            return
        row, multipart = _found(request, kwargs["no"]), str(request.content_type).startswith("multipart/")
        self.given = (EvidenceWithFile if multipart else EvidenceAsked).read(request)
        if multipart:
            content, here = read_bounded(self.given["file"]), request.workplace
            self.given["file"] = services.take_in(here=here, accusation=row, content=content, at=clock.now())

    @extend_schema(
        request={"application/json": EvidenceAsked, "multipart/form-data": EvidenceWithFile},
        responses={200: AccusationTold},
    )
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """By who reported, within seven days; a file is JPEG, PNG, WebP or PDF by its content, 10 MB."""
        row = _found(request, no)
        services.add_evidence(here=request.workplace, accusation=row, at=clock.now(), **self.given)
        return Response(_told(request, no))


class AccusationFileBytes(FileResource):
    """The bytes of a file that proves an accusation."""

    rights = {"GET": THOSE}

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, no: str, number: int, name: str) -> HttpResponse:
        """`copy`: pictures made by us, as JPEG or PDF. `original`: as it was sent. Whoever handles it leaves a line in the audit log."""
        row, what = _found(request, no), {"copy": TAKEN, "original": ORIGINAL}.get(name)
        given: dict[str, Any] = {"here": request.workplace, "accusation": row, "number": number, "at": clock.now()}
        return downloaded(services.open_evidence(what=what, **given) if what else None)


class AccusationNothingAsked(Asked):
    """Nothing."""


class AccusationWithdrawn(Resource):
    """Take it back."""

    rights = {"POST": THOSE}

    @extend_schema(request=AccusationNothingAsked, responses={200: AccusationTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """By who reported, until something came of it."""
        return _taken(request, no, AccusationNothingAsked, services.withdraw_accusation)


class AccusationTaken(Resource):
    """Begin the investigation."""

    rights = {"POST": (Right.PUNISH,)}

    @extend_schema(request=AccusationNothingAsked, responses={200: AccusationTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """By a manager who neither reported nor is named."""
        return _taken(request, no, AccusationNothingAsked, services.take_accusation)


class EvidenceJudgementAsked(Asked):
    """Whether a piece of evidence is taken."""

    number = serializers.IntegerField(min_value=1, max_value=32_767)
    accepted = serializers.BooleanField()
    reason = Text(max_length=300)


class AccusationJudgement(Resource):
    """Judge a piece of evidence."""

    rights = {"POST": (Right.PUNISH,)}

    @extend_schema(request=EvidenceJudgementAsked, responses={200: AccusationTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Once each."""
        return _taken(request, no, EvidenceJudgementAsked, services.judge_evidence)


class AccusationFindingAsked(Asked):
    """What came of it."""

    established = serializers.BooleanField()
    reason = Text(max_length=1000, help_text="read by whom a sanction is against; does not say who reported")
    severity = serializers.ChoiceField(choices=AccusationStep.Severity.values, required=False)
    stopped = serializers.BooleanField(required=False, allow_null=True)
    customer_lost = serializers.BooleanField(required=False)
    loss_fen = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=10**12)
    malicious = serializers.BooleanField(required=False)


class AccusationFinding(Resource):
    """Established or dismissed."""

    rights = {"POST": (Right.PUNISH,)}

    @extend_schema(request=AccusationFindingAsked, responses={200: AccusationTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Established only on evidence that was accepted."""
        row, given = _found(request, no), AccusationFindingAsked.read(request)
        finding = services.Finding(**given)
        services.find_accusation(here=request.workplace, accusation=row, finding=finding, at=clock.now())
        return Response(_told(request, no))

"""The API of leads: look first, register, and one's receipts. The same services and refusals as the pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from leads import pasting, reads, receipts, services
from leads.models import Customer, Registration
from leads.models.register import Answer
from leads.privacy import notices
from leads.services import LeadInput
from people.api import PAGING, Asked, Person, Request, Resource, Text, created, keyed, page
from people.roles import Right
from people.workplace import Workplace
from trail import clock
from trail.refusals import Refusal

RECEIPTS = (Right.REGISTER, Right.ALL_CUSTOMERS)
ANSWERS = (
    "`clear`: nobody follows this customer. `check`: perhaps taken; the desk finds out on arrival. `taken`: somebody"
    " follows them. `yours`: you do."
)


class Question(Asked):
    """Which customer."""

    number = Text(max_length=40, help_text="a mobile number in any spelling, whole or masked (139****3333)")


class Told(serializers.Serializer):
    """What may be told. An agency is told `answer` and nothing else: the other fields are the same whatever it is."""

    answer = serializers.ChoiceField(choices=Answer.values, help_text=ANSWERS)
    spent = serializers.BooleanField(help_text="the day's answers are used up: `answer` says nothing, ask a manager")
    masked = serializers.BooleanField(help_text="the number was masked, so nothing is certain before the arrival")
    owner = Person(allow_null=True, help_text="who follows the customer, where the policy discloses it")
    protected_until = serializers.DateTimeField(
        source="until", allow_null=True, help_text="if you registered now; of a taken customer, the owner's"
    )
    arrived_at = serializers.DateTimeField(source="arrived", allow_null=True, help_text="already on site since then")


class PreCheck(Resource):
    """A number never stands in an address, so this is a POST. Every question is kept; the day's answers are limited."""

    rights = {"POST": (Right.REGISTER,)}
    bucket = "precheck"
    renamed = {"phone": "number"}

    @extend_schema(request=Question, responses={200: Told})
    @keyed
    def post(self, request: Request) -> Response:
        """Is this customer free?"""
        given = Question.read(request)
        told = services.look_first(here=request.workplace, number=given["number"], at=clock.now())
        return Response(Told(told).data)


class Lead(Asked):
    """One customer as you report them."""

    number = Text(
        max_length=40, allow_blank=True,
        help_text="a mobile number in any spelling, whole or masked (139****3333); may be empty for a company",
    )  # fmt: skip
    name = Text(max_length=80, help_text="of a company its full name")
    kind = serializers.ChoiceField(choices=Customer.Kind.values, default=Customer.Kind.PERSON)
    code = Text(
        max_length=18, default="", allow_blank=True, help_text="of a company: 统一社会信用代码, where it is known"
    )
    honorific = serializers.ChoiceField(
        choices=["", "先生", "女士"], default="", help_text="an agency needs it with a bare surname"
    )
    company = Text(
        max_length=80, default="", allow_blank=True, help_text="the reporting company; an agency must name it"
    )
    told = serializers.BooleanField(default=False, help_text="they were told what is kept of them and why (告知)")


class Receipt(serializers.Serializer):
    """What a report came to, as you may see it. The number is masked."""

    no = serializers.CharField(source="report.no")
    at = serializers.DateTimeField(source="report.at", help_text="when we received it: this time decides")
    by = Person(source="report.by")
    name = serializers.CharField(source="report.name")
    honorific = serializers.CharField(source="report.honorific")
    number = serializers.CharField(help_text="139****3333")
    company = serializers.CharField(source="report.agency")
    answer = serializers.ChoiceField(choices=Answer.values, help_text="as a pre-check had said then")
    waiting = serializers.BooleanField(help_text="a masked number: counts once the customer has come")
    secured = serializers.BooleanField(help_text="whoever reported follows the customer now")
    protected_until = serializers.DateTimeField(source="until", allow_null=True)
    owner = Person(allow_null=True, help_text="who follows the customer now, where the policy discloses it")
    sentence = serializers.CharField(help_text="what it came to, in words")
    late = serializers.CharField(help_text="in words, where the customer had arrived before; else empty")


class Receipts(serializers.Serializer):
    """A page of receipts."""

    results = Receipt(many=True)
    next = serializers.CharField(allow_null=True)


class Registrations(Resource):
    """Reports of customers (报备): your own; for managers, all of the project."""

    rights = {"GET": RECEIPTS, "POST": (Right.REGISTER,)}
    renamed = {"phone": "number"}

    @extend_schema(parameters=PAGING, responses={200: Receipts})
    def get(self, request: Request) -> Response:
        """Receipts, the newest first."""
        return page(request, reads.registrations(request.workplace), by="at", show=lambda rows: _shown(request, rows))

    @extend_schema(request=Lead, responses={201: Receipt})
    @keyed
    def post(self, request: Request) -> Response:
        """Register a customer. Never refused because somebody was earlier: then it is kept as a contesting claim."""
        given = Lead.read(request)
        told, lead = given.pop("told"), _lead(request.workplace, given)
        report = notices.register_told(here=request.workplace, lead=lead, told=told, at=clock.now())
        return created(_shown(request, [report])[0], reverse("api_registration", args=[report.no]))


def _lead(here: Workplace, given: dict[str, Any]) -> LeadInput:
    """What was asked for, as the service wants it. An agency writes its company, and no bare surname (D07-7.1)."""
    if here.outside and not given["company"]:
        raise _missing("company")
    if here.outside and len(given["name"]) == 1 and not given["honorific"]:
        raise _missing("honorific")
    return LeadInput(**given, source=pasting.source(here))


def _missing(field: str) -> Refusal:
    sentence = pasting.SENTENCES[f"missing_{field}"]
    return Refusal(f"missing_{field}", _(sentence), field=field)


def _shown(request: Request, reports: list[Registration]) -> list[Any]:
    """Each report as this person may see it."""
    shown: list[Any] = Receipt(receipts.views(request.workplace, reports, clock.now()), many=True).data
    return shown


class RegistrationByNumber(Resource):
    """One report."""

    rights = {"GET": RECEIPTS}

    @extend_schema(responses={200: Receipt})
    def get(self, request: Request, no: str) -> Response:
        """A receipt by its number, BB-250428-0137."""
        report = get_object_or_404(reads.registrations(request.workplace), no=no)
        return Response(_shown(request, [report])[0])

"""The API of looking over what people did: reports to be reviewed (D08-5.2), the log of questions, and getting in touch."""

from typing import Any

from django.http import QueryDict
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from leads import reads, services
from leads.forms.reviews import QuestionsForm
from leads.models import PreCheck, Registration
from leads.models.register import Answer
from leads.reads.prechecks import askers, prechecks
from leads.screening import phones
from leads.services.reviewing import due_at, unreviewed
from leads.templatetags.guishu import masked
from people.api import PAGING, Asked, Person, Request, Resource, Text, keyed, page
from people.calendar import company_calendar
from people.roles import Right
from trail import clock
from trail.refusals import Refusal
from trail.services import note

# ── reviews ──


class Unreviewed(serializers.Serializer):
    """A report that nobody reviewed yet."""

    no = serializers.CharField()
    at = serializers.DateTimeField()
    by = Person()
    name = serializers.CharField()
    honorific = serializers.CharField()
    number = serializers.SerializerMethodField(help_text="139****3333")
    company = serializers.CharField(source="agency")
    due_at = serializers.SerializerMethodField(help_text="exclusive: the end of the second working day")

    def get_number(self, row: Registration) -> str:
        """前三后四."""
        return row.number if row.masked else phones.mask34(row.number)

    def get_due_at(self, row: Registration) -> str:
        """Until when it is to be reviewed."""
        return due_at(row, self.context["calendar"]).isoformat()


class UnreviewedPage(serializers.Serializer):
    """A page of them."""

    results = Unreviewed(many=True)
    next = serializers.CharField(allow_null=True)


class Reviews(Resource):
    """Reports are reviewed for truth and accuracy (D08-5.2)."""

    rights = {"GET": (Right.ALL_CUSTOMERS,)}

    @extend_schema(parameters=PAGING, responses={200: UnreviewedPage})
    def get(self, request: Request) -> Response:
        """Reports that nobody reviewed yet, the newest first."""
        rows, context = unreviewed(request.workplace.project, clock.now()), {"calendar": company_calendar()}
        return page(
            request, rows, by="at",
            show=lambda found: Unreviewed(found, many=True, context=context).data,
        )  # fmt: skip


class ReviewVerdict(Asked):
    """True and accurate, or not."""

    approved = serializers.BooleanField()
    why = Text(max_length=200, default="", allow_blank=True, help_text="needed where it is rejected")


class ReviewDone(serializers.Serializer):
    """A review."""

    no = serializers.CharField(source="registration.no")
    approved = serializers.BooleanField()
    why = serializers.CharField()
    at = serializers.DateTimeField()


class ReviewOf(Resource):
    """The last review of a report counts. Nobody reviews their own."""

    rights = {"POST": (Right.ALL_CUSTOMERS,)}

    @extend_schema(request=ReviewVerdict, responses={200: ReviewDone})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Approve or reject a report."""
        report = get_object_or_404(reads.registrations(request.workplace), no=no)
        review = services.review_report(
            here=request.workplace, report=report, **ReviewVerdict.read(request), at=clock.now()
        )
        return Response(ReviewDone(review).data)


# ── questions ──


class LoggedQuestion(serializers.Serializer):
    """Somebody asked whether a customer is free. Of the customer, the first character of the name."""

    at = serializers.DateTimeField()
    by = Person()
    customer = serializers.SerializerMethodField(help_text="张**; empty: no customer has this number")
    answer = serializers.ChoiceField(choices=Answer.values)
    over = serializers.BooleanField(help_text="over a limit: the answer said nothing")
    owner = Person(source="found", allow_null=True, help_text="who was named")

    def get_customer(self, row: PreCheck) -> str:
        """The name as the log's page shows it."""
        return masked(row.customer.name) if row.customer else ""


class QuestionLog(serializers.Serializer):
    """A page of questions."""

    results = LoggedQuestion(many=True)
    next = serializers.CharField(allow_null=True)


class PreChecks(Resource):
    """The log of questions. Reading it is itself on record."""

    rights = {"GET": (Right.PRECHECKS,)}

    @extend_schema(
        parameters=[
            *PAGING,
            OpenApiParameter("by", int),
            OpenApiParameter("day", {"type": "string", "format": "date"}),
        ],
        responses={200: QuestionLog},
    )
    def get(self, request: Request) -> Response:
        """Questions, the newest first; of one person, of one local day."""
        here, given = request.workplace, self._given(request)
        note(
            by=here.user.pk, action="precheck.read", subject=f"project:{here.project.code}", at=clock.now(),
            project=here.project.code,
        )  # fmt: skip
        rows = prechecks(here, by=given["by"], day=given["day"])
        return page(request, rows, by="at", show=lambda found: LoggedQuestion(found, many=True).data)

    def _given(self, request: Request) -> dict[str, Any]:
        data = QueryDict(mutable=True)
        data.update({name: request.query_params.get(name, "") for name in ("by", "day")})
        form = QuestionsForm(data, among=askers(request.workplace))
        if not form.is_valid():
            field = next(iter(form.errors))
            raise Refusal("invalid", form.errors[field][0], field=field)
        return form.cleaned_data


class Whom(Asked):
    """Which customer."""

    number = Text(
        max_length=40, help_text="as it was asked for; a pre-check of the last 24 hours named who follows them"
    )


class Asking(serializers.Serializer):
    """Who was told."""

    owner = Person()


class PreCheckContact(Resource):
    """You asked and were told who follows the customer: tell that colleague that you want to speak with them now (D02-3.3)."""

    rights = {"POST": (Right.REGISTER,)}
    renamed = {"phone": "number"}

    @extend_schema(request=Whom, responses={200: Asking})
    @keyed
    def post(self, request: Request) -> Response:
        """Ask whoever follows a customer to speak with you."""
        given = Whom.read(request)
        owner = services.contact_follower(here=request.workplace, number=given["number"], at=clock.now())
        return Response(Asking({"owner": owner}).data)

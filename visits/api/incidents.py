"""The API of complaints and incidents: the same services and refusals as the pages; 404 where the project keeps no log."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localtime
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from leads.identity import of_project
from leads.templatetags.guishu import masked
from people.api import PAGING, Asked, OneOf, Person, Request, Resource, Text, created, keyed, page
from people.models import Site
from people.roles import Right
from trail import clock
from visits.incident_forms import month_of
from visits.incidents import figures, log
from visits.incidents.steps import EVIDENCE
from visits.models import Incident, Visit
from visits.services import incidents as services
from visits.services.incidents import Happening

MONTH = OpenApiParameter("month", str, description="2025-04; the local month")


class IncidentLine(serializers.Serializer):
    """A complaint or incident. Of the customer's name, the first character."""

    no = serializers.CharField()
    kind = serializers.ChoiceField(choices=Incident.Kind.values)
    cause = serializers.ChoiceField(choices=["", *Incident.Cause.values])
    happened_at = serializers.DateTimeField()
    name = serializers.SerializerMethodField(help_text="张**; empty where no customer is named")
    in_charge = Person(allow_null=True, help_text="null: the managers")
    closed_at = serializers.DateTimeField(allow_null=True)

    def get_name(self, row: Incident) -> str:
        """The name as the log shows it."""
        return masked(row.customer.name) if row.customer else ""


class IncidentPage(serializers.Serializer):
    """A page of the log."""

    results = IncidentLine(many=True)
    next = serializers.CharField(allow_null=True)


class IncidentStepLine(serializers.Serializer):
    """One thing to be done."""

    code = serializers.CharField(source="step.code")
    clause = serializers.CharField(source="step.clause")
    label = serializers.CharField(source="step.label")
    must = serializers.BooleanField(source="step.must")
    due_at = serializers.DateTimeField(source="row.due_at", allow_null=True, help_text="exactly then is in time")
    done_at = serializers.DateTimeField(source="row.done_at", allow_null=True)
    done_by = Person(source="row.done_by", allow_null=True)
    noted_at = serializers.DateTimeField(source="row.noted_at", allow_null=True)
    note = serializers.CharField(source="row.note")
    evidence = serializers.ListField(source="row.evidence", child=serializers.ChoiceField(choices=list(EVIDENCE)))
    late = serializers.BooleanField()


class IncidentPaper(IncidentLine):
    """One of them, with its steps in their order."""

    what = serializers.CharField()
    visit = serializers.CharField(source="visit.no", default=None, allow_null=True)
    entered_by = Person()
    entered_at = serializers.DateTimeField()
    found = serializers.CharField(help_text="what came of it")
    left_undone = serializers.CharField(help_text="why it was closed with steps undone")
    steps = serializers.SerializerMethodField()

    @extend_schema_field(IncidentStepLine(many=True))
    def get_steps(self, row: Incident) -> Any:
        """In their order."""
        return IncidentStepLine(log.lines(row, clock.now()), many=True).data


class IncidentAsked(Asked):
    """What happened. Who is in charge of a double sale is whoever follows the customer."""

    kind = serializers.ChoiceField(choices=Incident.Kind.values)
    what = Text(max_length=1000, help_text="without a telephone number")
    happened_at = serializers.DateTimeField()
    cause = serializers.ChoiceField(choices=["", *Incident.Cause.values], default="")
    visit = serializers.CharField(default="", allow_blank=True, help_text="the number of a visit")
    customer = serializers.UUIDField(default=None, allow_null=True)
    site = OneOf(
        lambda here, at: Site.objects.filter(project=here.project, closed_at=None), default=None, allow_null=True
    )
    in_charge = OneOf(lambda here, at: log.in_charge(here.project, at), default=None, allow_null=True)

    def validate_visit(self, no: str) -> Visit | None:
        """The visit, if one is named."""
        found = Visit.objects.filter(project=self.context["here"].project, no=no).select_related("customer").first()
        if no and found is None:
            raise serializers.ValidationError(OneOf.default_error_messages["unknown"], "unknown")
        return found

    def validate_customer(self, pk: Any) -> Any:
        """The customer, if one is named whom this project knows."""
        found = of_project(self.context["here"].project).filter(pk=pk).first() if pk else None
        if pk and found is None:
            raise serializers.ValidationError(OneOf.default_error_messages["unknown"], "unknown")
        return found


class OfTheLog(Resource):
    """An address that is there only where the project keeps its log."""

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """404 where it keeps none."""
        super().initial(request, *args, **kwargs)
        if not request.workplace.project.keeps_incidents:
            raise Http404


def _answer(request: Request, no: str) -> Response:
    return Response(IncidentPaper(_found(request, no)).data)


def _found(request: Request, no: str) -> Incident:
    return get_object_or_404(log.visible(request.workplace), no=no)


class Incidents(OfTheLog):
    """Complaints and incidents of your project (投诉和事件)."""

    rights = {"GET": (Right.INCIDENTS,), "POST": (Right.INCIDENTS,)}

    @extend_schema(parameters=PAGING, responses={200: IncidentPage})
    def get(self, request: Request) -> Response:
        """The log, the newest first."""
        return page(
            request,
            log.visible(request.workplace),
            by="happened_at",
            show=lambda rows: IncidentLine(rows, many=True).data,
        )

    @extend_schema(request=IncidentAsked, responses={201: IncidentPaper})
    @keyed
    def post(self, request: Request) -> Response:
        """Whoever is in charge is told at once."""
        told = Happening(**IncidentAsked.read(request))
        made = services.open_incident(here=request.workplace, told=told, at=clock.now())
        return created(IncidentPaper(made).data, reverse("api_incident", args=[made.no]))


class IncidentByNumber(OfTheLog):
    """One of them."""

    rights = {"GET": log.CONCERNED}

    @extend_schema(responses={200: IncidentPaper})
    def get(self, request: Request, no: str) -> Response:
        """With its steps."""
        return _answer(request, no)


class StepAsked(Asked):
    """How a step was done."""

    note = Text(max_length=500, default="", allow_blank=True)
    evidence = serializers.ListField(child=serializers.ChoiceField(choices=list(EVIDENCE)), default=list)
    done_at = serializers.DateTimeField(default=None, allow_null=True, help_text="where it was done before now")


class IncidentStepDone(OfTheLog):
    """Doing a step."""

    rights = {"POST": log.CONCERNED}

    @extend_schema(request=StepAsked, responses={200: IncidentPaper})
    @keyed
    def post(self, request: Request, no: str, code: str) -> Response:
        """Once: a second time is answered 409 `step_done`."""
        found, given = _found(request, no), StepAsked.read(request)
        services.do_step(here=request.workplace, incident=found, code=code, at=clock.now(), **given)
        return _answer(request, no)


class NoteAsked(Asked):
    """What is added."""

    note = Text(max_length=500)


class IncidentNote(OfTheLog):
    """Adding to a step that is done."""

    rights = {"POST": log.CONCERNED}

    @extend_schema(request=NoteAsked, responses={200: IncidentPaper})
    @keyed
    def post(self, request: Request, no: str, code: str) -> Response:
        """What stands there stays."""
        found, given = _found(request, no), NoteAsked.read(request)
        services.add_note(here=request.workplace, incident=found, code=code, at=clock.now(), **given)
        return _answer(request, no)


class CauseAsked(Asked):
    """Why the customer complained."""

    cause = serializers.ChoiceField(choices=Incident.Cause.values)


class IncidentCause(OfTheLog):
    """The cause of a complaint; its steps follow."""

    rights = {"POST": (Right.INCIDENTS,)}

    @extend_schema(request=CauseAsked, responses={200: IncidentPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """What was done stays."""
        found, given = _found(request, no), CauseAsked.read(request)
        services.set_cause(here=request.workplace, incident=found, at=clock.now(), **given)
        return _answer(request, no)


class CloseAsked(Asked):
    """What came of it, and why steps stay undone."""

    found = Text(max_length=1000)
    left_undone = Text(max_length=300, default="", allow_blank=True)


class IncidentClose(OfTheLog):
    """Closing one."""

    rights = {"POST": (Right.INCIDENTS,)}

    @extend_schema(request=CloseAsked, responses={200: IncidentPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """When the steps that must be done are, or with a reason."""
        found, given = _found(request, no), CloseAsked.read(request)
        services.close_incident(here=request.workplace, incident=found, at=clock.now(), **given)
        return _answer(request, no)


class Counted(serializers.Serializer):
    """A kind or cause, and how many."""

    word = serializers.CharField()
    count = serializers.IntegerField()
    closed = serializers.IntegerField()


class IncidentMonth(serializers.Serializer):
    """What a month came to."""

    month = serializers.CharField()
    kinds = Counted(many=True)
    causes = Counted(many=True, help_text="of complaints")
    steps = serializers.IntegerField(help_text="with a term")
    late = serializers.IntegerField()
    replied = serializers.IntegerField(help_text="complaints answered")
    hours = serializers.FloatField(allow_null=True, help_text="until they were, on average")
    longest = serializers.FloatField(allow_null=True)


class IncidentFigures(OfTheLog):
    """Counts of a month."""

    rights = {"GET": (Right.INCIDENTS,)}

    @extend_schema(parameters=[MONTH], responses={200: IncidentMonth})
    def get(self, request: Request) -> Response:
        """By kind and cause, what was late, and how long replies took."""
        here, now = request.workplace, clock.now()
        month = month_of(request.query_params.get("month", ""), localtime(now, here.project.zone).date())
        counted = figures.month(here.project, *log.span(here, month), now)
        words = {
            name: [{"word": word, "count": n, "closed": over} for word, n, over in getattr(counted, name)]
            for name in ("kinds", "causes")
        }
        plain = {name: getattr(counted, name) for name in ("steps", "late", "replied", "hours", "longest")}
        return Response(IncidentMonth({"month": f"{month:%Y-%m}", **words, **plain}).data)

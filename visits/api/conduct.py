"""The API of leave to join or get in touch (D18-6, D18-7) and of reported conduct. The same services as the pages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from people.api import PAGING, Asked, OneOf, Person, Request, Resource, Text, keyed, page
from people.models import User
from people.roles import Right
from people.workplace import Workplace
from trail import clock
from visits import conduct as reads
from visits import services
from visits.models import Conduct, Permission

CONCERNED = (Right.OWN_BOOKS, Right.ALLOCATE, Right.DESK)
READS = (Right.OWN_BOOKS, Right.CONDUCT)


def _colleagues(here: Workplace, at: datetime) -> QuerySet[User]:
    return reads.colleagues(here.project, at)


class AllowAsked(Asked):
    """Whom you let in, and for what."""

    to = OneOf(_colleagues)
    kind = serializers.ChoiceField(choices=Permission.Kind.values)
    note = Text(max_length=120, default="", allow_blank=True)


class PermissionTold(serializers.Serializer):
    """Leave that was given."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(choices=Permission.Kind.values)
    to = Person()
    ground = serializers.ChoiceField(choices=Permission.Ground.values, help_text="by who receives, or by a manager")
    by = Person()
    note = serializers.CharField()
    at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class PermissionPage(serializers.Serializer):
    """A page of leave given."""

    results = PermissionTold(many=True)
    next = serializers.CharField(allow_null=True)


class Permissions(Resource):
    """Who may join, or get in touch with, a customer whom a colleague receives or received."""

    rights = {"GET": CONCERNED, "POST": CONCERNED}

    @extend_schema(parameters=PAGING, responses={200: PermissionPage})
    def get(self, request: Request, pk: UUID) -> Response:
        """To who gives it and managers all; to others what they gave or got."""
        here, now = request.workplace, clock.now()
        found = reads.customer_for(here, pk, now)
        rows = reads.permissions_to(here, found, now)
        return page(request, rows, by="at", show=lambda given: PermissionTold(given, many=True).data)

    @extend_schema(request=AllowAsked, responses={201: PermissionTold})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """Let a colleague in; by who receives or received the customer, or a manager."""
        here, now = request.workplace, clock.now()
        found, given = reads.customer_for(here, pk, now), AllowAsked.read(request)
        row = services.allow(here=here, customer=found, at=now, **given)
        return Response(PermissionTold(row).data, status=201)


class NothingAsked(Asked):
    """Nothing."""


class AskedWhom(serializers.Serializer):
    """Who was asked; nobody is named where the project does not disclose owners."""

    asked = Person(many=True)


class PermissionAsk(Resource):
    """Ask for leave."""

    rights = {"POST": CONCERNED}

    @extend_schema(request=NothingAsked, responses={200: AskedWhom})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """Whoever receives, or received, the customer gets a message; once an hour."""
        here, now = request.workplace, clock.now()
        found = reads.customer_for(here, pk, now)
        NothingAsked.read(request)
        asked = services.ask_leave(here=here, customer=found, at=now)
        named = asked if here.project.terms.disclose_owner else ()
        return Response(AskedWhom({"asked": named}).data)


class PermissionEnd(Resource):
    """Take leave back."""

    rights = {"POST": CONCERNED}

    @extend_schema(request=NothingAsked, responses={200: PermissionTold})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """From now on it counts no more; by who gave it, or a manager."""
        here, now = request.workplace, clock.now()
        row = get_object_or_404(Permission.objects.select_related("customer", "to", "by"), pk=pk, project=here.project)
        reads.customer_for(here, row.customer_id, now)
        NothingAsked.read(request)
        return Response(PermissionTold(services.end_permission(here=here, permission=row, at=now)).data)


class ConductAsked(Asked):
    """What could not be prevented: a report, no finding."""

    kind = serializers.ChoiceField(choices=Conduct.Kind.values)
    by = OneOf(_colleagues, help_text="who did it")
    against = OneOf(_colleagues, default=None, allow_null=True, help_text="who received the customer")
    visit = Text(max_length=24, default="", allow_blank=True, help_text="the number of the visit")
    happened_at = serializers.DateTimeField()
    before_customer = serializers.BooleanField(default=False, help_text="in front of the customer")
    stopped = serializers.BooleanField(default=None, allow_null=True, help_text="whether they stopped when told")
    what = Text(max_length=500, default="", allow_blank=True)


class ConductSaid(serializers.Serializer):
    """What somebody whom the report names says."""

    by = Person()
    what = serializers.CharField()
    at = serializers.DateTimeField()


class ConductFound(serializers.Serializer):
    """What a manager found."""

    established = serializers.BooleanField()
    reason = serializers.CharField()
    by = Person()
    at = serializers.DateTimeField()


class ConductTold(serializers.Serializer):
    """Conduct as it was reported, what was said to it, and what was found."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(choices=Conduct.Kind.values)
    by = Person()
    against = Person(allow_null=True)
    visit = serializers.CharField(source="visit.no", default=None, allow_null=True)
    before_customer = serializers.BooleanField()
    stopped = serializers.BooleanField(allow_null=True)
    what = serializers.CharField()
    happened_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=[*reads.STATES], help_text="only what was established is a fact for a case")
    answers = ConductSaid(many=True, source="answers.all")
    finding = ConductFound(source="decided", allow_null=True)
    reported_at = serializers.DateTimeField()
    reported_by = serializers.SerializerMethodField(help_text="null: told to managers and to the reporter only")

    def get_reported_by(self, row: Conduct) -> dict[str, Any] | None:
        """Who reported it."""
        return (
            Person(row.reported_by).data
            if self.context["here"].user == row.reported_by or self.context["all"]
            else None
        )


class ConductPage(serializers.Serializer):
    """A page of reports."""

    results = ConductTold(many=True)
    next = serializers.CharField(allow_null=True)


class Conducts(Resource):
    """行为记录: reports of conduct."""

    rights = {"GET": READS, "POST": READS}

    @extend_schema(parameters=PAGING, responses={200: ConductPage})
    def get(self, request: Request) -> Response:
        """To managers all; to others what they reported and what names them."""
        context = {"here": request.workplace, "all": reads.sees_all(request.workplace)}
        rows = reads.reported(request.workplace)
        show = lambda found: ConductTold(found, many=True, context=context).data  # noqa: E731
        return page(request, rows, by="happened_at", show=show)

    @extend_schema(request=ConductAsked, responses={201: ConductTold})
    @keyed
    def post(self, request: Request) -> Response:
        """By the desk and managers; by who received the customer, of their own visits, against themself."""
        here, given = request.workplace, ConductAsked.read(request)
        no = given.pop("visit")
        visit = get_object_or_404(reads.visits_to_report(here), no=no) if no else None
        report = services.Reported(**given, visit=visit)
        row = services.report_conduct(here=here, report=report, at=clock.now())
        return Response(_told(request, row), status=201)


def _told(request: Request, row: Conduct) -> Any:
    here = request.workplace
    return ConductTold(row, context={"here": here, "all": reads.sees_all(here)}).data


def _found(request: Request, pk: int) -> Conduct:
    return get_object_or_404(reads.reported(request.workplace), pk=pk)


class ConductById(Resource):
    """One report of conduct."""

    rights = {"GET": READS}

    @extend_schema(responses={200: ConductTold})
    def get(self, request: Request, pk: int) -> Response:
        """To managers, to who reported it and to whom it names."""
        return Response(_told(request, _found(request, pk)))


class ConductAnswerAsked(Asked):
    """Your side of it."""

    what = Text(max_length=500)


class ConductAnswered(Resource):
    """What whom it names says to it."""

    rights = {"POST": READS}

    @extend_schema(request=ConductAnswerAsked, responses={200: ConductTold})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Once, until it is decided."""
        row, given = _found(request, pk), ConductAnswerAsked.read(request)
        services.answer_conduct(here=request.workplace, conduct=row, at=clock.now(), **given)
        return Response(_told(request, _found(request, pk)))


class ConductDecisionAsked(Asked):
    """Whether it was so, and why."""

    established = serializers.BooleanField()
    reason = Text(max_length=300)


class ConductDecision(Resource):
    """What a manager who neither reported it nor is named in it finds."""

    rights = {"POST": READS}

    @extend_schema(request=ConductDecisionAsked, responses={200: ConductTold})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Established only after whoever did it was heard, or 24 hours after the report."""
        row, given = _found(request, pk), ConductDecisionAsked.read(request)
        services.decide_conduct(here=request.workplace, conduct=row, at=clock.now(), **given)
        return Response(_told(request, _found(request, pk)))

"""The API of periodic work: what is due, done, and signed for. The same services and refusals as the pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from people import worklist
from people.acknowledging import documents, unsigned
from people.api import PAGING, Asked, Person, Request, Resource, Text, keyed, page
from people.models import Acknowledgement, Routine
from people.roles import Right
from people.routines import KINDS, work_out
from people.services.routines import acknowledge, finish
from people.workplace import Workplace
from trail import clock


class RoutineLine(serializers.Serializer):
    """A piece of periodic work of a person or, without one, of the department."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField(help_text=" · ".join(sorted(KINDS)))
    user = Person(allow_null=True)
    period_from = serializers.DateField()
    period_to = serializers.DateField(help_text="with this day")
    due_at = serializers.DateTimeField(help_text="late from this moment on")
    overdue = serializers.SerializerMethodField()
    figures = serializers.JSONField(help_text="what the period came to, once it is done")
    note = serializers.CharField()
    done_at = serializers.DateTimeField(allow_null=True)
    done_by = Person(allow_null=True)

    def get_overdue(self, row: Routine) -> bool:
        """Not done, or done late."""
        return worklist.late(row, clock.now())


class RoutineSheet(RoutineLine):
    """One piece of work with what its period comes to now."""

    figures = serializers.SerializerMethodField(help_text="what the period came to; until it is done, as of now")  # type: ignore[assignment]
    why_not = serializers.SerializerMethodField(help_text="what is missing before it can be done, in words; else empty")

    def get_figures(self, row: Routine) -> dict[str, int]:
        """The counts."""
        figures: dict[str, int] = row.figures if row.done_at else work_out(row, clock.now()).figures
        return figures

    def get_why_not(self, row: Routine) -> str:
        """A sentence."""
        return "" if row.done_at else work_out(row, clock.now()).why_not


class RoutineList(serializers.Serializer):
    """A page of work."""

    results = RoutineLine(many=True)
    next = serializers.CharField(allow_null=True)


class Finish(Asked):
    """A word about it."""

    note = Text(max_length=1000, default="", allow_blank=True)


class Routines(Resource):
    """Periodic work (例行工作): your own; for whoever manages it, all of the project."""

    rights = {"GET": (Right.POLICY,)}

    @extend_schema(parameters=PAGING, responses={200: RoutineList})
    def get(self, request: Request) -> Response:
        """The newest first."""
        rows = worklist.visible(request.workplace)
        return page(request, rows, by="created_at", show=lambda found: RoutineLine(found, many=True).data)


class RoutineById(Resource):
    """One piece of work."""

    rights = {"GET": (Right.POLICY,)}

    @extend_schema(responses={200: RoutineSheet})
    def get(self, request: Request, pk: int) -> Response:
        """With what its period comes to."""
        return Response(RoutineSheet(get_object_or_404(worklist.visible(request.workplace), pk=pk)).data)


class RoutineDone(Resource):
    """Say that it is done."""

    rights = {"POST": (Right.POLICY,)}

    @extend_schema(request=Finish, responses={200: RoutineSheet})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Done; refused while something is missing."""
        row, given = get_object_or_404(worklist.visible(request.workplace), pk=pk), Finish.read(request)
        done = finish(here=request.workplace, routine=row, at=clock.now(), **given)
        return Response(RoutineSheet(done).data)


class Signable(serializers.Serializer):
    """Something to be signed for."""

    subject = serializers.CharField()
    title = serializers.CharField()
    since = serializers.DateTimeField()
    signed_at = serializers.DateTimeField(allow_null=True, help_text="by you")
    unsigned = Person(many=True, help_text="who has not, for whoever manages it; else empty")


class Signables(serializers.Serializer):
    """All that there is to sign."""

    results = Signable(many=True)


class Sign(Asked):
    """What you sign for."""

    subject = Text(max_length=80)


class Acknowledgements(Resource):
    """Read and signed (签字认可): policies in force and trainings."""

    rights = {"GET": (Right.POLICY,), "POST": (Right.POLICY,)}

    @extend_schema(responses={200: Signables})
    def get(self, request: Request) -> Response:
        """What there is to sign, and who has not."""
        return Response({"results": Signable(_signables(request.workplace), many=True).data})

    @extend_schema(request=Sign, responses={200: Signables})
    @keyed
    def post(self, request: Request) -> Response:
        """Sign; a second time changes nothing."""
        acknowledge(here=request.workplace, at=clock.now(), **Sign.read(request))
        return Response({"results": Signable(_signables(request.workplace), many=True).data})


def _signables(here: Workplace) -> list[dict[str, Any]]:
    now = clock.now()
    mine = dict(Acknowledgement.objects.filter(project=here.project, user=here.user).values_list("subject", "at"))
    return [
        {
            "subject": one.subject, "title": one.title, "since": one.since, "signed_at": mine.get(one.subject),
            "unsigned": unsigned(here.project, one, now) if here.may(Right.ROUTINES) and one.binding else [],
        }
        for one in documents(here.project, now)
    ]  # fmt: skip

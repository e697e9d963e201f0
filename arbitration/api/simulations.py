"""The API of simulations: try a draft on past cases, and read what it comes to."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from arbitration.models import Simulation
from arbitration.policies import drafting
from arbitration.services.simulating import simulate_draft
from people.api import PAGING, Asked, Person, Request, Resource, Text, created, keyed, page
from people.roles import Right
from people.routines import midnight
from trail import clock

SEES = (Right.DRAFTS, Right.POLICIES)


class SimulationLine(serializers.Serializer):
    """A simulation. `done` of `total` cases are worked out."""

    id = serializers.IntegerField()
    draft = serializers.IntegerField(source="draft_id")
    draft_version = serializers.IntegerField(help_text="of which state of the draft it speaks")
    begin = serializers.DateTimeField()
    end = serializers.DateTimeField(help_text="not included")
    parameter = serializers.CharField(help_text="the one that goes through several values; else empty")
    state = serializers.ChoiceField(choices=Simulation.State.values)
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    by = Person()
    at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class SimulationPaper(SimulationLine):
    """A simulation with its result."""

    result = serializers.JSONField(
        help_text=(
            "cases, changed (case, before, after, money in fen), undecided, overruled, said, silent, money; or `sweep`."
            " Payees are `person:id`, `organisation:id`, `team_fund:id`, `company`, `open` (nobody yet)"
        )
    )


class SimulationLog(serializers.Serializer):
    """A page of simulations."""

    results = SimulationLine(many=True)
    next = serializers.CharField(allow_null=True)


class SimulationAsked(Asked):
    """Which cases, by the local days on which they were ruled on."""

    begin = serializers.DateField()
    end = serializers.DateField(help_text="included")
    parameter = Text(default="", allow_blank=True, max_length=40)


class DraftSimulations(Resource):
    """The simulations of a draft."""

    rights = {"GET": SEES, "POST": (Right.DRAFTS,)}

    @extend_schema(parameters=PAGING, responses={200: SimulationLog})
    def get(self, request: Request, pk: int) -> Response:
        """Simulations, the newest first."""
        rows = drafting.of_number(request.workplace.project, pk).simulations.select_related("by")
        return page(request, rows, by="at", show=lambda runs: SimulationLine(runs, many=True).data)

    @extend_schema(request=SimulationAsked, responses={201: SimulationLine})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Try the draft on past cases; read how far it is at its own address."""
        draft, given = drafting.of_number(request.workplace.project, pk), SimulationAsked.read(request)
        run = simulate_draft(
            here=request.workplace, draft=draft, begin=midnight(given["begin"], draft.project.zone),
            end=midnight(clock.day_after(given["end"]), draft.project.zone), parameter=given["parameter"], at=clock.now(),
        )  # fmt: skip
        return created(SimulationLine(run).data, reverse("api_simulation", args=[run.pk]))


class SimulationById(Resource):
    """One simulation."""

    rights = {"GET": SEES}

    @extend_schema(responses={200: SimulationPaper})
    def get(self, request: Request, pk: int) -> Response:
        """How far it is, and what it came to."""
        rows = Simulation.objects.filter(draft__project=request.workplace.project).select_related("by")
        return Response(SimulationPaper(get_object_or_404(rows, pk=pk)).data)

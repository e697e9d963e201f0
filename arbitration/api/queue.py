"""The API of the queue: claim a case, give it back, let it wait; early warnings; what a span came to."""

from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from arbitration import services
from arbitration.api.collisions import CollisionPaper, paper
from arbitration.cases import insight, reads, warnings
from arbitration.models import EarlyWarning
from leads.templatetags.guishu import masked
from people.api import PAGING, Asked, Person, Request, Resource, Text, keyed, page
from people.roles import Right
from people.routines import midnight
from trail import clock
from trail.refusals import Refusal


class CollisionTake(Resource):
    """Who has a case in hand."""

    rights = {"POST": (Right.RULE,)}

    @extend_schema(request=None, responses={200: CollisionPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Claim it, for the others to see; it keeps nobody from ruling."""
        services.take_case(here=request.workplace, case=reads.of_number(request.workplace, no), at=clock.now())
        return Response(paper(request, no))


class CollisionRelease(Resource):
    """Who has a case in hand no more."""

    rights = {"POST": (Right.RULE,)}

    @extend_schema(request=None, responses={200: CollisionPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Give it back: one's own; the general manager anybody's."""
        services.release_case(here=request.workplace, case=reads.of_number(request.workplace, no), at=clock.now())
        return Response(paper(request, no))


class Postponed(Asked):
    """Until which local day a case waits, 31 days at most."""

    until = serializers.DateField()
    reason = Text(max_length=300, help_text="the parties read it")


class CollisionPostpone(Resource):
    """A case that can wait."""

    rights = {"POST": (Right.RULE,)}

    @extend_schema(request=Postponed, responses={200: CollisionPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Let it wait; it comes back by itself when that day begins."""
        here, case, given = request.workplace, reads.of_number(request.workplace, no), Postponed.read(request)
        until = midnight(given["until"], here.project.zone)
        services.postpone_case(here=here, case=case, until=until, reason=given["reason"], at=clock.now())
        return Response(paper(request, no))


class CollisionResume(Resource):
    """A case that waits no more."""

    rights = {"POST": (Right.RULE,)}

    @extend_schema(request=None, responses={200: CollisionPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Take it up before its time."""
        services.resume_case(here=request.workplace, case=reads.of_number(request.workplace, no), at=clock.now())
        return Response(paper(request, no))


# ── early warnings ──


class WarningLine(serializers.Serializer):
    """Two people may be after one customer, and no case is open about them. Of the customer's name, the first character."""

    id = serializers.IntegerField(source="pk")
    by = Person(help_text="who came second")
    owner = Person()
    customer = serializers.UUIDField(source="customer_id", help_text="whom the owner follows")
    name = serializers.SerializerMethodField()
    cause = serializers.ChoiceField(choices=EarlyWarning.Cause.values)
    times = serializers.IntegerField(help_text="how often it was noticed")
    at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()

    def get_name(self, row: EarlyWarning) -> str:
        """张**."""
        return masked(row.customer.name)


class WarningLog(serializers.Serializer):
    """A page of warnings."""

    results = WarningLine(many=True)
    next = serializers.CharField(allow_null=True)


class CollisionWarnings(Resource):
    """Early warnings (预警) that nobody has looked at."""

    rights = {"GET": (Right.CASES,)}

    @extend_schema(parameters=PAGING, responses={200: WarningLog})
    def get(self, request: Request) -> Response:
        """Warnings, the newest first."""
        rows = warnings.rows(request.workplace, clock.now()).select_related("by", "owner", "customer")
        return page(request, rows, by="last_at", show=lambda found: WarningLine(found, many=True).data)


class Dismissed(Asked):
    """This warning, or all of these two people."""

    whole_pair = serializers.BooleanField(default=False)


class DismissedCount(serializers.Serializer):
    """How many warnings are dismissed by it."""

    dismissed = serializers.IntegerField()


class CollisionWarningDismiss(Resource):
    """A warning that somebody has looked at."""

    rights = {"POST": (Right.RULE,)}

    @extend_schema(request=Dismissed, responses={200: DismissedCount})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """It is not shown or told again."""
        here = request.workplace
        warning = get_object_or_404(EarlyWarning, pk=pk, project=here.project)
        given = Dismissed.read(request)
        done = services.dismiss_warning(here=here, warning=warning, whole_pair=given["whole_pair"], at=clock.now())
        return Response({"dismissed": done})


# ── insight ──


class CountLine(serializers.Serializer):
    """How many of one sort."""

    label = serializers.CharField(help_text="in words, or the Monday of a week")
    n = serializers.IntegerField()


class ManagerLine(serializers.Serializer):
    """Rulings of one person."""

    name = serializers.CharField()
    rulings = serializers.IntegerField()
    proposed = serializers.IntegerField(help_text="those that had a proposal")
    otherwise = serializers.IntegerField(help_text="of these, ruled otherwise")
    share = serializers.FloatField(allow_null=True, help_text="otherwise of proposed, in per cent")
    watch = serializers.ChoiceField(
        choices=["", "unread", "contrary"], help_text="below 2 %, or above 30 %, of twenty at least"
    )


class InsightPaper(serializers.Serializer):
    """What a span of local days came to."""

    since = serializers.DateField(source="span.first")
    until = serializers.DateField(source="span.last", help_text="included")
    cases = serializers.IntegerField(help_text="opened")
    weekly = serializers.SerializerMethodField()
    triggers = serializers.SerializerMethodField()
    teams = serializers.SerializerMethodField(help_text="a case counts once for each side")
    ruled = serializers.IntegerField(help_text="for the first time")
    median = serializers.FloatField(allow_null=True, help_text="days from opening to the first ruling")
    p90 = serializers.FloatField(allow_null=True)
    managers = ManagerLine(many=True)
    appeals = serializers.SerializerMethodField()
    appealed = serializers.IntegerField(help_text="rulings")
    late_visits = serializers.IntegerField(help_text="entered afterwards")
    late_weekly = serializers.SerializerMethodField()
    late_reports = serializers.IntegerField(help_text="made after the customer had come")

    @extend_schema_field(CountLine(many=True))
    def get_weekly(self, told: insight.Insight) -> Any:
        """Cases that opened in each week."""
        return _counted(told.weekly)

    @extend_schema_field(CountLine(many=True))
    def get_triggers(self, told: insight.Insight) -> Any:
        """By what opened them."""
        return _counted(told.triggers)

    @extend_schema_field(CountLine(many=True))
    def get_teams(self, told: insight.Insight) -> Any:
        """By the teams and agencies of the parties."""
        return _counted(told.teams)

    @extend_schema_field(CountLine(many=True))
    def get_appeals(self, told: insight.Insight) -> Any:
        """By what became of them."""
        return _counted(told.appeals)

    @extend_schema_field(CountLine(many=True))
    def get_late_weekly(self, told: insight.Insight) -> Any:
        """Visits of each week that were entered afterwards."""
        return _counted(told.late_weekly)


def _counted(rows: insight.Counted) -> list[dict[str, Any]]:
    return [{"label": label, "n": n} for label, n in rows]


class CollisionInsight(Resource):
    """What collisions came to."""

    rights = {"GET": (Right.INSIGHT,)}

    @extend_schema(
        parameters=[OpenApiParameter("since", OpenApiTypes.DATE), OpenApiParameter("until", OpenApiTypes.DATE)],
        responses={200: InsightPaper},
    )
    def get(self, request: Request) -> Response:
        """Of these local days, two years at most; of the last twelve weeks where none are named."""
        first, last = (_day(request, name) for name in ("since", "until"))
        within = insight.span(request.workplace.project, first, last, clock.now())
        return Response(InsightPaper(insight.insight(within)).data)


def _day(request: Request, name: str) -> date | None:
    """A day of the address. Raises Refusal for what is none."""
    text = request.query_params.get(name, "")
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if text and day is None:
        raise Refusal("day_wrong", _("日期写成 2025-04-28"), field=name)
    return day

"""The API of months: how one stands, close it and open it again, post sanctions and rewards, send the statements, its figures."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from finance import reads, services
from finance.models import Entry, Period, PeriodEvent
from finance.reads.due import payable
from finance.reads.figures import Source, figures
from finance.reads.holders import month_digest
from finance.reads.statements import State, statements
from finance.reads.tasks import tasks
from people.api import Asked, Request, Resource, Text, keyed
from people.api.conditions import tagged, unchanged
from people.api.proof import PROOF, proved
from people.roles import Right
from trail import clock


class SumsTold(serializers.Serializer):
    """Fen. Commission, deductions and rewards stand beside each other; only `due` adds them, without what waits for an appeal."""

    deals = serializers.IntegerField()
    commission = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="of an agency, until Party A settles")
    deducted = serializers.IntegerField(help_text="negative")
    bonus = serializers.IntegerField()
    paused = serializers.IntegerField(help_text="so much of the commission waits for an appeal")
    credit = serializers.IntegerField(help_text="业绩; no money")
    due = serializers.IntegerField()


class TaskThing(serializers.Serializer):
    """What a task is about: a case, a deal, a sanction by number, a statement by its code."""

    kind = serializers.CharField()
    no = serializers.CharField()
    name = serializers.CharField()


class PeriodTask(serializers.Serializer):
    """One task before closing."""

    code = serializers.CharField()
    title = serializers.CharField()
    done = serializers.BooleanField()
    blocks = serializers.BooleanField(help_text="the month is not closed while it is so")
    says = serializers.CharField()
    things = TaskThing(many=True)


class StatementRow(serializers.Serializer):
    """Somebody's sums of a month, and what they said to their statement."""

    code = serializers.CharField(
        help_text="in addresses: p12 a person, o3 an agency, t5 a team's fund; empty: the company"
    )
    name = serializers.CharField(source="row.name")
    team = serializers.CharField(source="row.team")
    sums = SumsTold(source="row.sums")
    state = serializers.ChoiceField(choices=State.values, allow_null=True, help_text="null: nobody is asked")


class PeriodTold(serializers.Serializer):
    """A month. `digest`: the fingerprint of its postings, to be sent back when it is closed."""

    month = serializers.CharField(help_text="yyyymm")
    closed_at = serializers.DateTimeField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True, help_text="when people were last asked to confirm")
    digest = serializers.CharField()
    debit_fen = serializers.IntegerField(help_text="of the money; both sides are equal")
    credit_fen = serializers.IntegerField()
    tasks = PeriodTask(many=True)
    total = SumsTold()
    statements = StatementRow(many=True)
    payable = serializers.ListField(child=serializers.CharField(), help_text="numbers of what may be posted")


class ByMonth(Resource):
    """A month of the project."""

    rights = {"GET": (Right.SPLITS,)}

    @extend_schema(responses={200: PeriodTold})
    @tagged("digest")
    def get(self, request: Request, month: str) -> Response:
        """How it stands: what is to be done before it is closed, and everybody's sums."""
        project, period, now = request.workplace.project, reads.month(month), clock.now()
        row = Period.objects.filter(project=project, month=period).first() or Period(month=period)
        rows = statements(project, period)
        debit, credit = reads.sides(project, period)[Entry.Book.COMMISSION]
        told = {
            "month": period, "closed_at": row.closed_at, "sent_at": row.sent_at, "digest": month_digest(project, period).hex(),
            "debit_fen": debit, "credit_fen": credit, "tasks": tasks(project, period, now, everybody=rows),
            "total": reads.total([one.row for one in rows]), "statements": rows,
            "payable": [one.no for one in payable(project, period, now)],
        }  # fmt: skip
        return Response(PeriodTold(told).data)


class PeriodCloseAsked(Asked):
    """What was looked over."""

    digest = serializers.RegexField(r"^[0-9a-f]{64}\Z", help_text="of the month, as it was read")
    term_over = serializers.BooleanField(
        default=False, help_text="the term for answering is over: statements that nobody confirmed stand as they are"
    )


class PeriodEventTold(serializers.Serializer):
    """That a month was closed or opened again."""

    kind = serializers.ChoiceField(choices=PeriodEvent.Kind.values)
    month = serializers.CharField(source="period.month")
    reason = serializers.CharField()
    entries = serializers.IntegerField()
    payable_fen = serializers.IntegerField()
    digest = serializers.SerializerMethodField()
    at = serializers.DateTimeField()

    def get_digest(self, row: PeriodEvent) -> str:
        """Hexadecimal."""
        return bytes(row.digest).hex()


class MonthClose(Resource):
    """Closing a month."""

    rights = {"POST": (Right.BOOKKEEPING,)}

    @extend_schema(parameters=[PROOF], request=PeriodCloseAsked, responses={200: PeriodEventTold})
    @proved
    @unchanged("digest")
    @keyed
    def post(self, request: Request, month: str) -> Response:
        """Signed at once. 409: not over, an earlier month open, closed already, changed since (`stale`), or tasks that stop it."""
        given = PeriodCloseAsked.read(request)
        event = services.close_period(
            here=request.workplace, month=reads.month(month), seen=bytes.fromhex(given["digest"]),
            term_said_over=given["term_over"], at=clock.now(),
        )  # fmt: skip
        return Response(PeriodEventTold(event).data)


class ReopenAsked(Asked):
    """Why."""

    reason = Text(max_length=300)


class MonthReopen(Resource):
    """Opening a closed month again."""

    rights = {"POST": (Right.REOPEN,)}

    @extend_schema(parameters=[PROOF], request=ReopenAsked, responses={200: PeriodEventTold})
    @proved
    @keyed
    def post(self, request: Request, month: str) -> Response:
        """Everybody with a line in it hears of it."""
        given, period = ReopenAsked.read(request), reads.month(month)
        event = services.reopen_period(here=request.workplace, month=period, at=clock.now(), **given)
        return Response(PeriodEventTold(event).data)


class PostAsked(Asked):
    """Which sanctions and rewards."""

    numbers = serializers.ListField(child=Text(max_length=24), min_length=1, max_length=500)


class PostTold(serializers.Serializer):
    """Numbers of the entries that were written."""

    entries = serializers.ListField(child=serializers.CharField())


class MonthPost(Resource):
    """Posting sanctions and rewards."""

    rights = {"POST": (Right.BOOKKEEPING,)}

    @extend_schema(parameters=[PROOF], request=PostAsked, responses={201: PostTold})
    @proved
    @keyed
    def post(self, request: Request, month: str) -> Response:
        """An entry each, in this month, as far as the guard of wages leaves it."""
        given, period = PostAsked.read(request), reads.month(month)
        made = services.post_due(here=request.workplace, month=period, at=clock.now(), **given)
        return Response({"entries": [entry.no for entry in made]}, status=201)


class SentTold(serializers.Serializer):
    """How many were asked."""

    count = serializers.IntegerField()


class MonthSend(Resource):
    """Sending the statements."""

    rights = {"POST": (Right.BOOKKEEPING,)}

    @extend_schema(request=None, responses={200: SentTold})
    @keyed
    def post(self, request: Request, month: str) -> Response:
        """Whoever has not confirmed theirs is asked; the term for answering begins anew."""
        count = services.send_statements(
            project=request.workplace.project, month=reads.month(month), by=request.user, at=clock.now()
        )
        return Response({"count": count})


class TeamFigure(serializers.Serializer):
    """A team's commission, in fen, of each of the months."""

    team = serializers.CharField()
    fen = serializers.ListField(child=serializers.IntegerField())


class SourceFigure(serializers.Serializer):
    """Where splits of the month come from."""

    source = serializers.ChoiceField(choices=Source.values)
    fen = serializers.IntegerField()
    deals = serializers.IntegerField()


class FundFigure(serializers.Serializer):
    """What all teams' funds hold at the end of a month."""

    month = serializers.CharField()
    fen = serializers.IntegerField()


class FiguresTold(serializers.Serializer):
    """What the page of pictures draws."""

    months = serializers.ListField(child=serializers.CharField())
    teams = TeamFigure(many=True)
    sources = SourceFigure(many=True)
    funds = FundFigure(many=True)


class MonthFigures(Resource):
    """Figures of a month."""

    rights = {"GET": (Right.SPLITS,)}

    @extend_schema(responses={200: FiguresTold})
    def get(self, request: Request, month: str) -> Response:
        """By team, by source, and the funds."""
        told = figures(request.workplace.project, reads.month(month))
        shown: dict[str, Any] = {
            "months": told.months, "teams": [{"team": name, "fen": fens} for name, fens in told.teams],
            "sources": [{"source": source, "fen": fen, "deals": n} for source, fen, n in told.sources],
            "funds": [{"month": one, "fen": fen} for one, fen in told.funds],
        }  # fmt: skip
        return Response(FiguresTold(shown).data)

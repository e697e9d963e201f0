"""The API of statements: one's own or anybody's, line by line; confirm, question, reply; and one entry explained to the fen."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from arbitration.shares import Key
from finance import reads, services
from finance.api.periods import SumsTold
from finance.models import Account, Entry, StatementAnswer
from finance.reads.explaining import entry_of, explain
from finance.reads.slips import slip
from finance.reads.statements import State, code_of, own_keys, said, statement_for, visible_key
from people.api import Asked, Request, Resource, Text, keyed
from people.api.conditions import tagged, unchanged
from people.roles import Right
from trail import clock

AT_WORK = (Right.OWN_BOOKS, Right.POLICY)  # whoever is at work here may be paid, or deducted from


class ClauseTold(serializers.Serializer):
    """A clause that a line rests on."""

    id = serializers.CharField()
    title = serializers.CharField()


class StatementLine(serializers.Serializer):
    """A line of a statement."""

    entry = serializers.CharField(source="line.entry.no")
    account = serializers.ChoiceField(source="line.account.kind", choices=Account.Kind.values)
    book = serializers.ChoiceField(source="line.entry.book", choices=Entry.Book.values)
    deal = serializers.CharField(source="line.entry.deal.no", default=None, allow_null=True)
    source = serializers.CharField(source="line.entry.source", help_text="number of the sanction, the reward, the slip")
    basis_points = serializers.IntegerField(source="line.share_bp", allow_null=True)
    fen = serializers.IntegerField(source="line.amount_fen")
    paused = serializers.BooleanField(source="line.paused", help_text="the ruling is under appeal")
    basis = serializers.CharField()
    ruling = serializers.CharField(source="line.entry.ruling.no", default=None, allow_null=True)
    clauses = serializers.SerializerMethodField()
    reason = serializers.CharField(help_text="of what was ruled otherwise than proposed")

    @extend_schema(responses=ClauseTold(many=True))
    def get_clauses(self, told: Any) -> list[dict[str, str]]:
        """Id and title of each."""
        return [{"id": id_, "title": title} for id_, title in told.clauses]


class SaidTold(serializers.Serializer):
    """What was said to a statement."""

    kind = serializers.ChoiceField(choices=StatementAnswer.Kind.values)
    text = serializers.CharField()
    total_fen = serializers.IntegerField()
    by = serializers.CharField(source="by.name")
    at = serializers.DateTimeField()


class StatementTold(serializers.Serializer):
    """A statement. `digest`: the fingerprint of its lines, to be sent back when it is answered."""

    code = serializers.CharField()
    name = serializers.CharField(source="row.name")
    sums = SumsTold(source="row.sums")
    state = serializers.ChoiceField(choices=State.values, allow_null=True)
    digest = serializers.CharField()
    lines = StatementLine(many=True)
    said = SaidTold(many=True)


def _told(request: Request, period: str, key: Key) -> Response:
    here = request.workplace
    found = statement_for(here.project, period, key)
    if found is None:
        raise Http404
    told = {
        "code": found.code, "row": found.row, "state": found.state, "digest": found.row.digest.hex(),
        "lines": [line for section in slip(here, period, key) for line in section.lines],
        "said": said(here.project, period, key),
    }  # fmt: skip
    return Response(StatementTold(told).data)


class OwnCodes(serializers.Serializer):
    """Whose statements are one's own, in addresses."""

    codes = serializers.ListField(child=serializers.CharField())


class Statements(Resource):
    """One's own statements of a month."""

    rights = {"GET": AT_WORK}

    @extend_schema(responses={200: OwnCodes})
    def get(self, request: Request, month: str) -> Response:
        """Those that have a line in this month: one's agency's, one's own, the funds of teams that one leads."""
        with_lines = {row.key for row in reads.holders(request.workplace.project, reads.month(month))}
        return Response({"codes": [code_of(key) for key in own_keys(request.workplace) if key in with_lines]})


class StatementByCode(Resource):
    """A statement."""

    rights = {"GET": AT_WORK}

    @extend_schema(responses={200: StatementTold})
    @tagged("digest")
    def get(self, request: Request, month: str, who: str) -> Response:
        """Its sums, its lines and what was said to it."""
        return _told(request, reads.month(month), visible_key(request.workplace, who))


class StatementAsked(Asked):
    """Confirm it, or question it in words."""

    kind = serializers.ChoiceField(choices=[StatementAnswer.Kind.CONFIRM.value, StatementAnswer.Kind.QUESTION.value])
    digest = serializers.RegexField(r"^[0-9a-f]{64}\Z", help_text="of the statement, as it was read")
    text = Text(default="", allow_blank=True, max_length=500)


class StatementSay(Resource):
    """Answering one's statement."""

    rights = {"POST": AT_WORK}

    @extend_schema(request=StatementAsked, responses={200: StatementTold})
    @unchanged("digest")
    @keyed
    def post(self, request: Request, month: str, who: str) -> Response:
        """Exactly the lines that were read are confirmed; others by now: 409 `stale`."""
        period, key = reads.month(month), visible_key(request.workplace, who)
        given = StatementAsked.read(request)
        services.answer_statement(
            here=request.workplace, month=period, key=key, kind=given["kind"], seen=bytes.fromhex(given["digest"]),
            text=given["text"], at=clock.now(),
        )  # fmt: skip
        return _told(request, period, key)


class ReplyAsked(Asked):
    """What finance replies."""

    text = Text(max_length=500)


class StatementReply(Resource):
    """Replying to a question."""

    rights = {"POST": (Right.BOOKKEEPING,)}

    @extend_schema(request=ReplyAsked, responses={200: StatementTold})
    @keyed
    def post(self, request: Request, month: str, who: str) -> Response:
        """Whoever asked hears of it."""
        period, key = reads.month(month), visible_key(request.workplace, who)
        given = ReplyAsked.read(request)
        services.reply_statement(here=request.workplace, month=period, key=key, at=clock.now(), **given)
        return _told(request, period, key)


class PartTold(serializers.Serializer):
    """One part of an entry."""

    name = serializers.CharField()
    basis_points = serializers.IntegerField(source="share_bp", allow_null=True)
    fen = serializers.IntegerField(source="amount_fen")
    exact = serializers.CharField(help_text="before rounding, in yuan")
    rounded = serializers.CharField(help_text="what rounding did")


class EntryTold(serializers.Serializer):
    """An entry of the ledger, explained; `others_fen`: parts that are not yours to see."""

    no = serializers.CharField(source="entry.no")
    kind = serializers.ChoiceField(source="entry.kind", choices=Entry.Kind.values)
    book = serializers.ChoiceField(source="entry.book", choices=Entry.Book.values)
    month = serializers.CharField(source="entry.period")
    deal = serializers.CharField(source="entry.deal.no", default=None, allow_null=True)
    ruling = serializers.CharField(source="entry.ruling.no", default=None, allow_null=True)
    basis = serializers.CharField()
    whole_fen = serializers.IntegerField()
    parts = PartTold(many=True)
    others_fen = serializers.IntegerField()
    reason = serializers.CharField()
    clauses = ClauseTold(many=True)
    related = serializers.SerializerMethodField(help_text="numbers of entries that it corrects, or that correct it")

    def get_related(self, told: Any) -> list[str]:
        """Numbers."""
        return [one.no for _word, one in told.related]


class EntryByNo(Resource):
    """An entry of the ledger."""

    rights = {"GET": AT_WORK}

    @extend_schema(responses={200: EntryTold})
    def get(self, request: Request, no: str) -> Response:
        """How each part of it was computed, and what it rests on."""
        return Response(EntryTold(explain(request.workplace, entry_of(request.workplace, no))).data)

"""The API of call lists (通话清单): lines that are said, or an operator's file that is tried first. The same services as the pages."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from arbitration import services
from arbitration.api.files import FileField, UploadParser
from arbitration.cases import reads
from arbitration.cases.evidence import ISSUERS
from arbitration.models import CaseEvent, Collision
from arbitration.services.calling import MOST_CALLS, Sheet
from arbitration.services.evidence import CallList
from arbitration.uploads import read_bounded
from people.api import Asked, Request, Resource, Text, keyed
from people.api.resource import JsonParser
from people.roles import Right
from trail import clock


class ListAsked(Asked):
    """What is the same of all calls of a list."""

    issuer = serializers.ChoiceField(choices=list(ISSUERS))
    official = serializers.BooleanField(default=False, help_text="an official print-out of the operator")
    own = Text(max_length=40, help_text="the agent's or the company's number, whole")
    customer = Text(max_length=40, help_text="the customer's number, whole")


class ListedCall(Asked):
    """One call."""

    call_at = serializers.DateTimeField()
    outgoing = serializers.BooleanField(help_text="from the agent to the customer")


class CallsAsked(ListAsked):
    """Calls, and the file that shows them."""

    calls = ListedCall(many=True, min_length=1, max_length=MOST_CALLS)
    file = serializers.IntegerField(
        required=False, min_value=1, max_value=2**62, help_text="of your own, staged or submitted"
    )


class CallsTold(serializers.Serializer):
    """Ids of what is on record."""

    events = serializers.ListField(child=serializers.IntegerField())


def _party(request: Request, no: str) -> Collision:
    case = reads.of_number(request.workplace, no)
    if CaseEvent.Type.CALL_LIST not in services.kinds_for(request.workplace, case):
        raise Http404
    return case


class CollisionCalls(Resource):
    """Call lists (通话清单)."""

    rights = {"POST": (Right.OWN_BOOKS,)}

    @extend_schema(request=CallsAsked, responses={201: CallsTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """A party submits calls with the customer."""
        case, given = _party(request, no), CallsAsked.read(request)
        common = {key: given[key] for key in ("issuer", "official", "own", "customer")}
        calls = [CallList(**common, **call) for call in given["calls"]]
        rows = services.submit_calls(
            here=request.workplace, case=case, calls=calls, file=given.get("file"), at=clock.now()
        )
        return Response({"events": [row.pk for row in rows]}, status=201)


class CallFileAsked(ListAsked):
    """An operator's file, .xlsx or .csv."""

    file = FileField(allow_empty_file=True)


class CallLine(serializers.Serializer):
    """A line about the customer, understood or not."""

    row = serializers.IntegerField()
    when = serializers.CharField(help_text="as the file has it")
    call_at = serializers.DateTimeField(allow_null=True)
    outgoing = serializers.BooleanField()
    why = serializers.CharField(help_text="why it is not understood; else empty")


class CallFileTold(serializers.Serializer):
    """What a file came to. Nothing is stored yet."""

    lines = CallLine(many=True, source="read.lines")
    others = serializers.IntegerField(source="read.others", help_text="lines about others, which are not kept")
    parcel = serializers.CharField(help_text="to be sent to calls/keep within half an hour")


class CollisionCallFile(Resource):
    """An operator's file of calls."""

    rights = {"POST": (Right.OWN_BOOKS,)}
    parser_classes = [UploadParser, JsonParser]

    @extend_schema(request={"multipart/form-data": CallFileAsked}, responses={200: CallFileTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Look at it; only the lines about the customer's number are told and can be kept."""
        case, given = _party(request, no), CallFileAsked.read(request)
        sheet = Sheet(content=read_bounded(given.pop("file")), **given)
        looked = services.look_at_calls(here=request.workplace, case=case, sheet=sheet, at=clock.now())
        return Response(CallFileTold(looked).data)


class KeepAsked(Asked):
    """Which lines are submitted."""

    parcel = Text(max_length=20_000)
    rows = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**31), min_length=1, max_length=MOST_CALLS
    )


class CollisionCallsKeep(Resource):
    """Keep the calls of a file."""

    rights = {"POST": (Right.OWN_BOOKS,)}

    @extend_schema(request=KeepAsked, responses={201: CallsTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Submit these lines; of the file only they are stored, and its digest."""
        case, given = _party(request, no), KeepAsked.read(request)
        rows = services.keep_calls(here=request.workplace, case=case, at=clock.now(), **given)
        return Response({"events": [row.pk for row in rows]}, status=201)

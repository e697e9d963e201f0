"""The API of what came in by mail and SMS."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from leads.inbound import handling
from leads.models import InboundMessage
from leads.numbers import hidden
from people.api import PAGING, Asked, OneOf, Person, Request, Resource, Text, keyed, page
from people.roles import Right
from trail import clock
from trail.refusals import Refusal

MAY_OPEN = (Right.INBOUND, Right.REGISTER)


class Message(serializers.Serializer):
    """A mail or SMS that came in. Numbers in a text that is not yours are masked."""

    id = serializers.IntegerField(source="pk")
    at = serializers.DateTimeField(help_text="when we received it: this time decides")
    claimed_at = serializers.DateTimeField(allow_null=True, help_text="the sender's own time, where it was said")
    by = Person(source="user", allow_null=True, help_text="null: nobody knows the sender")
    source = serializers.CharField(source="source.name")
    state = serializers.ChoiceField(choices=InboundMessage.State.values)
    registrations = serializers.SerializerMethodField(help_text="the numbers of the receipts")
    text = serializers.SerializerMethodField()
    left = serializers.SerializerMethodField(help_text="the lines that were not registered, to be put right")

    def get_registrations(self, row: InboundMessage) -> list[str]:
        """The numbers of the receipts."""
        return [report.no for report in row.registrations.all()]

    def get_text(self, row: InboundMessage) -> str:
        """The text, as this person may see it."""
        return row.text if row.user_id == self.context["here"].user.pk else hidden(row.text)

    def get_left(self, row: InboundMessage) -> str:
        """What is left."""
        return row.left


class Messages(serializers.Serializer):
    """A page of messages."""

    results = Message(many=True)
    next = serializers.CharField(allow_null=True)


def _told(request: Request, row: InboundMessage) -> Response:
    return Response(Message(_found(request, row.pk), context={"here": request.workplace}).data)


def _found(request: Request, pk: int) -> InboundMessage:
    rows = handling.messages(request.workplace).prefetch_related("registrations")
    found: InboundMessage = get_object_or_404(rows, pk=pk)
    return found


class Inbound(Resource):
    """Reports that came in by mail and SMS: your own; for whoever handles them, all of the project."""

    rights = {"GET": MAY_OPEN}

    @extend_schema(
        parameters=[*PAGING, OpenApiParameter("state", str, enum=InboundMessage.State.values)],
        responses={200: Messages},
    )
    def get(self, request: Request) -> Response:
        """Messages, the newest first."""
        rows, state = (
            handling.messages(request.workplace).prefetch_related("registrations"),
            request.query_params.get("state"),
        )
        if state is not None and state not in InboundMessage.State.values:
            raise Refusal("invalid", _("没有这个状态"), field="state")
        rows, context = rows.filter(state=state) if state else rows, {"here": request.workplace}
        return page(request, rows, by="at", show=lambda found: Message(found, many=True, context=context).data)


class InboundById(Resource):
    """One message."""

    rights = {"GET": MAY_OPEN}

    @extend_schema(responses={200: Message})
    def get(self, request: Request, pk: int) -> Response:
        """What came in, what was registered of it, and what is left."""
        return _told(request, _found(request, pk))


class Sender(Asked):
    """Whose message it is."""

    user = OneOf(handling.reporters)


class InboundAssign(Resource):
    """Nobody knew the sender. The lines count from the receipt of the message."""

    rights = {"POST": (Right.INBOUND,)}

    @extend_schema(request=Sender, responses={200: Message})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Say from whom a message is."""
        found, given = _found(request, pk), Sender.read(request)
        row = handling.assign(here=request.workplace, message=found, user=given["user"], at=clock.now())
        return _told(request, row)


class InboundLines(Asked):
    """The lines as they are to be registered."""

    text = Text(max_length=20_000, trim_whitespace=False)


class InboundPutRight(Resource):
    """Lines that could not be read, put right: they count from now."""

    rights = {"POST": MAY_OPEN}

    @extend_schema(request=InboundLines, responses={200: Message})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Register what was left of a message."""
        found, given = _found(request, pk), InboundLines.read(request)
        row = handling.put_right(here=request.workplace, message=found, text=given["text"], at=clock.now())
        return _told(request, row)


class InboundClose(Resource):
    """Nothing of a message is to be registered."""

    rights = {"POST": MAY_OPEN}

    @extend_schema(request=None, responses={200: Message})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Close a message."""
        found = _found(request, pk)
        handling.close(here=request.workplace, message=found, at=clock.now())
        return _told(request, found)

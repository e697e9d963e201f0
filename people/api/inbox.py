"""The API of messages: what one has to do and should know, in the project of the token."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from people.api.idempotency import keyed
from people.api.pagination import PAGING, page
from people.api.resource import Request, Resource
from people.kinds import SAID_DONE
from people.roles import Right
from trail import clock
from trail.models import Message
from trail.services import done

AT_WORK = tuple(Right.values)  # a token that may anything here may read what its owner is told here


class MessageLine(serializers.Serializer):
    """Something that somebody was told."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField()
    text = serializers.CharField(source="__str__")
    link = serializers.CharField(help_text="where people go; empty where there is nowhere")
    to_do = serializers.BooleanField(help_text="it waits for you until it is done")
    at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    read_at = serializers.DateTimeField(allow_null=True, help_text="in the browser; reading it here changes nothing")


class MessageList(serializers.Serializer):
    """A page of messages."""

    results = MessageLine(many=True)
    next = serializers.CharField(allow_null=True)


class Messages(Resource):
    """Your messages (消息) of this project."""

    rights = {"GET": AT_WORK}

    @extend_schema(parameters=PAGING, responses={200: MessageList})
    def get(self, request: Request) -> Response:
        """The newest first."""
        return page(request, _mine(request), by="at", show=lambda found: MessageLine(found, many=True).data)


class MessageDone(Resource):
    """Saying that something is done."""

    rights = {"POST": AT_WORK}

    @extend_schema(request=None, responses={200: MessageLine})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Of the few kinds that are not done by doing them; once more changes nothing."""
        row = get_object_or_404(_mine(request), pk=pk, kind__in=SAID_DONE)
        done(link=row.link, kind=row.kind, to=request.user.pk, at=clock.now())
        row.refresh_from_db()
        return Response(MessageLine(row).data)


def _mine(request: Request) -> "QuerySet[Message]":
    found: Any = Message.objects.to(request.user.pk).filter(project__in=["", request.workplace.project.code])
    return found  # type: ignore[no-any-return]

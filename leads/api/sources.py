"""The API of where reports come from by themselves (报备来源): how each is doing, and closing one.

They are opened on the settings page alone: a gateway's secret is shown there once, and a mailbox's password is typed there.
"""

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from leads.inbound import sources
from leads.models import InboundSource
from people.api import Asked, Person, Request, Resource, keyed
from people.roles import Right
from trail import clock


class SourceLine(serializers.Serializer):
    """A gateway that posts, or a mailbox that is read."""

    id = serializers.UUIDField(source="pk")
    kind = serializers.ChoiceField(choices=InboundSource.Kind.values)
    name = serializers.CharField()
    error = serializers.CharField(help_text="a code: why the mailbox could not be read last time; empty: it could")
    created_by = Person()
    created_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class Sources(Resource):
    """The sources of your project."""

    rights = {"GET": (Right.SETTINGS,)}

    @extend_schema(responses={200: SourceLine(many=True)})
    def get(self, request: Request) -> Response:
        """Those that are open first."""
        return Response(SourceLine(sources.sources(request.workplace)[:100], many=True).data)


class SourceCloseAsked(Asked):
    """Nothing."""


class SourceClose(Resource):
    """Nothing comes in from here any more; what came in stays."""

    rights = {"POST": (Right.SETTINGS,)}

    @extend_schema(request=SourceCloseAsked, responses={200: SourceLine})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """Close it, once."""
        here = request.workplace
        SourceCloseAsked.read(request)
        source = get_object_or_404(InboundSource, pk=pk, project=here.project)
        sources.close_source(here=here, source=source, at=clock.now())
        return Response(SourceLine(sources.sources(here).get(pk=pk)).data)

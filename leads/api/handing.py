"""The API of what a leaver followed, and of the visits of a week: the parts of people/api/work.py that are about customers."""

from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from leads import services
from leads.handing import leave_to_job
from leads.models import Ownership
from leads.services import Targets
from leads.services.handing import AT_ONCE
from people import worklist
from people.api import Asked, OneOf, Request, Resource, Text, keyed
from people.models import HandOver, Membership, User
from people.roles import Right
from people.workplace import Workplace
from trail import clock


def _sellers(here: Workplace, at: datetime) -> Any:
    held = Membership.objects.at(at).selling().filter(project=here.project).values("user")
    return User.objects.filter(pk__in=held)


class Hand(Asked):
    """Who gets the leaver's customers: the company, the public pool, or colleagues, evenly. Without `customers`: all."""

    holder = serializers.ChoiceField(choices=Ownership.Holder.values, default=Ownership.Holder.COMPANY)
    people = serializers.ListField(child=OneOf(_sellers), default=list)
    customers = serializers.ListField(child=serializers.UUIDField(), default=None, allow_null=True, max_length=AT_ONCE)


class Handed(serializers.Serializer):
    """What came of it."""

    given = serializers.IntegerField(help_text="customers with a new owner now")
    left = serializers.IntegerField(help_text="without one; where there are many, a job goes on with them")


class HandOverCustomers(Resource):
    """Give the customers of somebody who leaves to others."""

    rights = {"POST": (Right.HAND_OVER,)}

    @extend_schema(request=Hand, responses={200: Handed})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """A hundred at once; of more, a job does the rest."""
        here, now = request.workplace, clock.now()
        row = get_object_or_404(HandOver.objects.select_related("project", "user"), project=here.project, no=no)
        given = Hand.read(request)
        targets = Targets(given["holder"], tuple(given["people"]))
        moved = services.hand_customers(here=here, hand_over=row, targets=targets, customers=given["customers"], at=now)
        left = services.held_by(row.project, row.user).count()
        if left and given["customers"] is None:
            leave_to_job(here=here, hand_over=row, targets=targets, at=now)
        return Response(Handed({"given": moved, "left": left}).data)


class Note(Asked):
    """A visit by the id of its contact."""

    contact = serializers.IntegerField()
    purpose = Text(max_length=60, default="", allow_blank=True)
    result = Text(max_length=200, default="", allow_blank=True)


class Notes(Asked):
    """What visits of the week were for, and what came of them."""

    visits = Note(many=True)


class Noted(serializers.Serializer):
    """How many changed."""

    changed = serializers.IntegerField()


class VisitNotes(Resource):
    """The items of a weekly visit record."""

    rights = {"POST": (Right.OWN_BOOKS,)}

    @extend_schema(request=Notes, responses={200: Noted})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Of your own record, until it is handed in."""
        row, given = get_object_or_404(worklist.visible(request.workplace), pk=pk), Notes.read(request)
        notes = {one["contact"]: (one["purpose"], one["result"]) for one in given["visits"]}
        changed = services.note_visits(here=request.workplace, routine=row, notes=notes, at=clock.now())
        return Response(Noted({"changed": changed}).data)

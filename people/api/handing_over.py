"""The API of leaving (离职交接): opened, notebooks, signatures, archive. The same services and refusals as the pages."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from people.api import PAGING, Asked, OneOf, Person, Request, Resource, Text, created, keyed, page
from people.leaving import BOOKS, clearance
from people.models import HandOver, Membership, User
from people.roles import Right
from people.services.handing_over import (
    FINANCE,
    OFFICE,
    archive_hand_over,
    open_hand_over,
    receive_books,
    sign_hand_over,
    withdraw_hand_over,
)
from people.workplace import Workplace
from trail import clock


def _staff(here: Workplace, at: Any) -> "QuerySet[User]":
    held = Membership.objects.filter(project=here.project).values("user")
    return User.objects.filter(pk__in=held)


class Leave(Asked):
    """Who leaves."""

    user = OneOf(_staff)
    last_day = serializers.DateField(help_text="today or before: out at once")
    reason = Text(max_length=200, default="", allow_blank=True)


class HandOverLine(serializers.Serializer):
    """A hand-over on leaving, with what was counted before and after."""

    no = serializers.CharField()
    user = Person()
    last_day = serializers.DateField()
    reason = serializers.CharField()
    before = serializers.JSONField(help_text="counts when it was opened")
    after = serializers.JSONField(help_text="counts when it was archived")
    finance_by = Person(allow_null=True)
    finance_at = serializers.DateTimeField(allow_null=True)
    office_by = Person(allow_null=True)
    office_at = serializers.DateTimeField(allow_null=True)
    archived_at = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True, help_text="they stay after all")
    opened_at = serializers.DateTimeField()


class HandOverPaper(HandOverLine):
    """One hand-over, with what still stands in the way."""

    customers_left = serializers.SerializerMethodField(help_text="without a new owner")
    books_missing = serializers.SerializerMethodField(help_text="notebooks that Finance does not have")
    overdue = serializers.SerializerMethodField(help_text="the last working day is over and not both have signed")

    def get_customers_left(self, row: HandOver) -> int:
        """How many."""
        return clearance(row, clock.now()).left

    def get_books_missing(self, row: HandOver) -> list[str]:
        """Which."""
        return list(clearance(row, clock.now()).missing)

    def get_overdue(self, row: HandOver) -> bool:
        """Whether it is."""
        return clearance(row, clock.now()).overdue


class HandOverList(serializers.Serializer):
    """A page of hand-overs."""

    results = HandOverLine(many=True)
    next = serializers.CharField(allow_null=True)


class Books(Asked):
    """Notebooks that Finance has got."""

    books = serializers.ListField(child=serializers.ChoiceField(choices=list(BOOKS)), min_length=1)


class Signature(Asked):
    """In which column you sign."""

    as_ = serializers.ChoiceField(choices=[FINANCE, OFFICE])


def hand_overs(here: Workplace) -> "QuerySet[HandOver]":
    """Those of this project."""
    rows = HandOver.objects.filter(project=here.project)
    return rows.select_related("project", "user", "finance_by", "office_by")


class HandOvers(Resource):
    """Hand-overs on leaving (离职交接)."""

    rights = {"GET": (Right.HAND_OVER,), "POST": (Right.HAND_OVER,)}

    @extend_schema(parameters=PAGING, responses={200: HandOverList})
    def get(self, request: Request) -> Response:
        """The newest first."""
        rows = hand_overs(request.workplace)
        return page(request, rows, by="opened_at", show=lambda found: HandOverLine(found, many=True).data)

    @extend_schema(request=Leave, responses={201: HandOverPaper})
    @keyed
    def post(self, request: Request) -> Response:
        """Somebody leaves: sessions and tokens end at once, or after their last day."""
        row = open_hand_over(here=request.workplace, at=clock.now(), **Leave.read(request))
        return created(HandOverPaper(row).data, reverse("api_handover", args=[row.no]))


class HandOverByNumber(Resource):
    """One hand-over."""

    rights = {"GET": (Right.HAND_OVER,)}

    @extend_schema(responses={200: HandOverPaper})
    def get(self, request: Request, no: str) -> Response:
        """A hand-over by its number, JJ-250331-0042."""
        return Response(HandOverPaper(get_object_or_404(hand_overs(request.workplace), no=no)).data)


class HandOverBooks(Resource):
    """Finance has got notebooks."""

    rights = {"POST": (Right.HAND_OVER,)}

    @extend_schema(request=Books, responses={200: HandOverPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Only Finance can say so."""
        row, books = get_object_or_404(hand_overs(request.workplace), no=no), set(Books.read(request)["books"])
        return Response(
            HandOverPaper(receive_books(here=request.workplace, hand_over=row, books=books, at=clock.now())).data
        )


class HandOverSign(Resource):
    """Finance or administration signs."""

    rights = {"POST": (Right.HAND_OVER,)}

    @extend_schema(request=Signature, responses={200: HandOverPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Two different people; nothing may be left."""
        row, as_ = get_object_or_404(hand_overs(request.workplace), no=no), Signature.read(request)["as_"]
        return Response(
            HandOverPaper(sign_hand_over(here=request.workplace, hand_over=row, as_=as_, at=clock.now())).data
        )


class HandOverArchive(Resource):
    """Counted once more and put away."""

    rights = {"POST": (Right.HAND_OVER,)}

    @extend_schema(request=None, responses={200: HandOverPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Both must have signed."""
        row = get_object_or_404(hand_overs(request.workplace), no=no)
        return Response(HandOverPaper(archive_hand_over(here=request.workplace, hand_over=row, at=clock.now())).data)


class HandOverWithdraw(Resource):
    """They stay after all."""

    rights = {"POST": (Right.HAND_OVER,)}

    @extend_schema(request=None, responses={200: HandOverPaper})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Before anybody has signed, and before they are out; their roles go on as they were."""
        row = get_object_or_404(hand_overs(request.workplace), no=no)
        return Response(HandOverPaper(withdraw_hand_over(here=request.workplace, hand_over=row, at=clock.now())).data)

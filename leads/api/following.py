"""The API of following up: contacts, profile and grade, tasks."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from leads import grading, profiles, reads, services
from leads.models import Contact, Profile, Task
from people.api import PAGING, Asked, OneOf, Person, Request, Resource, Text, keyed, page
from people.roles import Right
from trail import clock

MAY_WRITE = (Right.OWN_BOOKS, Right.ALL_CUSTOMERS)
LEVEL = "1 low, 2 middle, 3 high; null: not known"


def _line(most: int, **more: Any) -> Text:
    return Text(max_length=most, default="", allow_blank=True, **more)


class ContactAsked(Asked):
    """How you were in touch."""

    mode = serializers.ChoiceField(choices=Contact.Mode.choices)
    note = _line(200)
    connected = serializers.BooleanField(default=True, help_text="whether the customer was reached")
    asked_first = serializers.BooleanField(
        default=None, allow_null=True, help_text="whether you asked first if a colleague deals with them"
    )
    answer = serializers.ChoiceField(
        choices=Contact.Said.choices, default="", allow_blank=True, help_text="what the customer said to that"
    )
    claimed_at = serializers.DateTimeField(default=None, allow_null=True, help_text="when it was; our own time decides")
    confirmed = serializers.BooleanField(default=False, help_text="send it again with true after 409 `confirm_contact`")


class ContactTold(serializers.Serializer):
    """Somebody was in touch."""

    id = serializers.IntegerField(source="pk")
    at = serializers.DateTimeField(help_text="when we received it: this time decides")
    claimed_at = serializers.DateTimeField(allow_null=True)
    by = Person()
    mode = serializers.CharField()
    note = serializers.CharField()
    connected = serializers.BooleanField()
    asked_first = serializers.BooleanField(allow_null=True)
    answer = serializers.CharField()
    unqueried = serializers.BooleanField(help_text="not theirs, and not looked up in the 24 hours before")
    sampled_before = serializers.BooleanField(help_text="a second sample")


class Contacts(serializers.Serializer):
    """A page of contacts."""

    results = ContactTold(many=True)
    next = serializers.CharField(allow_null=True)


class CustomerContacts(Resource):
    """Being in touch with a customer (跟进): your own contacts; for managers, all."""

    rights = {"GET": MAY_WRITE, "POST": MAY_WRITE}

    @extend_schema(parameters=PAGING, responses={200: Contacts})
    def get(self, request: Request, pk: UUID) -> Response:
        """The newest first."""
        here, found = request.workplace, reads.customer_or_404(request.workplace, pk)
        kept = Contact.objects.filter(project=here.project, customer=found).select_related("by")
        kept = kept if here.may(Right.ALL_CUSTOMERS) else kept.filter(by=here.user)
        return page(request, kept, by="at", show=lambda contacts: ContactTold(contacts, many=True).data)

    @extend_schema(request=ContactAsked, responses={201: ContactTold})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """Note it. Of another's customer, or with a second sample, 409 `confirm_contact` says so first."""
        here, found, given = request.workplace, reads.customer_or_404(request.workplace, pk), ContactAsked.read(request)
        contact = services.log_contact(here=here, customer=found, at=clock.now(), **given)
        return Response(ContactTold(contact).data, status=201)


class ProfileAsked(Asked):
    """What is known of a customer here; all of it each time."""

    needs = _line(500)
    intent = _line(100)
    region = _line(40)
    industry = _line(40)
    stage = serializers.ChoiceField(choices=Profile.Stage.choices)


class GradeAsked(Asked):
    """What a grade is made of."""

    potential = serializers.ChoiceField(choices=Profile.Level.choices, default=None, allow_null=True, help_text=LEVEL)
    importance = serializers.ChoiceField(choices=Profile.Level.choices, default=None, allow_null=True, help_text=LEVEL)
    loyalty_high = serializers.BooleanField(default=None, allow_null=True)
    profit_high = serializers.BooleanField(default=None, allow_null=True)


class ProfileTold(serializers.Serializer):
    """The profile of a customer in this project."""

    needs = serializers.CharField()
    intent = serializers.CharField()
    region = serializers.CharField()
    industry = serializers.CharField()
    stage = serializers.ChoiceField(choices=Profile.Stage.choices)
    potential = serializers.IntegerField(allow_null=True, help_text=LEVEL)
    importance = serializers.IntegerField(allow_null=True, help_text=LEVEL)
    letter = serializers.SerializerMethodField(help_text="A, B, C, or empty")
    tier = serializers.SerializerMethodField(
        help_text="1 to 4 by profit and loyalty, the first goes first; null: not graded"
    )
    warnings = serializers.SerializerMethodField(
        help_text="of this change, in words: stages skipped, somebody else's region"
    )

    def get_letter(self, row: Profile) -> str:
        return grading.letter(row.potential, row.importance)

    def get_tier(self, row: Profile) -> int | None:
        return grading.tier(row.profit_high, row.loyalty_high)

    def get_warnings(self, row: Profile) -> list[str]:
        return [str(sentence) for sentence in self.context.get("warnings", ())]


class CustomerProfile(Resource):
    """What is known of a customer, for whoever follows them and for managers."""

    rights = {"GET": MAY_WRITE, "POST": MAY_WRITE}

    @extend_schema(responses={200: ProfileTold})
    def get(self, request: Request, pk: UUID) -> Response:
        """As it stands."""
        here, found = request.workplace, reads.customer_or_404(request.workplace, pk)
        profiles.kept_by(here, found, clock.now())
        return Response(ProfileTold(profiles.profile_of(here.project, found)).data)

    @extend_schema(request=ProfileAsked, responses={200: ProfileTold})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """Write it."""
        here, found, given = request.workplace, reads.customer_or_404(request.workplace, pk), ProfileAsked.read(request)
        profile, warned = services.keep_profile(here=here, customer=found, at=clock.now(), **given)
        return Response(ProfileTold(profile, context={"warnings": warned}).data)


class CustomerGrade(Resource):
    """The grade: set by the sales department (D05-4.1b)."""

    rights = {"POST": MAY_WRITE}

    @extend_schema(request=GradeAsked, responses={200: ProfileTold})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """Grade; 403 `grade_by_department` for anybody else."""
        here, found, given = request.workplace, reads.customer_or_404(request.workplace, pk), GradeAsked.read(request)
        return Response(ProfileTold(services.grade(here=here, customer=found, at=clock.now(), **given)).data)


class TaskAsked(Asked):
    """Something to be done."""

    what = Text(max_length=120)
    due_at = serializers.DateTimeField()
    user = OneOf(reads.sellers, required=False, help_text="by whom; managers only, else by yourself")


class Result(Asked):
    """What came of it."""

    note = _line(120)


class TaskTold(serializers.Serializer):
    """Something to be done about a customer (待办)."""

    id = serializers.IntegerField(source="pk")
    customer = serializers.UUIDField(source="customer_id")
    user = Person()
    what = serializers.CharField()
    due_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField(source="done_note")


class TaskList(serializers.Serializer):
    """A page of tasks."""

    results = TaskTold(many=True)
    next = serializers.CharField(allow_null=True)


class Tasks(Resource):
    """Your tasks; for managers, everybody's."""

    rights = {"GET": MAY_WRITE}

    @extend_schema(
        parameters=[OpenApiParameter("open", bool, description="only what is not done"), *PAGING],
        responses={200: TaskList},
    )
    def get(self, request: Request) -> Response:
        """The newest first."""
        found = reads.tasks(request.workplace)
        found = found.filter(done_at=None) if request.query_params.get("open") == "true" else found
        return page(request, found, by="created_at", show=lambda tasks: TaskTold(tasks, many=True).data)


class CustomerTasks(Resource):
    """Something to be done about a customer."""

    rights = {"POST": MAY_WRITE}

    @extend_schema(request=TaskAsked, responses={201: TaskTold})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """Add it."""
        here, found, given = request.workplace, reads.customer_or_404(request.workplace, pk), TaskAsked.read(request)
        task = services.add_task(here=here, customer=found, at=clock.now(), **given)
        return Response(TaskTold(task).data, status=201)


class TaskDone(Resource):
    """A task is done."""

    rights = {"POST": MAY_WRITE}

    @extend_schema(request=Result, responses={200: TaskTold})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """With what came of it."""
        here = request.workplace
        task: Task = get_object_or_404(reads.tasks(here), pk=pk)
        note = Result.read(request)["note"]
        return Response(TaskTold(services.finish_task(here=here, task=task, note=note, at=clock.now())).data)

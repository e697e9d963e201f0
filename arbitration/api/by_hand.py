"""The API of cases opened by hand, of the things that cases may be about, and of whatever is put on record in a case."""

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from arbitration import services
from arbitration.api.collisions import SEES, CollisionPaper, Collisions, paper
from arbitration.cases import reads
from arbitration.events.format import Field, Is, Kind
from arbitration.events.kinds import KINDS
from arbitration.models import Collision, Subject
from leads.services import other_customer
from people.api import PAGING, Asked, OneOf, Person, Request, Resource, Text, created, keyed, page
from people.models import Membership, User
from people.roles import SELLING, Right
from trail import clock

OPENS = (Right.EVIDENCE,)
WHO = "whole number, or the full name of a customer that you may see"


class SubjectAsked(Asked):
    """A thing that a case may be about."""

    kind = Text(help_text="`product`, `unit`, `media_slot`, `production_slot`", max_length=16)
    name = Text(max_length=80)
    area = Text(max_length=40, default="", allow_blank=True)
    priority = serializers.IntegerField(
        min_value=1, max_value=99, default=None, allow_null=True, help_text="1 goes first"
    )


class SubjectLine(serializers.Serializer):
    """A thing on the list."""

    id = serializers.IntegerField(help_text="to name it in requests")
    kind = serializers.CharField()
    name = serializers.CharField()
    area = serializers.CharField()
    priority = serializers.IntegerField(allow_null=True)
    added_at = serializers.DateTimeField()


class SubjectList(serializers.Serializer):
    """A page of things."""

    results = SubjectLine(many=True)
    next = serializers.CharField(allow_null=True)


class Subjects(Resource):
    """What is sold or held once only, or made one after the other."""

    rights = {"GET": OPENS, "POST": OPENS}

    @extend_schema(parameters=PAGING, responses={200: SubjectList})
    def get(self, request: Request) -> Response:
        """The newest first."""
        rows = Subject.objects.filter(project=request.workplace.project)
        return page(request, rows, by="added_at", show=lambda found: SubjectLine(found, many=True).data)

    @extend_schema(request=SubjectAsked, responses={201: SubjectLine})
    @keyed
    def post(self, request: Request) -> Response:
        """Put one on the list."""
        made = services.add_subject(here=request.workplace, at=clock.now(), **SubjectAsked.read(request))
        return Response(SubjectLine(made).data, status=201)


def _sellers(here: Any, at: Any) -> Any:
    selling = Membership.objects.at(at).filter(project=here.project, role__in=SELLING)
    return User.objects.filter(memberships__in=selling).distinct()


class ClaimAsked(serializers.Serializer):
    """Somebody's claim."""

    person = OneOf(_sellers)
    customer = Text(max_length=80, default="", allow_blank=True, help_text=f"where the case is about a thing: {WHO}")


class CaseAsked(Asked):
    """A case to be opened."""

    matter = Text(help_text="`customer`, `slot`, `order` or `sale`", max_length=10)
    customer = Text(max_length=80, default="", allow_blank=True, help_text=f"where it is about a customer: {WHO}")
    subject = OneOf(
        lambda here, _at: Subject.objects.filter(project=here.project), default=None, allow_null=True,
        help_text="where it is about a thing",
    )  # fmt: skip
    claims = ClaimAsked(many=True, max_length=20)
    reason = Text(max_length=2000, help_text="the parties read it")


class CollisionsByHand(Collisions):
    """Cases (撞单): all of the project for whoever sees the queue, else those that you are a party of."""

    rights = {"GET": SEES, "POST": OPENS}

    @extend_schema(request=CaseAsked, responses={201: CollisionPaper})
    @keyed
    def post(self, request: Request) -> Response:
        """Open a case, or let people join the one that is open about the same customer or thing."""
        here, at, given = request.workplace, clock.now(), CaseAsked.read(request)

        def known(text: str) -> Any:
            return other_customer(here=here, text=text, at=at) if text else None

        thing = given["matter"] != Collision.Matter.CUSTOMER
        claimed = [
            services.Claimed(row["person"], known(row["customer"]) if thing else None) for row in given["claims"]
        ]
        about = given["subject"] if thing else known(given["customer"])
        case = services.open_by_hand(
            here=here, matter=given["matter"], about=about, claimed=claimed, reason=given["reason"], at=at
        )
        return created(paper(request, case.no), reverse("api_collision", args=[case.no]))


def _field(field: Field) -> serializers.Field:
    """The field of a request; what may be chosen is judged by the service, by what there is in the case."""
    common: dict[str, Any] = {"required": field.required, "help_text": HELP.get(field.kind, "")}
    if field.kind == Is.CHOICE:
        common["help_text"] = ", ".join(f"`{value}`" for value, _label in field.choices)
    made: Mapping[Is, Callable[[], serializers.Field]] = {
        Is.PERSON: lambda: serializers.IntegerField(**common),
        Is.SUBJECT: lambda: serializers.IntegerField(**common),
        Is.PEOPLE: lambda: serializers.ListField(child=serializers.IntegerField(), max_length=20, **common),
        Is.CUSTOMER: lambda: serializers.UUIDField(**common),
        Is.MONEY: lambda: serializers.IntegerField(**common),
        Is.NUMBER: lambda: serializers.IntegerField(**common),
        Is.MOMENT: lambda: serializers.DateTimeField(**common),
        Is.YES_NO: lambda: serializers.BooleanField(**common),
    }
    make = made.get(field.kind) or (lambda: Text(max_length=500, **common))
    return make()


HELP = {
    Is.PERSON: "the id of a person; a party is not asked who it is", Is.TAKER: "the id of a person, `company` or `pool`",
    Is.SUBJECT: "the id of a thing", Is.CUSTOMER: "a customer of the case", Is.OTHER: WHO, Is.MONEY: "fen",
    Is.EVENT: "an event of the case by its id: `k12` a contract, `v12` a visit, `m12` conduct, `e12` an entry",
}  # fmt: skip


def _asked(kind: Kind) -> type[Asked]:
    name = f"{str(kind.type).title().replace('_', '')}Entry"
    fields: dict[str, Any] = {field.key: _field(field) for field in kind.fields}
    return type(name, (Asked,), {"__doc__": f"An entry of the type `{kind.type}` of the case format.", **fields})


ENTRIES: dict[str, type[Asked]] = {type_: _asked(kind) for type_, kind in KINDS.items()}


class RecordedEvent(serializers.Serializer):
    """What was put on record. It is final; more can be added."""

    id = serializers.CharField(help_text="in the case, to refer to it: e12")
    type = serializers.CharField()
    by = Person()
    at = serializers.DateTimeField(help_text="of the server; it decides who came first")


class CollisionEntries(Resource):
    """What has no page of its own, put on record in a case, as the policy that governs it asks for it."""

    rights = {"POST": SEES}

    @extend_schema(
        request=PolymorphicProxySerializer("EntryAsked", [*ENTRIES.values()], resource_type_field_name=None),
        responses={201: RecordedEvent},
    )
    @keyed
    def post(self, request: Request, no: str, kind: str) -> Response:
        """Put it on record; 404 for a type that is not yours to record, 409 for one that no policy of the case asks for."""
        here, case = request.workplace, reads.of_number(request.workplace, no)
        services.kind_to_record(here, case, kind)  # before the body is looked at
        made = services.record_event(
            here=here, case=case, type_=kind, given=ENTRIES[kind].read(request), at=clock.now()
        )
        return Response(
            RecordedEvent({"id": f"e{made.pk}", "type": made.type, "by": made.by, "at": made.at}).data, status=201
        )

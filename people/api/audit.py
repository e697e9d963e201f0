"""The API of the audit log. The same search as the page; each reading is on record."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from people import audit_log
from people.api.pagination import PAGING, limit_of
from people.api.resource import Request, Resource
from people.audit import in_words
from people.audit_log import Wanted
from people.forms.audit import NUMBER
from people.roles import Right
from trail import clock
from trail.models import Entry


class AuditAsked(serializers.Serializer):
    """What is searched for."""

    by = serializers.RegexField(r"^(\d{1,9}|system)\Z", default="")
    kind = serializers.CharField(max_length=48, default="")
    no = serializers.RegexField(rf"^{NUMBER}\Z", default="")
    since = serializers.DateField(default=None)
    until = serializers.DateField(default=None)
    address = serializers.IPAddressField(default=None)

    def validate_kind(self, kind: str) -> str:
        """An action that there is, or a thing."""
        if kind and not audit_log.acts(kind):
            self.fields["kind"].fail("invalid")
        return kind

    def wanted(self) -> Wanted:
        """As the page asks for it. Raises ValidationError (422)."""
        self.is_valid(raise_exception=True)
        given: dict[str, Any] = dict(self.validated_data)
        return Wanted(act=given.pop("kind"), about=given.pop("no"), **given)


class AuditLine(serializers.Serializer):
    """Somebody did something."""

    id = serializers.IntegerField(source="pk")
    at = serializers.DateTimeField()
    by = serializers.CharField(source="actor", help_text="id of a person, or the name of a job or command")
    who = serializers.CharField(help_text="in words")
    action = serializers.CharField(help_text="thing.verb")
    did = serializers.CharField(help_text="in words")
    subject = serializers.CharField(help_text="kind:id")
    detail = serializers.JSONField(help_text="why, and what exactly: ids, codes, counts")
    address = serializers.CharField(allow_null=True, help_text="from where; null for jobs and commands")


class AuditLines(serializers.Serializer):
    """A page of the log."""

    results = AuditLine(many=True)
    next = serializers.CharField(allow_null=True)


SEARCH = [
    OpenApiParameter(
        "by", {"type": "string", "pattern": r"^(\d{1,9}|system)$"}, description="id of a person, or `system`"
    ),
    OpenApiParameter("kind", str, description="an action such as `collision.rule`, or a thing such as `collision`"),
    OpenApiParameter(
        "no", {"type": "string", "pattern": f"^{NUMBER}$"}, description="`ZD-250428-0001`, or `customer:12`"
    ),
    OpenApiParameter("since", {"type": "string", "format": "date"}, description="from this day of the project on"),
    OpenApiParameter("until", {"type": "string", "format": "date"}, description="with this day"),
    OpenApiParameter("address", str, description="network address"),
]


class Audit(Resource):
    """What happened in the project and in the company, who did it and from where."""

    rights = {"GET": (Right.AUDIT,)}

    @extend_schema(parameters=[*SEARCH, *PAGING], responses={200: AuditLines})
    def get(self, request: Request) -> Response:
        """The newest first. Reading is itself on record."""
        here, query = request.workplace, request.query_params
        asked = {name: query[name] for name in AuditAsked().fields if query.get(name)}
        wanted = AuditAsked(data=asked).wanted()
        found, after = audit_log.piece(here, wanted, query.get("cursor"), limit_of(request))
        audit_log.looked_at(here, "audit.read", wanted, clock.now())
        return Response({"results": AuditLine(list(map(_line, found, in_words(found))), many=True).data, "next": after})


def _line(row: Entry, words: dict[str, Any]) -> dict[str, Any]:
    names = ("pk", "at", "actor", "action", "subject", "detail", "address")
    return {**{name: getattr(row, name) for name in names}, "who": words["who"], "did": words["did"]}

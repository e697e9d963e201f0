"""The API of how long what is kept is kept."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from people.api.idempotency import keyed
from people.api.resource import Request, Resource
from people.api.serializers import Asked
from people.roles import Right
from people.services import retention
from trail import clock


class KeptClass(serializers.Serializer):
    """A class of data, for how many days it is kept, and by which law."""

    code = serializers.CharField(source="kept.code")
    what = serializers.CharField(source="kept.what")
    then = serializers.CharField(source="kept.then", help_text="what becomes of it")
    law = serializers.CharField(source="kept.law")
    days = serializers.IntegerField(allow_null=True, help_text="null: never let go")
    settable = serializers.BooleanField(source="kept.settable")
    least = serializers.IntegerField(source="kept.least")
    most = serializers.IntegerField(source="kept.most")
    next = serializers.IntegerField(source="count", allow_null=True, help_text="how many go in the next run")
    counted_at = serializers.DateTimeField(allow_null=True, help_text="as of when: it is counted once a night")


class DaysKept(Asked):
    """For how long."""

    days = serializers.IntegerField(min_value=0, max_value=100_000)


class Retention(Resource):
    """How long what is kept is kept (保存期限)."""

    rights = {"GET": (Right.SETTINGS,)}

    @extend_schema(responses={200: KeptClass(many=True)})
    def get(self, request: Request) -> Response:
        """Every class."""
        return Response(_all())


def _all() -> Any:
    return KeptClass(retention.classes(clock.now()), many=True).data


class RetentionOf(Resource):
    """For how long one class is kept."""

    rights = {"POST": (Right.SETTINGS,)}

    @extend_schema(request=DaysKept, responses={200: KeptClass(many=True)})
    @keyed
    def post(self, request: Request, code: str) -> Response:
        """From now on, within what the law leaves open."""
        retention.change_term(here=request.workplace, code=code, at=clock.now(), **DaysKept.read(request))
        return Response(_all())

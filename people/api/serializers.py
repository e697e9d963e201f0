"""Pieces of what is asked and answered: strict about what comes in, explicit about what goes out."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from people.services.versions import state
from people.workplace import Workplace
from trail import clock
from trail.refusals import Refusal


class Text(serializers.CharField):
    """Text; a number or a truth value in its place is a mistake of the program, not something to be guessed at."""

    def to_internal_value(self, data: Any) -> str:
        """The text, without blanks around it."""
        if not isinstance(data, str):
            self.fail("invalid")
        value: str = super().to_internal_value(data)
        return value


class Asked(serializers.Serializer):
    """The body of a request. A name that it does not know is refused, so that a misspelt one is not lost in silence."""

    default_error_messages = {"unknown": _("没有这个字段"), "unlikely": _("年份写错了，再核对一遍")}

    def to_internal_value(self, data: Any) -> Any:
        """The values, checked; each moment is one that somebody can mean."""
        if isinstance(data, Mapping):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                message = serializers.ErrorDetail(self.error_messages["unknown"], "unknown")
                raise serializers.ValidationError({name: [message] for name in unknown})
        given = super().to_internal_value(data)
        slips = [name for name, value in given.items() if isinstance(value, datetime) and not clock.likely(value)]
        if slips:
            message = serializers.ErrorDetail(self.error_messages["unlikely"], "unlikely")
            raise serializers.ValidationError({name: [message] for name in slips})
        return given

    @classmethod
    def read(cls, request: Any, **context: Any) -> dict[str, Any]:
        """The checked body of this request, with the version that If-Match says (people/api/conditions.py).

        `context`: what else the checks look at. Raises ValidationError, which becomes a problem (422).
        """
        condition = getattr(request, "condition", None)
        data = {**request.data, **condition} if condition and isinstance(request.data, Mapping) else request.data
        asked = cls(data=data, context={"here": request.workplace, **context})
        asked.is_valid(raise_exception=True)
        given: dict[str, Any] = asked.validated_data
        return given


class StateAsked(Asked):
    """What a change was decided on: the `version` of something that has no history (people/services/versions.py)."""

    version = Text(
        source="seen",
        required=False,
        max_length=64,
        help_text="that was read; changed by somebody else since: refused (409)",
    )


class Stated(serializers.Serializer):
    """Something that has no history, with the version to change it by."""

    version = serializers.SerializerMethodField(help_text="to be given back with a change")

    def get_version(self, row: Any) -> str:
        """A digest of what is set."""
        return state(row)


class AddressAsked(Asked):
    """The body of a request that names an address to which something is sent.

    With other mistakes, why nothing is sent there is told, too; alone, the service refuses it with its code.
    """

    def look_at(self, address: str, data: Mapping[str, Any]) -> None:
        """Raises Refusal for an address to which nothing is sent."""
        raise NotImplementedError

    def to_internal_value(self, data: Any) -> Any:
        """The values, checked."""
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError as wrong:
            if isinstance(data, Mapping) and isinstance(wrong.detail, dict) and "address" not in wrong.detail:
                wrong.detail |= self._wrong(data)
            raise

    def _wrong(self, data: Mapping[str, Any]) -> dict[str, Any]:
        try:
            self.look_at(str(data.get("address", "")).strip(), data)
        except Refusal as refusal:
            return {"address": [serializers.ErrorDetail(str(refusal.sentence), refusal.code)]}
        return {}


@extend_schema_field(OpenApiTypes.INT)
class OneOf(serializers.Field):
    """The id of something that this person may choose; `among` gives what there is to choose, at a workplace and a time."""

    default_error_messages = {"unknown": _("没有这一项可选")}

    def __init__(self, among: Callable[[Workplace, datetime], QuerySet[Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.among = among

    def to_internal_value(self, data: Any) -> Any:
        """What has this id."""
        known = type(data) is int and self.among(self.context["here"], clock.now()).filter(pk=data).first()
        if not known:
            self.fail("unknown")
        return known

    def to_representation(self, value: Any) -> Any:
        """Its id."""
        return value.pk


class Person(serializers.Serializer):
    """Somebody who works here."""

    id = serializers.IntegerField(source="pk", help_text="to name this person in requests")
    name = serializers.CharField()

"""What the OpenAPI document says beyond what is read off the views: refusals, keys, tokens, and names of operations."""

import re
from http import HTTPStatus
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from people.api.conditions import ETAG, IF_MATCH, IF_NONE_MATCH
from people.api.idempotency import HEADER, LONGEST, REPLAY
from people.api.problems import CONTENT_TYPE
from people.api.serializers import Asked

REFUSED = {
    401: "No token, or one that is no good: unknown, revoked, expired, or of somebody who left.",
    404: "There is no such thing, or you may not know of it.",
    409: f"`key_reused`: the {HEADER} was used for something else. `key_busy`: its first request is still under way.",
    422: "Something in the request is wrong; `errors` says what, field by field.",
    429: "Too many requests; `Retry-After` says when to try again.",
}
CONDITIONAL = {
    412: "`changed_meanwhile`: it is not as it was when you read it any more. Read it again.",
    428: "`precondition_required`: say which version you have read, in If-Match or in the body.",
}
OTHERWISE = (
    "Any other refusal. 400: the body is no JSON, or the key is too long. 403: a browser's session without its CSRF"
    " token. 406, 415: only JSON is answered and read. 413: the body is too large. 503: others are changing the same"
    f" thing, try again. 500: our mistake; what was sent with an {HEADER} can safely be sent again."
)
KEY = OpenApiParameter(
    HEADER, {"type": "string", "minLength": 1, "maxLength": LONGEST}, OpenApiParameter.HEADER,
    description=(
        "Any text of up to 255 characters, new for each act. The same request with the same key is done once and gets"
        f" the same answer, with `{REPLAY}: true`; so it is safe to send again when an answer was lost."
    ),
)  # fmt: skip
HEADERS = [
    OpenApiParameter("Retry-After", int, OpenApiParameter.HEADER, response=[409, 429], description="Seconds."),
    OpenApiParameter("WWW-Authenticate", str, OpenApiParameter.HEADER, response=[401]),
    OpenApiParameter("Location", str, OpenApiParameter.HEADER, response=[201], description="Where the new thing is."),
]
REPLAYED = OpenApiParameter(
    REPLAY,
    str,
    OpenApiParameter.HEADER,
    response=[200, 201],
    enum=["true"],
    description="This answer was given before.",
)


class FieldError(serializers.Serializer):
    """What is wrong with one field."""

    field = serializers.CharField(help_text="its name; empty for the body as a whole")
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer):
    """Why a request was refused (RFC 9457). `code` is for programs, `detail` for people, in the language they asked for."""

    type = serializers.CharField(help_text="always about:blank")
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    field = serializers.CharField(required=False, help_text="the field that it is about, if it is about one")
    errors = FieldError(many=True, required=False)


class Schema(AutoSchema):
    """One operation: named after its view, with every refusal that it may be answered."""

    def get_operation_id(self) -> str:
        """get_registrations, post_registrations, get_registration_by_number …"""
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.view.__class__.__name__)
        return f"{self.method}_{name}".lower()

    def get_summary(self) -> str:
        """The sentence that the method is documented with."""
        return (getattr(self.view, self.method.lower()).__doc__ or "").strip()

    def get_description(self) -> str:
        """What more there is to say: the view's own text."""
        return (self.view.__class__.__doc__ or "").strip()

    def get_override_parameters(self) -> list[Any]:
        """The key of a POST, and the headers of answers."""
        method = getattr(self.view, self.method.lower(), None)  # None: of a webhook, which others answer
        keyed = [KEY, REPLAYED] if getattr(method, "keyed", False) else []
        tagged = [IF_NONE_MATCH, ETAG] if getattr(method, "tagged", False) else []
        matched = [IF_MATCH] if getattr(method, "unchanged", False) else []
        return [*super().get_override_parameters(), *keyed, *tagged, *matched, *HEADERS]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        if direction == "request":  # what others answer to a webhook
            return bodies
        writes = self.method == "POST"
        method = getattr(self.view, self.method.lower())
        refused = {str(status): said for status, said in REFUSED.items() if writes or status != HTTPStatus.CONFLICT}
        refused |= {str(status): said for status, said in CONDITIONAL.items() if getattr(method, "unchanged", False)}
        if getattr(method, "tagged", False):
            bodies["304"] = self._get_response_for_code(
                OpenApiResponse(None, "It is as you have it."), "304", None, direction
            )
        for status, said in (refused | {"default": OTHERWISE}).items():
            response = OpenApiResponse(Problem, said)
            bodies[status] = self._get_response_for_code(response, status, [CONTENT_TYPE], direction)
        return dict(sorted(bodies.items()))

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        mapped = super()._map_basic_serializer(serializer, direction)
        if isinstance(serializer, Asked):
            mapped["additionalProperties"] = False
        return mapped


class TokenScheme(OpenApiAuthenticationExtension):
    """How a program says who it is."""

    target_class = "people.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A token of /account/tokens, in the header Authorization."""
        return {"type": "http", "scheme": "bearer", "description": "A token of /account/tokens: `gs_…`"}

"""ETag, If-None-Match and If-Match (RFC 9110): what was read need not be sent twice, and nobody overwrites what they have not seen.

A tag is `"<version>.<digest>"`: the version of the thing, which services check under their lock, and a digest of what was answered.
The version goes back in If-Match or in a field of the body, whichever a program likes; where that field is required, one of the two
must be there.
"""

import re
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from trail.refusals import Refusal

TAG = re.compile(
    r'\s*(?:W/)?"([0-9a-f]{1,64})\.[0-9a-f]{16}"\s*'
)  # a proxy that compresses makes it weak: the version is the same
# What services say of a version that is not the present one.
CHANGED = {"stale", "draft_changed", "policies_changed", "changed_meanwhile"}
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` of an answer that you have: where it still holds, 304.",
)
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER,
    description="The `ETag` of what you have read, in place of the field of the body. Changed by now: 412. Neither of the two, where"
    " that field is required: 428.",
)  # fmt: skip
ETAG = OpenApiParameter("ETag", str, OpenApiParameter.HEADER, response=[200, 304], description="Of this answer.")


def tagged(field: str = "") -> Callable[[Any], Any]:
    """A GET whose answer has a tag: its version stands in this field of it; what nobody changes by itself has none."""

    def decorate(get: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(get)
        def answered(view: Any, request: Any, *args: Any, **kwargs: Any) -> Response:
            response = get(view, request, *args, **kwargs)
            digest = sha256(JSONRenderer().render(response.data)).hexdigest()[:16]
            tag = f'"{response.data[field] if field else 0}.{digest}"'
            if tag in (one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")):
                response = Response(status=304)
            response.headers["ETag"] = tag
            response.headers["Vary"] = "Accept-Language, Authorization, Cookie"
            return response

        answered.tagged = True  # type: ignore[attr-defined]
        return answered

    return decorate


def unchanged(field: str) -> Callable[[Any], Any]:
    """A POST that says on which version it was decided, in If-Match or in this field of its body.

    Raises Refusal: changed_meanwhile (412) for another one in If-Match, precondition_required (428) for none at all. Outside of `keyed`.
    """

    def decorate(post: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(post)
        def checked(view: Any, request: Any, *args: Any, **kwargs: Any) -> Response:
            given = request.headers.get("If-Match")
            if given is not None:
                request.condition = {field: _version(given)}
            try:
                return post(view, request, *args, **kwargs)
            except (Refusal, ValidationError) as wrong:
                raise _told(wrong, field, by_header=given is not None) from wrong

        checked.unchanged = True  # type: ignore[attr-defined]
        return checked

    return decorate


def _version(given: str) -> str:
    if given.strip() == "*":
        raise Refusal("precondition_required", _("If-Match 要写你读到的 ETag，不能写 *"), status=428)
    found = TAG.fullmatch(given)
    if found is None:
        raise _changed(_("If-Match 不是这里给的 ETag。重新读一遍，再发"))
    return found[1]


def _told(wrong: Refusal | ValidationError, field: str, *, by_header: bool) -> Exception:
    if isinstance(wrong, Refusal):
        return _changed(wrong.sentence) if by_header and wrong.code in CHANGED else wrong
    about = wrong.detail.get(field) if isinstance(wrong.detail, dict) else None
    if about and by_header:
        return _changed(_("If-Match 不是这里给的 ETag。重新读一遍，再发"))
    missing = about and len(wrong.detail) == 1 and isinstance(about[0], ErrorDetail) and about[0].code == "required"
    if missing:
        return Refusal(
            "precondition_required",
            _("带上你读到的版本：If-Match 头，或正文里的 %(field)s") % {"field": field},
            status=428,
        )
    return wrong


def _changed(sentence: Any) -> Refusal:
    return Refusal("changed_meanwhile", sentence, status=412)

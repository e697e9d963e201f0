"""The view that every endpoint derives from: who may, in which language and zone, and never a hint to strangers."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import exceptions, request
from rest_framework.authentication import SessionAuthentication
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.views import APIView

from people.access import SIGNED_IN
from people.api.authentication import TokenAuthentication
from people.api.throttles import Throttle
from people.factor_duty import factor_missing
from people.models import User
from people.workplace import Workplace
from trail.refusals import Refusal

LARGEST = 64 * 1024  # bytes of a request's body


class Request(request.Request):
    """A request that was let in: it has a workplace."""

    user: User
    workplace: Workplace


class Access(BasePermission):
    """Let through whoever holds one of the rights that the view names for this method; nothing named lets nobody through."""

    def has_permission(self, request: Any, view: Any) -> bool:
        """True, or the exception that says why not: 401, 405, and 404 for whatever a person may not know of."""
        if not request.user.is_authenticated:
            raise exceptions.NotAuthenticated
        if request.method not in view.allowed_methods:
            raise exceptions.MethodNotAllowed(request.method)
        wanted = view.rights.get("GET" if request.method == "HEAD" else request.method, ())
        here = request.workplace
        if here is not None and here.barred:
            raise factor_missing()
        if SIGNED_IN in wanted or (here is not None and any(here.may(right) for right in wanted)):
            return True
        raise Http404


class JsonParser(BaseParser):
    """JSON in UTF-8, of a size that anybody types. What is no JSON is refused, whatever its reader stumbles over."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """What the body says."""
        raw = stream.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise Refusal("too_large", _("请求正文太大，分几次发"), status=413)
        try:
            body = json.loads(raw.decode(), parse_constant=_no_number)
            json.dumps(body, ensure_ascii=False).encode()  # half of a pair of surrogates, escaped, cannot be told back
            return body
        except (ValueError, RecursionError) as error:
            raise Refusal("not_json", _("请求正文不是 JSON"), status=400) from error


def _no_number(name: str) -> Any:
    raise ValueError(name)  # NaN and Infinity are not JSON


class Resource(APIView):
    """One address of the API. `rights` says who may, by method, and is all that lets anybody in.

    `bucket` names a limit of its own (people/api/throttles.py). `renamed`: fields of refusals that have another name here.
    """

    rights: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    bucket: ClassVar[str] = ""
    renamed: ClassVar[Mapping[str, str]] = {}
    http_method_names = ["get", "head", "post"]
    authentication_classes = [TokenAuthentication, SessionAuthentication]
    permission_classes = [Access]
    throttle_classes = [Throttle]
    parser_classes = [JsonParser]
    renderer_classes = [JSONRenderer]

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """The view, saying itself who may come in, as every page does."""
        view = super().as_view(**initkwargs)
        view.access = frozenset().union(*cls.rights.values())
        return view

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Let in or refuse; from here on times are told in the project's zone, until the middleware takes it back."""
        super().initial(request, *args, **kwargs)
        if any("\0" in str(value) for value in kwargs.values()):
            raise Http404  # no text in the database can hold it
        if request.workplace is not None:
            timezone.activate(request.workplace.project.zone)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Nothing of a customer stays in anybody's cache."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        return response


class FileResource(Resource):
    """An address that answers the bytes of a file, whatever is asked for; its refusals are JSON."""

    def perform_content_negotiation(self, request: Any, force: bool = False) -> Any:
        """What is asked for does not matter."""
        return super().perform_content_negotiation(request, force=True)

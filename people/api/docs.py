"""The API's own description: as OpenAPI for programs, and to be read and tried in the browser, without any other server."""

from functools import cache
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils import translation
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import IsAuthenticated

from people.access import SIGNED_IN, WorkRequest, open_to
from people.api.resource import Resource

viewer = SpectacularSwaggerSplitView.as_view(
    url_name="api_schema", template_name="people/api_docs.html", authentication_classes=[SessionAuthentication],
    permission_classes=[IsAuthenticated],
)  # fmt: skip


class SchemaDocument(Resource):
    """The OpenAPI document, in English whoever asks."""

    rights = {"GET": (SIGNED_IN,)}
    renderer_classes = [OpenApiJsonRenderer2]

    @extend_schema(exclude=True)
    def get(self, request: Any) -> HttpResponse:
        """All operations."""
        named = {"Content-Disposition": 'inline; filename="Guishu API.json"'}
        return HttpResponse(document(), content_type=OpenApiJsonRenderer2.media_type, headers=named)


@cache
def document() -> bytes:
    """All operations, as JSON. It takes seconds and only the program's own code plays a part: each process makes it once."""
    with translation.override("en"):
        described = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
        return bytes(OpenApiJsonRenderer2().render(described))


@open_to(SIGNED_IN)
@require_GET
def docs(request: WorkRequest) -> HttpResponseBase:
    """The document to be read and tried; and, with `?script`, the few lines that start it."""
    shown: HttpResponseBase = viewer(request)
    return shown

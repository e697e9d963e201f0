"""The API's own description: as OpenAPI for programs, and to be read and tried in the browser, without any other server."""

from typing import Any

from django.http import HttpResponseBase
from django.utils import translation
from django.views.decorators.http import require_GET
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import IsAuthenticated

from people.access import SIGNED_IN, WorkRequest, open_to
from people.api.resource import Resource

viewer = SpectacularSwaggerSplitView.as_view(
    url_name="api_schema", template_name="people/api_docs.html", authentication_classes=[SessionAuthentication],
    permission_classes=[IsAuthenticated],
)  # fmt: skip


class SchemaDocument(Resource, SpectacularJSONAPIView):
    """The OpenAPI document, in English whoever asks."""

    rights = {"GET": (SIGNED_IN,)}
    renderer_classes = [OpenApiJsonRenderer2]

    @extend_schema(exclude=True)
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """All operations."""
        with translation.override("en"):
            return super().get(request, *args, **kwargs)


@open_to(SIGNED_IN)
@require_GET
def docs(request: WorkRequest) -> HttpResponseBase:
    """The document to be read and tried; and, with `?script`, the few lines that start it."""
    shown: HttpResponseBase = viewer(request)
    return shown

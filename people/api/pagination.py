"""Lists, the newest first, page by page (people/cursor.py)."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from people import cursor
from trail.refusals import Refusal

USUAL, MOST = 50, 100
PAGING = [
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}),
    OpenApiParameter("cursor", str, description="What `next` of the page before said."),
]


def page(request: Any, rows: QuerySet[Any], *, by: str, show: Callable[[list[Any]], Sequence[Any]]) -> Response:
    """A page of `rows` by the time in the column `by`, then id, both falling. `show` turns the rows of one page into JSON.

    `?limit=` 1–100 (50), `?cursor=` what `next` said before. `next` is null on the last page.
    """
    limit, given = limit_of(request), request.query_params.get("cursor")
    if given:
        rows = cursor.after(rows, given, by=by)
    found, more = cursor.piece(list(rows.order_by(f"-{by}", "-pk")[: limit + 1]), limit, by=by)
    return Response({"results": show(found), "next": more})


def limit_of(request: Any) -> int:
    """How many rows this page is to have at most. Raises Refusal."""
    text = request.query_params.get("limit", str(USUAL))
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= MOST):
        raise Refusal("limit_wrong", _("limit 要 1 到 100 的整数"), field="limit")
    return int(text)

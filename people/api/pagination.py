"""Lists, the newest first, page by page: a signed cursor says after which row to go on, so that no row is missed or told twice."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from trail.refusals import Refusal

USUAL, MOST = 50, 100
SALT = "api.cursor"
PAGING = [
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}),
    OpenApiParameter("cursor", str, description="What `next` of the page before said."),
]


def page(request: Any, rows: QuerySet[Any], *, by: str, show: Callable[[list[Any]], Sequence[Any]]) -> Response:
    """A page of `rows` by the time in the column `by`, then id, both falling. `show` turns the rows of one page into JSON.

    `?limit=` 1–100 (50), `?cursor=` what `next` said before. `next` is null on the last page.
    """
    limit, cursor = _limit(request.query_params), request.query_params.get("cursor")
    if cursor:
        at, pk = _read(cursor)
        rows = rows.filter(Q(**{f"{by}__lt": at}) | Q(pk__lt=pk), **{f"{by}__lte": at})
    found = list(rows.order_by(f"-{by}", "-pk")[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    after = signing.dumps([getattr(found[-1], by).isoformat(), found[-1].pk], salt=SALT) if more else None
    return Response({"results": show(found), "next": after})


def _limit(query: Any) -> int:
    text = query.get("limit", str(USUAL))
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= MOST):
        raise Refusal("limit_wrong", _("limit 要 1 到 100 的整数"), field="limit")
    return int(text)


def _read(cursor: str) -> tuple[datetime, int]:
    """Where to go on. A cursor that is not one of ours is refused."""
    try:
        at, pk = signing.loads(cursor, salt=SALT)
    except signing.BadSignature as error:
        raise Refusal("cursor_wrong", _("cursor 不对：用上一页的 next，原样发回来"), field="cursor") from error
    return datetime.fromisoformat(at), pk

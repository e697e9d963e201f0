"""Long lists, the newest first, piece by piece: a signed cursor says after which row to go on, so that no row is missed or told twice."""

from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from trail.refusals import Refusal

SALT = "api.cursor"


def after(rows: QuerySet[Any], cursor: str, *, by: str) -> QuerySet[Any]:
    """Those behind the row that the cursor names, by the time in the column `by` and then the id. Raises Refusal for none of ours."""
    at, pk = _read(cursor)
    return rows.filter(Q(**{f"{by}__lt": at}) | Q(pk__lt=pk), **{f"{by}__lte": at})


def piece(found: list[Any], limit: int, *, by: str) -> tuple[list[Any], str | None]:
    """Of up to one row more than the limit: the rows of this piece, and where to go on; None where it is the last."""
    if len(found) <= limit:
        return found, None
    found = found[:limit]
    return found, signing.dumps([getattr(found[-1], by).isoformat(), found[-1].pk], salt=SALT)


def _read(cursor: str) -> tuple[datetime, int]:
    try:
        at, pk = signing.loads(cursor, salt=SALT)
    except signing.BadSignature as error:
        raise Refusal("cursor_wrong", _("cursor 不对：用上一页的 next，原样发回来"), field="cursor") from error
    return datetime.fromisoformat(at), pk

"""Limits that hold under concurrency: counted in one statement, in the database, by whoever asks first."""

from datetime import datetime, timedelta
from math import ceil

from django.db import connection

from trail.models import Allowance

TAKE = """
INSERT INTO trail_allowance AS kept (key, since, used) SELECT %(key)s, %(at)s, %(cost)s WHERE %(cost)s <= %(limit)s
ON CONFLICT (key) DO UPDATE SET
  since = CASE WHEN kept.since <= %(over)s THEN %(at)s ELSE kept.since END,
  used = CASE WHEN kept.since <= %(over)s THEN %(cost)s ELSE kept.used + %(cost)s END
WHERE %(cost)s <= %(limit)s AND (kept.since <= %(over)s OR kept.used + %(cost)s <= %(limit)s)
"""


def take(key: str, *, limit: int, within: timedelta, at: datetime, cost: int = 1) -> bool:
    """Use up `cost` of what `key` may use within this span; False, and nothing used, where that would be too much.

    The span begins with the first use and starts anew when it is over. `key` holds no personal data.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"key": key, "at": at, "cost": cost, "limit": limit, "over": at - within})
        return cursor.rowcount == 1


def wait(key: str, *, within: timedelta, at: datetime) -> int:
    """Seconds until the span of `key` is over, at least one: when to ask again after a `take` that was refused."""
    since = Allowance.objects.filter(key=key).values_list("since", flat=True).first()
    return max(1, ceil((since + within - at).total_seconds())) if since else 1


def give_back(key: str, *, cost: int = 1) -> None:
    """What was taken did not count after all: a right answer is no guess."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE trail_allowance SET used = used - %s WHERE key = %s AND used >= %s", [cost, key, cost])

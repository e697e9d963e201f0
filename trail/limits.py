"""Limits that hold under concurrency: counted in one statement, in the database, by whoever asks first."""

from datetime import datetime, timedelta

from django.db import connection

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

"""How much a person's programs may ask: counted exactly, in the database, by person. An address plays no part in it."""

from datetime import timedelta
from typing import Any

from rest_framework.throttling import BaseThrottle

from trail import clock, limits

A_MINUTE = timedelta(minutes=1)
LIMITS = {"read": 600, "write": 120, "precheck": 20}  # requests a minute; all tokens and sessions of a person together


class Throttle(BaseThrottle):
    """Counts a request in the bucket that its view names, else with the reads or the writes."""

    key = ""

    def allow_request(self, request: Any, view: Any) -> bool:
        """Whether there is room for this one; it is counted if so."""
        bucket = view.bucket or ("write" if request.method == "POST" else "read")
        self.key = f"api:{bucket}:{request.user.pk}"
        return limits.take(self.key, limit=LIMITS[bucket], within=A_MINUTE, at=clock.now())

    def wait(self) -> float:
        """Seconds until there is room again, for Retry-After."""
        return limits.wait(self.key, within=A_MINUTE, at=clock.now())

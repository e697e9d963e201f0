"""What became of the letters of the last days, for whoever looks after the channels."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count

from people.channels.reasons import in_words
from trail.models import Delivery

DAYS = timedelta(days=7)
State = Delivery.State


def lately(at: datetime) -> dict[str, Any]:
    """How many letters went, were skipped or failed (each with its reason), and how many wait."""
    settled = Delivery.objects.filter(done_at__gt=at - DAYS).values("state", "why")
    told = [{**row, "reason": in_words(row["why"])} for row in settled.annotate(count=Count("pk")).order_by("-count")]
    return {
        "sent_count": sum(row["count"] for row in told if row["state"] == State.SENT),
        "skipped": [row for row in told if row["state"] == State.SKIPPED],
        "failed": [row for row in told if row["state"] == State.FAILED],
        "waiting_count": Delivery.objects.filter(state=State.WAITING).count(),
    }

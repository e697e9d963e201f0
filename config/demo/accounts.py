"""The demo as an installation that somebody set up: its duty of a second factor is always thirty days away, so that it can be tried."""

from datetime import datetime

from people.factor_duty import LONGEST
from people.models import Installation, User


def put_off(at: datetime) -> None:
    """Each start of the demo puts it off anew; who reads a page sees from when on it would hold."""
    boss = User.objects.get(username="wuyong")
    day = (at + LONGEST).date()
    Installation.objects.update_or_create(
        id=1,
        defaults={"second_factor_from": day},
        create_defaults={"administrator": boss, "at": at, "second_factor_from": day},
    )

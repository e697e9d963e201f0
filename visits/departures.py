"""What runs by itself about departures."""

from django.utils.translation import gettext_lazy as _

from trail import clock
from trail.jobs import job
from visits import services


@job(title=_("问接待人客户走了没有"))
def ask_whether_left() -> None:
    """Every minute: it is for the receiver to remember, not for the desk."""
    services.ask_whether_left(at=clock.now())


@job(title=_("闭店时补记离开"))
def sweep() -> None:
    """Every few minutes: sites close at their own local time."""
    services.sweep(at=clock.now())

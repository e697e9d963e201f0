"""What runs by itself about announced visits."""

from django.utils.translation import gettext_lazy as _

from trail import clock
from trail.jobs import job
from visits import services


@job(title=_("提醒没审客、没追访的到访"))
def tell_announced_late() -> None:
    """Every minute: whose check or call is late, once an announcement (D11-M2b, M2c)."""
    services.tell_late(at=clock.now())

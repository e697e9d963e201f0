"""What time does to protections, every minute: what has run out is passed on, and who is about to lose a customer is told."""

from django.utils.translation import gettext_lazy as _

from leads.services import expire_due, warn_ending
from trail import clock
from trail.jobs import job


@job(title=_("保护期：到期的交给下一位，快到期的提醒"))
def watch_protections() -> None:
    """End what has run out, then warn of what ends soon; both may run twice."""
    expire_due(at=clock.now())
    warn_ending(at=clock.now())

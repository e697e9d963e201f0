"""What time does: protections that have run out are passed on, who is about to lose a customer is told, imports are to be confirmed."""

from django.utils.translation import gettext_lazy as _

from leads.importing import ending
from leads.privacy import listing
from leads.privacy.requests import tell_due
from leads.services import expire_due, warn_ending
from trail import clock
from trail.jobs import job


@job(title=_("保护期：到期的交给下一位，快到期的提醒"))
def watch_protections() -> None:
    """End what has run out, then warn of what ends soon; both may run twice."""
    expire_due(at=clock.now())
    warn_ending(at=clock.now())


@job(title=_("核对删除名单"))
def complete_erasures() -> None:
    """Add whoever was erased and is not on the list beside the database, because the program died in between."""
    listing.complete()


@job(title=_("提醒确认导入的归属"))
def remind_confirmations() -> None:
    """Tell management of imports of ownership that wait longer than they may (G-54)."""
    ending.remind(at=clock.now())


@job(title=_("提醒个人信息要求"))
def remind_requests() -> None:
    """Tell who handles them of requests that are due soon, or late (GB/T 35273 8.7)."""
    tell_due(at=clock.now())

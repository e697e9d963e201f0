"""What runs by itself (config/schedule.py): the mailboxes are read, and who tries numbers through is found."""

from django.utils.translation import gettext_lazy as _

from leads.inbound.reading import read_due
from leads.services.probing import alert_probing
from trail import clock
from trail.jobs import job


@job(title=_("读邮箱里的报备"), tries=1)
def read_mailboxes() -> None:
    """Every mailbox, one after the other; each mail once, also when this runs twice."""
    read_due(at=clock.now())


@job(title=_("看有没有人在试号码"))
def watch_questions() -> None:
    """Tell the managers, once for each person and day."""
    alert_probing(at=clock.now())

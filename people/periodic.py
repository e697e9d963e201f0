"""The jobs behind periodic work and leaving. Both may run at any time, and twice."""

from django.utils.translation import gettext_lazy as _

from people.services.handing_over import close_leavers
from people.services.routines import ask_to_sign, lay_out, remind, settle
from trail import clock
from trail.jobs import job


@job(title=_("排例行工作，提醒到期"))
def do_routines() -> None:
    """What is done by itself is closed first, so that nobody is late who is not; then the new periods' work, then who is told."""
    now = clock.now()
    settle(at=now)
    lay_out(at=now)
    remind(at=now)
    ask_to_sign(at=now)


@job(title=_("停用已离职的账号"))
def see_off() -> None:
    """Whoever's last day is over is out: their account is closed."""
    close_leavers(at=clock.now())

"""What runs by itself: jobs at set times, and the steady work of each round. Times are local; all jobs may run twice."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from arbitration.awaiting import tell_rulable, tell_waiting
from arbitration.services import assess_all, assess_changed, tell_nearly_due
from finance.background import send_month_statements
from finance.exports.background import forget_exports
from leads.inbound.jobs import read_mailboxes, watch_questions
from leads.services.tasks import tell_due_tasks
from leads.upkeep import complete_erasures, remind_confirmations, remind_requests, watch_protections
from people import hook_sending, outbox, robots
from people.given_up import watch_given_up
from people.periodic import do_routines, see_off
from people.safekeeping import watch_safekeeping
from people.upkeep import clear_sign_ins, forget_deliveries, seal_history, verify_history
from trail.aside import Aside
from trail.jobs import periodic
from trail.retention import count_outlived, forget_outlived
from trail.steady import Steady, SteadyWork
from trail.upkeep import clear_sessions, forget_old
from visits.announced_jobs import tell_announced_late
from visits.departures import ask_whether_left, sweep
from visits.services import pass_on_due
from visits.services.incidents import tell_late_steps

# What a worker does in each round, about once a second.
STEADY: tuple[SteadyWork, ...] = (robots.prepare, pass_on_due, assess_changed)
# What waits for other people's servers, beside the rounds, and in how many lanes at once. A receiver that failed has a lane of
# its own with others that did: it holds up none that takes what it gets.
OUTWARD: tuple[tuple[SteadyWork, Callable[[datetime], bool], int], ...] = (
    (outbox.drain, outbox.is_due, 1),
    (robots.post_due, robots.is_due, 2),
    (hook_sending.drain_well, hook_sending.well_is_due, 2),
    (hook_sending.drain_failing, hook_sending.failing_is_due, 1),
)


def steady() -> list[Steady]:
    """The steady work of one worker."""
    return [*map(Steady, STEADY), *(Aside(work, due, lanes=lanes) for work, due, lanes in OUTWARD)]


def declare() -> None:
    """Called once, when all apps are loaded."""
    periodic("verify_history", verify_history, daily=time(2, 10))
    periodic("seal_history", seal_history, every=timedelta(minutes=5))
    periodic("clear_sessions", clear_sessions, daily=time(3, 10))
    periodic("clear_sign_ins", clear_sign_ins, daily=time(3, 20))
    periodic("forget_old", forget_old, daily=time(3, 40))
    periodic("forget_deliveries", forget_deliveries, daily=time(3, 50))
    periodic("complete_erasures", complete_erasures, daily=time(3, 50))
    periodic("forget_outlived", forget_outlived, daily=time(3, 50))
    periodic("count_outlived", count_outlived, daily=time(4, 40))
    periodic("watch_safekeeping", watch_safekeeping, every=timedelta(hours=1))
    periodic("watch_given_up", watch_given_up, every=timedelta(minutes=5))
    periodic("assess_all", assess_all, every=timedelta(hours=1))
    periodic("tell_nearly_due", tell_nearly_due, every=timedelta(minutes=1))
    periodic("tell_rulable", tell_rulable, daily=time(9, 7))
    periodic("tell_waiting", tell_waiting, every=timedelta(minutes=10))
    periodic("remind_confirmations", remind_confirmations, daily=time(9, 7))
    periodic("remind_requests", remind_requests, daily=time(9, 12))
    periodic("watch_protections", watch_protections, every=timedelta(minutes=1))
    periodic("read_mailboxes", read_mailboxes, every=timedelta(minutes=1))
    periodic("watch_questions", watch_questions, every=timedelta(minutes=5))
    periodic("send_month_statements", send_month_statements, daily=time(8, 47))
    periodic("routines", do_routines, every=timedelta(minutes=10))  # a project's midnight is not everybody's
    periodic("see_off", see_off, every=timedelta(minutes=10))
    periodic("tell_announced_late", tell_announced_late, every=timedelta(minutes=1))
    periodic("tell_due_tasks", tell_due_tasks, every=timedelta(minutes=1))
    periodic("tell_late_steps", tell_late_steps, every=timedelta(minutes=1))
    periodic("ask_whether_left", ask_whether_left, every=timedelta(minutes=1))
    periodic("forget_exports", forget_exports, every=timedelta(minutes=5))
    periodic("sweep", sweep, every=timedelta(minutes=5))  # each site closes at its own local time

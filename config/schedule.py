"""What runs by itself: jobs at set times, and the steady work of each round. Times are local; all jobs may run twice."""

from datetime import time

from people import outbox
from people.upkeep import verify_chains
from trail.jobs import periodic
from trail.upkeep import clear_sessions, forget_old
from trail.worker import SteadyWork

# What a worker does in each round, about once a second.
STEADY: tuple[SteadyWork, ...] = (outbox.drain,)


def declare() -> None:
    """Called once, when all apps are loaded."""
    periodic("verify_chains", verify_chains, daily=time(2, 10))
    periodic("clear_sessions", clear_sessions, daily=time(3, 10))
    periodic("forget_old", forget_old, daily=time(3, 40))

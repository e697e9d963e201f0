"""Work that a worker does in each of its rounds, about once a second."""

import logging
import time
from datetime import datetime
from typing import Protocol

from trail import clock

log = logging.getLogger("guishu.worker")
REST_AT_MOST = 60.0  # seconds, after trouble


class SteadyWork(Protocol):
    """What is done in each round, such as draining the outbox; gives how much was done, 0 when there is nothing."""

    def __call__(self, *, at: datetime) -> int: ...


class Steady:
    """Steady work that rests after trouble: 2, 4, 8 … seconds, so that one that fails does not stop the others."""

    def __init__(self, work: SteadyWork) -> None:
        self.work, self.troubles, self.not_before = work, 0, 0.0

    @property
    def rests(self) -> bool:
        """Whether it failed a moment ago."""
        return time.monotonic() < self.not_before

    def do(self) -> int:
        """Do it, unless it rests."""
        if self.rests:
            return 0
        try:
            done = self.work(at=clock.now())
        except Exception:
            self.troubles += 1
            self.not_before = time.monotonic() + min(2.0**self.troubles, REST_AT_MOST)
            log.exception("steady work failed: %r", self.work)
            return 0
        self.troubles = 0
        return done

    def wait(self) -> int:
        """It is over when `do` is: nothing more came of it."""
        return 0

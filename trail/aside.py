"""Steady work that waits for other people's servers: beside the rounds of the worker, in lanes, so that no round waits for it.

A lane is a thread with a connection of its own, for as long as there is something to do: at rest there is none. Lanes of one work
behave to each other as two workers do, so that work must be such as two workers may do at once: whatever one has in hand the other
leaves alone. Somebody's server that takes all the time it is given holds one lane for that time, and nothing else.
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from threading import Thread

from django.db import connection

from trail.steady import Steady, SteadyWork


class Aside(Steady):
    """`work` in `lanes` threads at most; one more is begun in each round in which `due` says that something is to be done."""

    def __init__(self, work: SteadyWork, due: Callable[[datetime], bool], *, lanes: int = 1) -> None:
        super().__init__(work)
        self._look, self._lanes = Steady(lambda *, at: due(at)), lanes
        self._begun: list[Thread] = []
        self._done: deque[int] = deque()

    def do(self) -> int:
        """Begin what is due, if a lane is free; gives how much the lanes that ended came to."""
        self._begun = [lane for lane in self._begun if lane.is_alive()]
        if len(self._begun) < self._lanes and not self.rests and self._look.do():
            lane = Thread(target=self._lane, daemon=True)  # told twice to stop, the worker waits for nobody
            self._begun.append(lane)
            lane.start()
        return self._told()

    def wait(self) -> int:
        """Until every lane has ended; gives how much they came to."""
        for lane in self._begun:
            lane.join()
        return self._told()

    def _lane(self) -> None:
        try:
            self._done.append(super().do())
        finally:
            connection.close()

    def _told(self) -> int:
        return sum(self._done.popleft() for _ in range(len(self._done)))

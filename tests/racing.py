"""Races: acts that begin at the same instant, each on a connection of its own, so that they meet in the database."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connections

from trail.refusals import Refusal


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do them all at the same instant; in their order what each gave, or what it raised."""
    barrier, came_to = threading.Barrier(len(acts), timeout=60), [None] * len(acts)

    def run(i: int) -> None:
        try:
            barrier.wait()
            came_to[i] = acts[i]()
        except Exception as trouble:  # a mistake in a thread would be lost otherwise
            came_to[i] = trouble
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came_to


def mistakes(came_to: Iterable[Any]) -> list[Exception]:
    """What was raised and is no refusal."""
    return [one for one in came_to if isinstance(one, Exception) and not isinstance(one, Refusal)]


def refused_or(came_to: Iterable[Any], done: Any = None) -> list[Any]:
    """The code of each refusal; of the others what they gave, or `done` for all. A mistake is raised."""
    for mistake in mistakes(came_to):
        raise mistake
    return [one.code if isinstance(one, Refusal) else done or one for one in came_to]

"""How often something is tried that did not go, and when again: the same for letters, robots and whatever else leaves the program."""

from datetime import datetime, timedelta

TRIES = 6
FIRST_WAIT = timedelta(seconds=30)  # then four times as long each time: two hours before the last try


def next_try(tried: int, at: datetime) -> datetime:
    """When to try again what was tried so often."""
    return at + FIRST_WAIT * 4 ** (tried - 1)

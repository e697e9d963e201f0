"""What the worker does in its lanes, one after the other, in the test's own transaction."""

from datetime import datetime

from people import hook_sending
from people.robots.alarm import tell_failing
from people.robots.dealing import deal
from people.robots.posting import post_due


def drain_hooks(*, at: datetime) -> int:
    """Send what is due to the programs of others; gives how many were sent."""
    return hook_sending.drain_well(at=at) + hook_sending.drain_failing(at=at)


def drain_robots(*, at: datetime) -> int:
    """Deal out, post, tell of robots that fail; gives how many messages and posts were dealt with."""
    return deal(at=at) + post_due(at=at) + tell_failing(at=at)

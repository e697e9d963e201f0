"""What robots of chat groups post (群机器人): messages are dealt out to the robots that want them, then posted, at least once.

    deal     a message that robots may post becomes one post for each robot of its project, or of its reader's team, that
             wants its kind; told twice in the same minute it is one post
    wait     until the quiet hours of the project are over (a visitor waits for nobody), or for the morning's digest
    merge    what is due of one kind goes as one line; after a post, others of its kind wait a minute, unless they are urgent
    post     at most A_MINUTE posts a minute and robot, whoever posts: each of so many tickets is good once a minute
    note     that it went; or try again later, TRIES times, and tell the administrators after ten minutes of failing

A round lets each robot post once: a group that does not answer holds up the others for one time-out, not for each post.
"""

from datetime import datetime

from people.robots.alarm import tell_failing
from people.robots.dealing import deal
from people.robots.posting import is_due, post_due

__all__ = ["is_due", "post_due", "prepare"]


def prepare(*, at: datetime) -> int:
    """What needs no other server: messages are dealt out, and of a robot that fails the administrators are told."""
    return deal(at=at) + tell_failing(at=at)

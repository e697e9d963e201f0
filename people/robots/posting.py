"""Posts go out: one post a round for each robot, within what a minute allows, and what did not go is tried again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from people.channels.robots import Line, NotPosted, post
from people.kinds import URGENT
from people.models import Robot, RobotPost
from people.retrying import TRIES, next_try
from people.robots.lines import write
from trail.limits import give_back, take
from trail.models import Message

A_MINUTE = 18  # posts of one robot; 企业微信 and 钉钉 take 20
MINUTE = timedelta(minutes=1)
TOGETHER = 50  # posts that go as one line
LATE = timedelta(minutes=30)  # nobody needs to hear of a visitor who came so long ago
REST = timedelta(minutes=2)  # a robot that failed is let alone so long at most, whatever its posts wait for
State = RobotPost.State


def post_due(*, at: datetime) -> int:
    """Let each robot that has something due post once; gives how many posts were dealt with."""
    return sum(_post(pk, at) for pk in _whose_turn(at))


def is_due(at: datetime) -> bool:
    """Whether a robot has something to post now."""
    return _due(at).exists()


def _due(at: datetime) -> QuerySet[RobotPost]:
    due = RobotPost.objects.filter(state=State.WAITING, due_at__lte=at, robot__on=True)
    return due.exclude(robot__free_at__gt=at)


def _whose_turn(at: datetime) -> list[int]:
    return list(_due(at).values_list("robot", flat=True).distinct().order_by("robot"))


def _post(pk: int, at: datetime) -> int:
    """The ticket is taken before the transaction: it stays taken if we are killed between posting and noting it."""
    ticket = _ticket(pk, at)
    if ticket is None:
        return 0
    with transaction.atomic():
        robot = _lock(pk)
        if robot is None or (robot.free_at and robot.free_at > at):  # another worker has it in hand, or found it busy
            give_back(ticket)
            return 0
        late, batch = _next(robot, at)
        if not batch:
            give_back(ticket)
            return late
        return late + _send(robot, batch, at)


def _lock(pk: int) -> Robot | None:
    """Whoever holds the robot has all its posts in hand."""
    return Robot.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk, on=True).first()


def _ticket(pk: int, at: datetime) -> str | None:
    """Leave to post once, of A_MINUTE in any minute: each ticket may be used again a minute after it was."""
    keys = (f"robot:{pk}:{n}" for n in range(A_MINUTE))
    return next((key for key in keys if take(key, limit=1, within=MINUTE, at=at)), None)


def _next(robot: Robot, at: datetime) -> tuple[int, list[RobotPost]]:
    """What goes now as one line, the oldest first; and how many fell away because they are late or done."""
    due = robot.posts.filter(state=State.WAITING, due_at__lte=at).order_by("pk")
    rows = list(due[:TOGETHER])
    over = {row.pk: why for row in rows if (why := _over(row, at))} | _done(rows)
    for row in rows:
        if row.pk in over:
            _settle([row], State.SKIPPED, over[row.pk], at)
    rows = [row for row in rows if row.pk not in over]
    kind = next((kind for kind in dict.fromkeys(row.kind for row in rows) if _may_go(robot, kind, at)), "")
    return len(over), [row for row in rows if row.kind == kind]


def _over(row: RobotPost, at: datetime) -> str:
    return "late" if row.kind in URGENT and row.at + LATE < at else ""


def _done(rows: Sequence[RobotPost]) -> dict[int, str]:
    """Which of them ask for what was done meanwhile."""
    told = Message.objects.filter(
        to__in={pk for row in rows for pk in row.mentions}, at__in={row.at for row in rows}, done_at__isnull=False
    )
    done = set(told.values_list("to", "kind", "link", "at"))
    return {row.pk: "done" for row in rows if any((to, row.kind, row.link, row.at) in done for to in row.mentions)}


def _may_go(robot: Robot, kind: str, at: datetime) -> bool:
    """Whether none of this kind was posted within a minute: those after it are told of together."""
    return kind in URGENT or take(_pause(robot, kind), limit=1, within=MINUTE, at=at)


def _pause(robot: Robot, kind: str) -> str:
    return f"robot:{robot.pk}:{kind}"


def _send(robot: Robot, batch: list[RobotPost], at: datetime) -> int:
    line = write(robot, batch)
    if line is None:
        _settle(batch, State.SKIPPED, "private", at)
        return len(batch)
    try:
        post(robot, line, at=at)
    except NotPosted as trouble:
        give_back(_pause(robot, batch[0].kind))
        _put_off(robot, batch, trouble, at)
    else:
        _settle(batch, State.SENT, "", at)
        if robot.failing_since or robot.free_at:
            robot.failing_since, robot.free_at, robot.failure = None, None, ""
            robot.save(update_fields=["failing_since", "free_at", "failure"])
    return len(batch)


def _settle(rows: Sequence[RobotPost], state: str, why: str, at: datetime) -> None:
    RobotPost.objects.filter(pk__in=[row.pk for row in rows]).update(state=state, why=why, done_at=at)


def _put_off(robot: Robot, batch: list[RobotPost], trouble: NotPosted, at: datetime) -> None:
    """Try again later, or give up what was tried often enough. Too fast is no fault of a post: it keeps its tries."""
    for row in batch:
        row.tries += 0 if trouble.wait else 1
        row.why = trouble.code
        row.due_at = at + trouble.wait if trouble.wait else next_try(row.tries, at)
        if row.tries >= TRIES:
            row.state, row.done_at = State.FAILED, at
    RobotPost.objects.bulk_update(batch, ["tries", "why", "due_at", "state", "done_at"])
    robot.free_at = at + trouble.wait if trouble.wait else min(batch[0].due_at, at + REST)
    robot.failing_since, robot.failure = robot.failing_since or at, trouble.code
    robot.save(update_fields=["free_at", "failing_since", "failure"])


def say(robot: Robot, line: Line, *, at: datetime) -> None:
    """Let a robot say something at once, outside the queue but within its minute. Raises NotPosted."""
    if _ticket(robot.pk or 0, at) is None:
        raise NotPosted("too_fast", wait=MINUTE)
    post(robot, line, at=at)

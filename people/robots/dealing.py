"""Messages become posts: which robots a message goes to, under which key, and not before when."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2s
from json import dumps

from django.db import transaction

from people.events import BY_KIND, Group
from people.hours import may_go_at
from people.kinds import URGENT
from people.models import Membership, NoticeSettings, Robot, RobotPost
from trail.models import Delivery, Message

CHANNEL = "robot"
AT_ONCE = 200  # messages that one round deals out
State = Delivery.State


@transaction.atomic
def deal(*, at: datetime) -> int:
    """Make posts of the messages that wait for robots; gives how many messages. Two workers never have the same one in hand."""
    waiting = Delivery.objects.filter(channel=CHANNEL, state=State.WAITING, due_at__lte=at).order_by("pk")
    rows = list(waiting.select_related("message").select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
    if not rows:
        return 0
    robots = _robots()
    teams = (
        _teams((row.message for row in rows), at) if any(r.team_id for found in robots.values() for r in found) else {}
    )
    posts: list[RobotPost] = []
    for row in rows:
        row.why = _why_not(row.message, robots)
        made = [] if row.why else _posts(row.message, robots[row.message.project], teams, at)
        posts += made
        row.why = row.why or ("" if made else "no_robot")
        row.state, row.done_at = (State.SKIPPED if row.why else State.SENT), at
    RobotPost.objects.bulk_create(posts, ignore_conflicts=True)
    Delivery.objects.bulk_update(rows, ["state", "why", "done_at"])
    return len(rows)


def _robots() -> dict[str, list[Robot]]:
    """Those that are on, by the code of their project."""
    found: dict[str, list[Robot]] = defaultdict(list)
    for robot in Robot.objects.filter(on=True).select_related("project").order_by("pk"):
        found[robot.project.code].append(robot)
    return found


def _teams(messages: Iterable[Message], at: datetime) -> dict[tuple[str, str], set[int]]:
    """The teams of each reader in each project."""
    people = {int(message.to) for message in messages if message.to.isdigit()}
    held = Membership.objects.at(at).filter(user__in=people, team__isnull=False)
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for user, project, team in held.values_list("user", "project__code", "team"):
        found[str(user), project].add(team)
    return found


def _why_not(message: Message, robots: dict[str, list[Robot]]) -> str:
    if message.done_at:
        return "done"
    return "" if message.project in robots else "no_robot"


def _posts(
    message: Message, robots: list[Robot], teams: dict[tuple[str, str], set[int]], at: datetime
) -> list[RobotPost]:
    due = {robot.pk: _due(message, robot, at) for robot in robots}
    mine = teams.get((message.to, message.project), set())
    return [
        RobotPost(
            robot=robot, key=key(message), kind=message.kind, sentence=message.sentence, facts=message.facts,
            link=message.link, mentions=[message.to] if calls(message) else [], at=message.at, due_at=due[robot.pk],
        )
        for robot in robots
        if message.kind in robot.wants and (robot.team_id is None or robot.team_id in mine)
    ]  # fmt: skip


def key(message: Message) -> str:
    """event:object:recipient. The object is what is said of it in that minute: asked again later, it is posted again.

    What calls nobody is for the group, and told to fifty people it is one post.
    """
    said = dumps([message.link, message.sentence, message.facts, f"{message.at:%Y%m%d%H%M}"], sort_keys=True)
    to = message.to if calls(message) else "group"
    return f"{message.kind}:{blake2s(said.encode(), digest_size=12).hexdigest()}:{to}"


def calls(message: Message) -> bool:
    """Whether a post of this calls its reader by @."""
    return BY_KIND[message.kind].group == Group.CALL


def _due(message: Message, robot: Robot, at: datetime) -> datetime:
    """A group's quiet hours and morning are those that a person has who never chose any, on the clocks of the project."""
    daily = BY_KIND[message.kind].group == Group.DAILY
    wish = NoticeSettings(pace=NoticeSettings.Pace.DAILY if daily else NoticeSettings.Pace.AT_ONCE)
    urgent = message.kind in URGENT
    return may_go_at(wish, said_at=message.at, at=at, urgent=urgent, zone=robot.project.zone)

"""A robot that does not get anything out: after ten minutes the administrators hear of it, once for each time that it fails."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from people.models import Membership, Robot
from people.roles import Right, roles_with
from trail import services as trail
from trail.limits import take

PATIENCE = timedelta(minutes=10)
REMEMBERED = timedelta(days=365)
KIND = "robot.failing"
PAGE = "/settings/channels"
FAILING = gettext_noop("%(product)s「%(robot)s」机器人 10 分钟没发出去（%(code)s）。消息都在站内，没丢")


def tell_failing(*, at: datetime) -> int:
    """Tell of robots that have failed for longer than PATIENCE; gives how many."""
    failing = Robot.objects.filter(on=True, failing_since__lt=at - PATIENCE).select_related("project").order_by("pk")
    return sum(_tell(robot, at) for robot in failing)


@transaction.atomic
def _tell(robot: Robot, at: datetime) -> int:
    began = f"{robot.failing_since:%y%m%d%H%M%S}"
    if not take(f"robot-failing:{robot.pk}:{began}", limit=1, within=REMEMBERED, at=at):
        return 0
    for user in Membership.objects.people(robot.project, roles_with(Right.SETTINGS), at):
        trail.tell(
            to=user, kind=KIND, project=robot.project.code, link=PAGE, at=at, sentence=FAILING,
            product=robot.get_kind_display(), robot=robot.name, code=robot.failure,
        )  # fmt: skip
    return 1

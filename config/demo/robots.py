"""The robot of a chat group as it looks when it is entered, switched off: nothing leaves the machine."""

from datetime import datetime, timedelta

from people.events import POSTED
from people.models import Robot
from people.services import switch_robot
from people.workplace import Workplace
from trail.vault import seal


def robot_of_the_group(here: Workplace, at: datetime) -> Robot:
    """Entered a week ago, off since the next day. Its address is one that 企业微信 never gave."""
    entered = at - timedelta(days=7)
    robot = Robot.objects.create(
        project=here.project, kind=Robot.Kind.WECOM, name="销售群", changed_at=entered,
        sealed_address=seal("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=00000000-0000-0000-0000-000000000000"),
        wants=sorted({kind for event in POSTED.values() for kind in event.for_robots}),
    )  # fmt: skip
    return switch_robot(here=here, robot=robot, on=False, at=entered + timedelta(days=1))

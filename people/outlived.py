"""What becomes of messages, sign-ins and letters when their time is over (trail/retention.py)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from people.hook_sending import KEPT as HOOKS_KEPT
from people.models import HookDelivery, RobotPost, SignIn
from people.services.sessions import KEPT as SIGN_INS_KEPT
from trail.models import Message
from trail.retention import BATCH, Forget, Kept


def _messages(before: datetime) -> Any:
    return Message.objects.filter(at__lte=before)


def _posts(before: datetime) -> Any:
    """What a robot still has to post has its own end (people/robots)."""
    return RobotPost.objects.filter(at__lte=before).exclude(state=RobotPost.State.WAITING)


def _deleting(rows: Callable[[datetime], Any]) -> Forget:
    @transaction.atomic
    def forget(before: datetime, at: datetime, after: str) -> str:
        found = list(rows(before).order_by("pk").values_list("pk", flat=True)[:BATCH])
        rows(before).filter(pk__in=found).delete()
        return "more" if len(found) == BATCH else ""

    return forget


CLASSES = [
    Kept(
        "message", _("站内消息"), _("删掉"), _("个人信息保护法 19 条"), 365, 30, 1096,
        lambda before: _messages(before).count(), _deleting(_messages),
    ),
    Kept(
        "robot_post", _("机器人发到群里的话"), _("删掉"), _("个人信息保护法 19 条"), 90, 30, 1096,
        lambda before: _posts(before).count(), _deleting(_posts),
    ),
    Kept(
        "sign_in", _("登录记录"), _("删掉"), _("网络安全法 21 条：不少于六个月"), SIGN_INS_KEPT.days,
        count=lambda before: SignIn.objects.filter(ended_at__lt=before).count(),
    ),
    Kept(
        "hook", _("发给别的程序的内容"), _("删掉"), _("个人信息保护法 19 条"), HOOKS_KEPT.days,
        count=lambda before: HookDelivery.objects.filter(at__lt=before).count(),
    ),
]  # fmt: skip

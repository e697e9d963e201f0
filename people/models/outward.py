"""Ways out to other systems: robots of chat groups, an SMS gateway, webhooks of a customer's own programs."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models.organisation import Project, Team
from people.models.user import User


class Robot(models.Model):
    """A robot in a chat group, which posts what concerns a project or one team of it. Its address is a secret."""

    class Kind(models.TextChoices):
        WECOM = "wecom", _("企业微信")
        DINGTALK = "dingtalk", _("钉钉")
        FEISHU = "feishu", _("飞书")

    project = models.ForeignKey(Project, models.PROTECT, related_name="robots")
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="+", help_text="only what its people hear"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=40)
    sealed_address = models.BinaryField()
    sealed_secret = models.BinaryField(null=True, help_text="of 加签; 企业微信 has none")
    wants = ArrayField(models.CharField(max_length=48), help_text="kinds of messages that it posts")
    managers = models.BooleanField(default=False, help_text="经理群: amounts may stand in what it posts")
    on = models.BooleanField(default=True)
    free_at = models.DateTimeField(null=True, help_text="not before: the group said too fast")
    failing_since = models.DateTimeField(null=True)
    failure = models.CharField(max_length=40, blank=True, help_text="code of the last failure")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="robot_name_once_in_project")]

    def __str__(self) -> str:
        return self.name


class RobotPost(models.Model):
    """Something that a robot is to post: one line, without a number or a full name. `key` is event:object:recipient."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等着发")
        SENT = "sent", _("发出了")
        SKIPPED = "skipped", _("不用发")
        FAILED = "failed", _("没发出去")

    robot = models.ForeignKey(Robot, models.CASCADE, related_name="posts")
    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=48)
    sentence = models.CharField(max_length=200, help_text="msgid")
    facts = models.JSONField(default=dict)
    link = models.CharField(max_length=200, blank=True)
    mentions = ArrayField(models.CharField(max_length=64), default=list, help_text="user ids to call by @")
    at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="not before: quiet hours, digest, back-off")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    why = models.CharField(max_length=40, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["robot", "key"], name="robot_post_once")]
        indexes = [
            models.Index(fields=["robot", "due_at"], condition=Q(state="waiting"), name="robot_post_waiting"),
            models.Index(fields=["robot", "-done_at"], condition=Q(state="failed"), name="robot_post_failed"),
        ]


class SmsGateway(models.Model):
    """The gateway through which the few urgent short messages go (SMPP 3.4); one row, or none: then nothing goes."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=2775)
    tls = models.BooleanField(default=True)
    account = models.CharField(max_length=16, help_text="system_id")
    sealed_password = models.BinaryField()
    sender = models.CharField(max_length=21, blank=True, help_text="source address that the gateway gave")
    signature = models.CharField(max_length=12, help_text="【…】 in front of every message")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="sms_gateway_is_one")]


class Hook(models.Model):
    """An address of somebody's own program that hears of what happens in a project. What is sent is signed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    project = models.ForeignKey(Project, models.PROTECT, related_name="hooks")
    name = models.CharField(max_length=40)
    address = models.URLField(max_length=300)
    sealed_secret = models.BinaryField()
    events = ArrayField(models.CharField(max_length=32))
    on = models.BooleanField(default=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="hook_name_once_in_project")]

    def __str__(self) -> str:
        return self.name


class HookDelivery(models.Model):
    """One event on its way to a hook, at least once and in order of `pk` for each hook. The body names things by id only."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等着发")
        SENT = "sent", _("收到了")
        FAILED = "failed", _("没发到")

    id = models.BigAutoField(primary_key=True)
    hook = models.ForeignKey(Hook, models.CASCADE, related_name="deliveries")
    event = models.UUIDField(help_text="the same for every hook and every try")
    kind = models.CharField(max_length=32)
    body = models.JSONField()
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    answer = models.PositiveSmallIntegerField(null=True, help_text="HTTP status of the last try")
    why = models.CharField(max_length=40, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hook", "event"], name="hook_delivery_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="hook_delivery_waiting"),
            models.Index(fields=["hook", "-at"], name="hook_delivery_of_hook"),
        ]

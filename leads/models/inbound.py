"""Reports that come in by themselves: from a mailbox, a mail or SMS gateway, or a file that somebody imports."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads import vault
from leads.models.register import Registration
from people.models import Project, User


class InboundSource(models.Model):
    """Where reports of a project come from: a gateway that signs what it posts here, or a mailbox that a job reads.

    `sealed_secret` signs a gateway's posts, or is the mailbox's password. It is shown once and never again.
    """

    class Kind(models.TextChoices):
        EMAIL_HOOK = "email_hook", _("邮件网关")
        SMS_HOOK = "sms_hook", _("短信网关")
        MAILBOX = "mailbox", _("邮箱（IMAP）")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    project = models.ForeignKey(Project, models.PROTECT, related_name="inbound_sources")
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=40)
    sealed_secret = models.BinaryField()
    host = models.CharField(max_length=120, blank=True)
    port = models.PositiveIntegerField(null=True, blank=True)
    tls = models.BooleanField(default=True)
    username = models.CharField(max_length=120, blank=True)
    folder = models.CharField(max_length=80, blank=True)
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(
        default=0, help_text="looks in a row that failed: the next one waits longer"
    )
    error = models.CharField(max_length=200, blank=True, help_text="what the last look said; no personal data")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    history = HistoricalRecords(excluded_fields=["uid_validity", "last_uid", "checked_at", "failures", "error"])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"], condition=Q(closed_at__isnull=True), name="inbound_source_name_once"
            ),
        ]


class InboundMessage(models.Model):
    """One mail or SMS as it came in: kept whatever came of it, so that nothing is lost. One id comes in once.

    `user` is who sent it, none for a sender whom nobody knows: then somebody of the house assigns it.
    """

    class State(models.TextChoices):
        DONE = "done", _("已报备")
        PART = "part", _("有几行没报上")
        UNCLEAR = "unclear", _("没看懂")
        UNKNOWN = "unknown", _("不认识发件人")
        CLOSED = "closed", _("不用处理")

    source = models.ForeignKey(InboundSource, models.PROTECT, related_name="messages")
    external_id = models.CharField(max_length=200)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="inbound_messages")
    sealed_sender = models.BinaryField()
    sealed_text = models.BinaryField()
    claimed_at = models.DateTimeField(null=True, help_text="the sender's own time; beside the server's (G-35)")
    at = models.DateTimeField(help_text="the server's receipt: it decides")
    state = models.CharField(max_length=8, choices=State)
    registrations: Any = models.ManyToManyField(Registration, related_name="+")
    sealed_left = models.BinaryField(null=True, help_text="the lines that were not registered")
    handled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    handled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="inbound_message_once")]
        indexes = [
            models.Index(fields=["source", "-at"], name="inbound_message_of_source"),
            models.Index(fields=["user", "-at"], name="inbound_message_of_person"),
            models.Index(
                fields=["source"], condition=Q(state__in=("unknown", "part", "unclear")), name="inbound_message_waits"
            ),
        ]

    @property
    def text(self) -> str:
        """What came in."""
        return vault.unseal(self.sealed_text)

    @property
    def sender(self) -> str:
        """From which address or number; shown to whoever may assign it, masked to others."""
        return vault.unseal(self.sealed_sender)

    @property
    def left(self) -> str:
        """What of it was not registered, to be put right."""
        return vault.unseal(self.sealed_left) if self.sealed_left else ""


class ImportRun(models.Model):
    """A file of reports, or of existing ownership (G-54), on its way in: read, tried (dry), then stored row by row.

    `sealed_file` is kept until the run is over; `done_rows` is where it goes on after a stop. Nothing is stored by a dry run.
    """

    class Kind(models.TextChoices):
        LEADS = "leads", _("报备")
        OWNERSHIP = "ownership", _("已有的归属")

    class State(models.TextChoices):
        TRIED = "tried", _("试过了，还没导入")
        TRYING = "trying", _("试导入中")
        RUNNING = "running", _("导入中")
        DONE = "done", _("导入完")
        FAILED = "failed", _("停了")
        DROPPED = "dropped", _("不导入了")

    no = models.CharField(max_length=24, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    file_name = models.CharField(max_length=120)
    sealed_file = models.BinaryField(null=True)
    digest = models.BinaryField(max_length=32, help_text="SHA-256 of the file: the same file twice is said so")
    state = models.CharField(max_length=8, choices=State)
    rows = models.PositiveIntegerField(null=True)
    done_rows = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="how many rows came to what")
    error = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", help_text="of ownership, within 30 days"
    )
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["project", "-at"], name="import_run_of_project")]


class ImportRow(models.Model):
    """What one row of a file came to: kept for the rows with something to say (wrong, contesting, asked), not for plain successes."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="lines")
    line = models.PositiveIntegerField(help_text="as the file counts, with its head line")
    outcome = models.CharField(max_length=12, help_text="wrong, taken, check, twice, yours")
    code = models.CharField(max_length=40, blank=True)
    sealed_cells = models.BinaryField(null=True, help_text="the row as it stood, for the error file")
    registration = models.ForeignKey(Registration, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="import_row_once")]

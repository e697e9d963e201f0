"""A month handed out as a file (导出): who took what, in which form, and the file itself until its link expires."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Project, User


class Export(models.Model):
    """One file that was asked for. Its content is in `ExportPart`s until `expires_at`; the row itself stays as the record of it."""

    class Kind(models.TextChoices):
        SPLITS = "splits", _("分成明细")
        STATEMENTS = "statements", _("分成单")
        LEDGER = "ledger", _("台账")
        PENALTIES = "penalties", _("处分")

    class Form(models.TextChoices):
        CSV = "csv", _("CSV")
        XLSX = "xlsx", _("Excel")
        BEANCOUNT = "beancount", _("Beancount")

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("导出中")
        DONE = "done", _("好了")
        FAILED = "failed", _("没导成")

    no = models.CharField(max_length=24, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    form = models.CharField(max_length=10, choices=Form)
    month = models.CharField(max_length=6, help_text="yyyymm")
    whole = models.BooleanField(default=False, help_text="telephone numbers in clear")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    rows = models.PositiveIntegerField(default=0, help_text="how many lines there are")
    done_rows = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(null=True, help_text="bytes")
    sha256 = models.BinaryField(max_length=32, null=True)
    error = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(form="beancount") | Q(kind="ledger"), name="export_beancount_is_the_ledger"
            ),
            models.CheckConstraint(condition=Q(whole=False) | Q(kind="splits"), name="export_whole_numbers_of_splits"),
        ]
        indexes = [models.Index(fields=["project", "-at"], name="export_of_project")]

    def __str__(self) -> str:
        return self.no

    @property
    def busy(self) -> bool:
        """Whether somebody is at it, or will be."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    def opens(self, at: datetime) -> bool:
        """Whether the file is there, and its link counts."""
        return self.state == self.State.DONE and self.expires_at is not None and at < self.expires_at


class ExportPart(models.Model):
    """A piece of a file, sealed, at most a megabyte, so that neither making nor sending holds the whole. Deleted when the link expires."""

    export = models.ForeignKey(Export, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()
    objects: Any = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="export_part_once")]

"""制度: versions as published, what governs in a project, drafts of the next version, and simulations of them."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.models import Project, User


class PolicyVersion(models.Model):
    """A policy pack as published, byte for byte: what a ruling pins and a replay loads. Append-only."""

    pack = models.CharField(max_length=40)
    version = models.CharField(max_length=16)
    canonical = models.BinaryField()
    sha256 = models.BinaryField(max_length=32, unique=True)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pack", "version", "sha256"], name="policy_version_once")]

    def __str__(self) -> str:
        return f"{self.pack}@{self.version}"


class InForceQuerySet(models.QuerySet["PolicyInForce"]):
    """What governs when."""

    def at(self, moment: Any) -> "InForceQuerySet":
        """What is in force at a moment, which may be one that the database knows."""
        return self.reaching(moment).filter(since__lte=moment)

    def reaching(self, moment: Any) -> "InForceQuerySet":
        """What is in force at a moment or is to be afterwards, without what was called off."""
        ends = Q(ended_early__gt=moment) | Q(ended_early=None) & (Q(until__gt=moment) | Q(until=None))
        return self.filter(ends).exclude(until=F("since")).exclude(ended_early=F("since"))


class PolicyInForce(models.Model):
    """Which policy governs what in a project, from–to. The one in force at the first claim governs a case (G-20). Append-only.

    `until` is laid down when another is put in force, which may be for a day to come. Where that plan is changed before the day,
    `ended_early` says when it ended instead: both are set once. What ends where it begins was called off and never governed.

    `scope`: the matters between one kind of parties that it decides (`customer/staff`, `customer/agencies` …), one row for each;
    or `overlay/<pack>` for one that only adds duties and findings. At most one policy holds a scope, so that two texts that
    contradict each other are never in force for the same matter.

    `params` are the parameters that the project sets otherwise than the pack, such as the web form as a channel (D07-7.2).
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="policies")
    policy = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    scope = models.CharField(max_length=48)
    params = models.JSONField(default=dict, db_default={})
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_early = models.DateTimeField(null=True)
    objects = InForceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "scope"], condition=Q(until__isnull=True), name="policy_one_open_in_scope"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="policy_ends_no_earlier_than_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(ended_early__isnull=True) | Q(ended_early__gte=F("since"), ended_early__lt=F("until")),
                name="policy_ended_early_before_its_end",
            ),
        ]

    @property
    def end(self) -> datetime | None:
        """When it ended or is to end; None for one that goes on."""
        return self.ended_early or self.until


class PolicyDraft(models.Model):
    """A policy being changed (草稿): what would be the next version of a pack. Nobody is governed by it until it is published.

    `content` is the whole pack, as `Pack` reads it (the shipped YAML as data), edited; `params` are the project's values. A second
    person publishes: whoever submitted it may not. `version` counts the changes, as of a case.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待发布")
        PUBLISHED = "published", _("已发布")
        DROPPED = "dropped", _("已作废")

    project = models.ForeignKey(Project, models.PROTECT, related_name="policy_drafts")
    base = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+", help_text="the version it was begun from")
    content = models.JSONField()
    params = models.JSONField(default=dict, db_default={})
    why = models.TextField(max_length=2000, blank=True, default="")
    since = models.DateTimeField(null=True, help_text="from when it is to govern; null is from its publication on")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    by = models.ForeignKey(User, models.PROTECT, related_name="policy_drafts")
    begun_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_why = models.TextField(max_length=2000, blank=True, default="")
    published = models.ForeignKey(PolicyVersion, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(published__isnull=False, decided_by__isnull=False) & ~Q(decided_by=F("submitted_by")),
                name="policy_draft_second_person",
            ),
        ]
        indexes = [models.Index(fields=["project", "state"], name="policy_draft_open")]


class Simulation(models.Model):
    """What past cases would come to under a draft (试算): both versions on the same frozen facts. Worked out by a job.

    `result` holds figures and the numbers of changed cases, no personal data. With `parameter` it is a sweep: one parameter through
    several values, how many cases change at each.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("排队")
        RUNNING = "running", _("在算")
        DONE = "done", _("算完")
        FAILED = "failed", _("没算成")

    draft = models.ForeignKey(PolicyDraft, models.PROTECT, related_name="simulations")
    draft_version = models.PositiveIntegerField(help_text="of which state of the draft it speaks")
    begin = models.DateTimeField()
    end = models.DateTimeField()
    parameter = models.CharField(max_length=40, blank=True, default="")
    values = models.JSONField(default=list, db_default=[])
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict, db_default={})
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

"""Following a customer up: what is known of them in a project, what is to be done, whose region or trade they are."""

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads.models.customer import Contact, Customer
from leads.models.register import Registration
from people.models import Project, Team, User


class Profile(models.Model):
    """A customer in one project: needs, region and trade, stage, grade. Whoever follows them keeps it; a manager grades (D05-4.1b)."""

    class Stage(models.TextChoices):
        DEVELOP = "develop", _("开发")
        FOLLOW = "follow", _("跟进")
        QUOTE = "quote", _("报价")
        SIGN = "sign", _("签约")

    class Level(models.IntegerChoices):
        LOW = 1, _("低")
        MIDDLE = 2, _("中")
        HIGH = 3, _("高")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="profiles")
    needs = models.CharField(_("需求"), max_length=500, blank=True)
    intent = models.CharField(_("意向"), max_length=100, blank=True)
    region = models.CharField(_("区域"), max_length=40, blank=True)
    industry = models.CharField(_("行业"), max_length=40, blank=True)
    stage = models.CharField(_("阶段"), max_length=8, choices=Stage, default=Stage.DEVELOP)
    potential = models.PositiveSmallIntegerField(_("潜力"), choices=Level, null=True, blank=True)
    importance = models.PositiveSmallIntegerField(_("重要性"), choices=Level, null=True, blank=True)
    loyalty_high = models.BooleanField(_("忠诚度高"), null=True, blank=True)
    profit_high = models.BooleanField(_("利润贡献高"), null=True, blank=True)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "customer"], name="profile_once_in_project"),
        ]


class Task(models.Model):
    """Something that somebody will do about a customer (待办), by when."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="tasks")
    user = models.ForeignKey(User, models.PROTECT, related_name="customer_tasks")
    what = models.CharField(max_length=120)
    due_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, help_text="when its time had come and a message said so")
    done_at = models.DateTimeField(null=True)
    done_note = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [
            # Whose time has come, for the job that says so.
            models.Index(
                fields=["due_at"], condition=Q(done_at__isnull=True, told_at__isnull=True), name="task_comes_due"
            ),
            # What waits for me, the earliest first.
            models.Index(fields=["user", "project", "due_at"], condition=Q(done_at__isnull=True), name="task_waits"),
            models.Index(fields=["customer", "project"], name="task_of_customer"),
        ]


class Territory(models.Model):
    """A region or a trade is somebody's (D14-4.2, D03-3.1b): from–to. Region goes before trade; of several, the heavier weight."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="territories")
    region = models.CharField(max_length=40, blank=True)
    industry = models.CharField(max_length=40, blank=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="territories")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="territories")
    weight = models.PositiveSmallIntegerField(
        default=100, validators=[MaxValueValidator(1000)], help_text="per mille (D03-2.3)"
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, team__isnull=True) | Q(user__isnull=True, team__isnull=False),
                name="territory_of_person_or_team",
            ),
            models.CheckConstraint(condition=~Q(region="", industry=""), name="territory_of_something"),
            models.UniqueConstraint(
                fields=["project", "region", "industry", "user", "team"],
                condition=Q(until__isnull=True),
                nulls_distinct=False,
                name="territory_once",
            ),
        ]


class Review(models.Model):
    """The sales department looked at a report: true and accurate, or not (审核, D08-5.2). Append-only; the last one counts."""

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="reviews")
    approved = models.BooleanField()
    why = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects: Any = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["registration", "-at"], name="review_of_registration")]


class VisitNote(models.Model):
    """What a call on a customer (拜访) was for and what came of it: an item of the weekly visit record (D12-6.1b)."""

    contact = models.OneToOneField(Contact, models.PROTECT, related_name="visit_note")
    purpose = models.CharField(_("拜访目的"), max_length=60, blank=True)
    result = models.CharField(_("结果"), max_length=200, blank=True)
    entered_at = models.DateTimeField(
        null=True, help_text="when the result was first written: the platform is up to date from then on (D12-6.3a)"
    )
    history = HistoricalRecords()

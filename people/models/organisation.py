"""The house, the developer and the agencies; their teams; the projects they sell and the sites where customers arrive."""

from datetime import datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from people.models.user import User
from people.terms import Terms


class Organisation(models.Model):
    """The house itself, the developer (甲方), or an outside agency (分销公司)."""

    class Kind(models.TextChoices):
        OWN = "own", _("本公司")
        PARTY_A = "party_a", _("甲方")
        DISTRIBUTOR = "distributor", _("分销公司")

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=16, choices=Kind)
    short_name = models.CharField(max_length=20, blank=True, help_text="as people write it in a report")
    closed_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="own"), name="organisation_own_is_one"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def outside(self) -> bool:
        """Whether its people are outsiders, to whom nothing of the house's customers is told."""
        return self.kind == self.Kind.DISTRIBUTOR


class Team(models.Model):
    """A team with a leader. A leader may not rule on a case of his own people (G-47)."""

    name = models.CharField(max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="teams")
    leader = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="leads_teams")
    closed_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="team_name_once_in_organisation"),
        ]

    def __str__(self) -> str:
        return self.name


class Project(models.Model):
    """What is sold, under one policy at a time. Ownership of a customer is per project."""

    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    time_zone = models.CharField(max_length=40, default="Asia/Shanghai")
    terms_data = models.JSONField(default=dict, db_column="terms")
    keeps_incidents = models.BooleanField(
        _("记投诉和事件"), default=False, help_text=_("客户投诉、跑单、交通事故的记录本；不影响归属和钱")
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.name

    @property
    def terms(self) -> Terms:
        """The parameters of the policy in force."""
        return Terms.from_json(self.terms_data)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone whose days are the policy's local days."""
        return ZoneInfo(self.time_zone)

    def midnight(self, at: datetime) -> datetime:
        """When the local day of this moment began."""
        return localtime(at, self.zone).replace(hour=0, minute=0, second=0, microsecond=0)

    def month(self, at: datetime) -> str:
        """The local month of this moment, yyyymm: as accounting names it."""
        return f"{localtime(at, self.zone):%Y%m}"

    def day_so_far(self, at: datetime) -> timedelta:
        """The span of a limit that begins anew with each local day: a count that began at midnight sharp is today's."""
        return at - self.midnight(at) + timedelta(seconds=1)


class Site(models.Model):
    """A place with a front desk."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="sites")
    name = models.CharField(max_length=80)
    opens = models.TimeField(default=time(9), help_text="local time")
    closes = models.TimeField(default=time(18), help_text="local time")
    closed_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="site_name_once_in_project"),
            models.CheckConstraint(condition=Q(closes__gt=models.F("opens")), name="site_closes_after_it_opens"),
        ]

    def __str__(self) -> str:
        return self.name

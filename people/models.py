"""Who works here: people, their teams and organisations, the projects they sell, the sites where customers arrive."""

from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from people.roles import Role
from people.terms import Terms


class User(AbstractUser):
    """A person who works with this installation. The name is one field, as Chinese names are."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("姓名"), max_length=60)
    language = models.CharField(_("语言"), max_length=10, blank=True, choices=settings.LANGUAGES)
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name or self.username


class Organisation(models.Model):
    """The house itself, the developer (甲方), or an outside agency (分销公司)."""

    class Kind(models.TextChoices):
        OWN = "own", _("本公司")
        PARTY_A = "party_a", _("甲方")
        DISTRIBUTOR = "distributor", _("分销公司")

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=16, choices=Kind)
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


class Site(models.Model):
    """A place with a front desk."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="sites")
    name = models.CharField(max_length=80)
    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="site_name_once_in_project")]

    def __str__(self) -> str:
        return self.name


class MembershipQuery(models.QuerySet["Membership"]):
    """Who is what, when."""

    def at(self, moment: datetime) -> "MembershipQuery":
        """Memberships that hold at this moment (half-open: the end no longer counts)."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=moment), since__lte=moment)

    def selling(self) -> "MembershipQuery":
        """Those that may follow a customer."""
        return self.filter(role__in=[Role.SALESPERSON, Role.AGENT])


class Membership(models.Model):
    """Somebody holds a role in a project, from–to; several at once are usual in a small house."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    project = models.ForeignKey(Project, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    objects: Any = MembershipQuery.as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "project", "role"], condition=Q(until__isnull=True), name="membership_role_open_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=models.F("since")), name="membership_ends_after_it_begins"
            ),
        ]
        indexes = [
            # Every request: what may this person do, and where?
            models.Index(fields=["user", "project"], name="membership_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

"""Who may join a reception or get in touch with a received customer (D18-6, D18-7), and what was done without leave."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leads.models import Customer
from people.models import Project, User
from visits.models.visit import Visit


class Permission(models.Model):
    """Whoever receives a customer lets a colleague join or get in touch, or a manager assigns them. Append-only but its end."""

    class Kind(models.TextChoices):
        JOIN = "join", _("一起接待")
        CONTACT = "contact", _("联系客户")

    class Ground(models.TextChoices):
        HOLDER = "holder", _("接待人允许")
        MANAGER = "manager", _("主管指派")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="permissions")
    kind = models.CharField(max_length=8, choices=Kind)
    to = models.ForeignKey(User, models.PROTECT, related_name="permissions")
    ground = models.CharField(max_length=8, choices=Ground)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    note = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    objects: Any = models.Manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(to=models.F("by")), name="permission_of_somebody_else")]
        indexes = [models.Index(fields=["customer", "to"], name="permission_of_customer")]


class Conduct(models.Model):
    """Somebody did what the rules forbid, as it was reported. Append-only.

    Reported, answered by whom it names, then decided by a manager who is neither: only what was established is a fact (trust.md §4.2).
    """

    class Kind(models.TextChoices):
        INTERRUPTION = "interruption", _("接待时插嘴")
        UNAUTHORISED_CONTACT = "unauthorised_contact", _("没经允许联系客户")
        PRIVATE_NUMBER = "private_number", _("代接时私下留电话")
        QUARREL = "quarrel", _("在客户面前争执")
        NON_COOPERATION = "non_cooperation", _("不配合前台登记")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="conducts")
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="conducts")
    kind = models.CharField(max_length=24, choices=Kind)
    by = models.ForeignKey(User, models.PROTECT, related_name="conducts", help_text="who did it")
    against = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="whose customer it was")
    before_customer = models.BooleanField(default=False, help_text="in front of the customer")
    stopped = models.BooleanField(null=True, help_text="whether they stopped when told; unknown: nobody said")
    what = models.CharField(max_length=500, blank=True)
    happened_at = models.DateTimeField()
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    objects: Any = models.Manager()

    class Meta:
        indexes = [
            models.Index(fields=["project", "-happened_at"], name="conduct_log"),
            models.Index(fields=["customer"], name="conduct_of_customer"),
        ]

    @property
    def decided(self) -> "ConductFinding | None":
        """What a manager said came of it; None while nobody has."""
        found: ConductFinding | None = getattr(self, "finding", None)
        return found

    @property
    def state(self) -> str:
        """`reported`, `answered` by whom it names, `established` or `dismissed`."""
        if found := self.decided:
            return "established" if found.established else "dismissed"
        return "answered" if self.answers.all() else "reported"


class ConductAnswer(models.Model):
    """What somebody whom a report names says to it. Append-only."""

    conduct = models.ForeignKey(Conduct, models.PROTECT, related_name="answers")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    what = models.CharField(max_length=500)
    at = models.DateTimeField()
    objects: Any = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conduct", "by"], name="conduct_answered_once_by_each")]


class ConductFinding(models.Model):
    """Whether it was so, and why: by a manager who neither reported it nor is named in it. Append-only."""

    conduct = models.OneToOneField(Conduct, models.PROTECT, related_name="finding")
    established = models.BooleanField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects: Any = models.Manager()

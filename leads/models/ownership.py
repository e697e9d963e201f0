"""Who follows a customer, from–to and why; and the three notebooks that salespeople keep."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leads.models.customer import Customer
from people.models import Project, User


class OwnershipQuery(models.QuerySet["Ownership"]):
    """Ownerships, composed."""

    def open(self) -> "OwnershipQuery":
        """Those that have not ended. One that has run out is still open until somebody looks (`claims.current`)."""
        return self.filter(until__isnull=True)

    def live_at(self, moment: datetime) -> "OwnershipQuery":
        """Those that bind at this moment."""
        return self.open().filter(Q(protected_until__isnull=True) | Q(protected_until__gt=moment))


class Ownership(models.Model):
    """Who follows the customer in a project. At most one open row; ended once, never edited; each change is in the chain."""

    class Holder(models.TextChoices):
        PERSON = "person", _("个人")
        COMPANY = "company", _("公司")
        POOL = "pool", _("公海")

    class Reason(models.TextChoices):
        REGISTERED = "registered", _("报备")
        WALK_IN = "walk_in", _("到访接待")
        BOUND = "bound", _("到访核对整号")
        RULING = "ruling", _("裁定")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="ownerships")
    holder = models.CharField(max_length=8, choices=Holder, default=Holder.PERSON)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="ownerships")
    since = models.DateTimeField()
    protected_until = models.DateTimeField(null=True, help_text="exclusive; null: no expiry (G-46)")
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=12, choices=Reason)
    source = models.CharField(max_length=24, help_text="the registration, visit or ruling that it rests on")
    by = models.CharField(max_length=64)
    ended_for = models.CharField(max_length=24, null=True, help_text="what ended it: a ruling, or `expired`")  # noqa: DJ001
    objects: Any = OwnershipQuery.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "customer"], condition=Q(until__isnull=True), name="ownership_one_open"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")), name="ownership_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(holder="person", user__isnull=False) | (~Q(holder="person") & Q(user__isnull=True)),
                name="ownership_person_is_named",
            ),
        ]
        indexes = [
            # "My" customers.
            models.Index(fields=["user", "project"], condition=Q(until__isnull=True), name="ownership_of_person"),
            models.Index(fields=["customer", "project", "since"], name="ownership_story"),
        ]


class NotebookEntry(models.Model):
    """A line in one of a salesperson's three notebooks (D01-3): collected, visited, signed. Append-only.

    `user` is null where a visitor was noted whom nobody could be named for. `left_at` is filled in when the visitor goes.
    """

    class Book(models.TextChoices):
        COLLECTION = "collection", _("收集本")
        VISIT = "visit", _("到访本")
        SIGNED = "signed", _("已签单本")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="notebook_entries")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="notebook_entries")
    book = models.CharField(max_length=12, choices=Book)
    source = models.CharField(max_length=24)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            # One notebook, newest first.
            models.Index(fields=["user", "project", "book", "-at"], name="notebook_of_person"),
            # Had the customer been here before this report?
            models.Index(fields=["customer", "project", "book", "at"], name="notebook_of_customer"),
        ]

"""Somebody holds a role in a project, from–to."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from people.models.organisation import Organisation, Project, Team
from people.models.user import User
from people.roles import KEEPING, Role


class MembershipQuery(models.QuerySet["Membership"]):
    """Who is what, when."""

    def at(self, moment: datetime) -> "MembershipQuery":
        """Memberships that hold at this moment (half-open: the end no longer counts)."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=moment), since__lte=moment)

    def at_work(self, moment: datetime) -> "MembershipQuery":
        """Memberships that let somebody in at this moment: in a closed project only those of the roles that keep it."""
        return self.at(moment).filter(Q(project__closed_at__isnull=True) | Q(role__in=KEEPING))

    def people(self, project: Any, roles: Iterable[str], moment: datetime) -> list[int]:
        """Who is at work in this project in one of these roles, each once and in order: whom to tell of something."""
        held = self.at_work(moment).filter(project=project, role__in=list(roles), user__is_active=True)
        return list(held.order_by("user").values_list("user", flat=True).distinct())

    def not_over(self, moment: datetime) -> "MembershipQuery":
        """Memberships that hold at this moment or will hold later."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=moment))

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
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="membership_ends_not_before_it_begins",
            ),
        ]
        indexes = [
            # Every request: what may this person do, and where?
            models.Index(fields=["user", "project"], name="membership_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    def end(self, at: datetime) -> None:
        """End it at this moment. What ends in the second in which it began never held."""
        self.until = max(at, self.since)
        self.save(update_fields=["until"])

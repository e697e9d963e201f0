"""Commission plans (提成方案)."""

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from people.models import Organisation, Project
from people.roles import Role


class CommissionPlan(models.Model):
    """What commission a deal brings (提成方案): basis points of the contract amount, for whom and what, from–to in local days.

    Of the plans that fit a deal the most particular counts: an agency's own before a role's, a product's before all products.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="commission_plans")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=20, choices=Role, blank=True)
    product = models.CharField(max_length=60, blank=True)
    rate_bp = models.PositiveIntegerField(help_text="basis points of the contract amount")
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="the first day on which it no longer counts")
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(rate_bp__lte=10_000), name="plan_rate_within_whole"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=models.F("since")), name="plan_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) | Q(role=""), name="plan_for_an_agency_or_a_role"
            ),
            models.UniqueConstraint(
                fields=["project", "organisation", "role", "product"], condition=Q(until__isnull=True),
                name="plan_one_open", nulls_distinct=False,
            ),
        ]  # fmt: skip

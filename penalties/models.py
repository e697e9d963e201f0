"""Sanctions as proposals. Nothing here is ever posted by itself: a fine is recorded, never deducted (trust.md §4)."""

from django.db import models
from django.db.models import Q

from arbitration.sanctions import SanctionKind
from people.models import Project, User


class SanctionProposal(models.Model):
    """What a ruling proposes against somebody, with its clause. A person decides; append-only."""

    Kind = SanctionKind

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    ruling = models.CharField(max_length=24)
    to = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=SanctionKind)
    amount_fen = models.BigIntegerField(null=True)
    clause = models.CharField(
        max_length=24, help_text="the clause, or empty where the one who rules proposed it himself"
    )
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__isnull=True) | Q(amount_fen__gt=0), name="sanction_amount_is_positive"
            ),
        ]
        indexes = [models.Index(fields=["project", "-at"], name="sanction_list")]  # the list, newest first

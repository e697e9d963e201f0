"""Sanctions as proposals. Nothing here is ever posted by itself: a fine is recorded, never deducted (trust.md §4)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Project, User


class SanctionProposal(models.Model):
    """What a ruling proposes against somebody, with its clause. A person decides; append-only."""

    class Kind(models.TextChoices):
        CRITICISM = "criticism", _("批评")
        RECTIFY = "rectify", _("限期改正")
        WARNING = "warning", _("警告")
        WRITTEN_WARNING = "written_warning", _("书面警告")
        SUSPENSION = "suspension", _("停接")
        FINE = "fine", _("罚款（只记录，不扣款）")
        COMPENSATION = "compensation", _("赔偿损失")
        DISMISSAL = "dismissal", _("解除")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    ruling = models.CharField(max_length=24)
    to = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind)
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

"""裁定: signed decisions, and objections to them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from arbitration.models.case import Collision
from arbitration.models.policy import PolicyVersion
from arbitration.shares import Key, Kind
from people.models import User


class Ruling(models.Model):
    """A signed decision (裁定). Append-only: a later one supersedes it, once. Pins what it was decided on, without personal data.

    `shares_kind[i]`, `shares_to[i]` receives `shares_bp[i]` basis points; null stands for the company, and rulings from before
    agencies could share have no kinds: persons only. The database holds the shares to 10,000 or none by a CHECK over the
    array (`ruling_shares_sum_to_10000`, written by hand in the migration), and kinds and ids to each other by another.
    """

    class Kind(models.TextChoices):
        AGREED = "agreed", _("同意建议")
        OTHERWISE = "otherwise", _("改判")

    class Owner(models.TextChoices):
        PERSON = "person", _("归一人")
        COMPANY = "company", _("归公")
        POOL = "pool", _("放回公海")
        REASSIGN = "reassign", _("重新分配")
        UNCHANGED = "unchanged", _("不变")

    no = models.CharField(max_length=24, unique=True)
    collision = models.ForeignKey(Collision, models.PROTECT, related_name="rulings")
    kind = models.CharField(max_length=10, choices=Kind)
    owner_kind = models.CharField(max_length=10, choices=Owner)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    shares_kind = ArrayField(models.CharField(max_length=16), default=list, db_default=[])
    shares_to = ArrayField(models.BigIntegerField(null=True))
    shares_bp = ArrayField(models.IntegerField())
    turns = models.JSONField(default=list)
    reason = models.TextField(max_length=2000)
    policy = models.ForeignKey(PolicyVersion, models.PROTECT, null=True, related_name="+")
    rules = ArrayField(models.CharField(max_length=16), default=list, help_text="ids of the rules that fired")
    case_canonical = models.BinaryField(null=True)
    case_sha256 = models.BinaryField(max_length=32, null=True)
    proposal_canonical = models.BinaryField(null=True)
    facts = models.TextField(
        blank=True, default="", help_text="the facts that decided, canonical JSON: what a backtest runs rules over"
    )
    proposal_sha256 = models.BinaryField(max_length=32, null=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="rulings")
    at = models.DateTimeField()
    superseded_by = models.CharField(max_length=24, null=True)  # noqa: DJ001

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["collision"], condition=Q(superseded_by__isnull=True), name="ruling_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(owner_kind="person", owner__isnull=False)
                | (~Q(owner_kind="person") & Q(owner__isnull=True)),
                name="ruling_owner_is_named",
            ),
        ]

    def __str__(self) -> str:
        return self.no

    def shares(self) -> list[tuple[Key, int]]:
        """Who gets how many basis points, in the order of the ruling."""
        kinds = self.shares_kind or [Kind.PERSON if pk else Kind.COMPANY for pk in self.shares_to]
        return [(Key(k, pk), bp) for k, pk, bp in zip(kinds, self.shares_to, self.shares_bp, strict=True)]

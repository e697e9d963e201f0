"""What goes before and after a ruling: written terms that all confirm, and appeals."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from arbitration.models.case import Collision
from arbitration.models.evidence import CaseEvent
from arbitration.models.ruling import Ruling
from people.models import User


class Settlement(models.Model):
    """Terms that the parties agree on themselves (协商, G-48): in writing, shares that are the whole, confirmed by each of them.

    `shares` are {party key: basis points} as in `arbitration/cases/parties.py`. Once all have confirmed it is a fact of the case
    (`event`), and the policy says what it is worth; a person still signs.
    """

    class State(models.TextChoices):
        OPEN = "open", _("等各方确认")
        CONFIRMED = "confirmed", _("各方已确认")
        REJECTED = "rejected", _("有人不同意")
        WITHDRAWN = "withdrawn", _("已撤回")

    collision = models.ForeignKey(Collision, models.PROTECT, related_name="settlements")
    terms = models.TextField(max_length=2000)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    shares = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    event = models.ForeignKey(CaseEvent, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collision"], condition=Q(state="open"), name="settlement_one_open"),
        ]


class Confirmation(models.Model):
    """A party's yes or no to written terms. Append-only, once."""

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="confirmations")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    agrees = models.BooleanField()
    why = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["settlement", "by"], name="confirmation_once")]


class Appeal(models.Model):
    """An objection to a ruling (申诉, G-27): once a party, within the days of the policy, to the next level; payments wait meanwhile."""

    class State(models.TextChoices):
        OPEN = "open", _("待处理")
        UPHELD = "upheld", _("维持原裁定")
        ACCEPTED = "accepted", _("重新审理")
        WITHDRAWN = "withdrawn", _("已撤回")

    no = models.CharField(max_length=24, unique=True)
    ruling = models.ForeignKey(Ruling, models.PROTECT, related_name="appeals")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.TextField(max_length=2000)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_why = models.TextField(max_length=2000, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ruling", "by"], name="appeal_once_a_party"),
            models.CheckConstraint(
                condition=Q(state__in=("open", "withdrawn"))
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decided_by=F("by")),
                name="appeal_decided_by_another",
            ),
        ]
        indexes = [models.Index(fields=["state", "at"], name="appeal_open")]

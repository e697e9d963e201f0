"""The deal: deposit (定金), refund (退定), contract (签单). Money is integer fen."""

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from leads.models.customer import Customer
from people.models import Project, User


class Deposit(models.Model):
    """A deposit that a customer paid with somebody. `refunded_fen` never exceeds `amount_fen`."""

    no = models.CharField(max_length=24, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="deposits")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    designer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    amount_fen = models.BigIntegerField()
    refunded_fen = models.BigIntegerField(default=0)
    at = models.DateTimeField()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="deposit_is_positive"),
            models.CheckConstraint(
                condition=Q(refunded_fen__gte=0, refunded_fen__lte=F("amount_fen")),
                name="deposit_refunded_at_most_once",
            ),
        ]

    @property
    def left_fen(self) -> int:
        """What may still be refunded."""
        return self.amount_fen - self.refunded_fen


class Refund(models.Model):
    """Money of a deposit given back. Append-only."""

    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="refunds")
    amount_fen = models.BigIntegerField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_fen__gt=0), name="refund_is_positive")]


class Deal(models.Model):
    """A signed contract. `closers` attended the signing, the first one signed; the commission is what is to be split."""

    no = models.CharField(max_length=24, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="deals")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="deals")
    closer = models.ForeignKey(User, models.PROTECT, related_name="deals")
    designer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    amount_fen = models.BigIntegerField()
    commission_fen = models.BigIntegerField()
    term_months = models.PositiveSmallIntegerField(null=True, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="deal_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(commission_fen__gte=0, commission_fen__lte=F("amount_fen")),
                name="deal_commission_within_amount",
            ),
        ]
        indexes = [
            # A month's splits.
            models.Index(fields=["project", "signed_at"], name="deal_of_month"),
        ]

    def __str__(self) -> str:
        return self.no

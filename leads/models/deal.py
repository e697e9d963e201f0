"""The deal: deposit (定金), refund (退定), contract (签单). Money is integer fen."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
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
    product = models.CharField(max_length=60, blank=True, help_text="as commission plans name it")
    term_months = models.PositiveSmallIntegerField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0) | Q(amount_fen=0, cancelled_at__isnull=False),
                name="deal_amount_is_positive",
            ),
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


class DealChange(models.Model):
    """What became of a contract's price (改价), money given back (退款), or the whole (解约), with what it was. Append-only (G-16)."""

    class Kind(models.TextChoices):
        PRICE = "price", _("改价")
        REFUND = "refund", _("部分退款")
        CANCEL = "cancel", _("解约")

    deal = models.ForeignKey(Deal, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=8, choices=Kind)
    was_amount_fen = models.BigIntegerField()
    amount_fen = models.BigIntegerField(help_text="the contract's amount from now on")
    was_commission_fen = models.BigIntegerField()
    commission_fen = models.BigIntegerField(help_text="the commission from now on")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(commission_fen__gte=0), name="deal_change_leaves_no_debt"),
            models.CheckConstraint(
                condition=Q(kind="price", amount_fen__gt=0)
                | Q(kind="refund", amount_fen__gt=0, amount_fen__lt=F("was_amount_fen"))
                | Q(kind="cancel", amount_fen=0, commission_fen=0),
                name="deal_change_fits_its_kind",
            ),
        ]

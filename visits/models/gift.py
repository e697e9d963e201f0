"""What visitors are given (领取礼品, D01-2.s4), with a stock where the house counts it (G-34)."""

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from people.models import Site, User


class Gift(models.Model):
    """A kind of gift that a site gives. `stock` None: nobody counts them."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="gifts")
    name = models.CharField(max_length=60)
    stock = models.IntegerField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="gift_once_at_site"),
            models.CheckConstraint(condition=Q(stock__isnull=True) | Q(stock__gte=0), name="gift_stock_not_below_zero"),
        ]

    def __str__(self) -> str:
        return self.name


class GiftMove(models.Model):
    """Gifts came in or went out: to a visitor, or by a count of the stock. Append-only."""

    gift = models.ForeignKey(Gift, models.PROTECT, related_name="moves")
    count = models.SmallIntegerField(help_text="in: above zero; out: below")
    visit_no = models.CharField(max_length=24, blank=True)
    note = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

"""客户到访确认单: what was printed of a visit, so that anybody can check it, and who signed it."""

from typing import Any

from django.db import models

from people.models import User
from visits.models.visit import Visit


class Slip(models.Model):
    """A slip as issued. Its code holds for the record as it stood: a correction makes the old code fail. Append-only."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="slips")
    revision = models.PositiveSmallIntegerField(help_text="the visit's when this was issued")
    code = models.CharField(max_length=16, unique=True, help_text="what the QR code leads to; random")
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    objects: Any = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "revision"], name="slip_once_a_revision")]


class Signature(models.Model):
    """The customer signed a slip on their own phone: a name, typed, and a tick. Append-only."""

    slip = models.OneToOneField(Slip, models.PROTECT, related_name="signature")
    name = models.CharField(max_length=80)
    at = models.DateTimeField()

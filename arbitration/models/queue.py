"""Around the queue: early warnings, and how somebody works at it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models import Customer, Registration
from people.models import Project, User


class EarlyWarning(models.Model):
    """Two people may be after one customer, and no case is open about them (预警, D05-4.3a, X-17).

    One row for these two, this customer and this cause: `times` counts how often it was noticed. `by` is who came second,
    `customer` the one whom `owner` follows, `about` whom `by` acted on where that is another record.
    """

    class Cause(models.TextChoices):
        WHOLE = "whole", _("号码一样，姓名不同")
        MASK = "mask", _("前三后四一样")
        COMPANY = "company", _("公司名相近")
        KIN = "kin", _("可能是一家人")
        UNIT = "unit", _("同一家公司的人")
        CONTACT = "contact", _("已经联系")
        PLAN = "plan", _("打算联系")

    project = models.ForeignKey(Project, models.PROTECT, related_name="early_warnings")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    about = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    registration = models.ForeignKey(Registration, models.PROTECT, null=True, related_name="+")
    cause = models.CharField(max_length=8, choices=Cause)
    times = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()
    last_at = models.DateTimeField()
    dismissed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    dismissed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "customer", "by", "owner", "cause"], name="early_warning_once_a_cause"
            ),
        ]
        indexes = [
            # What nobody has looked at yet, the newest first.
            models.Index(
                fields=["project", "-last_at"],
                condition=models.Q(dismissed_at__isnull=True),
                name="early_warning_open",
            ),
        ]


class KeySettings(models.Model):
    """Whether single keys act in the queue for this person (WCAG 2.1.4). Nobody's row is missing: without one they do."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="key_settings")
    letters = models.BooleanField(default=True)

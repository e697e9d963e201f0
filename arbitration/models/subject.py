"""What is disputed where it is no customer: a media slot, a unit, a line of production."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import Project


class Subject(models.Model):
    """A thing that two people want for their customers: sold or held once only (D10, D15), or made one after the other (D19)."""

    class Kind(models.TextChoices):
        PRODUCT = "product", _("产品")
        UNIT = "unit", _("房号")
        MEDIA_SLOT = "media_slot", _("媒体位")
        PRODUCTION_SLOT = "production_slot", _("生产档期")

    project = models.ForeignKey(Project, models.PROTECT, related_name="subjects")
    kind = models.CharField(max_length=16, choices=Kind)
    name = models.CharField(max_length=80)
    area = models.CharField(max_length=40, blank=True, default="")
    priority = models.PositiveSmallIntegerField(null=True, help_text="1 is the highest; none: it goes before nothing")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "kind", "name"], name="subject_once")]

    def __str__(self) -> str:
        return self.name

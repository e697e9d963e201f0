"""What there is once, whatever is sold: that the program was set up, and the company's working calendar."""

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from people.models.user import User


class Installation(models.Model):
    """The program was set up here, by whom and when. One row: its key decides between two who set up at once."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    administrator = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    second_factor_from = models.DateField(
        null=True, help_text="from this local day on GUARDED roles need a second factor; empty: at once"
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="installation_is_one")]


class DayChange(models.Model):
    """A day on which the company works or rests otherwise than the state calendar says."""

    day = models.DateField(unique=True)
    working = models.BooleanField()
    name = models.CharField(max_length=40, blank=True)
    history = HistoricalRecords()

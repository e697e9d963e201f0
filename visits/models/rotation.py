"""Who is on duty at a site, and whose turn it is to receive."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from people.models import Site, User


class Duty(models.Model):
    """Somebody is on duty (值班) at a site, half-open [since, until) (G-24); the roster is visits/roster.py."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="duties")
    user = models.ForeignKey(User, models.PROTECT, related_name="duties")
    since = models.DateTimeField()
    until = models.DateTimeField()
    history = HistoricalRecords()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(until__gt=F("since")), name="duty_ends_after_it_begins")]
        indexes = [models.Index(fields=["site", "since"], name="duty_at_site")]  # who is on duty now?


class Place(models.Model):
    """Somebody's place in the rotation (轮接) of a site: the smallest `position` among the available is next.

    `owed` are make-up turns (补接) that are served before the normal order, the oldest grant first; `skips` are normal turns that
    come and go without a visitor; `away` (暂离) passes the turn to the next, and being suspended (停接) does, and both keep the
    balance (G-52). A suspension begins with the day after it was decided (D17-1.h3) and is the same at every site of the project.
    """

    site = models.ForeignKey(Site, models.PROTECT, related_name="places")
    user = models.ForeignKey(User, models.PROTECT, related_name="places")
    position = models.IntegerField()
    away = models.BooleanField(default=False)
    owed = models.PositiveSmallIntegerField(default=0)
    skips = models.PositiveSmallIntegerField(default=0, help_text="turns to be passed over (错过一轮)")
    suspended_since = models.DateTimeField(null=True)
    suspended_until = models.DateTimeField(null=True, help_text="exclusive")
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "user"], name="place_once_in_rotation"),
        ]
        indexes = [models.Index(fields=["site", "position"], name="place_in_order")]  # the queue on the desk


class TurnChange(models.Model):
    """A turn given, skipped or suspended, and on what ground. Append-only (G-52).

    The sums of a site say what its places are owed: granted less made up, to be missed less passed over.
    """

    class Kind(models.TextChoices):
        TAKEN = "taken", _("接待一位")
        MAKE_UP = "make_up", _("补接")
        SKIP = "skip", _("错过一轮")
        SUSPEND = "suspend", _("停接")
        LIFTED = "lifted", _("停接撤销")  # what is left of a suspension that was reversed falls away
        MISSED = "missed", _("轮空")  # called, did not answer: the turn is used up
        MADE_UP = "made_up", _("补接一位")  # a make-up turn was dealt
        PASSED = "passed", _("跳过一轮")  # a turn that was to be missed came and went

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="turn_changes")
    kind = models.CharField(max_length=8, choices=Kind)
    count = models.PositiveSmallIntegerField(help_text="turns; days for a suspension")
    source = models.CharField(max_length=24)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["site", "at"], name="turn_log")
        ]  # today's turns, and how many each had this month

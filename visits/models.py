"""What happens at the front desk: visits with the three questions, who received whom and why, duty and rotation."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads import vault
from leads.models import Customer
from people.models import Project, Site, User


class VisitQuery(models.QuerySet["Visit"]):
    """Visits, composed."""

    def on_site(self) -> "VisitQuery":
        """Visitors who have not left."""
        return self.filter(left_at__isnull=True)


class Visit(models.Model):
    """Somebody came (到访). The seven items of D01-1.

    The customer's answer to the third question and what the records say are both kept (D01-2.q3, G-55).
    """

    class First(models.TextChoices):
        FIRST = "first", _("第一次")
        AGAIN = "again", _("来过")
        UNSURE = "unsure", _("说不清")

    class Registered(models.TextChoices):
        REGISTERED = "registered", _("已登记")
        REFUSED = "refused", _("不肯留信息")
        LATE = "late", _("补登")

    no = models.CharField(max_length=24, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, models.PROTECT, related_name="visits")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="visits")
    name = models.CharField(_("姓名"), max_length=80, blank=True, help_text="as given at the desk")
    arrived_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="一问")
    asked_for = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="二问")
    brought_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", help_text="带看: the agent who came along, in person"
    )
    asked = models.BooleanField(
        default=True, help_text="whether the customer was asked at all: nobody is also an answer"
    )
    first_time = models.CharField(max_length=8, choices=First, blank=True, help_text="三问, the customer's answer")
    known_before = models.BooleanField(default=False, help_text="三问, what the records say")
    registered = models.CharField(max_length=12, choices=Registered, default=Registered.REGISTERED)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    party = models.CharField(max_length=24, blank=True, help_text="one batch of people: the number of its first visit")
    gift = models.CharField(_("礼品"), max_length=60, blank=True)
    sealed_number = models.BinaryField(null=True)
    history = HistoricalRecords(excluded_fields=["sealed_number"])
    objects: Any = VisitQuery.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("arrived_at")),
                name="visit_leaves_after_it_arrives",
            ),
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | Q(registered="refused"), name="visit_without_customer_was_refused"
            ),
        ]
        indexes = [
            # The desk: who is here?
            models.Index(fields=["site"], condition=Q(left_at__isnull=True), name="visit_on_site"),
            # The site log, newest first.
            models.Index(fields=["project", "-arrived_at"], name="visit_log"),
            models.Index(fields=["customer", "arrived_at"], name="visit_of_customer"),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def number(self) -> str:
        """The whole number keyed at the desk, in clear; empty where none was given."""
        return vault.unseal(self.sealed_number) if self.sealed_number else ""

    @property
    def differs(self) -> bool:
        """Whether the customer's answer and the records differ; both are kept and reception goes on."""
        return (self.first_time == self.First.FIRST and self.known_before) or (
            self.first_time == self.First.AGAIN and not self.known_before
        )


class Reception(models.Model):
    """Somebody receives a visitor, and why it is them. The next reception of the same visit ends the one before."""

    class Mode(models.TextChoices):
        IN_TURN = "in_turn", _("轮接")
        ASKED_FOR = "asked_for", _("指名")
        STAND_IN = "stand_in", _("代接")
        ON_DUTY = "on_duty", _("值班")
        ASSIGNED = "assigned", _("指派")

    class Why(models.TextChoices):
        OWNER = "owner", _("客户由 TA 跟进")
        ASKED_FOR = "asked_for", _("客户找 TA")
        INVITER = "inviter", _("TA 邀约的")
        PREVIOUS = "previous", _("上次由 TA 接待")
        ON_DUTY = "on_duty", _("今天值班")
        ROTATION = "rotation", _("轮到 TA")
        DESK = "desk", _("前台安排")
        NOBODY = "nobody", _("没有可接的人")

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="receptions")
    by = models.ForeignKey(User, models.PROTECT, related_name="receptions")
    mode = models.CharField(max_length=12, choices=Mode)
    why = models.CharField(max_length=12, choices=Why)
    stands_in_for = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    arranged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    queue_before = models.JSONField(default=list, help_text="user ids in rotation order when this was decided")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit"], condition=Q(until__isnull=True), name="reception_one_at_a_time"),
        ]
        indexes = [
            # Whom did this person receive, and are they busy?
            models.Index(fields=["by", "since"], name="reception_of_person"),
        ]


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

    `owed` are make-up turns (补接) that are served before the normal order; `away` (暂离) passes the turn to the next.
    """

    site = models.ForeignKey(Site, models.PROTECT, related_name="places")
    user = models.ForeignKey(User, models.PROTECT, related_name="places")
    position = models.IntegerField()
    away = models.BooleanField(default=False)
    owed = models.PositiveSmallIntegerField(default=0)
    skips = models.PositiveSmallIntegerField(default=0, help_text="turns to be passed over (错过一轮)")
    suspended_until = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "user"], name="place_once_in_rotation"),
        ]
        indexes = [models.Index(fields=["site", "position"], name="place_in_order")]  # the queue on the desk


class TurnChange(models.Model):
    """A turn given, skipped or suspended, and on what ground. Append-only (G-52)."""

    class Kind(models.TextChoices):
        TAKEN = "taken", _("接待一位")
        MAKE_UP = "make_up", _("补接")
        SKIP = "skip", _("错过一轮")
        SUSPEND = "suspend", _("停接")

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="turn_changes")
    kind = models.CharField(max_length=8, choices=Kind)
    count = models.PositiveSmallIntegerField(help_text="turns; days for a suspension")
    source = models.CharField(max_length=24)
    at = models.DateTimeField()


class SiteTexts(models.Model):
    """What the desk says and prints at a site. Empty: the wording of the program (visits/wording.py)."""

    site = models.OneToOneField(Site, models.CASCADE, related_name="texts")
    greeting = models.TextField(max_length=500, blank=True)
    farewell = models.TextField(max_length=500, blank=True)
    slip_heading = models.CharField(max_length=60, blank=True)
    slip_note = models.TextField(max_length=500, blank=True)
    history = HistoricalRecords()

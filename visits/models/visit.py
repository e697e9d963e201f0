"""Who came, with the three questions; who received them and why; what was put right afterwards."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads import vault
from leads.models import Customer
from people.models import Project, Site, User
from visits.models.gift import Gift


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

    class LeftHow(models.TextChoices):
        DESK = "desk", _("前台记的")
        RECEIVER = "receiver", _("接待人记的")
        SWEEP = "sweep", _("闭店补记")  # at closing time, by the program: visibly no real time of departure

    no = models.CharField(max_length=24, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, models.PROTECT, related_name="visits")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="visits")
    name = models.CharField(_("姓名"), max_length=80, blank=True, help_text="as given at the desk")
    arrived_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    left_how = models.CharField(max_length=8, choices=LeftHow, blank=True)
    asked_left_at = models.DateTimeField(
        null=True, help_text="when the receiver was asked whether the visitor has left"
    )
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="一问")
    asked_for = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="二问")
    brought_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", help_text="带看: the agent who came along, in person"
    )
    asked = models.BooleanField(
        default=True, help_text="whether the customer was asked at all: nobody is also an answer"
    )
    unsure = models.JSONField(default=list, help_text="of invited_by and asked_for what the customer could not tell")
    first_time = models.CharField(max_length=8, choices=First, blank=True, help_text="三问, the customer's answer")
    known_before = models.BooleanField(default=False, help_text="三问, what the records say")
    registered = models.CharField(max_length=12, choices=Registered, default=Registered.REGISTERED)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    party = models.CharField(max_length=24, blank=True, help_text="one batch of people: the number of its first visit")
    companions = models.PositiveSmallIntegerField(_("随行人数"), default=0, help_text="who came along without a record")
    gift = models.CharField(_("礼品"), max_length=60, blank=True)
    gift_item = models.ForeignKey(Gift, models.PROTECT, null=True, related_name="+")
    gift_asked = models.BooleanField(
        default=False, help_text="whether the gift was answered: «none» is an answer (G-34)"
    )
    waits = models.BooleanField(default=False, help_text="nobody could be called yet: whoever is free next is")
    revision = models.PositiveSmallIntegerField(default=0, help_text="how often the record was corrected")
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
            models.CheckConstraint(
                condition=Q(left_at__isnull=True, left_how="") | Q(left_at__isnull=False) & ~Q(left_how=""),
                name="visit_left_somehow",
            ),
        ]
        indexes = [
            # The desk: who is here?
            models.Index(fields=["site"], condition=Q(left_at__isnull=True), name="visit_on_site"),
            # For whom could nobody be called yet? The worker, in each round.
            models.Index(fields=["site"], condition=Q(left_at__isnull=True, waits=True), name="visit_waits"),
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
    def left_seen(self) -> datetime | None:
        """When somebody saw them leave; None where nobody did, and the departure was put down at closing time."""
        return None if self.left_how == self.LeftHow.SWEEP else self.left_at

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
        OUT_OF_TURN = "out_of_turn", _("插队")  # it was not their turn, and nobody sent them

    class Why(models.TextChoices):
        OWNER = "owner", _("客户由 TA 跟进")
        ASKED_FOR = "asked_for", _("客户找 TA")
        INVITER = "inviter", _("TA 邀约的")
        PREVIOUS = "previous", _("上次由 TA 接待")
        ON_DUTY = "on_duty", _("今天值班")
        ROTATION = "rotation", _("轮到 TA")
        DESK = "desk", _("前台安排")
        UNANSWERED = "unanswered", _("前一位没有应答")
        PARTY = "party", _("同行的由 TA 接待")
        NOBODY = "nobody", _("没有可接的人")

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="receptions")
    by = models.ForeignKey(User, models.PROTECT, related_name="receptions")
    mode = models.CharField(max_length=12, choices=Mode)
    why = models.CharField(max_length=12, choices=Why)
    stands_in_for = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    arranged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True, help_text="when the receiver said that they come")
    unanswered = models.BooleanField(default=False, help_text="called, did not answer in time, the next was called")
    queue_before = models.JSONField(default=list, help_text="user ids in rotation order when this was decided")
    queue_after = models.JSONField(default=list, help_text="the same once it was decided")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit"], condition=Q(until__isnull=True), name="reception_one_at_a_time"),
        ]
        indexes = [
            # Who was called and has not answered?
            models.Index(
                fields=["since"], condition=Q(until__isnull=True, answered_at__isnull=True), name="reception_unanswered"
            ),
            # Whom did this person receive, and are they busy?
            models.Index(fields=["by", "since"], name="reception_of_person"),
        ]

    @property
    def whose(self) -> User:
        """Whose visitor it is: who receives, or for whom they stand in."""
        return self.stands_in_for or self.by


class Correction(models.Model):
    """A wrong entry of a visit was put right (G-36): what stood there, what stands there now, and why. Append-only."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="corrections")
    field = models.CharField(max_length=16)
    old = models.CharField(max_length=200, blank=True, help_text="as a reader may see it: numbers masked")
    new = models.CharField(max_length=200, blank=True)
    sealed_old = models.BinaryField(null=True, help_text="the whole number that stood there")
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects: Any = models.Manager()

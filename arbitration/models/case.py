"""撞单: the case, who claims what in it, and what the parties say."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from arbitration.models.subject import Subject
from leads.models import Customer, Deal, Registration
from people.models import Project, User

# Nobody has to rule on these any more: a ruling was signed, or there is nothing left to rule on.
CLOSED = ("ruled", "moot")


class CollisionQuery(models.QuerySet["Collision"]):
    """Cases, composed."""

    def unruled(self) -> "CollisionQuery":
        """Those that wait for somebody."""
        return self.exclude(state__in=CLOSED)

    def of_parties(self, user: User) -> "CollisionQuery":
        """Cases in which this person claims the customer."""
        return self.filter(claims__user=user)


class Collision(models.Model):
    """A case (撞单): two or more people claim the same customer in one project. At most one unruled at a time.

    Some policies decide on other things: who gets a media slot (D10), which order is made first (D19), what becomes of a thing
    sold twice (D15). Such a case has a `subject` instead of a customer, and each of its claims the customer it is made for.
    `version` counts the changes: a decision made on a page that is out of date is refused, with what was typed kept.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待裁定")
        EVIDENCE = "evidence", _("等证据")
        ESCALATED = "escalated", _("已上报")
        RULED = "ruled", _("已裁定")
        MOOT = "moot", _("不再成立")

    class Trigger(models.TextChoices):
        REGISTRATION = "registration", _("重复报备")
        VISIT = "visit", _("到访不一致")
        DEAL = "deal", _("签单不一致")
        RELATION = "relation", _("家人关系")
        DEED = "deed", _("归属协议")
        MERGE = "merge", _("合并客户")
        BY_HAND = "by_hand", _("人工立案")

    class Matter(models.TextChoices):
        CUSTOMER = "customer", _("客户")
        SLOT = "slot", _("媒体位")
        ORDER = "order", _("订单先后")
        SALE = "sale", _("一物多卖")

    no = models.CharField(max_length=24, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="collisions")
    matter = models.CharField(max_length=10, choices=Matter, default=Matter.CUSTOMER, db_default="customer")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="collisions")
    subject = models.ForeignKey(
        Subject,
        models.PROTECT,
        null=True,
        related_name="collisions",
        help_text="what is disputed, where it is no customer",
    )
    trigger = models.CharField(max_length=12, choices=Trigger)
    source = models.CharField(max_length=24, help_text="the registration, visit or deal that opened it")
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, related_name="collisions")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    with_general_manager = models.BooleanField(default=False, help_text="above the manager's level from now on")
    evidence_due = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    # 认领 and 暂缓: who works on it, and until when it need not be looked at
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    postponed_until = models.DateTimeField(null=True)
    # What the queue shows of the proposal, worked out after each change (`assessed`: of which version)
    proposal = models.CharField(max_length=16, blank=True, default="", db_default="")
    ripe_at = models.DateTimeField(null=True, help_text="before this nobody may rule, the policy says (D07-8.2a)")
    assessed = models.PositiveIntegerField(default=0, db_default=0)
    # What the parts of a page asked of it (`cases/once.py`); None for any case that was not opened for one
    known: dict[str, Any] | None = None
    objects: Any = CollisionQuery.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "customer"], condition=~Q(state__in=CLOSED), name="collision_one_unruled"
            ),
            models.UniqueConstraint(
                fields=["project", "matter", "subject"], condition=~Q(state__in=CLOSED), name="collision_one_of_subject"
            ),
            models.CheckConstraint(
                condition=Q(matter="customer", customer__isnull=False, subject__isnull=True)
                | (~Q(matter="customer") & Q(customer__isnull=True, subject__isnull=False)),
                name="collision_is_about_one_thing",
            ),
        ]
        indexes = [
            # The queue, oldest first.
            models.Index(fields=["project", "state", "opened_at"], name="collision_queue"),
            # What opened in a span: insight.
            models.Index(fields=["project", "opened_at"], name="collision_of_time"),
            # What is to be assessed anew: changed since, or ripe by now.
            models.Index(
                fields=["id"], condition=Q(assessed__lt=F("version")) & ~Q(state__in=CLOSED), name="collision_changed"
            ),
            models.Index(
                fields=["ripe_at"],
                condition=Q(ripe_at__isnull=False) & ~Q(state__in=CLOSED),
                name="collision_ripens",
            ),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def closed(self) -> bool:
        """Whether nobody has to rule on it any more."""
        return self.state in CLOSED


class Claim(models.Model):
    """One party of a case, by letter in the order of joining: A, B, C …"""

    collision = models.ForeignKey(Collision, models.PROTECT, related_name="claims")
    user = models.ForeignKey(User, models.PROTECT, related_name="claims")
    letter = models.CharField(max_length=2)
    ground = models.CharField(max_length=24, help_text="the registration, visit, deal or ownership it rests on")
    registration = models.ForeignKey(Registration, models.PROTECT, null=True, related_name="+")
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, related_name="+", help_text="for whom, where the case is about no customer"
    )
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collision", "user"], name="claim_once_a_person"),
            models.UniqueConstraint(fields=["collision", "letter"], name="claim_letter_once"),
        ]


class Statement(models.Model):
    """What a party says for its claim (陈述). Submitted is final; more can be added. Append-only."""

    collision = models.ForeignKey(Collision, models.PROTECT, related_name="statements")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField(max_length=2000)
    at = models.DateTimeField()


class Draft(models.Model):
    """What somebody is writing on a case and has not sent: kept on the server, so that nothing is lost and nothing stays in a browser.

    Sealed (`trail/vault.py`), one for each person, case and form; gone once the form is sent.
    """

    collision = models.ForeignKey(Collision, models.CASCADE, related_name="drafts")
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    form = models.CharField(max_length=20)
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["collision", "by", "form"], name="draft_once")]

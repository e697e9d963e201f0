"""Collisions (撞单) and what came of them: policies in force, cases, claims, statements, rulings."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from arbitration.shares import Key, Kind
from leads.models import Customer, Deal, Registration
from people.models import Project, User


class PolicyVersion(models.Model):
    """A policy pack as published, byte for byte: what a ruling pins and a replay loads. Append-only."""

    pack = models.CharField(max_length=40)
    version = models.CharField(max_length=16)
    canonical = models.BinaryField()
    sha256 = models.BinaryField(max_length=32, unique=True)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pack", "version", "sha256"], name="policy_version_once")]

    def __str__(self) -> str:
        return f"{self.pack}@{self.version}"


class PolicyInForce(models.Model):
    """Which policy governs what in a project, from–to. The one in force at the first claim governs a case (G-20). Append-only.

    `scope`: the matters between one kind of parties that it decides (`customer/staff`, `customer/agencies` …), one row for each;
    or `overlay/<pack>` for one that only adds duties and findings. At most one policy holds a scope, so that two texts that
    contradict each other are never in force for the same matter.

    `params` are the parameters that the project sets otherwise than the pack, such as the web form as a channel (D07-7.2).
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="policies")
    policy = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    scope = models.CharField(max_length=48)
    params = models.JSONField(default=dict, db_default={})
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "scope"], condition=Q(until__isnull=True), name="policy_one_open_in_scope"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="policy_ends_after_it_begins"
            ),
        ]


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

    no = models.CharField(max_length=24, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="collisions")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="collisions")
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
    objects: Any = CollisionQuery.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "customer"], condition=~Q(state__in=CLOSED), name="collision_one_unruled"
            ),
        ]
        indexes = [
            # The queue, oldest first.
            models.Index(fields=["project", "state", "opened_at"], name="collision_queue"),
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


class CaseEvent(models.Model):
    """Something that bears on a case and that no page of its own records: evidence and steps of the case format. Append-only.

    `payload` holds ids, times and choices; telephone numbers only sealed (leads/vault.py). What each type keeps stands in
    `services/evidence.py`.
    """

    class Type(models.TextChoices):
        CALL_LIST = "call_list", _("通话清单")
        OBJECTION = "objection", _("异议")
        SLIP = "slip", _("到访确认单")
        BRING = "bring", _("带看")
        CLOSING = "closing", _("签约在场")
        PROOF = "proof", _("关系证明")
        NEGOTIATION = "negotiation", _("协商结果")

    collision = models.ForeignKey(Collision, models.PROTECT, related_name="events")
    type = models.CharField(max_length=16, choices=Type)
    payload = models.JSONField(default=dict)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["collision", "at"], name="case_event_of_case")]  # a case, in order


class Ruling(models.Model):
    """A signed decision (裁定). Append-only: a later one supersedes it, once. Pins what it was decided on, without personal data.

    `shares_kind[i]`, `shares_to[i]` receives `shares_bp[i]` basis points; null stands for the company, and rulings from before
    agencies could share have no kinds: persons only. The database holds the shares to 10,000 or none by a CHECK over the
    array (`ruling_shares_sum_to_10000`, written by hand in the migration), and kinds and ids to each other by another.
    """

    class Kind(models.TextChoices):
        AGREED = "agreed", _("同意建议")
        OTHERWISE = "otherwise", _("改判")

    class Owner(models.TextChoices):
        PERSON = "person", _("归一人")
        COMPANY = "company", _("归公")
        POOL = "pool", _("放回公海")
        UNCHANGED = "unchanged", _("不变")

    no = models.CharField(max_length=24, unique=True)
    collision = models.ForeignKey(Collision, models.PROTECT, related_name="rulings")
    kind = models.CharField(max_length=10, choices=Kind)
    owner_kind = models.CharField(max_length=10, choices=Owner)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    shares_kind = ArrayField(models.CharField(max_length=16), default=list, db_default=[])
    shares_to = ArrayField(models.BigIntegerField(null=True))
    shares_bp = ArrayField(models.IntegerField())
    turns = models.JSONField(default=list)
    reason = models.TextField(max_length=2000)
    policy = models.ForeignKey(PolicyVersion, models.PROTECT, null=True, related_name="+")
    rules = ArrayField(models.CharField(max_length=16), default=list, help_text="ids of the rules that fired")
    case_canonical = models.BinaryField(null=True)
    case_sha256 = models.BinaryField(max_length=32, null=True)
    proposal_canonical = models.BinaryField(null=True)
    facts = models.TextField(
        blank=True, default="", help_text="the facts that decided, canonical JSON: what a backtest runs rules over"
    )
    proposal_sha256 = models.BinaryField(max_length=32, null=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="rulings")
    at = models.DateTimeField()
    superseded_by = models.CharField(max_length=24, null=True)  # noqa: DJ001

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["collision"], condition=Q(superseded_by__isnull=True), name="ruling_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(owner_kind="person", owner__isnull=False)
                | (~Q(owner_kind="person") & Q(owner__isnull=True)),
                name="ruling_owner_is_named",
            ),
        ]

    def __str__(self) -> str:
        return self.no

    def shares(self) -> list[tuple[Key, int]]:
        """Who gets how many basis points, in the order of the ruling."""
        kinds = self.shares_kind or [Kind.PERSON if pk else Kind.COMPANY for pk in self.shares_to]
        return [(Key(k, pk), bp) for k, pk, bp in zip(kinds, self.shares_to, self.shares_bp, strict=True)]

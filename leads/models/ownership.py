"""Who follows a customer, from–to and why; and the three notebooks that salespeople keep."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from leads.models.customer import Customer
from leads.models.privacy import Provision
from people.models import Project, User


class OwnershipQuery(models.QuerySet["Ownership"]):
    """Ownerships, composed."""

    def open(self) -> "OwnershipQuery":
        """Those that have not ended. One that has run out is still open until somebody looks (`claims.current`)."""
        return self.filter(until__isnull=True)

    def live_at(self, moment: datetime) -> "OwnershipQuery":
        """Those that bind at this moment: a person's or the company's. In the public pool a customer is free."""
        bound = self.open().exclude(holder=Ownership.Holder.POOL)
        return bound.filter(Q(protected_until__isnull=True) | Q(protected_until__gt=moment))

    def in_pool(self) -> "OwnershipQuery":
        """Customers in the public pool (公海)."""
        return self.open().filter(holder=Ownership.Holder.POOL)


class Ownership(models.Model):
    """Who follows the customer in a project. At most one open row; ended once, never edited; each change leaves a mark.

    Only `protected_until` may move, while the row is open; each move leaves a `ProtectionChange`.
    """

    class Holder(models.TextChoices):
        PERSON = "person", _("个人")
        COMPANY = "company", _("公司")
        POOL = "pool", _("公海")

    class Stage(models.TextChoices):
        ONLY = "only", _("一段保护")
        VISIT = "visit", _("到访前")
        DEAL = "deal", _("成交前")

    class Reason(models.TextChoices):
        REGISTERED = "registered", _("报备")
        WALK_IN = "walk_in", _("到访接待")
        BOUND = "bound", _("到访核对整号")
        RULING = "ruling", _("裁定")
        IMPORTED = "imported", _("导入")
        TRANSFER = "transfer", _("转交")
        EXPIRED = "expired", _("到期")
        NEXT = "next", _("顺位递补")
        POOL = "pool", _("公海认领")
        RELEASED = "released", _("放回公海")
        ALLOCATED = "allocated", _("分配")
        HANDOVER = "handover", _("离职交接")
        MERGED = "merged", _("合并客户")
        PARTED = "parted", _("撤销合并")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="ownerships", db_index=False, db_constraint=False
    )
    holder = models.CharField(max_length=8, choices=Holder, default=Holder.PERSON)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="ownerships", db_constraint=False)
    since = models.DateTimeField()
    protected_until = models.DateTimeField(null=True, help_text="exclusive; null: no expiry (G-46)")
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.ONLY)
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=12, choices=Reason)
    source = models.CharField(max_length=24, help_text="the registration, visit or ruling that it rests on")
    by = models.CharField(max_length=64)
    ended_for = models.CharField(max_length=24, null=True, help_text="what ended it: a ruling, or `expired`")  # noqa: DJ001
    objects: Any = OwnershipQuery.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "customer"], condition=Q(until__isnull=True), name="ownership_one_open"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")), name="ownership_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(holder="person", user__isnull=False) | (~Q(holder="person") & Q(user__isnull=True)),
                name="ownership_person_is_named",
            ),
        ]
        indexes = [
            # What runs out next: the job that ends it, and the warnings before.
            models.Index(
                fields=["protected_until"],
                condition=Q(until__isnull=True, protected_until__isnull=False),
                name="ownership_runs_out",
            ),
            # The public pool (公海) of a project, newest first.
            models.Index(
                fields=["project", "-since"], condition=Q(until__isnull=True, holder="pool"), name="ownership_in_pool"
            ),
            # "My" customers, and which of them run out first.
            models.Index(
                fields=["user", "project", "protected_until"],
                condition=Q(until__isnull=True),
                name="ownership_of_person",
            ),
            models.Index(fields=["customer", "project", "since"], name="ownership_story"),
        ]


class ProtectionChange(models.Model):
    """The protection of an ownership was moved: extended, decided within a range, held for a sample. Append-only."""

    class Why(models.TextChoices):
        VISIT = "visit", _("到访")
        FOLLOW_UP = "follow_up", _("跟进")
        SAMPLE = "sample", _("送样")
        DECIDED = "decided", _("主管决定")
        STAGE = "stage", _("进入下一段")

    ownership = models.ForeignKey(Ownership, models.PROTECT, related_name="changes")
    was = models.DateTimeField(null=True)
    becomes = models.DateTimeField(null=True)
    why = models.CharField(max_length=10, choices=Why)
    source = models.CharField(max_length=24, blank=True, help_text="the visit or contact")
    reason = models.CharField(max_length=100, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["ownership", "at"], name="protection_change_story")
        ]  # how often was it extended?


class Offer(models.Model):
    """A customer whose protection ran out is offered to the earliest who had reported them too, before the pool (顺位递补)."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", _("接手")
        DECLINED = "declined", _("不要")
        LAPSED = "lapsed", _("没有答复")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="offers")
    to = models.ForeignKey(User, models.PROTECT, related_name="offers")
    registration = models.ForeignKey("leads.Registration", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField(help_text="exclusive")
    answer = models.CharField(max_length=8, choices=Answer, null=True)  # noqa: DJ001
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "customer"], condition=Q(answer__isnull=True), name="offer_one_open"
            ),
        ]
        indexes = [
            models.Index(fields=["until"], condition=Q(answer__isnull=True), name="offer_runs_out"),
            models.Index(fields=["to"], condition=Q(answer__isnull=True), name="offer_of_person"),
        ]


class Transfer(models.Model):
    """An owner hands a customer to a colleague (转交), with the customer's consent or the department's approval (D05-4.2b2).

    `ground`, `told`, `reached`: where that gives the customer to another company, what is put on record as a `Provision` once it
    is done (PIPL 23); else empty.
    """

    class Consent(models.TextChoices):
        CUSTOMER = "customer", _("客户同意")
        DEPARTMENT = "department", _("部门批准")

    class State(models.TextChoices):
        ASKED = "asked", _("等批准")
        DONE = "done", _("已转交")
        REFUSED = "refused", _("没有批准")
        WITHDRAWN = "withdrawn", _("已撤回")

    no = models.CharField(max_length=24, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="transfers")
    giver = models.ForeignKey(User, models.PROTECT, related_name="+")
    taker = models.ForeignKey(User, models.PROTECT, related_name="+")
    consent = models.CharField(max_length=10, choices=Consent)
    reason = models.CharField(max_length=200)
    ground = models.CharField(max_length=10, choices=Provision.Ground, blank=True, default="", db_default="")
    told = models.CharField(max_length=100, blank=True, default="", db_default="")
    reached = models.CharField(max_length=80, blank=True, default="", db_default="")
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=200, blank=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "customer"], condition=Q(state="asked"), name="transfer_one_asked"
            ),
            models.CheckConstraint(condition=~Q(giver=models.F("taker")), name="transfer_to_somebody_else"),
        ]
        indexes = [models.Index(fields=["project", "state", "-at"], name="transfer_queue")]


class Deed(models.Model):
    """A customer-ownership agreement (客户归属协议, D05-4.2c): written proof of whose customer this is. Append-only."""

    no = models.CharField(max_length=24, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="deeds")
    user = models.ForeignKey(User, models.PROTECT, related_name="deeds")
    signed_at = models.DateTimeField(help_text="as on the paper")
    terms = models.CharField(max_length=500, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["customer", "project", "signed_at"], name="deed_of_customer")]


class NotebookEntry(models.Model):
    """A line in one of a salesperson's three notebooks (D01-3): collected, visited, signed. Append-only; the note is written once.

    `user` is null where a visitor was noted whom nobody could be named for.
    """

    class Book(models.TextChoices):
        COLLECTION = "collection", _("收集本")
        VISIT = "visit", pgettext_lazy("notebook", "到访本")
        SIGNED = "signed", _("已签单本")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="notebook_entries", db_index=False, db_constraint=False
    )
    user = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="notebook_entries", db_index=False, db_constraint=False
    )
    book = models.CharField(max_length=12, choices=Book)
    source = models.CharField(max_length=24)
    at = models.DateTimeField()
    note = models.CharField(max_length=500, null=True, help_text="what was talked about (D01-3.b2f)")  # noqa: DJ001
    noted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # One notebook, newest first.
            models.Index(fields=["user", "project", "book", "-at"], name="notebook_of_person"),
            # Had the customer been here before this report?
            models.Index(fields=["customer", "project", "book", "at"], name="notebook_of_customer"),
        ]

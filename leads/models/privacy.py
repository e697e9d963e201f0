"""What the law gives a customer (PIPL 13–17, 44–50): on what basis we keep them, what they were told, what they ask for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leads.models.customer import Customer
from people.models import Project, User


class Ground(models.TextChoices):
    """On what somebody may be kept (PIPL 13)."""

    CONSENT = "consent", _("本人同意")
    CONTRACT = "contract", _("订立、履行合同所必需")
    WITHDRAWN = "withdrawn", _("撤回同意")


class PrivacyNotice(models.Model):
    """What customers of a project are told before anything is written down: who, why, what, how long, which rights. Append-only.

    `ground`: on what basis whoever was told this is kept here, unless somebody writes otherwise.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="privacy_notices")
    version = models.PositiveIntegerField()
    text = models.TextField()
    text_en = models.TextField(blank=True, db_default="")
    ground = models.CharField(max_length=10, choices=Ground, default=Ground.CONSENT, db_default=Ground.CONSENT)
    at = models.DateTimeField(help_text="in force from now on")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "version"], name="privacy_notice_version_once")]


class Basis(models.Model):
    """On what legal basis a customer is kept in a project, from when (PIPL 13). Append-only; the newest one counts."""

    Ground = Ground

    class Way(models.TextChoices):
        DESK = "desk", _("前台告知")
        SLIP = "slip", _("到访单上签字")
        SELLER = "seller", _("业务员告知")
        IMPORT = "import", _("名单带来的")
        REQUEST = "request", _("本人要求")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="bases")
    ground = models.CharField(max_length=10, choices=Ground)
    notice = models.ForeignKey(
        PrivacyNotice, models.PROTECT, null=True, related_name="+", help_text="what they were told"
    )
    way = models.CharField(max_length=10, choices=Way)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["customer", "project", "-at"], name="basis_of_customer")]


class Provision(models.Model):
    """Another company was given something of a customer (PIPL 23): who, what for, on what basis. Append-only."""

    class Ground(models.TextChoices):
        CONSENT = "consent", _("本人单独同意")
        CONTRACT = "contract", _("订立、履行合同所必需")
        DUTY = "duty", _("法律规定要给")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="provisions")
    recipient = models.CharField(max_length=80, help_text="the company that got it")
    reached = models.CharField(
        max_length=80, help_text="how the customer reaches that company; no telephone number of anybody's"
    )
    purpose = models.CharField(max_length=100, help_text="what they do with it, and how")
    what = models.CharField(max_length=100, help_text="which kinds of data, not the data")
    ground = models.CharField(max_length=10, choices=Ground)
    told = models.CharField(
        max_length=100, help_text="how the customer was told and agreed, such as the paper they signed"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["customer", "project", "-at"], name="provision_of_customer")]  # their page


class PersonRequest(models.Model):
    """Somebody asks for what is theirs: to see it, put it right, have it stopped or erased (PIPL 45–50). Answered in 30 days."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("查阅、复制")
        CORRECT = "correct", _("更正、补充")
        FREEZE = "freeze", _("停止使用")
        ERASE = "erase", _("删除")

    class State(models.TextChoices):
        OPEN = "open", _("待处理")
        APPROVAL = "approval", _("待第二人同意")
        DONE = "done", _("办好了")
        REFUSED = "refused", _("没有办")

    no = models.CharField(max_length=24, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="person_requests")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=8, choices=Kind)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    identified = models.CharField(max_length=100, help_text="how we know that it is them; no number, no name")
    note = models.CharField(max_length=200, blank=True)
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = models.CharField(max_length=300, blank=True, help_text="what was done, or why not")
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "approval"], closed_at__isnull=True)
                | Q(state__in=["done", "refused"], closed_at__isnull=False, closed_by__isnull=False),
                name="person_request_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="done", kind="erase") | ~Q(closed_by=models.F("proposed_by")),
                name="person_request_erased_by_two",
            ),
            models.UniqueConstraint(
                fields=["customer", "kind"], condition=Q(state__in=["open", "approval"]), name="person_request_one_open"
            ),
        ]
        indexes = [models.Index(fields=["project", "state", "due_at"], name="person_request_queue")]

    def __str__(self) -> str:
        return self.no


class Withheld(models.Model):
    """A customer who is frozen: what says who they are was taken out of every table and lies here, sealed as one piece.

    Nothing finds, matches or shows them; only the release does (PIPL 47). Erasing a customer leaves no such row.
    """

    customer = models.OneToOneField(Customer, models.PROTECT, related_name="withheld")
    sealed = models.BinaryField()
    why = models.CharField(max_length=40, help_text="code: asked, retention, withdrawn")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="none: a job")
    until = models.DateTimeField(null=True, help_text="when it is erased; none while a case or a deal needs it")


class Erasure(models.Model):
    """A customer was erased: what is done again after a backup from before is restored. Append-only; says nothing of who it was."""

    customer = models.OneToOneField(Customer, models.PROTECT, related_name="erasure")
    why = models.CharField(max_length=40, help_text="code: asked, retention")
    request = models.ForeignKey(PersonRequest, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()


class NumberLeave(models.Model):
    """Somebody who has seen many whole numbers asks to see more; what is given lasts a day (trust.md §3.2).

    `upto`: how many they may have seen in 30 days then, in all. `wide`: so many that it takes a second person's word.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("等批准")
        GIVEN = "given", _("批准了")
        REFUSED = "refused", _("没有批准")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="number_leaves")
    reason = models.CharField(max_length=200, help_text="no number, no name of a customer")
    seen = models.PositiveIntegerField(help_text="how many in 30 days, when it was asked for")
    upto = models.PositiveIntegerField()
    wide = models.BooleanField(help_text="two people have to agree")
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    first_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    first_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(state="asked"), name="number_leave_asked_once"),
            models.CheckConstraint(
                condition=~Q(state="given") | Q(decided_by__isnull=False, until__isnull=False),
                name="number_leave_given_until",
            ),
            models.CheckConstraint(
                condition=(Q(first_by__isnull=True) | ~Q(first_by=models.F("user")))
                & (Q(decided_by__isnull=True) | ~Q(decided_by=models.F("user"))),
                name="number_leave_not_by_oneself",
            ),
            models.CheckConstraint(
                condition=~Q(state="given", wide=True)
                | (Q(first_by__isnull=False) & ~Q(first_by=models.F("decided_by"))),
                name="number_leave_wide_by_two",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "-asked_at"], name="number_leave_of_project"),  # the page
            models.Index(fields=["user", "until"], name="number_leave_of_person"),  # at each look past the limit
        ]

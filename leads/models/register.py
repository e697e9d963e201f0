"""The register: every report that anybody made, whatever came of it, and every question whether a customer is free."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from leads import vault
from leads.models.customer import Customer
from people.models import Organisation, Project, User


class Answer(models.TextChoices):
    """What a report, or the question before it, is answered (ux.md §3.2)."""

    CLEAR = "clear", _("可以报备")
    CHECK = "check", _("需核实")
    TAKEN = "taken", _("不能报备")
    YOURS = "yours", _("已是你的客户")


class ClaimKey(models.Model):
    """A row to lock: all that concerns one number in one project waits here, in sorted order, and nothing else does."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    kind = models.CharField(max_length=8)
    index = models.BinaryField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "kind", "index"], name="claim_key_once_in_project")]


class RegistrationQuery(models.QuerySet["Registration"]):
    """Reports, composed."""

    def provisional(self) -> "RegistrationQuery":
        """Masked reports whose customer is not known yet."""
        return self.filter(customer__isnull=True)

    def held_back(self) -> "RegistrationQuery":
        """Reports of an agency beyond its limit of answers: what they came to it is told when somebody has approved them (trust.md §2.3).

        By 前三后四: of several in one paste that share it all are held back when one is.
        """
        asked = PreCheck.objects.filter(over=True, by=OuterRef("by"), at=OuterRef("at"), bucket=OuterRef("m34"))
        return self.filter(Exists(asked)).exclude(reviews__approved=True)

    def in_order(self) -> "RegistrationQuery":
        """By server time; within one second, by entry."""
        return self.order_by("at", "pk")


class Registration(models.Model):
    """A report (报备). Always stored, excludes nobody. Append-only: only the customer of a masked report is bound, once.

    `at` is the server's receipt time and decides priority; `claimed_at` stands beside it (G-35).
    """

    class Channel(models.TextChoices):
        WEB = "web", _("网页")
        EMAIL = "email", _("邮件")
        SMS = "sms", _("短信")
        IM = "im", _("微信/钉钉")
        FORM = "form", _("表格")
        PHONE = "phone", _("电话")
        API = "api", _("接口")
        IMPORT = "import", _("导入")

    no = models.CharField(max_length=24)
    project = models.ForeignKey(
        Project, models.PROTECT, related_name="registrations", db_index=False, db_constraint=False
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, related_name="registrations", db_index=False, db_constraint=False
    )
    bound_at = models.DateTimeField(null=True, help_text="when the whole number of a masked report was keyed")
    by = models.ForeignKey(User, models.PROTECT, related_name="registrations", db_index=False, db_constraint=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    agency = models.CharField(
        max_length=80, blank=True, help_text="the reporting company as written, never the customer's"
    )
    name = models.CharField(max_length=80)
    honorific = models.CharField(max_length=12, blank=True)
    sealed_number = models.BinaryField(help_text="the number as understood, whole or masked, encrypted")
    masked = models.BooleanField()
    m34 = models.BinaryField(max_length=16)
    ends33 = models.BinaryField(max_length=16)
    sealed_text = models.BinaryField(null=True, help_text="the report as it was pasted, encrypted")
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.WEB)
    answer = models.CharField(max_length=8, choices=Answer)
    arrived_at = models.DateTimeField(
        null=True, help_text="the customer had already arrived then: the report came late"
    )
    at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    objects: Any = RegistrationQuery.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["no"], name="registration_number_once"),
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | Q(masked=True), name="registration_whole_number_has_customer"
            ),
        ]
        indexes = [
            # The story of a customer, and a case: who reported first?
            models.Index(fields=["customer", "project", "at"], name="registration_of_customer"),
            # The reports of a project, newest first: those still to be reviewed, and the API's list.
            models.Index(fields=["project", "-at"], name="registration_of_project"),
            # "My" reports, newest first.
            models.Index(fields=["by", "-at"], name="registration_of_person"),
            # A whole number is keyed: which masked reports may it be?
            models.Index(
                fields=["project", "m34"], condition=Q(customer__isnull=True), name="registration_waiting_m34"
            ),
            models.Index(
                fields=["project", "ends33"], condition=Q(customer__isnull=True), name="registration_waiting_ends"
            ),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def number(self) -> str:
        """The number as understood, e164 or masked."""
        return vault.unseal(self.sealed_number)

    @property
    def text(self) -> str:
        """The report as it was pasted, where it was."""
        return vault.unseal(self.sealed_text) if self.sealed_text else ""

    @property
    def contesting(self) -> bool:
        """Whether somebody else was following the customer when this came in."""
        return self.answer == Answer.TAKEN


class PreCheck(models.Model):
    """Somebody asked whether a customer is free (查重). Every question is kept; the number only as its index."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="prechecks")
    index = models.BinaryField(max_length=16)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="prechecks")
    found = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="the owner who was shown")
    answer = models.CharField(max_length=8, choices=Answer)
    bucket = models.BinaryField(
        max_length=16, null=True, help_text="前三后四 of a whole number, or of the mask: how often was it tried?"
    )
    over = models.BooleanField(default=False, help_text="over the quota: answered that a person must look")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            # The log of a person's questions, newest first; and whether they try one mask through.
            models.Index(fields=["by", "-at"], name="precheck_of_person"),
            models.Index(fields=["project", "-at"], name="precheck_of_project"),
            # Who looked this customer up, and when did they learn of the owner?
            models.Index(fields=["customer", "at"], name="precheck_of_customer"),
        ]

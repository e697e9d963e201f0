"""What a desk has before anybody comes: its texts and rules, who is expected, paper for an outage."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads.models import Customer, Registration
from people.models import Project, Site, User
from visits.models.visit import Visit


class SiteTexts(models.Model):
    """What the desk says and prints at a site. Empty: the wording of the program (visits/wording.py)."""

    site = models.OneToOneField(Site, models.CASCADE, related_name="texts")
    greeting = models.TextField(max_length=500, blank=True)
    farewell = models.TextField(max_length=500, blank=True)
    slip_heading = models.CharField(max_length=60, blank=True)
    slip_note = models.TextField(max_length=500, blank=True)
    history = HistoricalRecords()


class SiteRules(models.Model):
    """How the desk of a site works. A site without a row works by the defaults."""

    class Size(models.TextChoices):
        A5 = "a5", _("A5 纸")
        ROLL = "80mm", _("80 毫米小票")

    class Signing(models.TextChoices):
        PAPER = "paper", _("纸上签")
        PHONE = "phone", _("客户在自己手机上签")
        NONE = "none", _("不用签")

    site = models.OneToOneField(Site, models.CASCADE, related_name="rules")
    answer_seconds = models.PositiveSmallIntegerField(
        _("几秒没人应答就叫下一位"), default=60, help_text="0: nobody else is called"
    )
    ask_left_minutes = models.PositiveSmallIntegerField(
        _("多少分钟没记离开就问接待人"), default=120, help_text="0: nobody is asked"
    )
    sweep = models.BooleanField(_("闭店时把没记离开的补上"), default=True)
    slip_size = models.CharField(_("确认单的纸"), max_length=8, choices=Size, default=Size.A5)
    signing = models.CharField(_("客户怎么签"), max_length=8, choices=Signing, default=Signing.PAPER)
    history = HistoricalRecords()


class Expected(models.Model):
    """Somebody said that a customer comes (约到访): the desk sees them on that day.

    `present` False: an agent who cannot come along announced the visit (D11-M2a). The site's counterpart then has the
    customer checked with Party A and calls the customer (D11-M2b, M2c), both by `due_at`. `customer` is none of a masked
    report until the customer has come.
    """

    no = models.CharField(max_length=24, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, models.PROTECT, related_name="expected")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="expected")
    registration = models.ForeignKey(Registration, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="expected")
    on = models.DateField()
    about = models.TimeField(_("大约几点"), null=True)
    present = models.BooleanField(default=True)
    channel = models.CharField(max_length=12, help_text="as of a registration")
    note = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(help_text="when it was received, by the server's clock")
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="expected")
    withdrawn_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, help_text="of what the counterpart does; exactly then is in time")
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    check_note = models.CharField(max_length=200, blank=True)
    called_at = models.DateTimeField(null=True)
    called_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    call_note = models.CharField(max_length=200, blank=True)
    told_late_at = models.DateTimeField(null=True, help_text="when the counterpart was told that a task is late")
    objects: Any = models.Manager()
    history = HistoricalRecords()

    class Meta:
        indexes = [
            # Who comes today?
            models.Index(
                fields=["site", "on"],
                condition=Q(visit__isnull=True, withdrawn_at__isnull=True),
                name="expected_at_site",
            ),
            # What did agents announce? The counterpart's page, newest first.
            models.Index(fields=["project", "-at"], condition=Q(present=False), name="expected_announced"),
            # Whose check or call is late, and nobody was told?
            models.Index(
                fields=["due_at"],
                condition=Q(
                    Q(checked_at__isnull=True) | Q(called_at__isnull=True), present=False, told_late_at__isnull=True
                ),
                name="expected_task_late",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | Q(registration__isnull=False), name="expected_is_somebody"
            ),
            models.CheckConstraint(
                condition=Q(present=True) | Q(registration__isnull=False, due_at__isnull=False),
                name="expected_announced_of_a_report",
            ),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def name(self) -> str:
        """The customer, as known: by the record, or as the masked report says."""
        named = self.customer or self.registration
        return f"{named.name}{named.honorific}" if named else ""

    @property
    def counts(self) -> bool:
        """Whether the visit counts as brought by the absent agent: announced before the arrival, and they did not come after all.

        D11-M2a, as D07-7.3 reads «before»: strictly. The day is the same, or no visit is linked.
        """
        visit = self.visit
        return bool(not self.present and visit and self.at < visit.arrived_at and visit.brought_by_id != self.by_id)


class PaperSlip(models.Model):
    """A blank slip, numbered in advance, for a day on which the program cannot be reached (G-35)."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="paper_slips")
    no = models.CharField(max_length=24, unique=True)
    printed_on = models.DateField(help_text="the local day for which it was printed")
    printed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    printed_at = models.DateTimeField()
    visit = models.OneToOneField(Visit, models.PROTECT, null=True, related_name="paper_slip")
    void_note = models.CharField(max_length=120, blank=True, help_text="why it will not be used: spoilt, thrown away")
    voided_at = models.DateTimeField(null=True)
    objects: Any = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(visit__isnull=True) | Q(voided_at__isnull=True), name="paper_slip_used_or_void"
            ),
        ]
        indexes = [models.Index(fields=["site", "printed_on"], name="paper_slip_of_day")]
